"""What a sheet is: every table is tried on its columns, and the one that explains them best is proposed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import LEFT_OUT, TABLES, USABILITY_ITEMS
from crmeval.mapping.aliases import table_names
from crmeval.mapping.assign import BY_CONTENT, Assignment, assign
from crmeval.mapping.columns import column_of
from crmeval.mapping.concepts import hints, meant, says, speaking, words
from crmeval.mapping.constants import told_by_header
from crmeval.mapping.names import normal
from crmeval.mapping.profiles import Profile
from crmeval.mapping.statements import recognise
from crmeval.presets import Preset
from crmeval.reading.sheet import Sheet

_LITTLE = 0.3  # what a field says for its table, where nothing is listed
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "deals": {
        "deal_id": 1, "created_at": 1, "closed_at": 1, "outcome": 1, "stage": 1, "pipeline": 1,
        "amount": 0.5, "source": 0.5, "owner": 0.5,
    },
    "stage_events": {"deal_id": 1, "stage": 1, "entered_at": 1, "left_at": 1.5, "position": 1.5},
    "activities": {"at": 1, "deal_id": 1, "customer_id": 0.5, "kind": 1.5, "minutes": 1.5},
    "records": {"record_id": 2, "entered_by": 0.5, "entered_at": 0.5},
    "verified": {
        "record_id": 0.5, "field": 2, "actual": 2, "entered": 1, "verdict": 1.5, "checked_by": 1,
        "stratum": 1, "weight": 1,
    },
    "orders": {"customer_id": 1, "ordered_at": 1.2, "amount": 1, "order_id": 1},
    "contracts": {"customer_id": 1, "started_at": 1, "ended_at": 2, "amount": 1},
    "feedback": {"score": 2, "text": 1.5, "answered_at": 0.5, "scale": 1},
    "usability": dict.fromkeys(USABILITY_ITEMS, 1.0) | {"respondent": 0.5},
    "usage": {"user": 1, "period": 1, "logins": 2, "records_created": 2, "records_changed": 2, "minutes": 1},
    "training": {"user": 1, "trained_at": 1, "hours": 1, "topic": 2},
    "costs": {"item": 1, "amount": 1, "category": 1, "period": 1, "per_user": 1.5},
    "kpis": {"period": 1},
    "fix_list": {"record_id": 0.5, "field": 2, "problem": 2, "suggestion": 1, "value": 0.5, "person": 0.5},
}  # fmt: skip
_PENALTY = 0.7  # for a required field without a column
_NAMED = 3.0  # for a sheet that bears the table's name
_TELLING = 3.0  # for ids that stand in several stages
_LEAST = 1.1
_HINT, _ENOUGH = 0.5, 4
_ASKED = 1.0  # a question that asks for a score
_VALUES, _FEW_VALUES, _ABOUT = 1.0, 12, 0.6
_NAMED_ID = 0.9
_CLEAR, _NOT_SURE = 1.5, 0.79  # a table that leads by less is not sure, nor are its required fields
_MOSTLY, _SEVERAL = 0.8, 1.2
_TEXT_LENGTH = 20
_LOWEST, _HIGHEST = -100, 100
_PERSONAL = {
    "email", "e mail", "phone", "phone number", "mobile", "given name", "first name", "surname", "last name",
    "name", "address", "address 1", "postcode", "zip", "zip code", "city", "site",
    "телефон", "почта", "имя", "фамилия", "город", "адрес", "инн", "сайт",
}  # fmt: skip
_NOTHING_ELSE = 2.5  # a sheet of a period and figures
_TRADE = {"amount", "order", "pipeline", "part", "pay", "ship", "gross", "price"}
_STAGES_AT_MOST = 100  # that are ticked off in a table of ids by stages
_STAGES = {"stage", "status", "new"}
_DESCRIBING = {"email", "phone", "birth", "address", "taxid"}


def personal(found: Mapping[str, Profile]) -> int:
    """How many columns describe a person or a company."""
    return sum(
        normal(header) in _PERSONAL or any(word.means & _DESCRIBING for word in words(header))
        for header in found
    )


@dataclass(frozen=True)
class Trial:
    """A table tried on a sheet."""

    sheet: Sheet
    found: Mapping[str, Profile]
    assignment: Assignment

    @property
    def columns(self) -> Mapping[str, str]:
        """Field → header."""
        return self.assignment.columns

    @cached_property
    def stages_vary(self) -> bool:
        """Whether the same id stands in several stages: then a row is a step, not a deal."""
        if not {"deal_id", "stage"} <= set(self.columns):
            return False
        ids, stages = (column_of(self.sheet, self.columns[name]).distinct for name in ("deal_id", "stage"))
        if len(ids.texts) == ids.counts.sum():
            return False
        several = len(stages.texts)
        stage = pc.fill_null(stages.places, several).cast(pa.int64())
        codes = pc.add(pc.multiply(ids.places.cast(pa.int64()), several + 1), stage).drop_null().to_numpy()
        if several > _STAGES_AT_MOST:
            return bool(len(pd.unique(codes)) > _SEVERAL * len(ids.texts))
        met = np.zeros(len(ids.texts) * (several + 1), dtype=bool)
        met[codes] = True
        return bool(met.sum() > _SEVERAL * len(ids.texts))


def _deals(trial: Trial) -> float:
    has = set(trial.columns)
    described = {"stage", "outcome", "closed_at", "pipeline"} & has
    if not {"deal_id", "created_at"} & has:
        return -np.inf
    if not described and not ({"amount", "source"} & has and spoken("deals", trial.found)):
        return -np.inf
    return 0.0 if {"outcome", "closed_at", "pipeline"} & has else -_PENALTY


def _events(trial: Trial) -> float:
    if not {"deal_id", "stage", "entered_at"} <= set(trial.columns):
        return -np.inf
    if not trial.stages_vary:
        return -_TELLING
    named = any(word.means & _STAGES for word in words(trial.columns["stage"]))
    return _TELLING if named else 0.0


def _needs(*groups: str) -> Callable[[Trial], float]:
    """A table that must have a field of each of these groups."""
    wanted = [set(group.split()) for group in groups]
    return lambda trial: 0.0 if all(group & set(trial.columns) for group in wanted) else -np.inf


def _records(trial: Trial) -> float:
    header = trial.columns.get("record_id")
    if header is None or trial.found[header].unique < _MOSTLY:
        return -np.inf
    told = personal(trial.found)
    traded = sum(any(word.means <= _TRADE for word in words(one) if word.means) for one in trial.found)
    return 0.4 * min(told, 4) + float(told > 1) - 0.6 - 0.4 * min(traded, 2)


def _feedback(trial: Trial) -> float:
    columns = trial.columns
    if "score" in columns:
        if not trial.found[columns["score"]].is_scale(_LOWEST, _HIGHEST):
            return -np.inf
        return _ASKED if trial.assignment.confidence["score"] == BY_CONTENT else 0.0
    if "text" in columns and trial.found[columns["text"]].length >= _TEXT_LENGTH:
        return -1.0 if personal(trial.found) else 0.0
    return -np.inf


def _usability(trial: Trial) -> float:
    """A questionnaire has two items at least; the statements of a standard form leave no doubt."""
    if "q2" not in trial.columns:
        return -np.inf
    items = [header for name, header in trial.columns.items() if name in USABILITY_ITEMS]
    return _NAMED if recognise(items) else 0.0


def _contracts(trial: Trial) -> float:
    """A beginning and an end without money may be those of anything: something must speak of contracts."""
    has = set(trial.columns)
    if "started_at" not in has or not {"ended_at", "amount"} & has:
        return -np.inf
    named = any(says(header, "contract") for header in trial.found)
    return 0.0 if "amount" in has or named else -1.5


def _costs(trial: Trial) -> float:
    """An item with an amount may be a price list: something must speak of costs."""
    if not {"item", "amount"} <= set(trial.columns):
        return -np.inf
    more = {"period", "per_user"} & set(trial.columns)
    if told_by_header("costs", trial.columns):
        return 1.0
    return 0.0 if more or spoken("costs", trial.found) else -2.5


def _training(trial: Trial) -> float:
    """Nobody is trained in a deal."""
    if "user" not in trial.columns or not {"hours", "topic"} & set(trial.columns):
        return -np.inf
    return -1.5 if any(meant("deals", "deal_id", header) >= _NAMED_ID for header in trial.found) else 0.0


def _kpis(trial: Trial) -> float:
    header = trial.columns.get("period")
    counted = sum(one.numbers >= _MOSTLY for name, one in trial.found.items() if name != header)
    if header is None or not counted or trial.found[header].unique < 1:
        return -np.inf
    nothing_else = counted == len(trial.found) - 1
    return 0.5 * min(counted, 2) + (_NOTHING_ELSE if nothing_else else -0.5)


_CHECKS: Mapping[str, Callable[[Trial], float]] = {
    "deals": _deals,
    "stage_events": _events,
    "activities": _needs("at", "kind minutes", "deal_id customer_id owner"),
    "records": _records,
    "verified": _needs("field", "actual verdict stratum"),
    "orders": _needs("ordered_at", "customer_id order_id", "amount order_id"),
    "contracts": _contracts,
    "feedback": _feedback,
    "usability": _usability,
    "usage": _needs("user", "period", "logins records_created records_changed"),
    "training": _training,
    "costs": _costs,
    "kpis": _kpis,
    "fix_list": _needs("record_id", "field", "problem"),
}


def spoken(table: str, found: Mapping[str, Profile]) -> int:
    """How many headers speak of what the table is about."""
    return sum(any(word.means & hints(table) for word in words(header)) for header in found)


def _values_speak(table: str, found: Mapping[str, Profile]) -> bool:
    """Whether a column of few values is about nothing but what the table is about."""
    return any(
        1 < one.distinct <= _FEW_VALUES and one.numbers < _MOSTLY and speaking(table, one.some) >= _ABOUT
        for one in found.values()
    )


def is_named(sheet: Sheet, table: str) -> bool:
    """Whether the sheet or the file bears the table's name."""
    stem = normal(sheet.file.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return bool({normal(sheet.name), stem} & set(table_names(table)))


def _score(trial: Trial) -> float:
    """How much speaks for a table: what its fields say, what it must have, what the sheet is called."""
    tried = trial.assignment
    weights = _WEIGHTS[tried.table]
    told = sum(weights.get(name, _LITTLE) * sure for name, sure in tried.confidence.items())
    missing = set(TABLES[tried.table].required) - set(tried.columns)
    checked = _CHECKS[tried.table](trial) + _HINT * min(spoken(tried.table, trial.found), _ENOUGH)
    checked += _VALUES * _values_speak(tried.table, trial.found)
    if is_named(trial.sheet, tried.table):
        checked = max(checked, 0.0) + _NAMED
    return float(told - _PENALTY * len(missing) + checked)


def _is_history(trial: Trial) -> bool:
    """Whether ids that are surely those of deals stand in several stages."""
    sure = trial.assignment.confidence.get("deal_id", 0.0)
    return trial.assignment.table == "stage_events" and sure >= _NAMED_ID and trial.stages_vary


def guess(sheet: Sheet, found: Mapping[str, Profile], preset: Preset) -> Assignment:
    """The table that explains the columns best; `LEFT_OUT` where none explains them well enough."""
    trials = [Trial(sheet, found, assign(table, found, preset)) for table in TABLES]
    scores = [_score(trial) for trial in trials]
    if any(_is_history(trial) for trial in trials):
        scores[list(TABLES).index("deals")] -= _TELLING  # whatever else might be the deal's id
    best, second = np.argsort(scores)[::-1][:2]
    if scores[best] <= _LEAST:
        return Assignment(LEFT_OUT, {}, {})
    chosen = trials[best].assignment
    return chosen if scores[best] - scores[second] >= _CLEAR else _doubted(chosen)


def _doubted(assignment: Assignment) -> Assignment:
    """The same, with no required field sure: another table explains the columns nearly as well."""
    spec = TABLES[assignment.table]
    needed = {*spec.required, *spec.any_of}
    confidence = {
        name: min(sure, _NOT_SURE) if name in needed else sure for name, sure in assignment.confidence.items()
    }
    return replace(assignment, confidence=confidence)
