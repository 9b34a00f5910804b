# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Workbooks that would take all memory or time, and honest ones that only look like it."""

from hostile.case import read, refused
from hostile.ooxml import (
    BOOK,
    HEAD,
    SHEET,
    STRINGS,
    STYLES,
    TABLE,
    blown_up,
    book,
    declaring,
    package,
    relations,
    sheet,
    strings,
    table,
    zipped,
)  # fmt: skip

_MEGABYTE = 1024**2
_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}
_OPEN = (
    f'{HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{TABLE}'
)
_SHUT = "</sheetData></worksheet>"


@refused("bomb.xlsx", "too_many_bytes")
def zip_bomb_by_declaration() -> bytes:
    return declaring(table(["id"], ["1"]), 3 * 1024**3)


@refused("bomb.xlsx", "too_many_bytes", slow=True)
def zip_bomb_of_blanks() -> bytes:
    return blown_up(SHEET, _OPEN, b" " * _MEGABYTE, 1100, _SHUT)


@refused("blanks.xlsx", "damaged", slow=True)
def nine_hundred_megabytes_of_blanks() -> bytes:
    return blown_up(SHEET, _OPEN, b" " * _MEGABYTE, 900, _SHUT)


@refused("bomb.xlsx", "too_much_text", slow=True)
def one_shared_text_of_600_megabytes() -> bytes:
    return blown_up(STRINGS, f'{HEAD}<sst xmlns="{"http://schemas.openxmlformats.org/spreadsheetml/2006/main"}"><si><t>',
                    b"y" * _MEGABYTE, 600, "</t></si></sst>")  # fmt: skip


@refused("lies.xlsx", "damaged")
def declared_sizes_too_small() -> bytes:
    return declaring(package({SHEET: sheet(TABLE + " " * 3_000_000)}), 10)


@refused("repeat.xlsx", "too_much_text")
def one_long_text_in_60000_cells() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 60_001))
    return package({SHEET: sheet(rows), STRINGS: strings("y" * 32_000)})


@refused("repeat.xlsx", "too_much_text", "too_much_memory", slow=True)
def one_long_text_in_cells_of_other_quotes() -> bytes:
    rows = "".join(f"<row r='{n}'><c r='A{n}' t='s'><v>0</v></c></row>" for n in range(1, 60_001))
    return package({SHEET: sheet(rows), STRINGS: strings("y" * 32_000)})


@refused("corners.xlsx", "too_many_cells")
def two_far_corners() -> bytes:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return package({SHEET: sheet(rows)})


@refused("corners.xlsx", "too_many_cells")
def two_far_corners_in_other_quotes() -> bytes:
    rows = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r = 'XFD1048576'><v>1</v></c></row>"
    return package({SHEET: sheet(rows)})


@refused("corners.xlsx", "too_many_cells")
def two_far_corners_with_prefixed_names() -> bytes:
    rows = '<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return package(
        {SHEET: f'{HEAD}<x:worksheet xmlns:x="{main}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'}
    )


@refused("corners.xlsx", "too_many_cells", "too_much_memory", "damaged", "no_rows")
def two_far_corners_without_references() -> bytes:
    rows = '<row r="1"><c><v>1</v></c></row><row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>"
    return package({SHEET: sheet(rows)})


@refused("corners.xlsx", "too_many_cells", "too_much_memory", "damaged")
def two_far_corners_in_utf16() -> bytes:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return package({SHEET: sheet(rows).replace("UTF-8", "UTF-16").encode("utf-16")})


@read("dimension.xlsx", 1, cells=_DEAL)
def a_false_dimension() -> bytes:
    return package({SHEET: sheet(TABLE, before='<dimension ref="A1:XFD1048576"/>')})


@refused("outside.xlsx", "damaged")
def a_cell_outside_of_the_grid() -> bytes:
    return package({SHEET: sheet('<row r="1"><c r="ZZZZ99999999"><v>1</v></c></row>')})


@refused("outside.xlsx", "damaged", "too_many_cells", "no_rows")
def a_row_outside_of_the_grid() -> bytes:
    return package({SHEET: sheet(TABLE + '<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>')})


@read("coloured.xlsx", 30, cells={("id", 0): "2", ("id", 29): "31"}, slow=True)
def a_million_coloured_rows() -> bytes:
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>n</t></is></c></row>'
    deals = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>1</v></c></row>' for n in range(2, 32)
    )
    empty = "".join(
        f'<row r="{n}" spans="1:6" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="B{n}" s="1"/><c r="C{n}" s="1"/>'
        f'<c r="D{n}" s="1"/><c r="E{n}" s="1"/><c r="F{n}" s="1"/></row>'
        for n in range(32, 1_000_032)
    )
    return package({SHEET: sheet(head + deals + empty)}, level=1)


@read("million.xlsx", 999_999, cells={("n", 0): "2", ("n", 999_998): "1000000"}, slow=True)
def a_million_honest_rows() -> bytes:
    names = "".join(f'<c r="{c}1" t="inlineStr"><is><t>{c.lower()}</t></is></c>' for c in "ABC")
    head = f'<row r="1">{names}<c r="D1" t="inlineStr"><is><t>n</t></is></c></row>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n % 7}</v></c><c r="B{n}"><v>2</v></c><c r="C{n}"><v>3.5</v></c>'
        f'<c r="D{n}"><v>{n}</v></c></row>'
        for n in range(2, 1_000_001)
    )
    return package({SHEET: sheet(head + rows)}, level=1)


@refused("wide.xlsx", "too_many_columns")
def sixteen_thousand_columns() -> bytes:
    return table([f"c{n}" for n in range(16_384)], list(range(16_384)))


@refused("sheets.xlsx", "too_many_sheets")
def two_and_a_half_thousand_sheets() -> bytes:
    names = [f"S{n}" for n in range(2500)]
    pages = {f"xl/worksheets/sheet{n}.xml": sheet(TABLE) for n in range(1, 2501)}
    return package({**pages, BOOK: book(*names), "xl/_rels/workbook.xml.rels": relations(2500)})


@refused("deep.xlsx", "damaged", "no_rows", "too_much_memory", "took_too_long", "could_not_be_read")
def a_million_levels_of_xml() -> bytes:
    return package({SHEET: sheet("<row>" * 1_000_000)})


@refused("deep.xlsx", "damaged", "could_not_be_read")
def a_million_levels_in_the_book() -> bytes:
    return package({BOOK: HEAD + "<workbook>" * 1_000_000})


@refused("tag.xlsx", "damaged", "no_rows", "took_too_long")
def one_tag_of_ten_megabytes() -> bytes:
    return package({SHEET: sheet('<row hidden="' + "1" * 10_000_000)})


@refused("tags.xlsx", "damaged", "no_rows")
def half_a_million_tags_that_never_end() -> bytes:
    return package({SHEET: sheet('<row hidden="1" ' * 500_000 + "<col hidden=" * 100_000)})


@refused("parts.xlsx", "damaged", "no_rows", "took_too_long", "too_many_sheets")
def sixty_thousand_parts() -> bytes:
    return zipped({"[Content_Types].xml": "", **{f"xl/{n}": "" for n in range(60_000)}}, level=1)


@read("merged.xlsx", 1, cells=_DEAL)
def merges_over_the_whole_grid() -> bytes:
    merges = "".join('<mergeCell ref="A1:XFD1048576"/>' for _ in range(2000))
    return package(
        {SHEET: sheet(TABLE).replace("</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>")}
    )


@refused("rows.xlsx", "damaged")
def more_rows_than_there_is_room_for() -> bytes:
    return blown_up(SHEET, _OPEN, b'<row r="3"/>' * 80_000, 40, _SHUT)


@refused("cells.xlsx", "damaged")
def one_cell_said_a_million_times() -> bytes:
    return blown_up(SHEET, _OPEN, b'<row r="3"><c r="A3"><v>1</v></c></row>' * 25_000, 40, _SHUT)


@refused("styles.xlsx", "damaged")
def styles_of_a_hundred_megabytes() -> bytes:
    return blown_up(STYLES, f"{HEAD}<styleSheet>", b'<xf numFmtId="14"/>' * 50_000, 100, "</styleSheet>")


@refused("book.xlsx", "damaged")
def a_book_of_a_hundred_megabytes() -> bytes:
    return blown_up(BOOK, f"{HEAD}<workbook>", b"<sheets/>" * 100_000, 110, "</workbook>")


@refused("texts.xlsx", "too_much_memory", "took_too_long", "too_much_text", slow=True)
def thirty_million_shared_texts() -> bytes:
    return blown_up(STRINGS, f"{HEAD}<sst>", b"<si><t>y</t></si>" * 60_000, 460, "</sst>")


@read("wide.xlsx", 1, cells=_DEAL)
def two_corners_just_within_the_limit() -> bytes:
    return package({SHEET: sheet(TABLE + '<row r="19999"><c r="BXX19999"><v>1</v></c></row>')})
