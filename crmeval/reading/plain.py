"""An xlsx as programs usually write it, to columns of text without an object for each cell.

What is unusual in any way is left to the reader of all workbooks, which gives the same more slowly; that one
is also asked which styles are those of dates.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import python_calamine as calamine
from lxml import etree

from crmeval.errors import ReadingError
from crmeval.reading import limits, progress, sheet_xml, workbook
from crmeval.reading.grid import Grid, Merge, Range, clipped, filled_down, stripped
from crmeval.reading.said import say_moments, say_numbers
from crmeval.reading.sheet_xml import BOOLEAN, ERROR, NUMBER, PAD, SHARED, Cells, Forms, NotPlainError
from crmeval.reading.workbook import BookFacts, SheetFacts

_CHUNK = 4 * 1024 * 1024
_SHARED = 0.1  # of the work, when the texts that cells share are found
_ENCODING = re.compile(rb'<\?xml[^>]*encoding=["\'](?!utf-8["\'])', re.IGNORECASE)
_ESCAPED = re.compile(rb"\r|_x[0-9A-Fa-f]{4}_")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_IN_NUMBERS = np.isin(np.arange(256), [*b"0123456789.+-eE"])
_ASKED = 40_000.5  # noon of a day, in every style of dates
_DATES = 61, 2_958_466  # between the day that Excel invented in 1900 and the year 10000
_DAY = 86_400_000  # milliseconds
_NUMBER, _UNUSUAL = 0, 1  # styles that are none of dates; of times and durations


@dataclass(frozen=True, slots=True)
class PlainBook:
    """The visible sheets of a workbook that hold anything, by their names; names of the hidden; the facts."""

    grids: Mapping[str, Grid]
    hidden: tuple[str, ...]
    facts: BookFacts


def read_plain(file: str, data: bytes) -> PlainBook | None:
    """The workbook; None where it is unusual in any way, damaged, or larger than is allowed."""
    try:
        return _read(file, limits.open_zip(file, data))
    except (NotPlainError, ReadingError, pa.ArrowException, etree.XMLSyntaxError, *limits.BROKEN_ZIP):
        return None
    except calamine.CalamineError:
        return None


def _read(file: str, archive: zipfile.ZipFile) -> PlainBook:
    small = {one.filename for one in archive.infolist() if workbook.is_small(one.filename)}
    if any(archive.getinfo(name).file_size > workbook.LARGEST_PART for name in small):
        raise NotPlainError
    parts = workbook.sheet_parts(file, archive)
    bare = {name: archive.read(name) for name in small}
    sheets = _opened(bare).sheets_metadata
    shown = [one.name for one in sheets if one.visible == calamine.SheetVisibleEnum.Visible
             and one.typ == calamine.SheetTypeEnum.WorkSheet]  # fmt: skip
    if not shown or not {*shown} <= {*parts}:
        raise NotPlainError
    styles = _Styles(bare, shown[0], parts[shown[0]])
    with progress.part(0.0, _SHARED):
        texts = _shared(archive)
    reader = _Reader(archive, texts, styles)
    with progress.part(_SHARED, 1.0):
        grids = {name: reader.grid(parts[name]) for name in progress.one_by_one(shown)}
    return PlainBook(
        {name: grid for name, (grid, _) in grids.items() if grid is not None},
        tuple(one.name for one in sheets if one.visible != calamine.SheetVisibleEnum.Visible),
        workbook.book_facts(archive, {name: facts for name, (_, facts) in grids.items()}),
    )


def _opened(parts: Mapping[str, bytes]) -> calamine.CalamineWorkbook:
    """A workbook of these parts."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return calamine.CalamineWorkbook.from_filelike(BytesIO(target.getvalue()))


@dataclass(slots=True)
class _Styles:
    """What the styles of a workbook make of a number, as the reader of all workbooks says.

    `epochs` has for each style the first moment of its calendar in milliseconds since 1970, or one of the
    signs for styles that are not of dates.
    """

    parts: Mapping[str, bytes]
    sheet: str
    part: str
    epochs: dict[int, int] = field(default_factory=dict)

    def of(self, styles: np.ndarray) -> np.ndarray:
        """The epochs of some styles."""
        numbers, which = np.unique(styles, return_inverse=True)
        asked = [number for number in numbers.tolist() if number not in self.epochs]
        if asked:
            self.epochs.update(zip(asked, map(_epoch, self._values(asked)), strict=True))
        return np.array([self.epochs[number] for number in numbers.tolist()], np.int64)[which]

    def _values(self, styles: Sequence[int]) -> list[object]:
        cells = "".join(
            f'<row r="{row}"><c r="A{row}" s="{style}"><v>{_ASKED}</v></c></row>'
            for row, style in enumerate(styles, start=1)
        )
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        sheet = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()
        rows = _opened({**self.parts, self.part: sheet}).get_sheet_by_name(self.sheet).to_python()
        return [value for (value,) in rows]


def _epoch(said: object) -> int:
    if isinstance(said, float):
        return _NUMBER
    if not isinstance(said, datetime):
        return _UNUSUAL
    return int((np.datetime64(said, "ms").astype(np.int64)) - _ASKED * _DAY)


def _shared(archive: zipfile.ZipFile) -> pa.StringArray:
    """The texts that cells share, at the even places."""
    part = next((name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
    if part is None:
        return pa.array([], pa.string())
    content = archive.read(part)
    first = content.find(b"<si>")
    if content.count(b"<si>") > limits.MAX_SHARED_TEXTS or len(content) > limits.MAX_WORKBOOK_TEXT:
        raise NotPlainError
    if first < 0 or _ENCODING.match(content) or _ESCAPED.search(content, first):
        raise NotPlainError
    begin, end = sheet_xml.shared_texts(content + PAD, first)
    texts = sheet_xml.slices(content, begin, end)
    texts.validate(full=True)
    return _unescaped(texts, content)


def _unescaped(texts: pa.StringArray, source: bytes) -> pa.StringArray:
    """The texts without the escapes of XML, all of which must be of the five usual ones."""
    written = source.count(b"&")
    if not written:
        return texts
    if written != sum(source.count(escape.encode()) for escape, _ in _ENTITIES):
        raise NotPlainError
    for escape, meant in _ENTITIES:
        texts = pc.replace_substring(texts, escape, meant)
    return texts


class _Reader:
    """Reads the sheets of one workbook."""

    def __init__(self, archive: zipfile.ZipFile, shared: pa.StringArray, styles: _Styles) -> None:
        self.archive, self.shared, self.styles = archive, shared, styles
        self.lengths = pc.binary_length(shared).to_numpy(zero_copy_only=False)
        self.forms = Forms()
        self.characters = 0  # of all texts that cells share, each as often as a cell has it

    def grid(self, part: str) -> tuple[Grid | None, SheetFacts]:
        """The cells of a sheet (None where all are empty), and its facts."""
        facts = SheetFacts()
        pool, size = [self.shared], len(self.shared)
        found: list[tuple[np.ndarray, ...]] = []
        last = -1
        for piece, is_rows in sheet_xml.pieces(self._chunks(part)):
            workbook.add_facts(facts, piece)
            if is_rows:
                cells, place, texts = self._cells(piece, size)
                if len(cells.row) and cells.row[0] <= last:
                    raise NotPlainError
                last = max(last, int(cells.row.max(initial=-1)))
                found.append((cells.row.astype(np.int32), cells.column.astype(np.int32), place))
                pool.append(texts)
                size += len(texts)
        if last < 0:
            return None, facts
        row, column, place = map(np.concatenate, zip(*found, strict=True))
        return _grid(row, column, place, pa.concat_arrays(pool), sheet_xml.merged(piece)), facts

    def _chunks(self, part: str) -> Iterator[bytes]:
        """The part, some megabytes at a time."""
        done, size = 0, max(self.archive.getinfo(part).file_size, 1)
        with self.archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                if not done and (b"\0" in chunk or _ENCODING.match(chunk)):
                    raise NotPlainError
                done += len(chunk)
                progress.report(done / size)
                yield chunk

    def _cells(self, piece: bytes, size: int) -> tuple[Cells, np.ndarray, pa.StringArray]:
        """The cells of rows, the place of each in a pool of so many texts, and what is added to that."""
        cells = sheet_xml.cells_of(piece, self.forms)
        kinds = np.array(self.forms.types)[cells.form] if self.forms.types else cells.form
        filled = (cells.end > cells.begin) | (kinds != NUMBER)
        if not filled.all():
            cells, kinds = Cells(*(values[filled] for values in cells)), kinds[filled]
        place = np.empty(len(kinds), np.int32)
        is_shared = kinds == SHARED
        words = sheet_xml.looked_at(piece)[1]
        ids = 2 * sheet_xml.whole_numbers(words, cells.begin[is_shared], cells.end[is_shared])
        if ids.max(initial=-1) >= len(self.shared):
            raise NotPlainError
        self.characters += int(self.lengths[ids].sum())
        if self.characters > limits.MAX_WORKBOOK_TEXT:
            raise NotPlainError
        place[is_shared] = ids
        others = np.flatnonzero(~is_shared)
        written = sheet_xml.slices(piece, cells.begin[others], cells.end[others])
        written = written.take(pa.array(np.arange(0, len(written), 2)))
        added = []
        for kind in np.unique(kinds[others]):
            mine = np.flatnonzero(kinds[others] == kind)
            place[others[mine]] = size + np.arange(len(mine))
            texts = written if len(mine) == len(others) else written.take(pa.array(mine))
            styles = np.array(self.forms.styles)[cells.form[others[mine]]]
            added.append(self._said(kind, texts, styles, piece))
            size += len(mine)
        return cells, place, pa.concat_arrays([pa.array([], pa.string()), *added])

    def _said(self, kind: int, written: pa.StringArray, styles: np.ndarray, piece: bytes) -> pa.StringArray:
        """What cells of one kind say."""
        if kind == NUMBER:
            return self._said_numbers(written, styles)
        if kind == BOOLEAN:
            known = pc.index_in(written, value_set=pa.array(["0", "1"]))
            if known.null_count:
                raise NotPlainError
            return pa.array(["FALSE", "TRUE"]).take(known)
        if kind == ERROR:
            return pa.array([""] * len(written), pa.string())
        if _ESCAPED.search(piece):
            raise NotPlainError
        written.validate(full=True)
        return _unescaped(written, piece)

    def _said_numbers(self, written: pa.StringArray, styles: np.ndarray) -> pa.StringArray:
        _, offsets, letters = written.buffers()
        length = np.frombuffer(offsets, np.int32)[len(written)]
        if not _IN_NUMBERS[np.frombuffer(letters, np.uint8)[:length]].all():
            raise NotPlainError
        numbers = written.cast(pa.float64())
        epochs = self.styles.of(styles)
        if not epochs.any():
            return say_numbers(numbers)
        days = numbers.to_numpy()[epochs != _NUMBER]
        epoch = epochs[epochs != _NUMBER]
        if (epoch == _UNUSUAL).any() or days.min() < _DATES[0] or days.max() >= _DATES[1]:
            raise NotPlainError
        moments = (epoch + np.round(days * _DAY).astype(np.int64)).view("M8[ms]")
        said = say_moments(pa.array(moments).cast(pa.timestamp("us")))
        if len(said) == len(numbers):
            return said
        plain = np.flatnonzero(epochs == _NUMBER)
        order = np.empty(len(numbers), np.int64)
        order[plain], order[epochs != _NUMBER] = np.arange(len(plain)), len(plain) + np.arange(len(said))
        return pa.concat_arrays([say_numbers(numbers.take(pa.array(plain))), said]).take(pa.array(order))


def _grid(
    row: np.ndarray, column: np.ndarray, place: np.ndarray, pool: pa.StringArray, merged: Sequence[Range]
) -> Grid:
    """The rectangle that spans these cells."""
    top, left = int(row[0]), int(column.min())
    height, width = int(row[-1]) - top + 1, int(column.max()) - left + 1
    if height * width > limits.MAX_WORKBOOK_CELLS or width > limits.MAX_COLUMNS:
        raise NotPlainError
    places = np.full(width * height, -1, np.int32)
    places[(column - left).astype(np.int64) * height + (row - top)] = place
    merges = clipped(merged, (top, left), (height, width))
    if merges:
        _fill_down(places.reshape(width, height), merges, pool)
    columns = (
        pool.take(pa.array(one, mask=one < 0 if (one < 0).any() else None))
        for one in places.reshape(width, height)
    )
    texts = tuple(stripped(pa.chunked_array([one])) for one in columns)
    return Grid(texts, np.arange(top + 1, top + 1 + height), merges=merges)


def _fill_down(places: np.ndarray, merges: Sequence[Merge], pool: pa.StringArray) -> None:
    """Every row of cells merged downwards gets their value, in their first column, where it has none."""
    lengths = pc.binary_length(pool).to_numpy()
    for top, left, bottom, _ in filled_down(merges):
        cells = places[left, top : bottom + 1]
        cells[(cells < 0) | (lengths[cells] == 0)] = cells[0]
