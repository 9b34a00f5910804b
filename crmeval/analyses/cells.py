"""Cells judged one by one, and how the wrong ones are spread over fields, people and months."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from ibis.expr import types as ir

from crmeval.tables import IMPORT, ROW, Tables

LISTED = 10_000  # wrong cells kept to look at; all are counted
_SPREAD = ["field", "person", "month", "cells", "wrong"]
_RECORDS = ["cells", "wrong", "records"]
WRONG_COLUMNS = ["import", "row", "record_id", "person", "field", "value", "problem", "suggestion"]


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one table, one row a record, ready to be counted.

    `rows` has `_import`, `_row`, `record_id`, `person`, `month` (months since the year 0), and for the field
    at position i: `c<i>` 1 where the cell is judged, `w<i>` the number of its problem (0: none; k: the k-th
    of `problems`), `v<i>` its text and `s<i>` what it should be, as far as known.
    """

    rows: ir.Table
    fields: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the judged cells.

    `spread`: cells and wrong ones by field, person and month; `records`: how many records have so many cells
    and wrong ones; `wrong`: the wrong cells themselves, at most `LISTED`.
    """

    spread: pd.DataFrame
    records: pd.DataFrame
    wrong: pd.DataFrame

    @property
    def cells(self) -> int:
        """Cells judged."""
        return int(self.spread["cells"].sum())

    @property
    def wrong_cells(self) -> int:
        """Cells found wrong."""
        return int(self.spread["wrong"].sum())

    @property
    def record_count(self) -> int:
        """Records with at least one judged cell."""
        return int(self.records.loc[self.records["cells"] > 0, "records"].sum())

    @property
    def clean_records(self) -> int:
        """Records with judged cells of which none is wrong."""
        clean = (self.records["cells"] > 0) & (self.records["wrong"] == 0)
        return int(self.records.loc[clean, "records"].sum())


def nothing_judged() -> Judged:
    """No cells at all."""
    return Judged(
        pd.DataFrame(columns=_SPREAD),
        pd.DataFrame(columns=_RECORDS, dtype="int64"),
        pd.DataFrame(columns=WRONG_COLUMNS),
    )


def joined(parts: Iterable[Judged]) -> Judged:
    """The cells of several tables together."""
    held = [part for part in parts if len(part.spread)]
    if not held:
        return nothing_judged()
    return Judged(
        pd.concat([part.spread for part in held], ignore_index=True),
        pd.concat([part.records for part in held], ignore_index=True),
        pd.concat([part.wrong for part in held], ignore_index=True).head(LISTED),
    )


def tally(tables: Tables, grid: Grid) -> Judged:
    """Counts a grid in the engine: three questions, whatever its size."""
    spread = _spread(tables, grid)
    faulty = set(spread.loc[spread["wrong"] > 0, "field"])
    places = [place for place, field in enumerate(grid.fields) if field in faulty]
    return Judged(spread, _records(tables, grid), _wrong(tables, grid, places))


def _is_wrong(grid: Grid, position: int) -> ir.IntegerValue:
    return (grid.rows[f"w{position}"] > 0).ifelse(1, 0)


def _spread(tables: Tables, grid: Grid) -> pd.DataFrame:
    places = range(len(grid.fields))
    counts = tables.frame(
        grid.rows.group_by("person", "month").aggregate(
            **{f"c{i}": grid.rows[f"c{i}"].sum() for i in places},
            **{f"w{i}": _is_wrong(grid, i).sum() for i in places},
        )
    )
    parts = [
        counts[["person", "month"]].assign(field=field, cells=counts[f"c{i}"], wrong=counts[f"w{i}"])
        for i, field in enumerate(grid.fields)
    ]
    spread = pd.concat(parts, ignore_index=True)[_SPREAD]
    return spread[spread["cells"] > 0].astype({"cells": "int64", "wrong": "int64"})


def _records(tables: Tables, grid: Grid) -> pd.DataFrame:
    places = range(len(grid.fields))
    cells = sum((grid.rows[f"c{i}"] for i in places[1:]), grid.rows["c0"])
    wrong = sum((_is_wrong(grid, i) for i in places[1:]), _is_wrong(grid, 0))
    sized = grid.rows.select(cells=cells, wrong=wrong)
    return tables.frame(sized.group_by("cells", "wrong").aggregate(records=sized.count())).astype("int64")


def _wrong(tables: Tables, grid: Grid, places: list[int]) -> pd.DataFrame:
    """The wrong cells of the fields at these places, in the order of the files."""
    if not places:
        return nothing_judged().wrong
    any_wrong = sum((_is_wrong(grid, i) for i in places[1:]), _is_wrong(grid, places[0])) > 0
    kept = [name for i in places for name in (f"w{i}", f"v{i}", f"s{i}")]
    rows = grid.rows.filter(any_wrong).order_by(IMPORT, ROW).limit(LISTED)
    rows = tables.frame(rows.select(IMPORT, ROW, "record_id", "person", *kept))
    known = rows.rename(columns={IMPORT: "import", ROW: "row"})
    named = dict(enumerate(grid.problems, 1))
    parts = [
        known.assign(
            field=field,
            value=known[f"v{i}"],
            problem=known[f"w{i}"].map(named),
            suggestion=known[f"s{i}"],
        ).loc[known[f"w{i}"] > 0, WRONG_COLUMNS]
        for i, field in ((place, grid.fields[place]) for place in places)
    ]
    listed = pd.concat(parts, ignore_index=True).sort_values(["import", "row"], kind="stable")
    return listed.head(LISTED).reset_index(drop=True)
