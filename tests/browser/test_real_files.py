"""The real data sets through the browser: upload, confirm, every page in both languages, report."""

import io

import openpyxl
import pytest
from steps import NAMES, download, go, press, says, upload, visit

from crmeval.words import LANGUAGES, Words

# folder, its files, the page with its best-known figure, and that figure as each language writes it
CASES = {
    "maven": ("maven_crm", ("accounts", "products", "sales_pipeline", "sales_teams"), "time", "57"),
    "salesforce": ("salesforce_history", ("input_01", "input_02"), "time", "Prospecting"),
    "olist": (
        "olist_funnel", ("olist_closed_deals_dataset", "olist_marketing_qualified_leads_dataset"),
        "time", "14",
    ),
    "cdnow": ("cdnow", ("CDNOW_master",), "retention", "48"),
    "sus": ("sus", ("folador_usability-db-en",), "ease", "82"),
    "nps": ("nps_prep_air", ("input_01", "input_02"), "feedback", "21"),
    "hospital": ("hospital", ("dirty",), "accuracy", "n ="),
}  # fmt: skip


@pytest.mark.trial
@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_real_files_go_all_the_way(page, app_url, trial_data, case, language):
    folder, names, shown_on, figure = CASES[case]
    t = Words(language)
    paths = [next((trial_data / folder).glob(f"{name}.*")) for name in names]
    visit(page, app_url, language)
    upload(page, *map(str, paths))
    press(page, t("data.use"))
    says(page, t("data.ready"))
    for name in NAMES:
        go(page, language, name)
        if name == shown_on:
            says(page, figure)
    workbook = openpyxl.load_workbook(io.BytesIO(download(page, t("app.report_xlsx"))))
    assert len(workbook.sheetnames) > 3
