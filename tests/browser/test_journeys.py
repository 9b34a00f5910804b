"""Whole journeys in a real browser: the sample company, own files, the report, a file that cannot serve."""

import io
import json
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect
from steps import NAMES, download, go, press, says, settled, upload, visit

from crmeval.words import LANGUAGES, Words

DEALS = """Deal ID,Created,Closed,Status,Amount,Owner,Source
1,2024-01-01,2024-01-11,Won,100,Ann,Web
2,2024-01-02,2024-01-22,Lost,200,Bob,Web
3,2024-01-03,,Open,300,Ann,Fair
4,2024-01-04,2024-01-08,Won,400,Bob,![pixel](http://example.invalid/x.png)
,2024-01-04,2024-01-08,Won,999,Bob,Fair
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sample_company_answers_on_every_page(page, app_url, language):
    visit(page, app_url, language)
    press(page, Words(language)("app.try_sample"))
    for name in NAMES:
        go(page, language, name)
        if name != "data":
            expect(page.get_by_test_id("stMetric").first).to_be_visible()


def test_own_files_are_mapped_counted_and_reported(page, app_url, tmp_path):
    t = Words("en")
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, str(path))
    says(page, "deals.csv")
    press(page, t("data.use"))
    says(page, "read 5 = used 4 + set aside 1")
    go(page, "en", "time")
    says(page, "7 days")
    go(page, "en", "scorecard")
    workbook = openpyxl.load_workbook(io.BytesIO(download(page, t("app.report_xlsx"))))
    assert len(workbook.sheetnames) > 3
    html = download(page, t("app.report_html")).decode("utf-8")
    assert "http://example.invalid" not in html or "&lt;" in html or "![pixel]" in html
    assert "<script" not in html


def test_the_language_switch_keeps_the_work(page, app_url):
    visit(page, app_url, "en")
    press(page, Words("en")("app.try_sample"))
    go(page, "en", "overview")
    page.get_by_test_id("stSidebar").get_by_text("ru", exact=True).click()
    expect(page.get_by_role("heading", level=1, name=Words("ru")("pages.overview.title"))).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stMetric").first).to_be_visible()


def test_a_deep_link_opens_its_page_with_the_menu(page, app_url):
    visit(page, app_url, "ru", "retention")
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(NAMES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_serve_gets_one_clear_message(page, app_url, tmp_path, language):
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    visit(page, app_url, language)
    upload(page, str(path))
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1)
    expect(alert).to_contain_text("picture.xlsx")


def test_an_assessment_is_saved_and_opened_again(page, app_url, tmp_path):
    t = Words("en")
    visit(page, app_url, "en")
    press(page, t("app.try_sample"))
    saved = download(page, t("app.save"))
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(saved)).read("manifest.json"))
    assert manifest["version"] >= 1
    path = tmp_path / "assessment.crmeval"
    path.write_bytes(saved)
    press(page, t("app.forget"))
    upload(page, str(path))
    says(page, t("data.ready"))
    go(page, "en", "time")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()


def test_deleting_my_data_leaves_nothing_on_the_page(page, app_url):
    t = Words("en")
    visit(page, app_url, "en")
    press(page, t("app.try_sample"))
    press(page, t("app.forget"))
    go(page, "en", "time")
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
