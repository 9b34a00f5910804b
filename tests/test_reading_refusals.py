"""Files that cannot or may not be read are refused with their cause and the next step, in both languages."""

import io
import re
import zipfile

import pytest
import xlsxwriter

from crmeval.errors import ReadingError
from crmeval.reading import limits, read_file
from crmeval.words import LANGUAGES, Words

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
CLASS_NAME = re.compile(r"Error|Exception|Panic|Traceback|BadZip|pyarrow|calamine|openpyxl|0x")


def xlsx(*cells: tuple[str, object], **parts: bytes) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for place, value in cells:
            sheet.write(place, value)
    return changed(target.getvalue(), **parts)


def changed(data: bytes, **parts: bytes) -> bytes:
    """The same workbook with the parts `sheet`, `strings` replaced."""
    places = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    replaced = {places[name]: content for name, content in parts.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, replaced.get(name, old.read(name)))
    return target.getvalue()


def sheet_xml(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def packed(*names: str, content: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


GOOD = xlsx(("A1", "id"), ("B1", "n"), ("A2", "x"), ("B2", 5))
ROWS = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_001))
STRINGS = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    + "y" * 32_000
    + "</t></si></sst>"
).encode()

REFUSED = {
    "empty": ("deals.csv", b"", "file_empty"),
    "blanks only": ("deals.csv", b" \r\n\r\n", "file_empty"),
    "header only": ("deals.csv", b"id,stage\n", "no_rows"),
    "workbook without cells": ("deals.xlsx", xlsx(), "no_rows"),
    "password": ("deals.xlsx", OLE2 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "word 97": ("deals.xls", OLE2 + "WordDocument".encode("utf-16-le"), "no_spreadsheet"),
    "docx": ("deals.docx", packed("[Content_Types].xml", "word/document.xml"), "no_spreadsheet"),
    "docx named xlsx": ("deals.xlsx", packed("[Content_Types].xml", "word/document.xml"), "no_spreadsheet"),
    "picture": ("deals.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "no_spreadsheet"),
    "pdf": ("deals.pdf", b"%PDF-1.7 ...", "no_spreadsheet"),
    "xlsb": ("deals.xlsb", packed("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
    "numbers": ("Deals.numbers", packed("Index/Document.iwa", "Metadata/Properties.plist"), "numbers"),
    "truncated xlsx": ("deals.xlsx", GOOD[: len(GOOD) // 2], "damaged"),
    "broken xlsx": ("deals.xlsx", packed("[Content_Types].xml", "xl/workbook.xml"), "damaged"),
    "broken sheet": ("deals.xlsx", changed(GOOD, sheet=b"<worksheet><sheetData><row"), None),
    "truncated parquet": ("deals.parquet", b"PAR1" + b"\1" * 40, "damaged"),
    "random bytes": ("deals.csv", bytes(range(256)) * 40, "unreadable"),
    "program text": ("deals.py", b"import this\n", "wrong_extension"),
    "page without table": ("deals.xls", b"<html><body>Please log in</body></html>", "no_table"),
    "zip in zip": ("all.zip", packed("inner.zip", content=packed("a.csv")), "zip_in_zip"),
    "far corners": (
        "deals.xlsx",
        changed(GOOD, sheet=sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        )),
        "too_many_cells",
    ),
    "far corners in other quotes": (
        "deals.xlsx",
        changed(GOOD, sheet=sheet_xml(
            "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>"
        )),
        "too_many_cells",
    ),
    "outside of the grid": (
        "deals.xlsx",
        changed(GOOD, sheet=sheet_xml('<row r="1"><c r="ZZZZ99999999"><v>1</v></c></row>')), "damaged",
    ),
    "one text 60,000 times": (
        "deals.xlsx", changed(GOOD, sheet=sheet_xml(ROWS), strings=STRINGS), "too_much_text",
    ),
    "too many columns": ("deals.csv", b",".join([b"x"] * 3000) + b"\n", "too_many_columns"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_name_the_cause_and_the_next_step(case):
    name, data, code = REFUSED[case]
    with pytest.raises(ReadingError) as refusal:
        read_file(name, data)
    assert code in (None, refusal.value.code)
    for language in LANGUAGES:
        said = Words(language)(refusal.value.text)
        assert name in said
        assert not CLASS_NAME.search(said)


def test_the_two_languages_differ():
    refusal = ReadingError("password", file="a.xlsx")
    assert "password" in Words("en")(refusal.text)
    assert "парол" in Words("ru")(refusal.text)


def test_a_zip_bomb_is_refused_by_its_declared_size(monkeypatch):
    monkeypatch.setattr(limits, "MAX_UNZIPPED", 1024**2)
    with pytest.raises(ReadingError) as refusal:
        read_file("deals.xlsx", changed(GOOD, sheet=b" " * 2 * 1024**2))
    assert refusal.value.code == "too_many_bytes"


def test_a_sheet_coloured_to_its_last_row_is_no_bomb():
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="XFD{n}" s="0"/></row>' for n in range(3, 6000))
    filled = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="B2"><v>5</v></c></row>'
    )
    (sheet,) = read_file("deals.xlsx", changed(GOOD, sheet=sheet_xml(filled + empty)))
    assert sheet.table.to_pylist() == [{"n": "5"}]


def test_an_ods_cell_repeated_a_million_times_is_refused():
    cells = (
        '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'office:value-type="float" table:number-columns-repeated="1000"/></table:table-row></table:table>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", cells)
    with pytest.raises(ReadingError) as refusal:
        read_file("deals.ods", target.getvalue())
    assert refusal.value.code == "too_many_cells"


def test_texts_of_every_kind_are_there_in_both_languages():
    from crmeval.reading import kind

    for language in LANGUAGES:
        words = Words(language)
        assert all(words.has(f"reading.kind.{name}") for name in kind.EXTENSIONS)
        assert all(words.has(f"reading.foreign.{what}") for what in kind._FOREIGN.values())
        for reason in ("total", "footer", "ragged", "repeated_header"):
            assert words.has(f"set_aside.{reason}")
