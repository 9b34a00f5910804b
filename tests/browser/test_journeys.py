"""Whole journeys in a real browser: the sample company, own files, the report, opening again, deleting."""

import io
import json
import re
import zipfile

import openpyxl
import pytest
from playwright.sync_api import expect
from steps import NAMES, download, go, press, sample, says, sheet, switch, titled, upload, visit

from crmeval.words import LANGUAGES, Words

DEALS = """Deal ID,Created,Closed,Status,Amount,Owner,Source
1,2024-01-01,2024-01-11,Won,100,Ann,Web
2,2024-01-02,2024-01-22,Lost,200,Bob,Web
3,2024-01-03,,Open,300,Ann,Fair
4,2024-01-04,2024-01-08,Won,400,Bob,Web
,2024-01-04,2024-01-08,Won,999,Bob,Fair
"""
T = Words("en")


@pytest.fixture
def deals(tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS, encoding="utf-8")
    return path


def test_the_sample_company_answers_on_every_page_in_the_language_switched_to(page, app_url):
    visit(page, app_url, "en")
    sample(page, "en")
    for language in LANGUAGES:
        if language != "en":
            switch(page, language)
            titled(page, language, NAMES[-1])  # the page stays
            expect(page).to_have_url(re.compile(rf"/{NAMES[-1]}\?lang={language}$"))
        for name in NAMES:
            go(page, language, name)
            if name != "data":
                expect(page.get_by_test_id("stMetric").filter(visible=True).first).to_be_visible()
    page.reload()  # the work is gone with the session, the page and its language are in the address
    titled(page, "ru", NAMES[-1])
    switch(page, "en")
    page.reload()
    titled(page, "en", NAMES[-1])


def test_own_files_are_mapped_counted_and_reported(page, app_url, deals):
    visit(page, app_url, "en")
    says(page, T("data.mission"))
    upload(page, deals)
    says(page, "deals.csv")
    press(page, T("data.use"))
    says(page, "read 5 = used 4 + set aside 1")
    go(page, "en", "time")
    page.get_by_role("tab", name=T("time.cycle")).click()
    says(page, "7 days")
    go(page, "en", "scorecard")
    workbook = openpyxl.load_workbook(io.BytesIO(download(page, T("app.report_xlsx"))))
    assert len(workbook.sheetnames) > 3
    assert "<script" not in download(page, T("app.report_html")).decode("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_uploader_speaks_the_page_s_language(page, app_url, language):
    visit(page, app_url, language)
    words = """place => getComputedStyle(document.querySelector(place), "::after").content.slice(1, -1)"""
    zone = "[data-testid=stFileUploaderDropzone"
    t = Words(language)
    assert page.evaluate(words, f"{zone}] button p") == t("data.upload_choose")
    assert page.evaluate(words, f"{zone}Instructions] span") == t("data.upload_limit", size=50)


def test_a_deep_link_opens_its_page_with_the_menu(page, app_url):
    visit(page, app_url, "ru", "retention")
    expect(page.get_by_test_id("stSidebarNavLink")).to_have_count(len(NAMES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_serve_gets_one_clear_message(page, app_url, tmp_path, language):
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    visit(page, app_url, language)
    upload(page, path)
    expect(page.get_by_test_id("stAlert")).to_have_count(1)
    expect(page.get_by_test_id("stAlert")).to_contain_text("picture.xlsx")
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    upload(page, path)
    expect(page.get_by_test_id("stAlert")).to_contain_text("empty.csv")


def test_two_files_of_one_name_are_kept_apart_and_the_same_file_counts_once(page, app_url, tmp_path, deals):
    other = tmp_path / "other" / "deals.csv"
    other.parent.mkdir()
    other.write_text(DEALS.replace("\n1,", "\n7,"), encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, deals)
    upload(page, other)
    says(page, T("data.same_name", file="deals.csv", name="deals (2).csv"))
    upload(page, deals)
    says(page, T("data.same_file", file="deals.csv"))
    summaries = page.locator("summary").filter(has_text=".csv")
    expect(summaries).to_have_count(2)
    sheet(page, "deals (2).csv").get_by_role("button", name=T("data.remove", file="deals (2).csv")).click()
    expect(summaries).to_have_count(1)


def test_a_required_field_that_is_missing_is_named_with_what_it_would_give(page, app_url, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(DEALS.replace("Created,", "Zzz,").replace("2024-01-0", "a"), encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, path)
    field, adds = T("fields.deals.created_at"), T("tables.deals.adds")
    says(page, T("data.missing", field=field, adds=adds))
    says(page, T("data.lacks", sheet="deals.csv", field=field))
    expect(page.get_by_role("button", name=T("data.use"))).to_be_disabled()


def test_an_assessment_is_saved_and_opened_again_by_another_visitor(page, app_url, tmp_path, deals):
    visit(page, app_url, "en")
    upload(page, deals)
    press(page, T("data.use"))
    page.get_by_role("tab", name=T("data.settings")).click()
    page.get_by_role("textbox", name=T("settings.company")).fill("Ромашка & Co")
    press(page, T("settings.keep"))
    saved = download(page, T("app.save"))
    assert json.loads(zipfile.ZipFile(io.BytesIO(saved)).read("manifest.json"))["version"] >= 1
    whole, damaged = tmp_path / "whole.crmeval", tmp_path / "damaged.crmeval"
    whole.write_bytes(saved)
    damaged.write_bytes(saved[: len(saved) // 2])
    visit(page, app_url, "en")  # a new session: nothing is kept anywhere else
    expect(page.get_by_role("button", name=T("app.forget"))).to_have_count(0)
    upload(page, damaged)
    says(page, T("errors.assessment_damaged"))
    upload(page, whole)
    says(page, T("data.ready"))
    says(page, "read 5 = used 4 + set aside 1")
    expect(page.get_by_test_id("stSidebar").get_by_text("Ромашка & Co")).to_be_visible()
    go(page, "en", "time")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()


def test_deleting_my_data_leaves_nothing(page, app_url, deals):
    visit(page, app_url, "en")
    upload(page, deals)
    press(page, T("data.use"))
    says(page, T("data.ready"))
    press(page, T("app.forget"))
    says(page, T("data.promise"))
    expect(page.get_by_text("deals.csv")).to_have_count(0)
    go(page, "en", "time")
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
