"""Workbooks, HTML tables and other files that are no text."""

import io
import time
import zipfile
from datetime import datetime, timedelta

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crmeval.reading import Sheet, excel, read_file, read_files
from crmeval.reading.said import say_number


def workbook(build) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        build(book)
    return target.getvalue()


def table(*lines) -> bytes:
    def build(book):
        sheet = book.add_worksheet("Deals")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)

    return workbook(build)


def read(data: bytes, name: str = "deals.xlsx") -> Sheet:
    (sheet,) = read_file(name, data)
    return sheet


def rows(sheet: Sheet) -> list[tuple]:
    return [tuple(row.values()) for row in sheet.table.to_pylist()]


def noted(sheet: Sheet, key: str) -> dict | None:
    return next((dict(n.facts) for n in sheet.notes if n.key == f"reading.notes.{key}"), None)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (12500.0, "12500"), (1250000.5, "1250000.5"), (0.1, "0.1"), (-3.0, "-3"),
        (7707083893.0, "7707083893"),
        (1.2345678901234567e19, "12345678901234567000"), (1e-7, "0.0000001"), (2.0**53, "9007199254740992"),
    ],
)  # fmt: skip
def test_numbers_are_said_exactly_and_without_exponent(number, said):
    assert say_number(number) == said
    assert float(said) == number


def test_cells_become_texts():
    def build(book):
        sheet = book.add_worksheet("Deals")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm:ss"})
        sheet.write_row(0, 0, ["id", "created", "closed", "won", "sum", "error", "name"])
        sheet.write(1, 0, 101)
        sheet.write_datetime(1, 1, pd.Timestamp(2024, 2, 1), day)
        sheet.write_datetime(1, 2, pd.Timestamp(2024, 3, 15, 10, 0, 59), moment)
        sheet.write_boolean(1, 3, True)
        sheet.write(1, 4, 1250.5)
        sheet.write_formula(1, 5, "=NA()", None, "#N/A")
        sheet.write(1, 6, "  NA ")
        sheet.write_row(2, 0, [102, "15.02.2024", "", "", 45337, 5, "b"])

    sheet = read(workbook(build))
    assert rows(sheet) == [
        ("101", "2024-02-01", "2024-03-15 10:00:59", "TRUE", "1250.5", None, "NA"),
        ("102", "15.02.2024", None, None, "45337", "5", "b"),
    ]
    assert sheet.rows.tolist() == [2, 3]
    assert noted(sheet, "error_cells") == {"n": 1}


def test_a_report_with_title_merged_header_hidden_row_and_total():
    def build(book):
        sheet = book.add_worksheet("Отчёт")
        sheet.merge_range("A1:F1", "Отчёт по сделкам")
        sheet.merge_range("A4:A5", "№")
        sheet.merge_range("B4:C4", "Сделка")
        sheet.merge_range("D4:E4", "Даты")
        sheet.merge_range("F4:F5", "Менеджер")
        sheet.write_row("B5", ["Название", "Бюджет, руб.", "Создана", "Закрыта"])
        for at in range(6):
            sheet.write_row(5 + at, 0, [at + 1, f"Сделка {at}", 1000 + at, "01.02.2024", "03.02.2024"])
        sheet.merge_range("F6:F8", "Иванов")
        sheet.merge_range("F9:F11", "Петров")
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.write("B12", "ИТОГО")
        sheet.write_formula("C12", "=SUM(C6:C11)")
        book.add_worksheet("Скрытый").hide()
        book.add_worksheet("Пустой")

    sheet = read(workbook(build))
    assert sheet.name == "Отчёт"
    assert sheet.columns == (
        "№", "Сделка / Название", "Сделка / Бюджет, руб.", "Даты / Создана", "Даты / Закрыта", "Менеджер",
    )  # fmt: skip
    assert sheet.rows.tolist() == [6, 7, 8, 9, 10, 11]
    assert sheet.table["Менеджер"].to_pylist() == ["Иванов"] * 3 + ["Петров"] * 3
    assert sheet.set_aside[["row", "reason"]].to_numpy().tolist() == [[12, "total"]]
    assert noted(sheet, "hidden_rows") == {"n": 1, "rows": "8"}
    assert noted(sheet, "hidden_sheets") == {"n": 1, "names": "Скрытый"}
    assert noted(sheet, "two_row_header") == {"first": 4, "last": 5}


def test_a_table_may_begin_anywhere():
    def build(book):
        sheet = book.add_worksheet()
        sheet.write_row(9, 3, ["id", "stage"])
        sheet.write_row(10, 3, ["1", "new"])
        sheet.write_row(14, 3, ["2", "won"])

    sheet = read(workbook(build))
    assert (sheet.columns, sheet.rows.tolist()) == (("id", "stage"), [11, 15])


def test_every_visible_sheet_with_rows_is_read():
    def build(book):
        for name in ("Deals", "Orders", "Header only"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["id", "stage"])
            if name != "Header only":
                sheet.write_row(1, 0, [name, "x"])
        book.add_chartsheet("Chart")

    first, second = read_file("book.xlsx", workbook(build))
    assert (first.title, second.title) == ("book.xlsx · Deals", "book.xlsx · Orders")
    assert noted(first, "sheets_without_rows") == {"n": 1, "names": "Header only"}


def test_formulas_saved_without_results_are_told():
    def build(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "sum"])
        sheet.write_row(1, 0, [1, 5])
        sheet.write(2, 0, 2)
        sheet.write_formula(2, 1, "=B2*2", None, "")

    assert noted(read(workbook(build)), "formulas_without_value") == {"n": 1}


def test_the_content_decides_and_not_the_name():
    assert rows(read(table(["id", "n"], [1, 2]), "export.csv")) == [("1", "2")]
    assert rows(read(b"id;n\n1;2\n", "export.xlsx")) == [("1", "2")]
    assert noted(read(b"id;n\n1;2\n", "export.xlsx"), "kind_differs") is not None


def test_an_html_table_named_xls_is_read():
    page = (
        '<meta http-equiv="Content-type" content="text/html;charset=UTF-8" /><table border="1"><thead><tr>'
        "<th>ID</th><th>Сделка</th><th>Сумма</th></tr></thead><tbody><tr><td>7</td><td>Сделка А</td>"
        "<td>1000</td></tr><tr><td>8</td><td>&quot;Б&quot;<br>два</td><td></td></tr></tbody></table>"
    )
    sheet = read(page.encode(), "bitrix.xls")
    assert sheet.columns == ("ID", "Сделка", "Сумма")
    assert rows(sheet) == [("7", "Сделка А", "1000"), ("8", '"Б"\nдва', None)]
    assert sheet.rows.tolist() == [2, 3]
    assert rows(read(page.replace("UTF-8", "windows-1251").encode("cp1251"), "bitrix.xls")) == rows(sheet)


def test_cells_that_span_rows_of_an_html_table_are_filled_down():
    page = (
        "<table><tr><th>owner</th><th>deal</th><th>sum</th></tr>"
        "<tr><td rowspan=2>Anna</td><td>A</td><td>1</td></tr>"
        "<tr><td>B</td><td>2</td></tr><tr><td>Ivan</td><td>C</td><td>3</td></tr></table>"
    )
    assert rows(read(page.encode(), "x.html")) == [("Anna", "A", "1"), ("Anna", "B", "2"), ("Ivan", "C", "3")]


def test_an_xml_spreadsheet_of_2003_is_read():
    page = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Deals"><Table><Row><Cell><Data ss:Type="String">id</Data></Cell><Cell ss:Index="3">
<Data ss:Type="String">created</Data></Cell></Row><Row ss:Index="4"><Cell>
<Data ss:Type="Number">17</Data></Cell>
<Cell ss:Index="3"><Data ss:Type="DateTime">2024-02-01T00:00:00.000</Data></Cell></Row></Table></Worksheet>
</Workbook>"""
    sheet = read(page.encode(), "old.xls")
    assert (sheet.name, sheet.columns, sheet.rows.tolist()) == ("Deals", ("id", "created"), [4])
    assert rows(sheet) == [("17", "2024-02-01")]


def test_parquet_becomes_text():
    frame = pd.DataFrame({
        "id": ["007", "008"], "n": [1, 2], "sum": [1250.5, 3.0], "won": [True, False],
        "at": [pd.Timestamp(2024, 2, 1), pd.Timestamp(2024, 2, 1, 10, 0, 5)],
    })  # fmt: skip
    target = io.BytesIO()
    frame.to_parquet(target)
    sheet = read(target.getvalue(), "deals.parquet")
    assert rows(sheet) == [
        ("007", "1", "1250.5", "TRUE", "2024-02-01"), ("008", "2", "3", "FALSE", "2024-02-01 10:00:05"),
    ]  # fmt: skip


def archive(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("_", "."), content)
    return target.getvalue()


def test_a_zip_gives_the_sheets_of_its_files():
    data = archive(
        deals_csv=b"id,n\n1,2\n", orders_xlsx=table(["id", "n"], [3, 4]), picture_png=b"\x89PNG\r\n"
    )
    first, second = read_files([("all.zip", data)])
    assert (first.file, second.file) == ("all.zip/deals.csv", "all.zip/orders.xlsx")
    assert rows(second) == [("3", "4")]
    assert noted(first, "left_out") is not None


def test_an_open_document_sheet_is_read():
    def cell(value, kind="string"):
        number = f' office:value="{value}"' if kind == "float" else ""
        said = f"<text:p>{value}</text:p>"
        return f'<table:table-cell office:value-type="{kind}"{number}>{said}</table:table-cell>'

    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    body = (
        f"<table:table-row>{cell('id')}{cell('sum')}</table:table-row>"
        f"<table:table-row>{cell('007')}{cell(1250.5, 'float')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Deals">{body}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = "<manifest:manifest xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'/>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    sheet = read(target.getvalue(), "deals.ods")
    assert (sheet.name, rows(sheet)) == ("Deals", [("007", "1250.5")])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.one_of(st.floats(), st.integers(-(2**60), 2**60).map(float), st.just(-0.0)), min_size=1))
def test_many_numbers_are_said_as_one_is(numbers):
    assert excel._as_text(numbers).to_pylist() == [say_number(number) for number in numbers]
    assert excel._as_text(["sum", *numbers, ""]).to_pylist()[1:-1] == excel._as_text(numbers).to_pylist()


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), min_size=1))  # noqa: DTZ001
def test_moments_are_said_to_the_second(moments):
    said = excel._as_text(["created", *moments]).to_pylist()[1:]
    for moment, one in zip(moments, said, strict=True):
        assert abs(datetime.fromisoformat(one) - moment) <= timedelta(microseconds=500_000)
        assert not one.endswith(" 00:00:00")


VALUES = st.one_of(
    st.text(max_size=5), st.integers(-9, 9), st.floats(allow_nan=False), st.booleans(), st.times(),
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)), st.dates(), st.timedeltas(),  # noqa: DTZ001
)  # fmt: skip


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(VALUES, min_size=1, max_size=8))
def test_cells_of_all_kinds_in_a_column_are_said_as_each_alone(values):
    assert excel._as_text(values).to_pylist() == [excel._as_text([value])[0].as_py() for value in values]


def test_a_column_of_days_and_moments_costs_no_call_for_each():
    """Excel's midnight is read as a date, any other moment as a date with a time."""
    moments = [datetime(2024, 1, 1) + timedelta(hours=n) for n in range(20_000)]  # noqa: DTZ001
    mixed = [moment.date() if n % 24 == 0 else moment for n, moment in enumerate(moments)]
    began = time.process_time()
    said = excel._as_text(mixed).to_pylist()
    assert time.process_time() - began < 0.5
    assert said[:2] == ["2024-01-01", "2024-01-01 01:00:00"]
