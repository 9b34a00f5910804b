# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Workbooks as people make them: titles, totals, hidden sheets, errors, odd dates and numbers."""

from datetime import UTC, datetime

from xlsxwriter import Workbook

from hostile.case import read, refused
from hostile.ooxml import BOOK, SHEET, TABLE, book, package, relations, sheet, table, written


def cell(place: str, value: str, kind: str = "") -> str:
    return f'<c r="{place}"{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}><v>{value}</v></c>'


def named(*names: str) -> str:
    """The first row of a sheet."""
    cells = (
        f'<c r="{chr(65 + n)}1" t="inlineStr"><is><t>{name}</t></is></c>' for n, name in enumerate(names)
    )
    return f'<row r="1">{"".join(cells)}</row>'


@read(
    "report.xlsx", 2, columns=["id", "client", "sum"], notes=["header_row"], set_aside=[(6, "total")],
    cells={("client", 0): "Acme", ("sum", 1): "7"},
)  # fmt: skip
def a_merged_title_and_a_total() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet()
        page.merge_range("A1:C1", "Sales report")
        page.write_row("A3", ["id", "client", "sum"])
        page.write_row("A4", [1, "Acme", 5])
        page.write_row("A5", [2, "Beta", 7])
        page.write("A6", "Total")
        page.write_formula("C6", "=SUM(C4:C5)", None, 12)

    return written(build)


@read(
    "two.xlsx", 2, columns=["id", "Deal / stage", "Deal / sum", "Client / name", "Client / city"],
    notes=["two_row_header"], cells={("Deal / sum", 1): "7", ("Client / city", 0): "Perm"},
)  # fmt: skip
def a_header_of_two_rows_with_merged_cells() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet()
        page.merge_range("A1:A2", "id")
        page.merge_range("B1:C1", "Deal")
        page.merge_range("D1:E1", "Client")
        page.write_row("B2", ["stage", "sum", "name", "city"])
        page.write_row("A3", [1, "new", 5, "Acme", "Perm"])
        page.write_row("A4", [2, "won", 7, "Beta", "Omsk"])

    return written(build)


@read(
    "kinds.xlsx", 3, columns=["id", "value"],
    cells={("id", 0): "two\nlines", ("value", 0): "0.25", ("value", 1): "26:30:00", ("value", 2): "2024-02-01 13:05:00"},
)  # fmt: skip
def shares_durations_and_moments() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "value"])
        page.write_column(1, 0, ["two\nlines", "b", "c"])
        for row, (value, said) in enumerate(
            [(0.25, "0%"), (26.5 / 24, "[h]:mm:ss"), (45323 + 13 / 24 + 5 / 1440, "dd.mm.yyyy hh:mm")],
            start=1,
        ):
            page.write_number(row, 1, value, workbook.add_format({"num_format": said}))

    return written(build)


@read("third.xlsx", 1, cells={("id", 0): "D-1"})
def data_on_the_third_sheet() -> bytes:
    def build(workbook: Workbook) -> None:
        workbook.add_worksheet("Cover")
        workbook.add_worksheet("Notes")
        page = workbook.add_worksheet("Deals")
        page.write_row(0, 0, ["id", "sum"])
        page.write_row(1, 0, ["D-1", 5])

    return written(build)


@read("hidden.xlsx", 1, notes=["hidden_sheets"], cells={("id", 0): "D-1"})
def a_very_hidden_sheet() -> bytes:
    pages = {SHEET: sheet(TABLE.replace("D-1", "SECRET")), "xl/worksheets/sheet2.xml": sheet(TABLE)}
    return package({
        **pages, BOOK: book("Salaries", "Deals", attributes=' state="veryHidden"'),
        "xl/_rels/workbook.xml.rels": relations(2),
    })  # fmt: skip


@refused("hidden.xlsx", "no_rows")
def only_a_hidden_sheet() -> bytes:
    return package({BOOK: book("Deals", attributes=' state="hidden"')})


@read("hidden.xlsx", 3, notes=["hidden_rows", "hidden_columns"], cells={("sum", 1): "6"})
def hidden_rows_and_columns() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ["id", "sum"])
        for at in range(3):
            page.write_row(at + 1, 0, [f"D-{at}", 5 + at])
        page.set_row(2, None, None, {"hidden": True})
        page.set_column(1, 1, None, None, {"hidden": True})

    return written(build)


@read(
    "double.xlsx", 1, columns=["id", "Source", "Source (2)", "column 4", "Source (3)"],
    cells={("Source (2)", 0): "b", ("column 4", 0): "c", ("Source (3)", 0): "d"}, notes=["double_headers"],
)  # fmt: skip
def double_and_blank_headers() -> bytes:
    return table(["id", "Source", "Source", "", "Source"], [1, "a", "b", "c", "d"])


@read(
    "errors.xlsx", 7, notes=["error_cells"],
    cells={("sum", 0): None, ("sum", 1): None, ("sum", 5): None, ("sum", 6): "5"},
)  # fmt: skip
def error_cells() -> bytes:
    errors = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!"]
    rows = "".join(
        f'<row r="{n}">{cell(f"A{n}", str(n))}{cell(f"B{n}", said, "e")}</row>'
        for n, said in enumerate(errors, start=2)
    )
    return package(
        {SHEET: sheet(named("id", "sum") + rows + f'<row r="8">{cell("A8", "8")}{cell("B8", "5")}</row>')}
    )


@read("formulas.xlsx", 2, notes=["formulas_without_value"], cells={("sum", 0): "5", ("sum", 1): None})
def a_formula_without_its_result() -> bytes:
    rows = f'<row r="2">{cell("A2", "1")}<c r="B2"><f>2+3</f><v>5</v></c></row>'
    rows += f'<row r="3">{cell("A3", "2")}<c r="B3"><f>B2*2</f></c></row>'
    return package({SHEET: sheet(named("id", "sum") + rows)})


@read("formulas.xlsx", 2, notes=["formulas_without_value"], cells={("sum", 0): "5", ("sum", 1): None})
def a_formula_with_an_empty_result() -> bytes:
    rows = f'<row r="2">{cell("A2", "1")}<c r="B2"><f>2+3</f><v>5</v></c></row>'
    rows += f'<row r="3">{cell("A3", "2")}<c r="B3"><f>B2*2</f><v></v></c></row>'
    return package({SHEET: sheet(named("id", "sum") + rows)})


def dated(properties: str) -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    rows = '<row r="2"><c r="A2" s="1"><v>43831</v></c><c r="B2"><v>1</v></c></row>'
    return package({
        SHEET: sheet(named("created", "n") + rows), "xl/styles.xml": styles,
        BOOK: book("Deals", properties=properties),
    })  # fmt: skip


@read("1900.xlsx", 1, cells={("created", 0): "2020-01-01"})
def dates_since_1900() -> bytes:
    return dated("")


@read("1904.xlsx", 1, cells={("created", 0): "2024-01-02"})  # 1,462 days later
def dates_since_1904() -> bytes:
    return dated('<workbookPr date1904="1"/>')


@read(
    "dates.xlsx", 4,
    cells={("created", 0): "2024-02-01", ("created", 1): "31.02.2024", ("created", 2): "45337", ("created", 3): "soon"},
)  # fmt: skip
def dates_texts_and_serials_in_one_column() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        page.write_row(0, 0, ["id", "created"])
        page.write_column(1, 0, [1, 2, 3, 4])
        page.write_datetime(1, 1, datetime(2024, 2, 1, tzinfo=UTC).replace(tzinfo=None), day)
        page.write_column(2, 1, ["31.02.2024", 45337, "soon"])

    return written(build)


@read("dates.xlsx", 3, cells={("n", 0): "1", ("n", 2): "3"})
def dates_beyond_the_calendar() -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    styles = f'<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"><v>{value}</v></c><c r="B{n}"><v>{n - 1}</v></c></row>'
        for n, value in ((2, "-5"), (3, "99999999999"), (4, "1e300"))
    )
    return package({SHEET: sheet(named("created", "n") + rows), "xl/styles.xml": styles})


@read("numbers.xlsx", 4, cells={("sum", 0): "inf", ("sum", 1): "nan", ("sum", 2): "inf", ("sum", 3): "-inf"})
def infinities_and_nonsense_as_numbers() -> bytes:
    rows = "".join(
        f'<row r="{n}">{cell(f"A{n}", str(n - 1))}{cell(f"B{n}", said)}</row>'
        for n, said in enumerate(["INF", "NaN", "1e309", "-1e309"], start=2)
    )
    return package({SHEET: sheet(named("id", "sum") + rows)})


@read("numbers.xlsx", 1, cells={("id", 0): "1", ("sum", 0): "abc"})
def words_as_numbers() -> bytes:
    return package(
        {SHEET: sheet(named("id", "sum") + f'<row r="2">{cell("A2", "1")}{cell("B2", "abc")}</row>')}
    )


@read(
    "ids.xlsx", 3,
    cells={
        ("id", 0): "00012345", ("id", 1): "12345678901234567890", ("inn", 0): "7707083893",
        ("inn", 1): "12345678901234570000", ("inn", 2): "1.23E+19",
    },
)  # fmt: skip
def zeros_before_and_long_ids() -> bytes:
    return table(
        ["id", "inn"], ["00012345", 7707083893], ["12345678901234567890", 1.234567890123457e19],
        ["x", "1.23E+19"],
    )  # fmt: skip


@read(
    "names.xlsx",
    6,
    cells={("client", 0): "NA", ("client", 1): "Null", ("client", 2): "None", ("client", 5): "#N/A"},
)
def clients_called_nothing() -> bytes:
    return table(
        ["id", "client"], *([n, name] for n, name in enumerate(["NA", "Null", "None", "nan", "-", "#N/A"]))
    )


@read("flags.xlsx", 2, cells={("won", 0): "TRUE", ("won", 1): "FALSE"})
def flags() -> bytes:
    return table(["id", "won"], [1, True], [2, False])


@read(
    "evil.xlsx", 3, columns=["=cmd|' /C calc'!A0", "![p](http://127.0.0.1:9/p.png)", "__proto__"],
    cells={
        ("__proto__", 0): "<script>alert(1)</script>", ("__proto__", 1): "@SUM(1+1)*cmd|' /C calc'!A0",
        ("__proto__", 2): "\u202egnp.exe",
    },
)  # fmt: skip
def names_that_would_be_commands() -> bytes:
    def build(workbook: Workbook) -> None:
        page = workbook.add_worksheet("<b>Deals")
        lines = [
            ["=cmd|' /C calc'!A0", "![p](http://127.0.0.1:9/p.png)", "__proto__"],
            ["a", "b", "<script>alert(1)</script>"], ["c", "$\\frac{1}{0}$", "@SUM(1+1)*cmd|' /C calc'!A0"],
            ["d", ":red[x]", "\u202egnp.exe"],
        ]  # fmt: skip
        for at, line in enumerate(lines):
            for column, said in enumerate(line):
                page.write_string(at, column, said)

    return written(build)


@read("long.xlsx", 1, cells={("id", 0): "x" * 32_767})
def a_text_as_long_as_excel_allows() -> bytes:
    return table(["id", "n"], ["x" * 32_767, 1])


@refused("blank.xlsx", "no_rows")
def a_workbook_without_cells() -> bytes:
    return package({SHEET: sheet("")})


@refused("header.xlsx", "no_rows")
def a_workbook_with_a_header_only() -> bytes:
    return table(["id", "client", "sum"])


@read("wide.xlsx", 1)
def a_workbook_as_wide_as_allowed() -> bytes:
    return table([f"c{n}" for n in range(2000)], list(range(2000)))
