"""A sample is planned, its sheet filled in outside the app and handed back, and the truth is told."""

import io

import openpyxl
from steps import download, go, says, upload, visit

from crmeval.words import Words

T = Words("en")
RECORDS = "Record ID,Contact owner,Created,Name,Phone\n" + "".join(
    f"R{n:03d},{'AB'[n % 2]}nn,2025-03-10,Name {n},+44 20 7946 0{n:03d}\n" for n in range(120)
)


def by_telephone(content):
    """Every telephone of even number is another one in truth."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    place = {name: [cell.value for cell in sheet[1]].index(T(f"fields.verified.{name}")) + 1
             for name in ("record_id", "field", "verdict")}  # fmt: skip
    for row in range(2, sheet.max_row + 1):
        record, field = (sheet.cell(row, place[name]).value for name in ("record_id", "field"))
        wrong = field == "Phone" and int(record[1:]) % 2 == 0
        sheet.cell(row, place["verdict"]).value = T(f"check_sheet.{'no' if wrong else 'yes'}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def section(page, name):
    page.get_by_role("tab", name=T(f"accuracy.sections.{name}")).click()


def test_a_sample_is_planned_checked_and_comes_back(page, app_url, tmp_path):
    records, sheet = tmp_path / "contacts.csv", tmp_path / "check.xlsx"
    records.write_text(RECORDS, encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, records)
    page.get_by_role("button", name=T("data.use")).click()
    says(page, T("data.ready"))
    go(page, "en", "accuracy")
    section(page, "sample")
    says(page, T("charts.sample_margins.title"))
    sheet.write_bytes(by_telephone(download(page, T("sample.download"))))
    go(page, "en", "data")
    upload(page, sheet)
    page.get_by_role("button", name=T("data.use")).click()
    says(page, T("data.ready"))
    go(page, "en", "accuracy")
    says(page, "Compared with reality")
    section(page, "sample")
    says(page, T("charts.truth_by_field.title"))
