"""Which sheets describe the same things: a column of one whose values are the keys of another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import CATEGORY, ID, LEFT_OUT, LOOKUP, TABLES, WON
from crmeval.mapping.aliases import aliases
from crmeval.mapping.columns import column_of
from crmeval.mapping.joins import form
from crmeval.mapping.model import SheetMapping
from crmeval.mapping.names import likeness, normal
from crmeval.mapping.profiles import Profile
from crmeval.mapping.signs import is_named, personal
from crmeval.reading.sheet import Sheet

_KEY = 0.98  # distinct values per row: a key nearly never repeats
_HELD = 0.5  # share of the other table's values that a lookup must know
_SOME_HELD = 0.2  # enough where the headers are equal
_LIKELY = 0.7  # a table less likely may be a list that others look things up in
_OWN_HELD = 0.5  # share of a file's ids that must be known deals
_WON = re.compile(r"\b(?:won|выигр\w*|продаж\w*)\b")
_TEAM_NAMES = (
    "team",
    "команда",
    "отдел",
    "department",
    "manager",
    "head",
    "руководитель",
    "начальник",
    "supervisor",
    "филиал",
    "branch",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet with what is known of its columns, and its mapping so far."""

    sheet: Sheet
    found: Mapping[str, Profile]
    mapping: SheetMapping
    likely: float = 1.0


def stands_alone(draft: Draft) -> bool:
    """Whether a sheet is a table of its own, whatever other sheets know its keys.

    It is called like its table (deals without a beginning may still add to others), or it is likely to be
    that and lacks nothing. Records must also look like records, with two columns that describe a person or a
    company, or with who entered them: many a list has a key.
    """
    mapping = draft.mapping
    if mapping.table == LEFT_OUT:
        return False
    if is_named(draft.sheet, mapping.table) and mapping.table != "deals":
        return True
    if draft.likely < _LIKELY:
        return False
    described = mapping.table != "records" or personal(draft.found) > 1 or "entered_by" in mapping.columns
    return described and not mapping.missing


def _values(draft: Draft, header: str) -> pa.Array:
    return column_of(draft.sheet, header).distinct.texts


def _held(asked: pa.Array, offered: pa.Array) -> float:
    """The share of the asked values that are among the offered, as spreadsheets may have changed them."""
    return float(pc.mean(pc.is_in(form(asked), value_set=form(offered)).cast(pa.float64())).as_py() or 0)


def _is_count(values: pa.Array) -> bool:
    """Whether the values are nothing but small numbers."""
    return bool(pc.all(pc.match_substring_regex(values, r"^\d{1,6}$")).as_py())


def as_addition(draft: Draft, mains: Sequence[Draft], columns: Mapping[str, str]) -> SheetMapping | None:
    """The sheet as one that says more about the deals of another file; None where it does not.

    `columns` are its columns as fields of the deals. A file that says only when deals
    were won lists won deals.
    """
    key = columns.get("deal_id")
    if key is None or "created_at" in columns or draft.found[key].unique < _KEY:
        return None
    for main in mains:
        if main.mapping.table != "deals" or main is draft or "created_at" not in main.mapping.columns:
            continue
        if _held(_values(draft, key), _values(main, main.mapping.columns["deal_id"])) >= _OWN_HELD:
            closed = normal(columns.get("closed_at", ""))
            won = {"outcome": WON} if _WON.search(closed) and not {"stage", "outcome"} & set(columns) else {}
            return replace(draft.mapping, table="deals", joins=("deals", "deal_id"), key=key, constants=won)
    return None


def as_lookup(draft: Draft, mains: Sequence[Draft]) -> SheetMapping | None:
    """The sheet as a lookup of the table whose values its key column knows best; None where it knows none."""
    keys = [name for name, found in draft.found.items() if found.unique >= _KEY and found.filled >= _KEY]
    best: tuple[float, SheetMapping] | None = None
    for main in mains:
        if main is draft:
            continue
        for one in TABLES[main.mapping.table].fields:
            header = main.mapping.columns.get(one.name)
            if (
                header is None
                or one.kind not in (ID, CATEGORY)
                or one.name in ("deal_id", "stage", "outcome")
            ):
                continue
            asked = _values(main, header)
            for key in keys:
                offered = _values(draft, key)
                held, same = _held(asked, offered), normal(key) == normal(header)
                if (
                    not same
                    and not likeness(key, aliases(main.mapping.table, one.name))
                    and _is_count(offered)
                ):
                    continue  # any two lists numbered from 1 know each other's keys
                if held >= (_SOME_HELD if same else _HELD) and (best is None or held + same > best[0]):
                    best = held + same, _lookup(draft, main.mapping.table, one.name, key)
    return best[1] if best else None


def _lookup(draft: Draft, table: str, field: str, key: str) -> SheetMapping:
    columns = {}
    if field == "owner" and "team" in TABLES[table]:
        named = {name: likeness(name, _TEAM_NAMES) for name in draft.found if name != key}
        team = max(named, key=lambda name: named[name], default="")
        if team and named[team]:
            columns["team"] = team
    return replace(
        draft.mapping,
        table=LOOKUP,
        columns=columns,
        confidence=dict.fromkeys(columns, 0.8),
        joins=(table, field),
        key=key,
    )
