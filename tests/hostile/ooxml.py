# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Workbooks from raw XML: what no honest program writes."""

import io
import struct
import zipfile
from collections.abc import Callable

import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET, STRINGS, BOOK, STYLES = (
    "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml",
)  # fmt: skip
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
TABLE = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>sum</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>D-1</t></is></c><c r="B2"><v>5</v></c></row>'
)  # two rows, of which one is the header


def sheet(rows: str, before: str = "", space: str = _MAIN) -> str:
    return f'{HEAD}<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData></worksheet>'


def strings(*texts: str, doctype: str = "") -> str:
    return (
        f'{HEAD}{doctype}<sst xmlns="{_MAIN}">'
        + "".join(f"<si><t>{said}</t></si>" for said in texts)
        + "</sst>"
    )


def book(
    *names: str, attributes: str = "", properties: str = "", space: str = _MAIN, ids: str = _RELATIONS
) -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"{attributes if n == 1 else ""}/>'
        for n, name in enumerate(names, start=1)
    )
    return f'{HEAD}<workbook xmlns="{space}" xmlns:r="{ids}">{properties}<sheets>{sheets}</sheets></workbook>'


def relations(sheets: int, more: str = "", kind: str = _RELATIONS) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    texts = f'<Relationship Id="texts" Type="{kind}/sharedStrings" Target="sharedStrings.xml"/>'
    styles = f'<Relationship Id="styles" Type="{kind}/styles" Target="styles.xml"/>'
    return (
        f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}{texts}{styles}{more}</Relationships>'
    )


def package(parts: dict[str, str | bytes | None], level: int = 6) -> bytes:
    """A workbook of one sheet in which these parts are replaced, added, or (None) left out."""
    whole: dict[str, str | bytes | None] = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="book" '
            f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        BOOK: book("Deals"),
        "xl/_rels/workbook.xml.rels": relations(1),
        SHEET: sheet(TABLE),
        STYLES: f'{HEAD}<styleSheet xmlns="{_MAIN}"/>',
        **parts,
    }
    return zipped({name: content for name, content in whole.items() if content is not None}, level)


def zipped(files: dict[str, str | bytes], level: int = 6) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def blown_up(part: str, start: str, filling: bytes, times: int, end: str) -> bytes:
    """A workbook one part of which is `filling`, so many times over; it is never whole in memory."""
    parts: dict[str, str | bytes | None] = {part: None}
    target = io.BytesIO(package(parts))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(part, "w", force_zip64=False) as stream,
    ):
        stream.write(start.encode())
        for _ in range(times):
            stream.write(filling)
        stream.write(end.encode())
    return target.getvalue()


def written(build: Callable[[xlsxwriter.Workbook], None], **options: object) -> bytes:
    """A workbook as an honest program writes it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, options) as workbook:
        build(workbook)
    return target.getvalue()


def table(*lines: list[object]) -> bytes:
    def build(workbook: xlsxwriter.Workbook) -> None:
        page = workbook.add_worksheet("Deals")
        for number, line in enumerate(lines):
            page.write_row(number, 0, line)

    return written(build)


def declaring(data: bytes, size: int) -> bytes:
    """The same zip in which every file says it has `size` bytes unpacked."""
    changed = bytearray(data)
    for mark, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        found = changed.find(mark)
        while found >= 0:
            struct.pack_into("<I", changed, found + at, size)
            found = changed.find(mark, found + 4)
    return bytes(changed)
