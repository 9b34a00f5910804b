"""Names in files that would like to be Markdown, HTML, LaTeX, a picture or a property: shown as they are."""

import csv
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from steps import download, press, says, sheet, switch, upload, visit, walk

from crmeval.words import LANGUAGES, Words

PICTURE = "![x](http://example.invalid/pixel.png)"
HOSTILE = (
    PICTURE,
    "<img src=http://example.invalid/i.png onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[click](http://example.invalid/)",
    "$\\frac{1}{0}$ **bold** `code`",
    ":red[red] :material/delete: :smile:",
    "__proto__",
    "Stage: time",
    "constructor.prototype['x']",
    "{n:count} {0} %s",
    "\"quoted\", 'single'; «ёлочки»",
    '=HYPERLINK("http://example.invalid")',
    "😀 эмодзи\u202eright to left",
)  # fmt: skip
_START = date(2024, 1, 1)


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def _name(n):
    return HOSTILE[n % len(HOSTILE)]


@pytest.fixture
def files(tmp_path):
    """Deals, records and feedback whose every free text is hostile, in files with hostile names."""
    deals = [
        [n, _START + timedelta(n), _START + timedelta(n + n % 40), ("Won", "Lost", "Open")[n % 3],
         _name(n // 3), 100 + n, _name(n), _name(n + 1), _name(n + 2), _name(n + 3)]
        for n in range(120)
    ]  # fmt: skip
    records = [[n, _name(n), f"{_name(n)}@x.example", _name(n + 4), _name(n // 2)] for n in range(120)]
    feedback = [
        [_START + timedelta(n), n % 11, f"{_name(n)} slow support", _name(n // 9)] for n in range(120)
    ]
    return (
        _write(
            tmp_path / "deals ![x](http:⁄⁄example.invalid) <b>.csv",
            [
                "Deal ID",
                "Created",
                "Closed",
                "Status",
                "Stage",
                "Amount",
                "Owner",
                "Source",
                PICTURE,
                "__proto__",
            ],
            deals,
        ),
        _write(
            tmp_path / "records $x^2$ **b**.csv",
            ["Record ID", "Entered by", "Email", "<b>City</b>", "a.b[0]"],
            records,
        ),
        _write(
            tmp_path / "feedback `code` [l](x).csv",
            ["Answered on", "How likely are you to recommend us?", "Comment", "Stage: time"],
            feedback,
        ),
    )


def test_hostile_names_stay_text_on_every_page_and_in_the_report(page, app_url, files):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    visit(page, app_url, "en")
    upload(page, *files)
    for path in files:
        says(page, path.name)
        sheet(page, path.name)
    nothing_alive(page)
    press(page, Words("en")("data.use"))
    says(page, Words("en")("data.ready"))
    says(page, files[0].name)
    for language in LANGUAGES:
        if language != "en":
            switch(page, language)
        walk(page, language, nothing_alive)
        written = download(page, Words(language)("app.report_html")).decode("utf-8")
        assert "<img src=http" not in written
        assert "<script" not in written
        assert "&lt;script&gt;" in written or "&lt;img" in written
    assert not dialogs


def nothing_alive(page):
    """No picture, link, formula, code or markup of a file has come alive in the page."""
    inside = page.get_by_test_id("stMain")
    expect(inside.locator("img[src*='example.invalid'], a[href*='example.invalid']")).to_have_count(0)
    expect(inside.locator(".katex, [onerror], script")).to_have_count(0)
    expect(inside.locator("strong, b, code").get_by_text("bold", exact=True)).to_have_count(0)
    expect(inside.locator("code").get_by_text("code", exact=True)).to_have_count(0)
