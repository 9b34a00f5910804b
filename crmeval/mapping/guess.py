"""What a sheet is: every table is tried on its columns, and the one that explains them best is proposed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from crmeval.fields import LEFT_OUT, TABLES, USABILITY_ITEMS
from crmeval.mapping.aliases import table_names
from crmeval.mapping.assign import Assignment, assign
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
_MOSTLY, _SEVERAL = 0.8, 1.2
_TEXT_LENGTH = 20
_LOWEST, _HIGHEST = -100, 100
_PERSONAL = {
    "email", "e mail", "phone", "phone number", "mobile", "given name", "first name", "surname", "last name",
    "name", "address", "address 1", "postcode", "zip", "zip code", "city", "site",
    "телефон", "почта", "имя", "фамилия", "город", "адрес", "инн", "сайт",
}  # fmt: skip


def personal(found: Mapping[str, Profile]) -> int:
    """How many columns describe a person or a company."""
    return len(_PERSONAL & {normal(header) for header in found})


@dataclass(frozen=True, slots=True)
class Trial:
    """A table tried on a sheet."""

    sheet: Sheet
    found: Mapping[str, Profile]
    assignment: Assignment

    @property
    def columns(self) -> Mapping[str, str]:
        """Field → header."""
        return self.assignment.columns

    @property
    def stages_vary(self) -> bool:
        """Whether the same id stands in several stages: then a row is a step, not a deal."""
        if not {"deal_id", "stage"} <= set(self.columns):
            return False
        pair = [self.columns["deal_id"], self.columns["stage"]]
        ids = pc.count_distinct(self.sheet.table[pair[0]]).as_py()
        pairs = self.sheet.table.select(pair).group_by(pair).aggregate([]).num_rows
        return bool(pairs > _SEVERAL * max(ids, 1))


def _deals(trial: Trial) -> float:
    has = set(trial.columns)
    described = {"stage", "outcome", "closed_at", "amount", "source", "pipeline"} & has
    if not described or not {"deal_id", "created_at"} & has:
        return -np.inf
    return -_TELLING if trial.stages_vary else 0.0


def _events(trial: Trial) -> float:
    if not {"deal_id", "stage", "entered_at"} <= set(trial.columns):
        return -np.inf
    return _TELLING if trial.stages_vary else -_TELLING


def _needs(*groups: str) -> Callable[[Trial], float]:
    """A table that must have a field of each of these groups."""
    wanted = [set(group.split()) for group in groups]
    return lambda trial: 0.0 if all(group & set(trial.columns) for group in wanted) else -np.inf


def _records(trial: Trial) -> float:
    header = trial.columns.get("record_id")
    if header is None or trial.found[header].unique < _MOSTLY:
        return -np.inf
    return float(personal(trial.found) > 1)


def _feedback(trial: Trial) -> float:
    columns = trial.columns
    if "score" in columns:
        return 0.0 if trial.found[columns["score"]].is_scale(_LOWEST, _HIGHEST) else -np.inf
    if "text" in columns and trial.found[columns["text"]].length >= _TEXT_LENGTH:
        return -1.0 if personal(trial.found) else 0.0
    return -np.inf


def _usability(trial: Trial) -> float:
    """A questionnaire has two items at least; the statements of a standard form leave no doubt."""
    if "q2" not in trial.columns:
        return -np.inf
    items = [header for name, header in trial.columns.items() if name in USABILITY_ITEMS]
    return _NAMED if recognise(items) else 0.0


def _kpis(trial: Trial) -> float:
    header = trial.columns.get("period")
    counted = sum(one.numbers >= _MOSTLY for name, one in trial.found.items() if name != header)
    if header is None or not counted or trial.found[header].unique < 1:
        return -np.inf
    return 0.5 * min(counted, 2)


_CHECKS: Mapping[str, Callable[[Trial], float]] = {
    "deals": _deals,
    "stage_events": _events,
    "activities": _needs("at", "kind minutes", "deal_id customer_id owner"),
    "records": _records,
    "verified": _needs("field", "actual verdict stratum"),
    "orders": _needs("ordered_at", "customer_id order_id", "amount order_id"),
    "contracts": _needs("started_at", "ended_at amount"),
    "feedback": _feedback,
    "usability": _usability,
    "usage": _needs("user", "period", "logins records_created records_changed"),
    "training": _needs("user", "hours topic"),
    "costs": _needs("item", "amount"),
    "kpis": _kpis,
    "fix_list": _needs("record_id", "field", "problem"),
}


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
    checked = _CHECKS[tried.table](trial)
    if is_named(trial.sheet, tried.table):
        checked = max(checked, 0.0) + _NAMED
    return float(told - _PENALTY * len(missing) + checked)


def guess(sheet: Sheet, found: Mapping[str, Profile], preset: Preset) -> Assignment:
    """The table that explains the columns best; `LEFT_OUT` where none explains them well enough."""
    trials = [Trial(sheet, found, assign(table, found, preset)) for table in TABLES]
    scores = [_score(trial) for trial in trials]
    best = int(np.argmax(scores))
    return trials[best].assignment if scores[best] > _LEAST else Assignment(LEFT_OUT, {}, {})
