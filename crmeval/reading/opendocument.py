"""What the XML of an ods tells before it is read: how far its cells reach, hidden rows, errors in cells.

One tag may stand for a million cells, so the reach is known first.
"""

import re
from dataclasses import replace
from html import unescape
from xml.parsers import expat

import pyarrow.compute as pc

from crmeval.errors import ReadingError
from crmeval.reading import limits
from crmeval.reading.grid import Grid
from crmeval.reading.workbook import BookFacts, SheetFacts

_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^<>]*)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,9})"')
_NAME = re.compile(rb'table:name="([^"]*)"')
_HIDDEN = re.compile(rb'table:visibility="(?:collapse|filter)"')
_TIME = r"^PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S$"
_MOST_LISTED = 10_000
_CHUNK = 16 * 1024**2


def inspect(file: str, data: bytes) -> BookFacts:
    """Facts of each sheet of an ods by its name.

    Raises:
        ReadingError: the file is damaged, or its filled cells span too large a rectangle.
    """
    try:
        archive = limits.open_zip(file, data)
        content = archive.read("content.xml")
        if content.count(b"<table:table-row") > limits.MAX_ROW_TAGS:
            raise ReadingError("damaged", file=file)
        _check_form(content)
    except (expat.ExpatError, *limits.BROKEN_ZIP) as error:
        raise ReadingError("damaged", file=file) from error
    macros = any(name.lower().startswith(("basic/", "scripts/")) for name in archive.namelist())
    return BookFacts(_sheets(file, content), macros=macros)


def with_times(grid: Grid) -> Grid:
    """The grid with times of day and durations as other workbooks have them: 26:05:00 for PT26H05M00S."""
    columns = (pc.replace_substring_regex(column, _TIME, r"\1:\2:\3") for column in grid.columns)
    return replace(grid, columns=tuple(columns))


def _check_form(content: bytes) -> None:
    """Refuse what is not well-formed: calamine never ends on some of it."""
    parser = expat.ParserCreate()
    for at in range(0, len(content), _CHUNK):
        parser.Parse(content[at : at + _CHUNK], False)
    parser.Parse(b"", True)


def _sheets(file: str, content: bytes) -> dict[str, SheetFacts]:
    facts: dict[str, SheetFacts] = {}
    sheet = SheetFacts()
    rows = width = column = repeated = 0
    for match in _TAG.finditer(content):
        tag, attributes = match.groups()
        found = _REPEATED.search(attributes)
        times = int(found.group(1)) if found else 1
        if tag == b"table":
            rows = width = 0
            name = _NAME.search(attributes)
            sheet = facts.setdefault(
                unescape(name.group(1).decode("utf-8", "replace")) if name else "", SheetFacts()
            )
        elif tag == b"table-row":
            if _HIDDEN.search(attributes):
                sheet.hidden_rows += range(rows + 1, rows + 1 + min(times, _MOST_LISTED))
            rows, column, repeated = rows + times, 0, times
        else:
            column += times
            if b"value-type" in attributes or repeated == 0:
                width = max(width, column)
                limits.check_cells(file, width * rows)
                sheet.errors += times * repeated if b'"error"' in attributes else 0
    return facts
