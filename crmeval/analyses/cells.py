"""Cells judged one by one, and how the wrong ones are spread over fields, people and months."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add, or_

import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.tables import IMPORT, ROW, Tables

LISTED = 10_000  # wrong cells kept to look at; all are counted
_WHOSE = ["person", "month", "source"]
_SPREAD = ["field", *_WHOSE, "cells", "wrong"]
_RECORDS = ["cells", "wrong", "records"]
_BITS = 60  # that one whole number holds, with room for its sign
_WORDS, _WORD = {"c": "cells", "f": "flags"}, re.compile(r"(cells|flags)\d+")
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
    field at position i `c<i>`, whether the cell is to be judged, and for the flag at position k `f<k>`,
    whether the cell has that problem; a flagged cell is judged too. A cell with several flags is told under
    the first of them.
    `record_id`, `v<i>`, what is in the cell, and `s<i>`, what should be, as far as known, are columns of
    `texts` (found by `_import` and `_row`), or of `rows` where there is no `texts`.
    """

    rows: ir.Table
    fields: tuple[str, ...]
    flags: tuple[Flag, ...]
    texts: ir.Table | None = None

    def of(self, place: int) -> list[int]:
        """The flags of a field, by position."""
        return [k for k, flag in enumerate(self.flags) if flag.place == place]

    @property
    def whose(self) -> list[str]:
        """What is known of whose the rows are."""
        return [name for name in _WHOSE if name in self.rows.columns]


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

    The conditions are worked out once, each row's as bits of whole numbers; as most rows are alike, what the
    engine hands out is short, whatever the size.
    """
    with tables.kept(_packed(grid)) as rows:
        words = [name for name in rows.columns if _WORD.fullmatch(name)]
        alike = tables.frame(rows.group_by([*grid.whose, *words]).aggregate(n=rows.count()))
        raised = np.array([alike.loc[_bit(alike, "f", k), "n"].sum() for k in range(len(grid.flags))], int)
        wrong = _wrong(tables, rows, grid, raised, listed)
    spread, records = _spread_and_records(alike, grid)
    return Judged(spread, records, wrong), raised


def _packed(grid: Grid) -> ir.Table:
    """The rows with what is judged in `cells<j>` and the flags in `flags<j>`, many in each number."""
    words = {
        f"{_WORDS[what]}{word}": reduce(
            add,
            (
                grid.rows[f"{what}{k}"].ifelse(1 << (k % _BITS), 0)
                for k in range(size)[word * _BITS :][:_BITS]
            ),
        ).cast("int64")
        for what, size in (("c", len(grid.fields)), ("f", len(grid.flags)))
        for word in range(-(-size // _BITS))
    }
    texts = [] if grid.texts is not None else _texts(range(len(grid.fields)))
    return grid.rows.select(IMPORT, ROW, *grid.whose, *texts, **words)


def _bit(rows: pd.DataFrame, what: str, k: int) -> np.ndarray:
    """Where a cell is to be judged (`c`), or a flag is raised (`f`), read from the packed numbers."""
    word, bit = divmod(k, _BITS)
    return np.asarray(rows[f"{_WORDS[what]}{word}"].to_numpy() >> bit & 1, dtype=bool)


def _texts(places: Iterable[int]) -> list[str]:
    return ["record_id", *(f"{said}{place}" for place in places for said in "vs")]


def _spread_and_records(alike: pd.DataFrame, grid: Grid) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells and wrong ones of each field by whose they are; how many records have so many of each."""
    n = alike["n"].to_numpy("int64")
    whose = alike.reindex(columns=_WHOSE)
    group = whose.groupby(_WHOSE, dropna=False, sort=False).ngroup().to_numpy()
    first = whose[~pd.Series(group, index=whose.index).duplicated()]
    parts, sizes = [], {"cells": np.zeros(len(n), "int64"), "wrong": np.zeros(len(n), "int64")}
    for place, field in enumerate(grid.fields):
        wrong = np.zeros(len(n), dtype=bool)
        for k in grid.of(place):
            wrong |= _bit(alike, "f", k)
        counted = {"cells": wrong | _bit(alike, "c", place), "wrong": wrong}
        sums = {
            name: np.bincount(group, n * met, len(first)).astype("int64") for name, met in counted.items()
        }
        parts.append(first.assign(field=field, **sums))
        for name, met in counted.items():
            sizes[name] += met
    spread = pd.concat(parts, ignore_index=True)
    records = pd.DataFrame({**sizes, "records": n}).groupby(["cells", "wrong"], as_index=False).sum()
    return spread.loc[spread["cells"] > 0, _SPREAD], records


def _wrong(tables: Tables, rows: ir.Table, grid: Grid, raised: np.ndarray, limit: int) -> pd.DataFrame:
    """The wrong cells, in the order of the files."""
    flags = [int(k) for k in np.flatnonzero(raised)]
    if not flags:
        return nothing_judged().wrong
    words = sorted({f"{_WORDS['f']}{k // _BITS}" for k in flags})
    listed = rows.filter(reduce(or_, (rows[word] != 0 for word in words))).order_by(IMPORT, ROW).limit(limit)
    places = dict.fromkeys(grid.flags[k].place for k in flags)
    if grid.texts is not None:
        listed = listed.inner_join(grid.texts.select(IMPORT, ROW, *_texts(places)), [IMPORT, ROW])
    known = tables.frame(listed.select(IMPORT, ROW, *grid.whose, *_texts(places), *words))
    known = known.rename(columns={IMPORT: "import", ROW: "row"}).reindex(
        columns=["import", "row", *_WHOSE, *_texts(places), *words]
    )
    parts = []
    for place in places:
        mine = [k for k in flags if grid.flags[k].place == place]
        problem = np.select([_bit(known, "f", k) for k in mine], [grid.flags[k].problem for k in mine], "")
        cells = known.assign(
            field=grid.fields[place], value=known[f"v{place}"], problem=problem, suggestion=known[f"s{place}"]
        )
        parts.append(cells.loc[problem != "", WRONG_COLUMNS])
    found = pd.concat(parts, ignore_index=True).sort_values(["import", "row"], kind="stable")
    return found.head(limit).reset_index(drop=True)
