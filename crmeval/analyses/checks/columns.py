"""The tables whose data are judged: who entered a row, when, and what its columns are called by people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.fields import LOOKUP, LOST, TABLES, WON
from crmeval.tables import IMPORT, ROW, Tables

# Of calls and orders the system, not a person, notes whose they are: they would water down what people enter.
_PERSON = {"deals": "owner", "records": "entered_by"}
_NOTED_BY_SYSTEM = {
    "activities": {"at", "owner", "deal_id", "customer_id"},
    "orders": {"ordered_at", "customer_id", "order_id"},
}
_ENTERED = {
    "deals": "created_at", "records": "entered_at", "activities": "at", "orders": "ordered_at",
    "contracts": "started_at",
}  # fmt: skip
_SOURCE = {"deals": "source", "records": "source"}
_IDS = {"deals": "deal_id", "records": "record_id", "orders": "order_id"}
_OWN = ("records", "deals", "activities", "orders", "contracts")  # what people enter; histories are not
_DERIVED = {"outcome"}  # by the mapping, not by a person
_ISO_LENGTH = 10
_HOPED_FOR = ("deals", "closed_at")


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table and the columns of it that are judged; the other names are empty where unknown."""

    name: str
    columns: tuple[str, ...]
    id: str
    person: str
    date: str
    source: str


def checkable(tables: Tables) -> tuple[CheckedTable, ...]:
    """The tables that people fill there are, and the look-ups, with the columns that hold anything."""
    names = sorted(name for name in tables.names if name.startswith(LOOKUP) and name in tables)
    lookups = tuple(_checked_table(tables, name, set()) for name in names)
    own = (name for name in _OWN if name in tables)
    return tuple(_checked_table(tables, name, _looked_up(tables, name, lookups)) for name in own) + lookups


def _checked_table(tables: Tables, name: str, looked_up: set[str]) -> CheckedTable:
    columns = tuple(
        column
        for column in tables[name].columns
        if column not in {ROW, IMPORT} | _DERIVED | looked_up | _NOTED_BY_SYSTEM.get(name, set())
        and tables.has(name, column)
    )
    return CheckedTable(
        name,
        columns,
        _known(tables, name, _IDS) if name in _OWN else unique_column(tables, name, columns),
        _known(tables, name, _PERSON),
        _known(tables, name, _ENTERED),
        _known(tables, name, _SOURCE),
    )


def _looked_up(tables: Tables, name: str, lookups: Sequence[CheckedTable]) -> set[str]:
    """Columns a look-up was joined for: they are judged there, once, not in every row that refers to it."""
    theirs = {
        tables.label(lookup.name, column)
        for lookup in lookups
        for column in lookup.columns
        if column != lookup.id
    }
    fields = {field for one in tables.imports if one.table == LOOKUP for field in one.mapping}
    own = {field for one in tables.imports if one.table == name for field in one.mapping}
    return {column for column, header in tables.labels(name).items() if header in theirs} | (fields - own)


def _known(tables: Tables, name: str, fields: dict[str, str]) -> str:
    return fields[name] if name in fields and tables.has(name, fields[name]) else ""


def unique_column(tables: Tables, name: str, columns: tuple[str, ...]) -> str:
    """The first column in which every row is filled and none repeats: the key of a look-up; empty if none."""
    if not columns:
        return ""
    rows = tables[name]
    different = tables.frame(rows.aggregate(**{column: rows[column].nunique() for column in columns}))
    total = tables.count(name)
    return next((column for column in columns if different[column].iloc[0] == total), "")


def header(tables: Tables, name: str, column: str) -> str:
    """What the user's file calls a column; a field that no import names has its own name."""
    if column in tables.labels(name):
        return tables.label(name, column)
    mapped = (imported.mapping for imported in tables.imports if imported.table == name)
    return next((mapping[column] for mapping in mapped if column in mapping), column)


def headers(tables: Tables, checked: CheckedTable, judged: Sequence[CheckedTable]) -> dict[str, str]:
    """Column → header; where another of the judged tables has the same header, its table is named too."""
    others = {
        header(tables, other.name, column)
        for other in judged
        if other.name != checked.name
        for column in other.columns
    }
    said = {column: header(tables, checked.name, column) for column in checked.columns}
    place = title(tables, checked.name)
    return {column: f"{place}: {name}" if name in others else name for column, name in said.items()}


def title(tables: Tables, name: str) -> str:
    """What the user calls a table: its file, where it came from only one; else its name."""
    files = list(dict.fromkeys(one.file for one in tables.imports if one.table == name))
    if name.startswith(f"{LOOKUP}_"):
        position = int(name.removeprefix(f"{LOOKUP}_")) - 1
        files = [one.file for one in tables.imports if one.table == LOOKUP][position : position + 1]
    return re.sub(r"\.\w+$", "", files[0].rsplit("/", 1)[-1]) if len(files) == 1 else name


def is_text(rows: ir.Table, column: str) -> bool:
    """Whether a column holds text."""
    return rows[column].type().is_string()


def is_id(name: str, column: str) -> bool:
    """Whether a column names things by a code of the system, which nobody types."""
    return name in TABLES and column in TABLES[name] and TABLES[name][column].kind == "id"


def filled(rows: ir.Table, column: str) -> ir.BooleanValue:
    """Whether a cell holds anything: no table holds mere blanks."""
    return rows[column].notnull()


def sought(met: ir.BooleanValue, rows: ir.Table, name: str, column: str) -> ir.BooleanValue:
    """A condition, in rows whose cell is anybody's business: an open deal has no true closing date yet."""
    if (name, column) != _HOPED_FOR:
        return met
    return met & rows.outcome.isin([WON, LOST]).fill_null(False)


def wanted(outcomes: "pd.Series[str]", name: str, column: str) -> "pd.Series[bool]":
    """The same of deals by their outcome: in which of them the cell is anybody's business."""
    return outcomes.isin([WON, LOST]) | ((name, column) != _HOPED_FOR)


def day_text(column: ir.Value) -> ir.StringValue:
    """The day of a date, or of a text that is one (2024-05-31 …, 31.05.2024 …), as text that sorts."""
    if column.type().is_temporal():
        return column.strftime("%Y-%m-%d")
    text = column.strip()
    dotted = text.substr(6, 4) + "-" + text.substr(3, 2) + "-" + text.substr(0, 2)
    day = text.re_search(r"^\d{2}\.\d{2}\.\d{4}").ifelse(dotted, text.left(_ISO_LENGTH))
    return day.re_search(r"^\d{4}-\d{2}-\d{2}$").ifelse(day, ibis.null().cast("string"))
