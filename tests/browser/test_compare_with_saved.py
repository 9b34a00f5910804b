"""The assessment of last time is handed in beside the data of now, and what became of its errors is told."""

import pandas as pd
from steps import go, says, settled, upload, visit

from crmeval.assessment import Assessment, save
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Words

T = Words("en")


def records(wrong):
    """A hundred records of which these have no true address."""
    return pd.DataFrame(
        {
            "Record ID": [f"R{n:03d}" for n in range(100)], "Contact owner": ["Ann", "Bob"] * 50,
            "Name": [f"Name {n}" for n in range(100)],
            "Mail": ["nobody" if n in wrong else f"a{n}@firm.com" for n in range(100)],
        }
    )  # fmt: skip


def test_what_became_of_the_errors_of_last_time(page, app_url, tmp_path):
    files = {name: tmp_path / name for name in ("contacts.csv", "then.crmeval", "broken.crmeval")}
    records({1, 2, 3}).to_csv(files["contacts.csv"], index=False)
    names = {"Record ID": "record_id", "Contact owner": "entered_by", "Name": "x1", "Mail": "x2"}
    then = Tables.from_frames(
        records=records(set(range(10))).rename(columns=names),
        labels={"records": {"x1": "Name", "x2": "Mail"}},
    )
    files["then.crmeval"].write_bytes(save(Assessment(Settings(), then, {})))
    files["broken.crmeval"].write_bytes(b"no assessment")
    visit(page, app_url, "en")
    upload(page, files["contacts.csv"])
    page.get_by_role("button", name=T("data.use")).click()
    says(page, T("data.ready"))
    go(page, "en", "scorecard")
    page.get_by_text(T("since.title")).click()
    given = page.locator("[class*='st-key-since_'] input[type=file]")
    given.set_input_files(files["broken.crmeval"])
    says(page, T("errors.assessment_foreign"))
    given.set_input_files(files["then.crmeval"])
    says(page, T("since.how_measures")[:60])
    says(page, T("result_tables.measures_since"))
    go(page, "en", "accuracy")  # handed in once, seen there too
    page.get_by_role("tab", name=T("accuracy.sections.cure")).click()
    settled(page)
    says(page, "Of 10 cells listed last time 7 are fixed, 3 are not")
    says(page, T("charts.people_since.title"))
    go(page, "en", "overview")
    go(page, "en", "accuracy")
    says(page, "Of 10 cells listed last time 7 are fixed")
