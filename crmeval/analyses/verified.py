"""Records checked against reality: which entered cells are true."""

import re
from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir
from scipy.optimize import linear_sum_assignment

from crmeval.analyses.cells import Flag, Grid, Judged, tally
from crmeval.analyses.checks.columns import CheckedTable, checkable, header, headers, is_text
from crmeval.analyses.checks.run import month_number
from crmeval.analyses.verified_cells import cell_by_cell
from crmeval.analyses.verified_model import BY_ID, BY_ORDER, Verified, differs
from crmeval.tables import IMPORT, ROW, Tables

_ALIKE = 0.3  # of a pair's cells must be equal for two columns of different names to be the same one
_SAME_PLACE = 0.01  # decides between columns that are equally alike
_NOT_COMPARED = {
    ROW, IMPORT, "entered_at", "checked_by", "checked_at", "field", "entered", "actual", "verdict", "stratum",
    "weight",
}  # fmt: skip


def verify(tables: Tables) -> Verified | None:
    """The verified records compared; None where none can be matched with what was entered."""
    if tables.has("verified", "field", "entered", "actual") or tables.has("verified", "field", "verdict"):
        return cell_by_cell(tables)
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
    grid = _grid(joined, records, pairs, names)
    with tables.kept(grid.rows) as rows:
        found, _ = tally(tables, replace(grid, rows=rows))
        checked = tables.frame(rows.select(**{"import": rows[IMPORT], "row": rows[ROW]}, id=rows.record_id))
        wrong = sum(rows[f"f{place}"].ifelse(1, 0) for place in range(len(names)))
        sized = rows.select("person", cells=ibis.literal(len(names)), wrong=wrong)
        people = tables.frame(sized.group_by("person", "cells", "wrong").agg(records=sized.count()))
    return Verified(
        found,
        how,
        matched,
        max(tables.count("verified") - matched, 0),
        pd.DataFrame({"field": names, "verified_column": truths}),
        _by_field(found),
        people.assign(stratum="", weight=np.nan),
        checked[["import", "row"]],
        tuple(checked["id"].astype(str)) if how == BY_ID else None,
        tuple(header(tables, "verified", column) for column in unpaired),
    )


def _by_field(judged: Judged) -> pd.DataFrame:
    """The wrong and the right cells of each field, one to a record."""
    totals = judged.spread.groupby("field", as_index=False)[["cells", "wrong"]].sum()
    parts = (
        totals.assign(records=totals["wrong"], wrong=1),
        totals.assign(records=totals["cells"] - totals["wrong"], wrong=0),
    )
    return pd.concat(parts, ignore_index=True).assign(cells=1, stratum="", weight=np.nan)


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
                f"e{i}_{j}": (~differs(joined[one], joined[f"t_{other}"])).ifelse(1, 0).sum()
                for i, one in enumerate(left)
                for j, other in enumerate(right)
            }
        )
    )
    shares = equal.to_numpy(dtype=float).reshape(len(left), len(right)) / rows
    places = np.abs(np.arange(len(left))[:, None] - np.arange(len(right))[None, :]) == 0
    best = linear_sum_assignment(shares + _SAME_PLACE * places, maximize=True)
    return {left[i]: right[j] for i, j in zip(*best, strict=True) if shares[i, j] >= _ALIKE}


def _grid(joined: ir.Table, records: CheckedTable, pairs: list[tuple[str, str]], names: list[str]) -> Grid:
    cells: dict[str, ir.Value] = {}
    for position, (entered, actual) in enumerate(pairs):
        cells[f"c{position}"] = ibis.literal(True)
        cells[f"f{position}"] = differs(joined[entered], joined[f"t_{actual}"]).fill_null(False)
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
