"""Text files (csv, tsv, txt) to a grid: columnar with Arrow, line by line only where quotes are broken."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from crmeval.reading import encoding as encodings
from crmeval.reading import limits, progress
from crmeval.reading.dialect import SPACES, Dialect, dialect_of
from crmeval.reading.grid import Grid, from_rows, stripped
from crmeval.reading.mending import filled_up, mended
from crmeval.reading.records import cells_of, tolerant_records
from crmeval.words import Text, text

_BLOCK = 4 * 1024 * 1024
_PIECE = 256 * 1024  # stays in the processor's cache
_BATCH = 50_000
_TOLERANT = 4  # times as fast as mending are lines of which most have no quotes
_DECODED, _SPLIT = 0.3, 0.8  # of the work, when the text is decoded and when its records are split
_SHOWN = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar", SPACES: "spaces"}


def read_delimited(file: str, data: bytes) -> tuple[Grid, tuple[Text, ...]]:
    """The grid of a text file, and what was decided about encoding and separator.

    Row numbers are lines of the file; a record that runs over several lines has the number of its first.

    Raises:
        ReadingError: the file has more rows or columns than `limits` allows.
    """
    plain, notes = _plain(data, encodings.encoding_of(data))
    dialect = dialect_of(plain)
    lines = _count(plain, b"\n")
    limits.check_shape(file, lines, dialect.width)
    limits.check_filling(file, lines * dialect.width, len(plain))
    if dialect.delimiter in _SHOWN:
        shown = text(f"reading.delimiter.{_SHOWN[dialect.delimiter]}")
        notes = (*notes, text("reading.notes.delimiter", delimiter=shown))
    if dialect.delimiter == SPACES:
        bare = (line.strip(b" \t") for line in plain.split(b"\n"))
        plain = re.sub(rb"[ \t]+", b"\t", b"\n".join(bare))
        dialect = Dialect("\t", dialect.width)
    progress.report(_DECODED)
    return _parse(file, plain[dialect.start :] if dialect.start else plain, dialect), notes


def _plain(data: bytes, encoding: str) -> tuple[bytes, tuple[Text, ...]]:
    """UTF-8 with line feeds and without zero bytes."""
    plain = encodings.as_utf8(data, encoding)
    notes = [text("reading.notes.encoding", encoding=encodings.NAMES[encoding])]
    damaged = 0 if encoding == "utf-8" else plain.count("\ufffd".encode())
    if damaged:
        notes.append(text("reading.notes.damaged_letters", n=damaged))
    if b"\0" in plain:
        notes.append(text("reading.notes.zero_bytes", n=plain.count(b"\0")))
        plain = plain.replace(b"\0", b"")
    if b"\r" in plain:
        plain = plain.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return plain.removesuffix(b"\x1a"), tuple(notes)


def _parse(file: str, plain: bytes, dialect: Dialect) -> Grid:
    quotes = _count(plain, b'"')
    grid = None if quotes % 2 else _split(file, plain, dialect, quoted=quotes > 0)
    if grid is None:
        grid = _split(file, mended(file, plain, dialect), dialect, quoted=True)
    if grid is None:
        limits.check_broken(file, _count(plain, b"\n") // _TOLERANT)
        grid = _tolerant(plain, dialect)
    return grid


def _split(file: str, plain: bytes, dialect: Dialect, *, quoted: bool) -> Grid | None:
    """The grid of a text whose quotes make sense; None where they do not."""
    widths = None
    try:
        try:
            columns, misfits = _arrow_columns(plain, dialect, quoted=quoted)
        except _MisfitsError:
            plain, widths = filled_up(file, plain, dialect)
            columns, misfits = _arrow_columns(plain, dialect, quoted=quoted)
    except (pa.ArrowInvalid, _MisfitsError):  # a record longer than two blocks, or quotes that never close
        return None
    progress.report(_SPLIT)
    feeds, swallowed = np.zeros(len(columns[0]), np.int64), False
    if _count(plain, b"\n") + (not plain.endswith(b"\n")) > len(feeds) + len(misfits):
        feeds, swallowed = _line_feeds(columns, dialect)
    if swallowed or any("\n" in record for _, record in misfits):
        return None
    grid = _grid(columns, misfits, feeds, dialect)
    return grid if widths is None or len(widths) != len(grid.rows) else replace(grid, widths=widths)


class _MisfitsError(Exception):
    """More records than one can deal with singly have too few or too many cells."""


def _count(data: bytes, byte: bytes) -> int:
    """How often a frequent byte occurs, several times faster than bytes.count."""
    codes = np.frombuffer(data, np.uint8)
    pieces = range(0, len(codes), _PIECE)
    return sum(int(np.count_nonzero(codes[at : at + _PIECE] == byte[0])) for at in pieces)


def _arrow_columns(
    plain: bytes, dialect: Dialect, *, quoted: bool
) -> tuple[list[pa.ChunkedArray], list[tuple[int, str]]]:
    """The records as wide as the widest near the top; of the others (position, text)."""
    names = [str(position) for position in range(dialect.width)]
    misfits: list[tuple[int, str]] = []

    def set_apart(row: pacsv.InvalidRow) -> str:
        misfits.append((row.number - 1, row.text))
        return "skip" if len(misfits) <= limits.MAX_MISFITS else "error"

    try:
        table = _read_csv(plain, dialect, names, set_apart, quoted=quoted)
    except pa.ArrowInvalid as error:
        if len(misfits) > limits.MAX_MISFITS:
            raise _MisfitsError from error
        raise
    return table.columns, misfits


def _read_csv(
    plain: bytes, dialect: Dialect, names: Sequence[str], set_apart: Callable[[Any], str], *, quoted: bool
) -> pa.Table:
    return pacsv.read_csv(
        pa.BufferReader(plain),
        read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
        parse_options=pacsv.ParseOptions(
            delimiter=dialect.delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted,
            ignore_empty_lines=False, invalid_row_handler=set_apart,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True,
            quoted_strings_can_be_null=True, check_utf8=False,
        ),
    )  # fmt: skip


def _line_feeds(columns: Sequence[pa.ChunkedArray], dialect: Dialect) -> tuple[np.ndarray, bool]:
    """Line feeds inside the cells of each record, and whether a cell seems to have swallowed records."""
    feeds = np.zeros(len(columns[0]), np.int64)
    swallowed = False
    for column in columns:
        inside = pc.fill_null(pc.count_substring(column, "\n"), 0)
        if not pc.max(inside).as_py():
            continue
        feeds += inside.to_numpy()
        several = column.filter(pc.greater(inside, 0))
        separators = pc.max(pc.count_substring(several, dialect.delimiter)).as_py()
        swallowed |= separators >= max(1, dialect.width - 1)
    return feeds, swallowed


def _grid(
    columns: Sequence[pa.ChunkedArray],
    misfits: Sequence[tuple[int, str]],
    feeds: np.ndarray,
    dialect: Dialect,
) -> Grid:
    """All records in the order of the file, the short ones filled up, each with its line number."""
    lines = np.ones(len(feeds) + len(misfits), np.int64)
    fits = np.ones(len(lines), bool)
    for position, record in misfits:
        fits[position] = False
        lines[position] += record.count("\n")
    lines[fits] += feeds
    rows = dialect.first_row + np.cumsum(lines) - lines
    fitting = Grid(
        tuple(stripped(column) for column in columns), rows[fits], np.full(len(feeds), dialect.width)
    )
    split = [(int(rows[position]), cells_of(record, dialect.delimiter)) for position, record in misfits]
    return _joined([fitting, _fitted(split, dialect.width)])


def _tolerant(plain: bytes, dialect: Dialect) -> Grid:
    lines = plain.decode("utf-8", "replace").split("\n")
    records = (
        (dialect.first_row + position, cells)
        for position, cells in tolerant_records(lines, dialect.delimiter, dialect.width)
    )
    grids = []
    while batch := list(islice(records, _BATCH)):
        grids.append(_fitted(batch, dialect.width))
    return _joined(grids)


def _fitted(records: Iterable[tuple[int, list[str]]], width: int) -> Grid:
    """A grid of `width` columns: short records filled up, those with filled cells beyond it kept apart."""
    numbers, kept, ragged = [], [], []
    for number, cells in records:
        if any(cell.strip() for cell in cells[width:]):
            ragged.append((number, "; ".join(cell.strip() for cell in cells if cell.strip())))
        else:
            numbers.append(number)
            kept.append(cells[:width])
    grid = from_rows(kept, numbers, width)
    return Grid(grid.columns, grid.rows, grid.widths, ragged=tuple(ragged))


def _joined(grids: Sequence[Grid]) -> Grid:
    """One grid with the rows of all in the order of their numbers."""
    filled = [grid for grid in grids if len(grid.rows)] or list(grids[:1])
    rows = np.concatenate([grid.rows for grid in filled])
    widths = np.concatenate([grid.widths for grid in filled])
    columns = [
        pa.chunked_array([chunk for grid in filled for chunk in grid.columns[position].chunks], pa.string())
        for position in range(len(filled[0].columns))
    ]
    if (np.diff(rows) < 0).any():
        order = np.argsort(rows, kind="stable")
        rows, widths = rows[order], widths[order]
        columns = [column.take(pa.array(order)) for column in columns]
    return Grid(tuple(columns), rows, widths, ragged=tuple(row for grid in grids for row in grid.ragged))
