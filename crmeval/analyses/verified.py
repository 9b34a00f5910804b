"""Records checked against reality: which entered cells are true."""

import re
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir
from scipy.optimize import linear_sum_assignment

from crmeval.analyses.cells import LISTED, WRONG_COLUMNS, Flag, Grid, Judged, tally
from crmeval.analyses.checks.columns import CheckedTable, checkable, header, headers, is_text
from crmeval.analyses.checks.run import month_number
from crmeval.tables import IMPORT, ROW, Tables

BY_ID, BY_ORDER, BY_CELL = "by_id", "by_order", "by_cell"
_ALIKE = 0.3  # of a pair's cells must be equal for two columns of different names to be the same one
_SAME_PLACE = 0.01  # decides between columns that are equally alike
_NOT_COMPARED = {ROW, IMPORT, "entered_at", "checked_by", "field", "entered", "actual"}


@dataclass(frozen=True, slots=True)
class Verified:
    """Cells compared with the truth, and how records and columns found each other.

    `pairs`: header in the records and in the verified file; `matched`: verified rows that found their
    record; `unmatched`: those that did not; `unpaired`: columns of the verified file left out.
    """

    judged: Judged
    how: str
    matched: int
    unmatched: int
    pairs: pd.DataFrame
    unpaired: tuple[str, ...] = ()


def verify(tables: Tables) -> Verified | None:
    """The verified records compared; None where none can be matched with what was entered."""
    if tables.has("verified", "field", "entered", "actual"):
        return _cell_by_cell(tables)
    if "verified" not in tables or "records" not in tables:
        return None
    for how, joined in (
        (BY_ID, _joined_by_id(tables)),
        (BY_ORDER, _joined_by_order(tables)),
    ):
        if joined is not None and (matched := int(tables.value(joined.count()) or 0)):
            return _compared(tables, joined, how, matched)
    return None


def _compared(tables: Tables, joined: ir.Table, how: str, matched: int) -> Verified | None:
    pairs, unpaired = _paired(tables, joined, matched)
    if not pairs:
        return None
    judged = checkable(tables)
    records = next(one for one in judged if one.name == "records")
    called = headers(tables, records, judged)
    names = [called[entered] for entered, _ in pairs]
    truths = [header(tables, "verified", actual) for _, actual in pairs]
    return Verified(
        tally(tables, _grid(joined, records, pairs, names))[0],
        how,
        matched,
        max(tables.count("verified") - matched, 0),
        pd.DataFrame({"field": names, "verified_column": truths}),
        tuple(header(tables, "verified", column) for column in unpaired),
    )


def _truth(tables: Tables, **key: ir.Value) -> ir.Table:
    rows = tables["verified"]
    return rows.select(**key, **{f"t_{column}": rows[column] for column in rows.columns})


def _joined_by_id(tables: Tables) -> ir.Table | None:
    """Each verified row beside the first record of its id."""
    if not tables.has("verified", "record_id"):
        return None
    rows = tables["records"].mutate(key=tables["records"].record_id.strip())
    number = ibis.row_number().over(ibis.window(group_by=rows.key, order_by=[rows[IMPORT], rows[ROW]]))
    first = rows.mutate(number=number).filter(lambda table: table.number == 0).drop("number")
    return first.inner_join(_truth(tables, key=tables["verified"].record_id.strip()), "key")


def _joined_by_order(tables: Tables) -> ir.Table | None:
    """The verified rows beside the records in the order of their files, where both have as many."""
    if tables.count("verified") != tables.count("records"):
        return None
    in_order = {
        name: ibis.row_number().over(ibis.window(order_by=[tables[name][IMPORT], tables[name][ROW]]))
        for name in ("records", "verified")
    }
    rows = tables["records"].mutate(key=in_order["records"])
    return rows.inner_join(_truth(tables, key=in_order["verified"]), "key")


def _paired(tables: Tables, joined: ir.Table, rows: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Columns of the records with those of the verified file: by header, then by equal values."""
    entered, actual = _comparable(tables, "records"), _comparable(tables, "verified")
    spelt = {_plain(header(tables, "verified", column)): column for column in actual}
    pairs = {
        column: spelt[name]
        for column in entered
        if (name := _plain(header(tables, "records", column))) in spelt
    }
    left = [column for column in entered if column not in pairs]
    right = [column for column in actual if column not in pairs.values()]
    if left and right:
        pairs |= _paired_by_values(tables, joined, left, right, rows)
    unpaired = [column for column in actual if column not in pairs.values()]
    return [(column, pairs[column]) for column in entered if column in pairs], unpaired


def _comparable(tables: Tables, name: str) -> list[str]:
    """The columns of text that hold anything, in the order of the user's file as far as it is known."""
    rows = tables[name]
    fields = [
        column
        for column in rows.columns
        if column not in _NOT_COMPARED and tables.has(name, column) and is_text(rows, column)
    ]
    return sorted(fields, key=lambda column: (column in tables.labels(name), fields.index(column)))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _paired_by_values(
    tables: Tables, joined: ir.Table, left: list[str], right: list[str], rows: int
) -> dict[str, str]:
    equal = tables.frame(
        joined.aggregate(
            **{
                f"e{i}_{j}": (~_differs(joined[one], joined[f"t_{other}"])).ifelse(1, 0).sum()
                for i, one in enumerate(left)
                for j, other in enumerate(right)
            }
        )
    )
    shares = equal.to_numpy(dtype=float).reshape(len(left), len(right)) / rows
    places = np.abs(np.arange(len(left))[:, None] - np.arange(len(right))[None, :]) == 0
    best = linear_sum_assignment(shares + _SAME_PLACE * places, maximize=True)
    return {left[i]: right[j] for i, j in zip(*best, strict=True) if shares[i, j] >= _ALIKE}


def _differs(entered: ir.StringValue, actual: ir.StringValue) -> ir.BooleanValue:
    """Whether two cells differ; empty and blank are the same, spaces around a value mean nothing."""
    return entered.fill_null("").strip() != actual.fill_null("").strip()


def _grid(joined: ir.Table, records: CheckedTable, pairs: list[tuple[str, str]], names: list[str]) -> Grid:
    cells: dict[str, ir.Value] = {}
    for position, (entered, actual) in enumerate(pairs):
        cells[f"c{position}"] = ibis.literal(1)
        cells[f"f{position}"] = _differs(joined[entered], joined[f"t_{actual}"]).ifelse(1, 0)
        cells[f"v{position}"] = joined[entered]
        cells[f"s{position}"] = joined[f"t_{actual}"]
    rows = joined.select(
        IMPORT,
        ROW,
        "record_id",
        person=joined["entered_by"],
        month=month_number(joined["entered_at"]) if records.date else ibis.null().cast("int64"),
        **cells,
    )
    return Grid(rows, tuple(names), tuple(Flag(place, "not_true") for place in range(len(names))))


def _cell_by_cell(tables: Tables) -> Verified:
    """Each row is one checked cell: its field, what was entered, what is true."""
    rows = tables["verified"].filter(tables["verified"].field.notnull())
    rows = rows.mutate(differs=_differs(rows.entered, rows.actual).ifelse(1, 0))
    rows = _with_person(tables, rows)
    spread = tables.frame(
        rows.group_by("field", "person", "month").aggregate(cells=rows.count(), wrong=rows.differs.sum())
    )
    whose = rows.record_id.fill_null(rows[ROW].cast("string"))
    by_record = rows.group_by(whose=whose).aggregate(cells=rows.count(), wrong=rows.differs.sum())
    records = tables.frame(by_record.group_by("cells", "wrong").aggregate(records=by_record.count()))
    wrong = tables.frame(rows.filter(rows.differs > 0).order_by(IMPORT, ROW).limit(LISTED))
    wrong = wrong.rename(columns={IMPORT: "import", ROW: "row", "entered": "value", "actual": "suggestion"})
    judged = Judged(
        spread.astype({"cells": "int64", "wrong": "int64"}),
        records.astype("int64"),
        wrong.assign(problem="not_true")[WRONG_COLUMNS],
    )
    return Verified(judged, BY_CELL, judged.record_count, 0, pd.DataFrame())


def _with_person(tables: Tables, rows: ir.Table) -> ir.Table:
    if not (tables.has("records", "record_id") and tables.has("verified", "record_id")):
        return rows.mutate(person=ibis.null().cast("string"), month=ibis.null().cast("int64"))
    entered = tables["records"]
    known = entered.group_by("record_id").aggregate(
        person=entered.entered_by.max(), month=month_number(entered.entered_at).max()
    )
    return rows.left_join(known, "record_id").drop("record_id_right")
