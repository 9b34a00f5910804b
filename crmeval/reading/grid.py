"""A grid: the cells of one sheet as text, before anybody knows which row is the header."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.reading import limits

_BLANKS = [chr(code) for code in range(0x80, 0x10000) if chr(code).isspace()]
_BEYOND_ASCII = 0x80
_SPACES = np.arange(256) <= ord(" ")
_MAY_LEAD = _SPACES | np.isin(np.arange(256), [blank.encode()[0] for blank in _BLANKS])
_MAY_TRAIL = _SPACES | np.isin(np.arange(256), [blank.encode()[-1] for blank in _BLANKS])

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column: positions in the grid, from 0."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""(row, column) of the first cell and of the last, counted in the sheet from 0."""


def clipped(ranges: Iterable[Range], corner: tuple[int, int], shape: tuple[int, int]) -> tuple[Merge, ...]:
    """Merged cells as positions in a grid of so many rows and columns that begins at this corner."""
    (top, left), (height, width) = corner, shape
    merges = []
    for (first, from_column), (last, to_column) in ranges:
        box = (first - top, from_column - left, last - top, to_column - left)
        if 0 <= box[0] < height and 0 <= box[1] < width:
            merges.append((box[0], box[1], min(box[2], height - 1), min(box[3], width - 1)))
    return tuple(merges)


def filled_down(merges: Iterable[Merge]) -> Iterator[Merge]:
    """The merged cells to be filled downwards: as many as all cells of a workbook may be, no more."""
    budget = limits.MAX_WORKBOOK_CELLS
    for merge in merges:
        budget -= merge[2] - merge[0]
        if budget > 0:
            yield merge


def stripped(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The texts without white space around them; what is empty then is null."""
    if not any(_may_have_blanks(chunk) for chunk in column.chunks):
        return column
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _may_have_blanks(texts: pa.StringArray) -> bool:
    """Whether a text is empty, or begins or ends with what may be a blank: cheaper than to strip them all."""
    if not len(texts):
        return False
    _, offsets, content = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.intp)
    begin, end = ends[:-1], ends[1:]
    filled = end > begin
    if not filled.all():
        if int(filled.sum()) < len(texts) - texts.null_count:
            return True
        begin, end = begin[filled], end[filled]
    letters = np.frombuffer(content or b"", np.uint8)
    return _any(letters.take(begin), _MAY_LEAD) or _any(letters.take(end - 1), _MAY_TRAIL)


def _any(letters: np.ndarray, marked: np.ndarray) -> bool:
    """Whether one of these bytes is marked; where none is a blank or above ASCII they are not looked up."""
    if not len(letters) or (letters.min() > ord(" ") and letters.max() < _BEYOND_ASCII):
        return False
    return bool(marked[letters].any())


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet.

    Attributes:
        columns: all of one length; texts stripped, empty cells null.
        rows: the row number that a person sees, of each row.
        widths: how many cells the file has in each row, where the format says so (csv), otherwise empty.
        merges: cells merged in the sheet; the cells merged downwards are filled already.
        ragged: (row, text) of rows with more cells than any row near the top, which are no part of `columns`.
    """

    columns: tuple[pa.ChunkedArray, ...]
    rows: np.ndarray
    widths: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    merges: tuple[Merge, ...] = ()
    ragged: tuple[tuple[int, str], ...] = ()

    def head(self, length: int) -> list[list[str]]:
        """The first rows as lists, empty cells as empty texts."""
        columns = [column.slice(0, length).to_pylist() for column in self.columns]
        return [[cell or "" for cell in row] for row in zip(*columns, strict=True)]

    def row(self, position: int) -> list[str]:
        """The filled cells of one row."""
        return [cell for column in self.columns if (cell := column[int(position)].as_py())]

    def said(self, positions: np.ndarray, longest: int) -> list[str]:
        """The filled cells of each of these rows in one text, cut after so many characters."""
        if not len(positions):
            return []
        places = pa.array(positions)
        cells = [pc.utf8_slice_codeunits(column.take(places), 0, longest) for column in self.columns]
        joined = pc.binary_join_element_wise(*cells, "; ", null_handling="skip")
        return pc.utf8_slice_codeunits(joined, 0, longest).to_pylist()

    def filled(self) -> np.ndarray:
        """How many cells of each row are filled."""
        gaps = [column for column in self.columns if column.null_count]
        count = np.full(len(self.rows), len(self.columns) - len(gaps), np.int32)
        for column in gaps:
            count += column.is_valid().to_numpy(zero_copy_only=False)
        return count


def from_rows(rows: Sequence[Sequence[str | None]], numbers: Sequence[int], width: int) -> Grid:
    """A grid of rows that may be shorter than `width`; they are filled up with empty cells."""
    full = [(*row, *[None] * (width - len(row))) for row in rows]
    columns = zip(*full, strict=True) if full else [()] * width
    texts = tuple(stripped(pa.chunked_array([pa.array(column, pa.string())])) for column in columns)
    return Grid(texts, np.asarray(numbers, np.int64), np.array([len(row) for row in rows], np.int64))
