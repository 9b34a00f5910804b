"""Mapping in a real browser: dates asked and answered, a change undone, the mapping saved and loaded."""

from playwright.sync_api import expect
from steps import download, press, says, settled, upload, visit

from crmeval.words import Words

T = Words("en")
UNCLEAR = "Deal ID,Created,Closed,Status,Amount,Owner\n" + "".join(
    f"{n},0{1 + n % 5}/0{1 + n % 3}/2024,0{2 + n % 5}/0{1 + n % 3}/2024,{end},{n},Ann\n"
    for n, end in enumerate(["Won", "Lost", "Open"] * 20)
)


def test_dates_are_asked_answered_undone_and_the_mapping_goes_to_a_colleague(page, app_url, tmp_path):
    path = tmp_path / "deals.csv"
    path.write_text(UNCLEAR, encoding="utf-8")
    visit(page, app_url, "en")
    upload(page, path)
    says(page, "median 1 day")
    says(page, "median 31 days")
    press(page, T("data.choose_mdy"))
    question = page.get_by_role("button", name=T("data.choose_mdy"))
    expect(question).to_have_count(0)
    press(page, T("data.undo"))
    expect(question).to_have_count(1)
    press(page, T("data.redo"))
    expect(question).to_have_count(0)
    mapping = tmp_path / "mapping.toml"
    mapping.write_bytes(download(page, T("data.map_save")).replace(b'"Owner"', b'"Owner name"'))

    visit(page, app_url, "en")  # the colleague, with the same file
    upload(page, path)
    expect(question).to_have_count(1)
    page.get_by_role("button", name=T("data.map_load")).click()
    page.get_by_test_id("stFileUploaderDropzoneInput").last.set_input_files(str(mapping))
    expect(question).to_have_count(0)
    settled(page)
    says(page, "Owner name")
    press(page, T("data.use"))
    says(page, "read 60 = used 60 + set aside 0")
