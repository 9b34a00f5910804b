"""HTML tables and XML spreadsheets of 2003, which many systems save under the name .xls."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from crmeval.errors import ReadingError
from crmeval.reading import encoding as encodings
from crmeval.reading import limits
from crmeval.reading.grid import Grid, Merge, from_rows
from crmeval.words import Text

_CHARSET = re.compile(rb"charset=[\"']?\s*([\w-]+)", re.IGNORECASE)
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_CELL, _DATA, _INDEX, _TYPE = (f"{_SPREADSHEET}{name}" for name in ("Cell", "Data", "Index", "Type"))
_WIDEST_SPAN = 1000


def read_html(file: str, data: bytes) -> Iterator[tuple[str, Grid, tuple[Text, ...]]]:
    """Name, grid and notes of every table with cells; row numbers count the rows of the table.

    Raises:
        ReadingError: too large, or no table in it.
    """
    limits.check_bytes(file, len(data), limits.MAX_HTML_BYTES)
    page = (
        "".join(encodings.decoded(data, _encoding(data).removeprefix("damaged ")))
        .lstrip("\ufeff")
        .replace("\0", "")
    )
    page = re.sub(r"^\s*<\?xml[^>]*\?>", "", page)
    try:
        root = lxml_html.document_fromstring(page)
    except (
        etree.XMLSyntaxError
    ) as error:  # only where the memory is at its end: pages may be as wrong as they like
        raise MemoryError from error
    except (etree.ParserError, ValueError) as error:
        raise ReadingError("no_table", file=file) from error
    for line_break in root.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    tables = [table for table in root.iter("table") if table.find(".//table") is None]
    grids = [grid for table in tables if (grid := _grid(file, table)) is not None]
    if not grids:
        raise ReadingError("no_table", file=file)
    for number, grid in enumerate(grids, start=1):
        yield str(number) if len(grids) > 1 else "", grid, ()


def read_xml2003(file: str, data: bytes) -> Iterator[tuple[str, Grid, tuple[Text, ...]]]:
    """The same of an XML spreadsheet of 2003.

    Raises:
        ReadingError: too large, or damaged.
    """
    limits.check_bytes(file, len(data), limits.MAX_HTML_BYTES)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:  # no export declares entities
            raise ReadingError("damaged", file=file)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "emory" in str(error):
            raise MemoryError from error
        raise ReadingError("damaged", file=file) from error
    for sheet in root.iter(f"{_SPREADSHEET}Worksheet"):
        rows, numbers, row_number = [], [], 0
        for row in sheet.iter(f"{_SPREADSHEET}Row"):
            row_number = _index(row, row_number + 1)
            rows.append(_xml_cells(file, row))
            numbers.append(row_number)
        width = max(map(len, rows), default=0)
        limits.check_cells(file, width * len(rows), limits.MAX_HTML_CELLS)
        if width:
            grid = from_rows(rows, numbers, width)
            yield sheet.get(f"{_SPREADSHEET}Name", ""), Grid(grid.columns, grid.rows), ()


def _encoding(data: bytes) -> str:
    """What the bytes say, unless they are of one byte a letter and the page names its encoding."""
    found = encodings.encoding_of(data)
    declared = _CHARSET.search(data[:4096])
    name = declared.group(1).decode("ascii", "replace").lower() if declared else ""
    said = {"windows-1251": "cp1251", "windows-1252": "cp1252", "koi8-r": "koi8-r"}.get(name)
    return said if said and found in (*encodings.CYRILLIC, encodings.LATIN) else found


def _grid(file: str, table: lxml_html.HtmlElement) -> Grid | None:
    rows: list[list[str]] = []
    width = 0
    merges: list[Merge] = []
    from_above: dict[int, tuple[int, str]] = {}  # column → rows still to fill, and with what
    for position, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            _fill_from_above(cells, from_above)
            value = "\n".join(" ".join(line.split()) for line in cell.text_content().split("\n")).strip()
            down, across = _span(cell.get("rowspan")), _span(cell.get("colspan"))
            if down > 1 or across > 1:
                merges.append((position, len(cells), position + down - 1, len(cells) + across - 1))
            for offset in range(across if down > 1 else 0):
                from_above[len(cells) + offset] = (down - 1, value if offset == 0 else "")
            cells += [value, *[""] * (across - 1)]
        _fill_from_above(cells, from_above)
        rows.append(cells)
        width = max(width, len(cells))
        limits.check_shape(file, len(rows), width)
        limits.check_cells(file, width * len(rows), limits.MAX_HTML_CELLS)
    if not width:
        return None
    grid = from_rows(rows, range(1, len(rows) + 1), width)
    return Grid(grid.columns, grid.rows, merges=tuple(merges))


def _fill_from_above(cells: list[str], from_above: dict[int, tuple[int, str]]) -> None:
    """Append the cells that a taller cell of a row above covers at this place."""
    while (covered := from_above.pop(len(cells), None)) is not None:
        left, value = covered
        if left > 1:
            from_above[len(cells)] = (left - 1, value)
        cells.append(value)


def _span(said: str | None) -> int:
    return min(max(int(said), 1), _WIDEST_SPAN) if said and said.isascii() and said.isdigit() else 1


def _index(element: etree._Element, default: int) -> int:
    said = element.get(_INDEX)
    return max(int(said), default) if said and said.isascii() and said.isdigit() else default


def _xml_cells(file: str, row: etree._Element) -> list[str]:
    cells: list[str] = []
    for cell in row.iterchildren(_CELL):
        place = _index(cell, len(cells) + 1)
        if place > len(cells) + 1:
            limits.check_shape(file, 0, place)
            cells += [""] * (place - 1 - len(cells))
        content = cell.find(_DATA)
        cells.append("" if content is None else _xml_value(content))
    limits.check_shape(file, 0, len(cells))
    return cells


def _xml_value(content: etree._Element) -> str:
    said = ("".join(content.itertext()) if len(content) else content.text or "").strip()
    kind = content.get(_TYPE, "String")
    if kind == "DateTime":
        return said.removesuffix(".000").replace("T00:00:00", "").replace("T", " ")
    if kind == "Error":
        return ""
    return {"1": "TRUE", "0": "FALSE"}.get(said, said) if kind == "Boolean" else said
