"""Checks run over every row, as expressions the engine counts."""

from collections.abc import Sequence
from typing import Any

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.cells import LISTED, Flag, Grid, Judged, joined, nothing_judged, tally
from crmeval.analyses.checks.columns import CheckedTable, checkable, filled, headers, sought
from crmeval.analyses.checks.conditions import condition, is_one_of, together
from crmeval.analyses.checks.model import CODES, CONTRADICTS, SWAPPED, Check
from crmeval.tables import IMPORT, ROW, Tables


def run_checks(
    tables: Tables, checks: Sequence[Check], ids: Sequence[str] | None = None, listed: int = LISTED
) -> tuple[Judged, pd.DataFrame]:
    """The judged cells, and how often each check found something (table, column, field, problem, found).

    A cell is judged if it is filled, or empty where it should be filled; a cell with several problems counts
    once. Checks that are off find nothing; a column whose checks are all off is not judged. With `ids`, only
    records with these ids are looked at; at most `listed` wrong cells are listed.
    """
    judged, found = [], []
    every = checkable(tables)
    for checked in every:
        mine = [check for check in checks if check.table == checked.name and check.on]
        if mine:
            rows = tables[checked.name]
            if ids is not None:
                rows = rows.filter(is_one_of(rows[checked.id].cast("string"), ids) if checked.id else False)
            grid, counted = _judge(tables, rows, checked, mine, headers(tables, checked, every), listed)
            judged.append(grid)
            found.append(counted)
    columns = ["table", "column", "field", "problem", "found"]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    return (joined(judged, listed) if judged else nothing_judged()), table


def _judge(
    tables: Tables,
    rows: ir.Table,
    checked: CheckedTable,
    checks: list[Check],
    named: dict[str, str],
    listed: int,
) -> tuple[Judged, pd.DataFrame]:
    columns = [column for column in checked.columns if any(check.column == column for check in checks)]
    checks = sorted(checks, key=lambda check: (columns.index(check.column), CODES.index(check.code)))
    asked = [check for check in checks if check.may_find]
    judged, raised = tally(tables, _grid(rows, checked, columns, asked, named), listed)
    found = dict(zip((check.id for check in asked), raised, strict=True))
    counted = {
        "table": checked.name,
        "column": [check.column for check in checks],
        "field": [named[check.column] for check in checks],
        "problem": [check.problem for check in checks],
        "found": [found.get(check.id, 0) for check in checks],
    }
    wrong = _suggested(judged.wrong, checks, named)
    return Judged(judged.spread, judged.records, wrong), pd.DataFrame(counted)


def _grid(
    rows: ir.Table, checked: CheckedTable, columns: list[str], asked: list[Check], named: dict[str, str]
) -> Grid:
    """Which cells there are to judge, and which check finds what in them, whatever other checks find."""
    judged = {
        f"c{place}": sought(filled(rows, column), rows, checked.name, column)
        for place, column in enumerate(columns)
    }
    flags = {f"f{k}": condition(rows, check).fill_null(False) for k, check in enumerate(asked)}
    record = rows[checked.id] if checked.id else rows[ROW]
    texts = {f"v{place}": rows[column].cast("string") for place, column in enumerate(columns)}
    beside = {check.column: check.other for check in asked if check.code == CONTRADICTS}
    meant = {
        f"s{place}": together(rows[beside[column]], rows[column])
        if column in beside
        else ibis.null().cast("string")
        for place, column in enumerate(columns)
    }
    return Grid(
        rows.select(IMPORT, ROW, **_whose(rows, checked), **judged, **flags),
        tuple(named[column] for column in columns),
        tuple(Flag(columns.index(check.column), check.problem) for check in asked),
        rows.select(IMPORT, ROW, record_id=record.cast("string"), **texts, **meant),
    )


def _whose(rows: ir.Table, checked: CheckedTable) -> dict[str, ir.Value]:
    nothing = ibis.null().cast("string")
    date = rows[checked.date] if checked.date else None
    return {
        "person": rows[checked.person] if checked.person else nothing,
        "month": ibis.null().cast("int64") if date is None else month_number(date),
        "source": rows[checked.source] if checked.source else nothing,
    }


def month_number(date: ir.TimestampValue) -> ir.IntegerValue:
    """Months since the year 0."""
    return (date.year() * 12 + date.month() - 1).cast("int64")


def _suggested(wrong: pd.DataFrame, checks: list[Check], named: dict[str, str]) -> pd.DataFrame:
    """The wrong cells with what each should probably be, and with what was not understood.

    Where the value of another column decides, the grid gave both together in the place of the suggestion.
    """
    meant = {
        (named[check.column], check.code, value): suggestion
        for check in checks
        if check.code != SWAPPED
        for value, suggestion in check.wrong.items()
    }
    held = {
        (named[check.column], check.code, *place): value
        for check in checks
        for place, value in check.rows.items()
        if check.limit is None
    }
    key = wrong["value"].where(wrong["problem"] != CONTRADICTS, wrong["suggestion"])
    return wrong.assign(
        suggestion=_looked_up(meant, wrong[["field", "problem"]].assign(value=key)).fillna(""),
        value=_looked_up(held, wrong[["field", "problem", "import", "row"]]).fillna(wrong["value"]),
    )


def _looked_up(known: dict[tuple[Any, ...], str], keys: pd.DataFrame) -> pd.Series:
    found = pd.Series(known, dtype="object").reindex(pd.MultiIndex.from_frame(keys)) if known else None
    return pd.Series(None if found is None else found.to_numpy(), index=keys.index, dtype="object")
