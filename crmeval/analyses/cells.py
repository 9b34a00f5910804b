"""Cells judged one by one, and how the wrong ones are spread over fields, people and months."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.tables import IMPORT, ROW, Tables

LISTED = 10_000  # wrong cells kept to look at; all are counted
_WHOSE = ["person", "month", "source"]
_SPREAD = ["field", *_WHOSE, "cells", "wrong"]
_RECORDS = ["cells", "wrong", "records"]
WRONG_COLUMNS = [
    "import", "row", "record_id", *_WHOSE, "field", "value", "problem", "suggestion",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flag:
    """A problem that the cells of one field may have: `place` is the field's position in the grid."""

    place: int
    problem: str


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one table, one row a record, ready to be counted.

    `rows` has `_import`, `_row`, `person`, `month` (months since the year 0), where known `source`, for the
    field at position i `c<i>` 1 where the cell is to be judged, and for the flag at position k `f<k>` 1 where
    the cell has that problem; a flagged cell is judged too. A cell with several flags is told under the first
    of them.
    `record_id`, `v<i>`, what is in the cell, and `s<i>`, what should be, as far as known, are columns of
    `texts` (found by `_import` and `_row`), or of `rows` where there is no `texts`.
    """

    rows: ir.Table
    fields: tuple[str, ...]
    flags: tuple[Flag, ...]
    texts: ir.Table | None = None

    def of(self, place: int) -> list[str]:
        """The flags of a field."""
        return [f"f{k}" for k, flag in enumerate(self.flags) if flag.place == place]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the judged cells.

    `spread`: cells and wrong ones by field, person, month and source; `records`: how many records have so
    many cells and wrong ones; `wrong`: the wrong cells themselves, at most `LISTED`.
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


def joined(parts: Iterable[Judged], listed: int = LISTED) -> Judged:
    """The cells of several tables together."""
    held = [part for part in parts if len(part.spread)]
    if not held:
        return nothing_judged()
    return Judged(
        pd.concat([part.spread for part in held], ignore_index=True),
        pd.concat([part.records for part in held], ignore_index=True),
        pd.concat([part.wrong for part in held], ignore_index=True).head(listed),
    )


def tally(tables: Tables, grid: Grid, listed: int = LISTED) -> tuple[Judged, np.ndarray]:
    """Counts a grid in the engine, and how often each flag was raised (by position).

    The conditions are worked out once and kept; three short questions follow, whatever the size.
    """
    with tables.kept(grid.rows) as rows:
        whose = [name for name in _WHOSE if name in rows.columns]
        counts = tables.frame(rows.group_by(whose).aggregate(**_sums(rows, grid)))
        counts = counts.assign(**dict.fromkeys(set(_WHOSE) - set(whose)))
        raised = np.array([counts[f"f{k}"].sum() for k in range(len(grid.flags))], dtype=np.int64)
        records, wrong = _records(tables, rows, grid), _wrong(tables, rows, grid, raised, listed)
    return Judged(_spread(counts, grid), records, wrong), raised


def _any(rows: ir.Table, names: Sequence[str]) -> ir.IntegerValue:
    """1 where at least one of these columns of 0 and 1 is 1."""
    return ibis.greatest(*(rows[name] for name in names)) if len(names) > 1 else rows[names[0]]


def _sums(rows: ir.Table, grid: Grid) -> dict[str, ir.IntegerScalar]:
    """Judged cells and wrong ones of each field, and flags raised."""
    sums = {f"f{k}": rows[f"f{k}"].sum() for k in range(len(grid.flags))}
    for place in range(len(grid.fields)):
        flags = grid.of(place)
        sums[f"c{place}"] = _any(rows, [f"c{place}", *flags]).sum()
        if flags:
            sums[f"w{place}"] = _any(rows, flags).sum()
    return sums


def _spread(counts: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    places = range(len(grid.fields))
    whose = pd.concat([counts[_WHOSE]] * len(places), ignore_index=True)
    wrong = counts.reindex(columns=[f"w{place}" for place in places], fill_value=0)
    spread = whose.assign(
        field=np.repeat(np.array(grid.fields, dtype=object), len(counts)),
        cells=counts[[f"c{place}" for place in places]].to_numpy("int64").ravel(order="F"),
        wrong=wrong.to_numpy("int64").ravel(order="F"),
    )
    return spread.loc[spread["cells"] > 0, _SPREAD]


def _records(tables: Tables, rows: ir.Table, grid: Grid) -> pd.DataFrame:
    nothing = ibis.literal(0).cast("int32")  # flags are bytes: their sum may not fit in one
    places = range(len(grid.fields))
    cells = sum((_any(rows, [f"c{i}", *grid.of(i)]) for i in places), nothing)
    wrong = sum((_any(rows, grid.of(i)) for i in places if grid.of(i)), nothing)
    sized = rows.select(cells=cells, wrong=wrong)
    return tables.frame(sized.group_by("cells", "wrong").aggregate(records=sized.count())).astype("int64")


def _wrong(tables: Tables, rows: ir.Table, grid: Grid, raised: np.ndarray, limit: int) -> pd.DataFrame:
    """The wrong cells, in the order of the files."""
    flags = [int(k) for k in np.flatnonzero(raised)]
    if not flags:
        return nothing_judged().wrong
    names = [f"f{k}" for k in flags]
    listed = rows.filter(_any(rows, names) > 0).order_by(IMPORT, ROW).limit(limit)
    places = dict.fromkeys(grid.flags[k].place for k in flags)
    shown = ["record_id", *(f"{said}{place}" for place in places for said in "vs")]
    if grid.texts is not None:
        listed = listed.inner_join(grid.texts.select(IMPORT, ROW, *shown), [IMPORT, ROW])
    whose = [name for name in _WHOSE if name in rows.columns]
    known = tables.frame(listed.select(IMPORT, ROW, *whose, *shown, *names))
    known = known.rename(columns={IMPORT: "import", ROW: "row"}).reindex(
        columns=["import", "row", *_WHOSE, *shown, *names]
    )
    parts = []
    for place in places:
        mine = [k for k in flags if grid.flags[k].place == place]
        problem = np.select([known[f"f{k}"] > 0 for k in mine], [grid.flags[k].problem for k in mine], "")
        cells = known.assign(
            field=grid.fields[place], value=known[f"v{place}"], problem=problem, suggestion=known[f"s{place}"]
        )
        parts.append(cells.loc[problem != "", WRONG_COLUMNS])
    found = pd.concat(parts, ignore_index=True).sort_values(["import", "row"], kind="stable")
    return found.head(limit).reset_index(drop=True)
