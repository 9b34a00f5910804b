"""The real data sets through the browser: upload, confirm, every page in both languages, the reports."""

import io

import openpyxl
import pytest
from playwright.sync_api import expect
from steps import download, go, press, says, switch, upload, visit, walk

from crmeval.words import LANGUAGES, Words

# folder, its files, the page with a figure that others published or counted, and how each language writes it
CASES = {
    "maven": (
        "maven_crm", ("accounts", "products", "sales_pipeline", "sales_teams"),
        "time", {"en": "63.2%", "ru": "63,2\xa0%"},
    ),
    "salesforce": (
        "salesforce_history", ("input_01", "input_02"), "time", {"en": "10 days", "ru": "10 дней"},
    ),
    "olist": (
        "olist_funnel", ("olist_closed_deals_dataset", "olist_marketing_qualified_leads_dataset"),
        "time", {"en": "10.5%", "ru": "10,5\xa0%"},
    ),
    "cdnow": ("cdnow", ("CDNOW_master",), "retention", {"en": "48.9%", "ru": "48,9\xa0%"}),
    "sus": ("sus", ("folador_usability-db-en",), "ease", {"en": "0.85", "ru": "0,85"}),
    "nps": ("nps_prep_air", ("input_01", "input_02"), "feedback", {"en": "Prep Air", "ru": "Prep Air"}),
    "hospital": ("hospital", ("dirty", "clean"), "accuracy", {"en": "509", "ru": "509"}),
}  # fmt: skip
SECTIONS = {"salesforce": "time.cycle", "nps": "feedback.sections.segments"}  # in which it stands


@pytest.mark.trial
@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_real_files_go_all_the_way(page, app_url, trial_data, case):
    folder, names, shown_on, figure = CASES[case]
    paths = [next((trial_data / folder).glob(f"{name}.*")) for name in names]
    visit(page, app_url, "en")
    upload(page, *paths)
    press(page, Words("en")("data.use"))
    says(page, Words("en")("data.ready"))
    for language in LANGUAGES:
        if language != "en":
            switch(page, language)
        walk(page, language)
        _reports(page, Words(language))
        go(page, language, shown_on)
        if case in SECTIONS:
            page.get_by_role("tab", name=Words(language)(SECTIONS[case]), exact=True).click()
        says(page, figure[language])


def _reports(page, t):
    """Both reports come; the workbook opens, and the page opens in a browser by itself alone."""
    workbook = openpyxl.load_workbook(io.BytesIO(download(page, t("app.report_xlsx"))))
    assert len(workbook.sheetnames) > 3
    written = download(page, t("app.report_html"))
    reader = page.context.browser.new_page()
    calls, errors = [], []
    reader.on("request", lambda call: calls.append(call.url))
    reader.on("pageerror", lambda error: errors.append(str(error)))
    reader.set_content(written.decode("utf-8"))
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    assert reader.locator("script, iframe, object, embed, link[href], [onload], [onerror]").count() == 0
    assert not [url for url in calls if not url.startswith("data:")]
    assert not errors
    reader.close()
