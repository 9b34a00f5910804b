"""Workbooks (xlsx, xlsm, xls, ods) to grids: every cell as the shortest text that says it exactly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from io import BytesIO
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine

from crmeval.errors import ReadingError
from crmeval.reading import biff, limits, opendocument, progress, workbook
from crmeval.reading.assemble import listed
from crmeval.reading.grid import Grid, Merge, clipped, filled_down, stripped
from crmeval.reading.header import HEAD
from crmeval.reading.kind import ODS, XLS, XLSX
from crmeval.reading.plain import read_plain
from crmeval.reading.said import say_duration, say_moments, say_numbers
from crmeval.words import Text, text

_INSPECT = {XLSX: workbook.inspect, ODS: opendocument.inspect, XLS: biff.inspect}
_INSPECTED = 0.3  # of the work, when a workbook is inspected
_PARSED = 0.5  # of the work on a sheet, when it is parsed


def read_workbook(file: str, data: bytes, kind: str) -> Iterator[tuple[str, Grid, tuple[Text, ...]]]:
    """Name, grid and notes of every visible sheet that holds anything.

    Raises:
        ReadingError: damaged, protected with a password, or more than `limits` allows.
    """
    if kind == XLSX and (plain_book := read_plain(file, data)) is not None:
        notes = tuple(_book_notes(plain_book.facts, plain_book.hidden))
        for name, grid in plain_book.grids.items():
            yield name, grid, (*_fact_notes(plain_book.facts.sheets.get(name)), *notes)
            notes = ()
        return
    with progress.part(0.0, _INSPECTED):
        facts = _INSPECT[kind](file, data)
    book = _guarded(file, lambda: calamine.CalamineWorkbook.from_filelike(BytesIO(data)))
    hidden = [
        sheet.name for sheet in book.sheets_metadata
        if sheet.visible != calamine.SheetVisibleEnum.Visible
    ]  # fmt: skip
    notes = tuple(_book_notes(facts, hidden))
    shown = [name for name in book.sheet_names if name not in hidden and not _is_chart(book, name)]
    with progress.part(_INSPECTED, 1.0):
        for name in progress.one_by_one(shown):
            grid = _guarded(file, partial(_grid, file, book, name))
            if grid is not None:
                grid = opendocument.with_times(grid) if kind == ODS else grid
                yield name, grid, (*_fact_notes(facts.sheets.get(name)), *notes)
                notes = ()


def _guarded(file: str, read: Callable[[], Any]) -> Any:
    """What `read` gives; whatever the library raises becomes a ReadingError."""
    try:
        return read()
    except (ReadingError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except calamine.PasswordError as error:
        raise ReadingError("password", file=file) from error
    except BaseException as error:  # a panic of the library is no Exception
        raise ReadingError("damaged", file=file) from error


def _is_chart(book: calamine.CalamineWorkbook, name: str) -> bool:
    kind = next(sheet.typ for sheet in book.sheets_metadata if sheet.name == name)
    return kind != calamine.SheetTypeEnum.WorkSheet


def _grid(file: str, book: calamine.CalamineWorkbook, name: str) -> Grid | None:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        return None
    limits.check_shape(file, sheet.height, sheet.width)
    progress.report(_PARSED)
    rows = sheet.to_python()
    top, left = sheet.start
    merges = clipped(sheet.merged_cell_ranges or (), (top, left), (len(rows), sheet.width))
    columns = [list(map(itemgetter(position), rows)) for position in range(sheet.width)]
    _fill_down(columns, merges)
    texts = tuple(stripped(_as_texts(column)) for column in columns)
    return Grid(texts, np.arange(top + 1, top + 1 + len(rows)), merges=merges)


def _fill_down(columns: Sequence[list[Any]], merges: Sequence[Merge]) -> None:
    """Every row of cells merged downwards gets their value, in their first column, where it has none."""
    for top, left, bottom, _ in filled_down(merges):
        value, column = columns[left][top], columns[left]
        column[top : bottom + 1] = [value if cell == "" else cell for cell in column[top : bottom + 1]]


def _as_texts(column: list[Any]) -> pa.ChunkedArray:
    """A column; its first rows, where a header stands above numbers, apart from those of one kind."""
    return pa.chunked_array([_as_text(column[:HEAD]), _as_text(column[HEAD:])], pa.string())


def _as_text(values: Sequence[Any]) -> pa.Array:
    """Cells of any kinds, those of the usual kinds at once."""
    kinds = set(map(type, values))
    if len(kinds) == 1 and kinds <= _SAY_MANY.keys():
        return _SAY_MANY[kinds.pop()](values)
    others = [_SAY[kind](value) if (kind := type(value)) in _SAY else None for value in values]
    said = [
        _SAY_MANY[kind]([value if type(value) is kind else None for value in values])
        for kind in _SAY_MANY.keys() & kinds
    ]
    return pc.coalesce(pa.array(others, pa.string()), *said)


_SAY: Mapping[type, Callable[[Any], str]] = {
    int: str, bool: lambda value: str(value).upper(),
    time: lambda value: value.strftime("%H:%M:%S"), timedelta: say_duration,
}  # fmt: skip
_SAY_MANY: Mapping[type, Callable[[Sequence[Any]], pa.StringArray]] = {
    str: lambda values: pa.array(values, pa.string()),
    float: lambda values: say_numbers(pa.array(values, pa.float64())),
    date: lambda values: pa.array(values, pa.date32()).cast(pa.string()),
    datetime: lambda values: say_moments(pa.array(values, pa.timestamp("us"))),
}


def _book_notes(facts: workbook.BookFacts, hidden: Sequence[str]) -> Iterator[Text]:
    if hidden:
        yield text("reading.notes.hidden_sheets", n=len(hidden), names=listed(hidden))
    if facts.macros:
        yield text("reading.notes.macros")
    if facts.links:
        yield text("reading.notes.external_links")


def _fact_notes(facts: workbook.SheetFacts | None) -> tuple[Text, ...]:
    if facts is None:
        return ()
    said = []
    if rows := facts.hidden_rows:
        said.append(text("reading.notes.hidden_rows", n=len(rows), rows=listed(rows)))
    if facts.hidden_columns:
        said.append(text("reading.notes.hidden_columns", n=facts.hidden_columns))
    if facts.errors:
        said.append(text("reading.notes.error_cells", n=facts.errors))
    if facts.without_value:
        said.append(text("reading.notes.formulas_without_value", n=facts.without_value))
    return tuple(said)
