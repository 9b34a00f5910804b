"""What speaks for a table: the fields it would have, what headers and values speak of, how its rows are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import TABLES, USABILITY_ITEMS
from crmeval.mapping.aliases import table_names
from crmeval.mapping.assign import BY_CONTENT, Assignment
from crmeval.mapping.columns import column_of
from crmeval.mapping.concepts import called, speaking, words
from crmeval.mapping.constants import told_by_header
from crmeval.mapping.contents import LOOKS
from crmeval.mapping.evidence import nearly_equal
from crmeval.mapping.names import normal
from crmeval.mapping.profiles import Profile
from crmeval.mapping.statements import recognise
from crmeval.reading.sheet import Sheet

_NOTHING, _SURE = 0.3, 0.95  # a field this confidently found says nothing for its table, or all
_SEVERAL, _UNIQUE, _NUMERIC = 1.2, 0.95, 0.8
_FEW_VALUES, _ABOUT = 12, 0.6
_MANY = 4
_ENOUGH = 4  # of fewer values it is chance that none repeats
_STAGES_AT_MOST = 100  # that are ticked off in a table of ids by stages
_IN_COMMON = 0.5  # of the values of a column what something was and of that what it became
_AGAIN = 0.15
_LOWEST, _HIGHEST = -100, 100
_REMARK = 20
_CALLED_SO = 0.6
_DESCRIBING = {"email", "phone", "birth", "address", "taxid"}


@dataclass(frozen=True)
class Trial:
    """A table tried on a sheet."""

    sheet: Sheet
    found: Mapping[str, Profile]
    assignment: Assignment

    @property
    def table(self) -> str:
        """The table that is tried."""
        return self.assignment.table

    @property
    def columns(self) -> Mapping[str, str]:
        """Field → header."""
        return self.assignment.columns

    def of(self, field: str) -> Profile | None:
        """The column of a field, None where it has none."""
        return self.found[self.columns[field]] if field in self.columns else None

    @cached_property
    def stages_vary(self) -> bool:
        """Whether the same id stands in several stages: then a row is a step, not a deal."""
        if not {"deal_id", "stage"} <= set(self.columns):
            return False
        deals, steps = (column_of(self.sheet, self.columns[name]) for name in ("deal_id", "stage"))
        if deals.is_unique:
            return False
        ids, stages = deals.distinct, steps.distinct
        several = len(stages.texts)
        stage = pc.fill_null(stages.places, several).cast(pa.int64())
        codes = pc.add(pc.multiply(ids.places.cast(pa.int64()), several + 1), stage).drop_null().to_numpy()
        if several > _STAGES_AT_MOST:
            return bool(len(pd.unique(codes)) > _SEVERAL * len(ids.texts))
        met = np.zeros(len(ids.texts) * (several + 1), dtype=bool)
        met[codes] = True
        return bool(met.sum() > _SEVERAL * len(ids.texts))


_NEEDS: Mapping[str, tuple[str, ...]] = {  # of each group one field at least
    "deals": ("deal_id created_at",),
    "stage_events": ("deal_id", "stage", "entered_at"),
    "activities": ("at", "kind minutes deal_id customer_id owner"),
    "records": ("record_id",),
    "verified": ("field actual verdict stratum", "record_id actual verdict stratum"),
    "orders": ("ordered_at", "customer_id order_id amount"),
    "contracts": ("customer_id", "started_at ended_at amount"),
    "feedback": ("score text",),
    "usability": ("q2",),
    "usage": ("user", "period logins records_created records_changed"),
    "training": ("user", "trained_at hours topic"),
    "costs": ("item", "amount"),
    "kpis": ("period",),
    "fix_list": ("record_id", "field", "problem"),
}


def possible(trial: Trial) -> bool:
    """Whether the table has of every group of fields that make it one at least.

    A column of texts alone may be anything: as feedback it must be called so, and it is no check of records.
    Ids that stand at one date again, never in another stage, have rows of products, not steps.
    """
    columns, sure = trial.columns, trial.assignment.confidence
    if len(columns) == 1 and (trial.table == "verified" or sure.get("text", 1.0) < _CALLED_SO):
        return False
    if trial.table == "stage_events" and not trial.stages_vary and _at_once(trial):
        return False
    return all(set(group.split()) & set(columns) for group in _NEEDS[trial.table])


def personal(found: Mapping[str, Profile]) -> int:
    """How many columns describe a person or a company."""
    return sum(any(word.means & _DESCRIBING for word in words(header)) for header in found)


def is_named(sheet: Sheet, table: str) -> bool:
    """Whether the sheet or the file bears the table's name."""
    return bool({normal(sheet.name), normal(_stem(sheet))} & set(table_names(table)))


def _stem(sheet: Sheet) -> str:
    return sheet.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]


def _speaks(sheet: Sheet, table: str) -> bool:
    """Whether a word of the sheet's or the file's name speaks of what the table is about: "Оплаты 2024"."""
    said = [word for name in (sheet.name, _stem(sheet)) for word in words(name)]
    return any(word.means & called(table) for word in said)


def _steps(trial: Trial) -> float:
    return 1.0 if trial.stages_vary else -1.0


def _at_once(trial: Trial) -> bool:
    """Whether the same id stands at the same date again: rows of products, no steps."""
    ids, dates = trial.of("deal_id"), trial.of("entered_at")
    if ids is None or dates is None:
        return False
    pairs = pd.DataFrame({"id": ids.places, "date": dates.places})[_filled(ids, dates)]
    return bool(pairs.duplicated().mean() >= _AGAIN) if len(pairs) else False


def _deals(trial: Trial) -> Mapping[str, float]:
    return {**_repeats("deal_id")(trial), "is steps": float(trial.stages_vary)}


def _kpis(trial: Trial) -> Mapping[str, float]:
    """A period of its own in every row, and nothing but figures beside it."""
    period = trial.of("period")
    counted = sum(one.numbers >= _NUMERIC for one in trial.found.values() if one is not period)
    others = max(len(trial.found) - 1, 1)
    own = period is not None and period.is_unique
    return {
        "is figures": counted / others,
        "is own period": float(own),
        "is only figures": float(own and counted == others),
    }


def _records(trial: Trial) -> Mapping[str, float]:
    key = trial.of("record_id")
    return {
        "is describing": min(personal(trial.found), _MANY) / _MANY,
        "is key": float(key is not None and key.unique >= _UNIQUE),
    }


def _feedback(trial: Trial) -> Mapping[str, float]:
    score, text = trial.of("score"), trial.of("text")
    return {
        "is on a scale": float(score is not None and score.is_scale(_LOWEST, _HIGHEST)),
        "is on no scale": float(score is not None and not score.is_scale(_LOWEST, _HIGHEST)),
        "is asked": float(trial.assignment.confidence.get("score", 0.0) == BY_CONTENT),
        "is remarks": float(text is not None and text.length >= _REMARK),
    }


def _usability(trial: Trial) -> Mapping[str, float]:
    items = [header for name, header in trial.columns.items() if name in USABILITY_ITEMS]
    return {"is form": float(bool(recognise(items))), "is items": min(len(items), _MANY) / _MANY}


def _costs(trial: Trial) -> Mapping[str, float]:
    item = trial.of("item")
    return {
        "is told": float(bool(told_by_header("costs", trial.columns))),
        "is own item": float(item is not None and item.is_unique),
    }


def _repeats(field: str) -> Callable[[Trial], Mapping[str, float]]:
    """Whether a field has the same values again and again, or never."""

    def told(trial: Trial) -> Mapping[str, float]:
        one = trial.of(field)
        own = one is not None and one.distinct >= _ENOUGH and one.unique >= _UNIQUE
        return {"is unique": float(own)}

    return told


def _verified(trial: Trial) -> Mapping[str, float]:
    entered, actual = trial.of("entered"), trial.of("actual")
    return {
        "is told twice": float(entered is not None and actual is not None and nearly_equal(entered, actual))
    }


_MORE: Mapping[str, Callable[[Trial], Mapping[str, float]]] = {
    "deals": _deals,
    "stage_events": lambda trial: {"is steps": _steps(trial)},
    "activities": _repeats("at"),
    "orders": _repeats("customer_id"),
    "contracts": _repeats("customer_id"),
    "training": _repeats("user"),
    "usage": _repeats("user"),
    "records": _records,
    "feedback": _feedback,
    "usability": _usability,
    "costs": _costs,
    "kpis": _kpis,
    "verified": _verified,
}


def _from_one_to_another(found: Mapping[str, Profile]) -> bool:
    """Whether two columns of texts have values in common but in no row: what was, and what is."""
    texts = [one for one in found.values() if LOOKS["text"](one) and 1 < one.distinct <= _STAGES_AT_MOST]
    return any(
        len({*one.some} & {*other.some}) >= _IN_COMMON * min(one.distinct, other.distinct)
        and not (_filled(one, other) & (_texts(one) == _texts(other))).any()
        for one, other in combinations(texts, 2)
    )


def _texts(one: Profile) -> np.ndarray:
    return np.array([*one.some, ""], dtype=object)[one.places]


def _filled(one: Profile, other: Profile) -> np.ndarray:
    return (one.places >= 0) & (other.places >= 0)


def of_sheet(found: Mapping[str, Profile]) -> dict[str, float]:
    """What a sheet's headers and values speak of, whichever table is tried, 0 … 1 each.

    `word`: a word of any header; `says`: a meaning of one; `key`: one beside the word for an id; `shows`:
    values of a look; `many`: how many columns show it. A word of several meanings speaks less of each.
    """
    told: dict[str, float] = {}
    for header in found:
        said = words(header)
        is_key = any("id" in word.means for word in said)
        for word in said:
            told[f"word {word.text}"] = 1.0
            for meaning in word.means:
                sure = 1 / len(word.means) ** 0.5
                for sign in (f"says {meaning}", f"key {meaning}") if is_key else (f"says {meaning}",):
                    told[sign] = max(told.get(sign, 0.0), sure)
    told["shows moves"] = float(_from_one_to_another(found))
    for look, like in LOOKS.items():
        like_it = sum(like(one) for one in found.values())
        told[f"shows {look}"], told[f"many {look}"] = float(like_it > 0), min(like_it, _MANY) / _MANY
    return told


def signs(trial: Trial, told: Mapping[str, float]) -> dict[str, float]:
    """All that speaks for or against a table, by kind and name, 0 … 1 each (`is steps`: −1 … 1)."""
    table = trial.table
    fields = {
        f"has {name}": max(0.0, sure - _NOTHING) / (_SURE - _NOTHING)
        for name, sure in trial.assignment.confidence.items() if name not in USABILITY_ITEMS
    }  # fmt: skip
    missing = set(TABLES[table].required) - set(trial.columns)
    values = any(
        1 < one.distinct <= _FEW_VALUES and one.numbers < _NUMERIC and speaking(table, one.some) >= _ABOUT
        for one in trial.found.values()
    )
    return {
        **fields,
        **told,
        **(_MORE[table](trial) if table in _MORE else {}),
        "is always": 1.0,
        "is missing": float(len(missing)),
        "is explained": len(set(trial.columns.values())) / max(len(trial.found), 1),
        "is in values": float(values),
        "is named": float(is_named(trial.sheet, table)),
        "is spoken of": float(_speaks(trial.sheet, table)),
    }
