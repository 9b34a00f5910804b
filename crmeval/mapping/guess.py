"""What a sheet is: every table is tried on its columns, and the one that explains them best is proposed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from crmeval.fields import LEFT_OUT, TABLES, USABILITY_ITEMS
from crmeval.mapping.aliases import aliases, table_names
from crmeval.mapping.names import likeness, normal
from crmeval.mapping.profiles import Profile
from crmeval.presets import Preset
from crmeval.reading.sheet import Sheet

_SURE_ENOUGH = 0.45
_PRESET = 0.99
_SHARED = {("stage", "outcome"), ("outcome", "stage")}  # one column may give both
_HOPE = re.compile(r"\b(?:expected|estimated|est|forecast|assumed|planned|предполагаем\w*|ожидаем\w*|планов\w*|планируем\w*|прогноз\w*)\b")
_RECOMMEND = re.compile(r"\b(?:recommend\w*|порекоменд\w*|рекоменд\w*|nps)\b")
_ANSWER = re.compile(r"\b(?:satisf\w*|effort|easy|удовлетвор\w*|довольн\w*|усили\w*|легко|stars?|rating)\b")
_ITEM = re.compile(r"^(?:q|question|item|sus|umux|umux lite|вопрос|в|пункт|утверждение)? ?(\d{1,2})$")
_STATEMENT_WORDS = 4
_FEW_ITEMS = 2
_PERSONAL = {
    "email", "e mail", "phone", "телефон", "phone number", "mobile", "given name", "first name", "surname", "last name",
    "address", "address 1", "postcode", "zip", "zip code", "city", "имя", "фамилия", "город", "адрес", "инн", "name", "site", "сайт",
}  # fmt: skip
_LONG_TEXT = 20

# What each field says for its table; a field not listed says little.
_LITTLE = 0.3
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "deals": {"deal_id": 1, "created_at": 1, "closed_at": 1, "outcome": 1, "stage": 1, "pipeline": 1, "amount": 0.5, "source": 0.5, "owner": 0.5},
    "stage_events": {"deal_id": 1, "stage": 1, "entered_at": 1, "left_at": 1.5, "position": 1.5},
    "activities": {"at": 1, "deal_id": 1, "customer_id": 0.5, "kind": 1.5, "minutes": 1.5},
    "records": {"record_id": 2, "entered_by": 0.5, "entered_at": 0.5},
    "verified": {"record_id": 0.5, "field": 2, "actual": 2, "entered": 1, "checked_by": 1},
    "orders": {"customer_id": 1, "ordered_at": 1.2, "amount": 1, "order_id": 1},
    "contracts": {"customer_id": 1, "started_at": 1, "ended_at": 2, "amount": 1},
    "feedback": {"score": 2, "text": 1.5, "answered_at": 0.5, "scale": 1},
    "usability": dict.fromkeys(USABILITY_ITEMS, 1.0) | {"respondent": 0.5},
    "usage": {"user": 1, "period": 1, "logins": 2, "records_created": 2, "records_changed": 2, "minutes": 1},
    "training": {"user": 1, "trained_at": 1, "hours": 1, "topic": 2},
    "costs": {"item": 1, "amount": 1, "category": 1, "period": 1, "per_user": 1.5},
    "kpis": {"period": 1},
}  # fmt: skip
_PENALTY, _NAMED, _TELLING, _LEAST = 0.7, 3.0, 3.0, 1.1
_MOSTLY_UNIQUE = 0.8
_SEVERAL_STAGES = 1.2


@dataclass(frozen=True, slots=True)
class Guess:
    """A table tried on a sheet: field → header, field → confidence, and how much speaks for it."""

    table: str
    columns: Mapping[str, str]
    confidence: Mapping[str, float]
    score: float = 0.0


def _candidates(table: str, found: Mapping[str, Profile], preset: Preset) -> list[tuple[float, str, str]]:
    candidates = []
    for one in TABLES[table].fields:
        named = preset.columns.get(one.name, ()) if table == "deals" else ()
        never = preset.never.get(one.name, frozenset()) if table == "deals" else frozenset()
        for header, profile in found.items():
            form = normal(header)
            if form in never or (one.name == "closed_at" and _HOPE.search(form)):
                continue
            by_name = likeness(header, aliases(table, one.name))
            by_preset = _PRESET - 0.01 * named.index(form) if form in named else 0.0
            sure = max(by_name if not named or by_preset else min(by_name, 0.9), by_preset) * profile.fits(one.kind)
            if sure >= _SURE_ENOUGH:
                candidates.append((sure, one.name, header))
    return candidates


def assign(table: str, found: Mapping[str, Profile], preset: Preset) -> Guess:
    """The columns of a sheet as the fields of a table: the surest pair first, each field and column once."""
    candidates = [*_candidates(table, found, preset), *_by_content(table, found)]
    columns: dict[str, str] = {}
    confidence: dict[str, float] = {}
    taken: dict[str, str] = {}
    for sure, name, header in sorted(candidates, key=lambda one: -one[0]):
        if name in columns or (header in taken and (taken[header], name) not in _SHARED):
            continue
        columns[name], confidence[name] = header, round(sure, 2)
        taken.setdefault(header, name)
    order = [one.name for one in TABLES[table].fields if one.name in columns]
    return Guess(table, {name: columns[name] for name in order}, {name: confidence[name] for name in order})


def _by_content(table: str, found: Mapping[str, Profile]) -> list[tuple[float, str, str]]:
    """Columns whose values say what they are, whatever their headers."""
    if table == "usability":
        return [(0.95, f"q{number}", header) for number, header in enumerate(items(found), start=1) if number <= 30]  # noqa: PLR2004
    if table == "feedback":
        return [
            (0.95, "score", header) for header, profile in found.items()
            if (_RECOMMEND.search(normal(header)) and profile.is_zero_to_ten)
            or (_ANSWER.search(normal(header)) and profile.is_scale(0, 10))
        ]  # fmt: skip
    if table == "deals":  # a stage that says how deals end gives the outcome too, where nothing else does
        return [
            (0.46, field, header) for header, profile in found.items()
            for field, other in (("outcome", "stage"), ("stage", "outcome"))
            if profile.fits("outcome") and likeness(header, aliases(table, other))
        ]  # fmt: skip
    return []


def items(found: Mapping[str, Profile]) -> list[str]:
    """The items of a questionnaire in their order: numbered questions, else statements answered on 1 … 7."""
    numbered = {
        header: int(match[1]) for header, profile in found.items()
        if (match := _ITEM.match(normal(header))) and profile.numbers >= _MOSTLY_UNIQUE
    }  # fmt: skip
    if len(numbered) >= _FEW_ITEMS:
        return sorted(numbered, key=lambda header: numbered[header])
    statements = [
        header for header, profile in found.items()
        if profile.is_likert and len(normal(header).split()) >= _STATEMENT_WORDS
    ]  # fmt: skip
    return statements if len(statements) >= _FEW_ITEMS else []


def _varies(sheet: Sheet, guess: Guess) -> bool:
    """Whether the same id stands in several stages: then a row is a step, not a deal."""
    columns = [guess.columns.get("deal_id"), guess.columns.get("stage")]
    if None in columns:
        return False
    pairs = sheet.table.select(columns)
    ids = pc.count_distinct(pairs[columns[0]]).as_py()
    both = pairs.group_by(columns).aggregate([]).num_rows
    return bool(both > _SEVERAL_STAGES * max(ids, 1))


def _deals(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
    has = set(guess.columns)
    told = {"deal_id", "created_at"} & has and {"stage", "outcome", "closed_at", "amount", "source", "pipeline"} & has
    return (-_TELLING if _varies(sheet, guess) else 0.0) if told else -np.inf


def _events(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
    if not {"deal_id", "stage", "entered_at"} <= set(guess.columns):
        return -np.inf
    return _TELLING if _varies(sheet, guess) else -_TELLING


def _needs(*groups: str) -> Callable[[Guess, Mapping[str, Profile], Sheet], float]:
    """A table that must have a field of each of these groups."""
    wanted = [set(group.split()) for group in groups]

    def check(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
        return 0.0 if all(group & set(guess.columns) for group in wanted) else -np.inf

    return check


def _records(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
    header = guess.columns.get("record_id")
    if header is None or found[header].unique < _MOSTLY_UNIQUE:
        return -np.inf
    return 1.0 if len(_PERSONAL & {normal(name) for name in found}) >= _FEW_ITEMS else 0.0


def _feedback(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
    columns = guess.columns
    if "score" in columns:
        return 0.0 if found[columns["score"]].is_scale(-100, 100) else -np.inf
    if "text" in columns and found[columns["text"]].length >= _LONG_TEXT:
        return 0.0 if not _PERSONAL & {normal(name) for name in found} else -1.0
    return -np.inf


def _kpis(guess: Guess, found: Mapping[str, Profile], sheet: Sheet) -> float:
    header = guess.columns.get("period")
    counted = sum(profile.numbers >= _MOSTLY_UNIQUE for name, profile in found.items() if name != header)
    if header is None or not counted or found[header].unique < 1:
        return -np.inf
    return 0.5 * min(counted, 2)


_CHECKS: Mapping[str, Callable[[Guess, Mapping[str, Profile], Sheet], float]] = {
    "deals": _deals,
    "stage_events": _events,
    "activities": _needs("at", "kind minutes", "deal_id customer_id owner"),
    "records": _records,
    "verified": _needs("field", "actual"),
    "orders": _needs("ordered_at", "customer_id order_id", "amount order_id"),
    "contracts": _needs("started_at", "ended_at amount"),
    "feedback": _feedback,
    "usability": _needs("q2"),
    "usage": _needs("user", "period", "logins records_created records_changed"),
    "training": _needs("user", "hours topic"),
    "costs": _needs("item", "amount"),
    "kpis": _kpis,
}


def _named(sheet: Sheet, table: str) -> float:
    """Whether the sheet or the file bears the table's name."""
    stem = normal(sheet.file.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return _NAMED if {normal(sheet.name), stem} & set(table_names(table)) else 0.0


def _weight(guess: Guess) -> float:
    weights = _WEIGHTS[guess.table]
    told = sum(weights.get(name, _LITTLE) * sure for name, sure in guess.confidence.items())
    return float(told - _PENALTY * len(set(TABLES[guess.table].required) - set(guess.columns)))


def guess(sheet: Sheet, found: Mapping[str, Profile], preset: Preset) -> Guess:
    """The table that explains the columns best; `LEFT_OUT` where none explains them well enough."""
    best = Guess(LEFT_OUT, {}, {}, _LEAST)
    for table in TABLES:
        tried = assign(table, found, preset)
        score = _weight(tried) + _named(sheet, table)
        score += _CHECKS[table](tried, found, sheet)
        if score > best.score:
            best = Guess(table, tried.columns, tried.confidence, score)
    return best
