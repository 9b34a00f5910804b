"""The fast reader of workbooks gives what the reader of all workbooks gives, or leaves the file to it."""

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hostile.ooxml import BOOK, SHEET, STRINGS, STYLES, book, package, relations, sheet, strings, zipped
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.utility import xl_range

from crmeval.reading import Sheet, excel, plain, read_file

FORMATS = ("yyyy-mm-dd hh:mm:ss", "dd.mm.yyyy", "m/d/yy", "mmm yyyy")
TEXTS = [
    "won",
    "Иванов",
    "a & b",
    "<b>",
    "x > y",
    '"q"',
    "it's",
    " lead ",
    "a\nb",
    "007",
    "1,5",
    "&amp;lt;",
    "😀",
]
CELL = st.one_of(
    st.none(), st.booleans(), st.sampled_from(TEXTS), st.text("абв xyz0,;<>&\"'_", max_size=8),
    st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**15), st.just("=1+1"),
    st.datetimes(datetime(1905, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001 - a file has no zone
)  # fmt: skip
TABLE = st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=12)
WAYS = st.fixed_dictionaries({"date_1904": st.booleans(), "constant_memory": st.booleans()})
PLACES = st.sampled_from([(0, 0), (0, 0), (3, 2), (1, 26), (998, 702)])


def written(table, ways, top=0, left=0) -> bytes:
    """As a program writes it: texts shared or in their cells, dates in one of several formats."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**ways, "in_memory": True}) as made:
        page, bold = made.add_worksheet("Deals"), made.add_format({"bold": True})
        days = [made.add_format({"num_format": one}) for one in FORMATS]
        for row, cells in enumerate(table, start=top):
            for column, cell in enumerate(cells, start=left):
                if isinstance(cell, datetime):
                    page.write_datetime(row, column, cell, days[column % len(days)])
                elif cell is None:
                    page.write_blank(row, column, None, bold)
                else:
                    page.write(row, column, cell)
    return target.getvalue()


def read_generally(data: bytes) -> tuple[Sheet, ...]:
    """By the reader of all workbooks alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(excel, "read_plain", lambda *_: None)
        return read_file("deals.xlsx", data)


def assert_same(fast: tuple[Sheet, ...], general: tuple[Sheet, ...]) -> None:
    assert len(fast) == len(general) > 0
    for one, other in zip(fast, general, strict=True):
        assert (one.name, one.notes) == (other.name, other.notes)
        assert one.table.to_pydict() == other.table.to_pydict()
        assert one.rows.tolist() == other.rows.tolist()
        assert one.set_aside.equals(other.set_aside)


@settings(max_examples=200, deadline=None)
@given(TABLE, WAYS, PLACES)
def test_what_programs_write_is_read_as_the_general_reader_reads_it(table, ways, place):
    data = written([["id", "n"], *table, ["D-1", 5]], ways, *place)
    assert_same(read_file("deals.xlsx", data), read_generally(data))


def test_long_sheets_of_many_pieces_are_read_whole(monkeypatch):
    monkeypatch.setattr(plain, "_CHUNK", 1000)
    data = written([["id", "n"], *([f"D-{n}", n] for n in range(2000))], {})
    (read,) = plain.read_plain("deals.xlsx", data).grids.values()
    assert [column.to_pylist()[1:] for column in read.columns] == [
        [f"D-{n}" for n in range(2000)], [str(n) for n in range(2000)],
    ]  # fmt: skip


@pytest.mark.parametrize("ways", [{}, {"constant_memory": True}, {"date_1904": True}])
def test_usual_files_go_the_fast_way(ways):
    noon = datetime(2024, 3, 14, 12)  # noqa: DTZ001
    data = written(
        [
            ["id", "at", "sum", "won", "note"],
            ["D-1", noon, 5.25, True, "=1+1"],
            ["D-2", noon, 7, False, "a & b"],
        ],
        ways,
    )
    assert plain.read_plain("deals.xlsx", data) is not None
    (read,) = read_file("deals.xlsx", data)
    assert read.table.to_pylist() == [
        {"id": "D-1", "at": "2024-03-14 12:00:00", "sum": "5.25", "won": "TRUE", "note": "0"},
        {"id": "D-2", "at": "2024-03-14 12:00:00", "sum": "7", "won": "FALSE", "note": "a & b"},
    ]


RELATIONS = "xl/_rels/workbook.xml.rels"
HEADER = '<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>n</v></c></row>'
DURATIONS = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="46"/><xf numFmtId="22"/></cellXfs></styleSheet>'
)
UNUSUAL_ROWS = {
    "rich text": '<row r="2"><c r="A2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    "a comment": '<row r="2"><!-- no --><c r="A2"><v>1</v></c></row>',
    "CDATA": '<row r="2"><c r="A2" t="str"><v><![CDATA[a<b]]></v></c></row>',
    "numbered letters": '<row r="2"><c r="A2" t="str"><v>&#1048;&#x43c;</v></c></row>',
    "escaped letters": '<row r="2"><c r="A2" t="str"><v>a_x000D_b_x0041_</v></c></row>',
    "no references": "<row><c><v>1</v></c><c><v>2</v></c></row>",
    "references of another row": '<row r="2"><c r="A4"><v>1</v></c></row>',
    "rows out of order": '<row r="3"><c r="A3"><v>3</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
    "cells out of order": '<row r="2"><c r="B2"><v>2</v></c><c r="A2"><v>1</v></c></row>',
    "a cell said twice": '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    "single quotes": "<row r='2'><c r='A2'><v>1</v></c></row>",
    "attributes in another order": '<row r="2"><c t="str" r="A2"><v>x</v></c></row>',
    "a date as text": '<row r="2"><c r="A2" t="d"><v>2024-01-01</v></c></row>',
    "no number": '<row r="2"><c r="A2"><v>abc</v></c></row>',
    "a duration": '<row r="2"><c r="A2" s="1"><v>1.5</v></c></row>',
    "a time": '<row r="2"><c r="A2" s="2"><v>0.5</v></c></row>',
    "a day before 1900": '<row r="2"><c r="A2" s="2"><v>-3</v></c></row>',
    "a value of no kind": '<row r="2"><c r="A2" t="inlineStr"><v>x</v></c><c r="B2"><v>5</v></c></row>',
}


@pytest.mark.parametrize("what", UNUSUAL_ROWS)
def test_unusual_cells_are_left_to_the_general_reader(what):
    data = package({SHEET: sheet(HEADER + UNUSUAL_ROWS[what]), STYLES: DURATIONS})
    assert plain.read_plain("deals.xlsx", data) is None


SHARED = '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>5</v></c></row>'


@pytest.mark.parametrize(
    "texts",
    [
        strings("a").replace("<t>a</t>", "<r><t>a</t></r><r><t>b</t></r>"),
        strings("a").replace("</t>", "</t><rPh><t>c</t></rPh>"),
        strings("_x0041_"), strings("&#1048;"), strings("a\r\nb"),
    ],
)  # fmt: skip
def test_unusual_shared_texts_are_left_to_the_general_reader(texts):
    data = package({SHEET: sheet(HEADER + SHARED), STRINGS: texts})
    assert plain.read_plain("deals.xlsx", data) is None


MERGE = st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 4), st.integers(0, 3))


@settings(max_examples=100, deadline=None)
@given(TABLE, st.lists(MERGE, min_size=1, max_size=3), PLACES)
def test_merged_cells_are_filled_as_the_general_reader_fills_them(table, merges, place):
    ranges = "".join(
        f'<mergeCell ref="{xl_range(top, left, top + down, left + across)}"/>'
        for top, left, down, across in merges
        if down + across
    )
    data = io.BytesIO(written([["id", "n"], *table, ["D-1", 5]], {}, *place))
    with zipfile.ZipFile(data) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    end = b"</sheetData>"
    parts[SHEET] = parts[SHEET].replace(end, end + f"<mergeCells>{ranges}</mergeCells>".encode())
    assert_same(read_file("deals.xlsx", zipped(parts)), read_generally(zipped(parts)))


def test_cells_merged_downwards_are_filled():
    rows = HEADER + SHARED + '<row r="3"><c r="B3"><v>7</v></c></row>'
    merged = sheet(rows).replace(
        "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells>'
    )
    data = package({SHEET: merged, STRINGS: strings("North")})
    assert plain.read_plain("deals.xlsx", data) is not None
    (read,) = read_file("deals.xlsx", data)
    assert read.table.to_pydict() == {"id": ["North", "North"], "n": ["5", "7"]}


def test_a_text_that_is_not_there_is_no_reading():
    assert (
        plain.read_plain("deals.xlsx", package({SHEET: sheet(HEADER + SHARED), STRINGS: strings()})) is None
    )


def test_hidden_sheets_stay_unread_and_are_told():
    parts = {
        BOOK: book("Old", "Deals", attributes=' state="hidden"'), RELATIONS: relations(2),
        "xl/worksheets/sheet2.xml": sheet(HEADER + SHARED), STRINGS: strings("a"),
    }  # fmt: skip
    data = package(parts)
    read = plain.read_plain("deals.xlsx", data)
    assert (list(read.grids), read.hidden) == (["Deals"], ("Old",))
    assert_same(read_file("deals.xlsx", data), read_generally(data))
