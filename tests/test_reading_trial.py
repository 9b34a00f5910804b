"""The real exports: every row of every file, as counted by others."""

import pytest

from crmeval.reading import Sheet, read_file

pytestmark = pytest.mark.trial


@pytest.fixture
def read(trial_data):
    def read(path: str) -> Sheet:
        (sheet,) = read_file(path.rpartition("/")[2], (trial_data / path).read_bytes())
        return sheet

    return read


@pytest.mark.parametrize(
    ("path", "rows", "columns"),
    [
        ("maven_crm/sales_pipeline.csv", 8800, 8), ("salesforce_history/input_01.csv", 584, 4),
        ("salesforce_history/input_02.csv", 219, None),
        ("olist_funnel/olist_closed_deals_dataset.csv", 842, 14),
        ("olist_funnel/olist_marketing_qualified_leads_dataset.csv", 8000, 4),
        ("cdnow/CDNOW_master.txt", 69659, 4),
        ("sus/folador_usability-db-en.csv", 36, 14), ("sus/blattgerste_studyData.csv", 20, 11),
        ("hospital/dirty.csv", 1000, 20), ("hospital/clean.csv", 1000, 20), ("febrl/dataset1.csv", 1000, 11),
        ("febrl/dataset3.csv", 5000, 11), ("russian_exports/amocrm_cp1251_semicolon.csv", 4, 16),
        ("russian_exports/mostly_ascii_cp1251.csv", 2001, 4),
        ("russian_exports/bitrix_export_html.xls", 3, 10),
        ("russian_exports/bitrix_trailing_semicolon.csv", 2, 4),
        ("russian_exports/padded_titles_total_utf8bom.csv", 2, 6),
        ("russian_exports/report_merged_hidden_total.xlsx", 6, 6),
    ],
)  # fmt: skip
def test_every_row_of_the_real_files_is_read(read, path, rows, columns):
    sheet = read(path)
    assert len(sheet.rows) == sheet.table.num_rows == rows
    assert columns is None or len(sheet.columns) == columns
    assert set(sheet.set_aside["reason"]) <= {"total"}


def test_customers_of_cdnow(read):
    sheet = read("cdnow/CDNOW_master.txt")
    assert len(set(sheet.table["customer_id"].to_pylist())) == 23570
    assert round(sum(map(float, sheet.table["dollar_value"].to_pylist())), 2) == 2500315.63


def test_a_sample_without_header_is_numbered(read):
    sheet = read("cdnow/CDNOW_sample.txt")
    assert sheet.columns == tuple(f"column {number}" for number in range(1, 6))
    assert sheet.rows.tolist() == list(range(1, 6920))


def test_amocrm_keeps_both_sources_and_lost_zeros(read):
    sheet = read("russian_exports/amocrm_cp1251_semicolon.csv")
    assert {"Источник", "Источник (2)"} <= set(sheet.columns)
    assert sheet.table["ИНН"].to_pylist() == ["7707083893", "274062111", "7707083894", "7707083894"]
    assert sheet.table["Бюджет"][0].as_py() == "1 250 000,50 руб."


def test_one_name_in_the_last_row_decides_the_encoding(read):
    assert read("russian_exports/mostly_ascii_cp1251.csv").table["name"].to_pylist()[-1] == "Иван"


def test_the_padded_report(read):
    sheet = read("russian_exports/padded_titles_total_utf8bom.csv")
    assert sheet.rows.tolist() == [5, 6]
    assert sheet.set_aside[["row", "reason"]].to_numpy().tolist() == [[7, "total"]]
    assert sheet.table["Бюджет"].to_pylist() == ["1250,50", None]


def test_the_merged_report(read):
    sheet = read("russian_exports/report_merged_hidden_total.xlsx")
    assert sheet.columns[1:] == (
        "Сделка / Название", "Сделка / Бюджет, руб.", "Даты / Создана", "Даты / Закрыта", "Менеджер",
    )  # fmt: skip
    assert sheet.table["Менеджер"].to_pylist() == ["Иванов"] * 3 + ["Петров"] * 3
    assert sheet.table["Даты / Закрыта"].to_pylist()[2:4] == ["15.02.2024", "45337"]
    assert sheet.set_aside[["row", "reason"]].to_numpy().tolist() == [[12, "total"]]
    hidden = next(note for note in sheet.notes if note.key == "reading.notes.hidden_rows")
    assert hidden.facts["rows"] == "8"
