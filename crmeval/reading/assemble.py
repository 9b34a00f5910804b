"""A grid becomes a sheet: header named, empty columns dropped, rows that are no data set aside."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from crmeval.reading import rest
from crmeval.reading.grid import Grid
from crmeval.reading.header import HEAD, Header, find_header, unique_names
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

RAGGED = "ragged"
_LONGEST_VALUE = 200
_LISTED = 10


def sheet_of(file: str, name: str, grid: Grid, notes: Sequence[Text] = ()) -> Sheet:
    """The sheet of a grid; without rows where nothing stands beneath a header.

    A row with filled cells beyond the header is set aside as ragged, unless most rows have such cells: then
    these columns are kept under the names `column 5`, `column 6`.
    """
    head = grid.head(HEAD) or [[""] * len(grid.columns)]
    header = find_header(head, grid.merges)
    filled = grid.filled()
    kept = np.flatnonzero(filled)
    kept = kept[kept >= header.end]
    apart = dict(rest.not_data(grid, kept, head[header.first : header.end]))
    kept = _without(kept, *apart.values())
    apart[RAGGED] = _overflowing(grid, header, kept)
    kept = _without(kept, apart[RAGGED])
    table, rows = _taken(grid, kept), grid.rows[kept]
    table, dropped = _without_empty(table.rename_columns(unique_names(header.names)))
    return Sheet(
        file, name, table, rows, _set_aside(grid, header, apart),
        (*notes, *_notes(grid, header, kept, table, dropped)),
    )  # fmt: skip


def named_sheet(file: str, grid: Grid, names: Sequence[str]) -> Sheet:
    """The sheet of a format that names its columns itself."""
    header = Header(0, 0, tuple(names))
    kept = np.flatnonzero(grid.filled())
    table, dropped = _without_empty(_taken(grid, kept).rename_columns(unique_names(names)))
    notes = [_empty_columns(dropped)] if dropped else []
    return Sheet(file, "", table, grid.rows[kept], _set_aside(grid, header, {}), tuple(notes))


def _without(kept: np.ndarray, *gone: np.ndarray) -> np.ndarray:
    positions = np.concatenate([*gone, kept[:0]])
    return kept[~np.isin(kept, positions)] if len(positions) else kept


def _taken(grid: Grid, kept: np.ndarray) -> pa.Table:
    table = pa.table(list(grid.columns), names=[str(position) for position in range(len(grid.columns))])
    if len(kept) and kept[-1] - kept[0] + 1 == len(kept):
        return table.slice(int(kept[0]), len(kept))
    return table.take(pa.array(kept, pa.int64()))


def _overflowing(grid: Grid, header: Header, kept: np.ndarray) -> np.ndarray:
    """Positions of the few rows that have filled cells beyond the header of a text file."""
    if not header.length or not len(grid.widths):
        return np.empty(0, np.int64)
    width = int(grid.widths[header.first : header.end].max())
    beyond = np.zeros(len(grid.rows), bool)
    for column in grid.columns[width:]:
        beyond |= column.is_valid().to_numpy(zero_copy_only=False)
    overflowing = kept[beyond[kept]]
    return overflowing if 2 * len(overflowing) <= len(kept) else np.empty(0, np.int64)


def _without_empty(table: pa.Table) -> tuple[pa.Table, list[str]]:
    empty = [name for name in table.column_names if table[name].null_count == table.num_rows]
    return (table.drop_columns(empty), empty) if table.num_rows else (table, [])


def _set_aside(grid: Grid, header: Header, apart: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The rows that are no data: number, reason, what stands in them."""
    top = int(grid.rows[header.end - 1]) if header.length else 0
    frames = [
        pd.DataFrame({"row": grid.rows[at], "reason": why, "value": grid.said(at, _LONGEST_VALUE)})
        for why, at in apart.items()
    ]
    ragged = [(row, RAGGED, value[:_LONGEST_VALUE]) for row, value in grid.ragged if row > top]
    frames.append(pd.DataFrame(ragged, columns=["row", "reason", "value"]))
    frame = pd.concat(frames).astype({"row": "int64", "reason": "str", "value": "str"})
    return frame.sort_values("row", kind="stable", ignore_index=True)


def _notes(
    grid: Grid, header: Header, kept: np.ndarray, table: pa.Table, dropped: Sequence[str]
) -> list[Text]:
    notes = []
    if not header.length:
        notes.append(text("reading.notes.no_header"))
    elif header.length > 1:
        first, last = (int(row) for row in grid.rows[[header.first, header.end - 1]])
        notes.append(text("reading.notes.two_row_header", first=first, last=last))
    elif header.first and grid.filled()[: header.first].any():
        notes.append(text("reading.notes.header_row", row=int(grid.rows[header.first])))
    if dropped:
        notes.append(_empty_columns(dropped))
    doubles = [
        name for name, said in zip(unique_names(header.names), header.names, strict=True)
        if said and name != " ".join(said.split()) and name in table.column_names
    ]  # fmt: skip
    if doubles:
        notes.append(text("reading.notes.double_headers", n=len(doubles), names=listed(doubles)))
    if header.length and len(grid.widths):
        wide = int(grid.widths[header.first])
        if short := int((grid.widths[kept] < wide).sum()):
            notes.append(text("reading.notes.padded", n=short))
    return notes


def _empty_columns(names: Sequence[str]) -> Text:
    return text("reading.notes.empty_columns", n=len(names), names=listed(names))


def listed(names: Sequence[object]) -> str:
    """Names with commas between, the first few of many."""
    shown = ", ".join(map(str, names[:_LISTED]))
    return f"{shown}, …" if len(names) > _LISTED else shown
