"""Two visitors at once: one hands in a hostile file, the other clicks on."""

import time

from hostile.workbook_bombs import one_long_text_in_cells_of_other_quotes
from playwright.sync_api import Page, expect
from steps import NAMES, settled, visit

from crmeval.words import Words

LONGEST_WAIT = 2.0  # seconds, more than the same click takes while nothing is read
CLICKS = 4


def click(page: Page, language: str) -> float:
    """Seconds from a change of the language to the heading in it."""
    title = Words(language)(f"pages.{NAMES[0]}.title")
    began = time.monotonic()
    page.get_by_test_id("stSidebar").get_by_text(language, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    return time.monotonic() - began


def clicks(page: Page) -> list[float]:
    return [click(page, language) for _ in range(CLICKS // 2) for language in ("ru", "en")]


def test_a_hostile_file_keeps_no_other_visitor_waiting(page, chromium, app_url, tmp_path):
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(one_long_text_in_cells_of_other_quotes())
    visit(page, app_url, "en")
    context = chromium.new_context(locale="en-GB")
    other = context.new_page()
    visit(other, app_url, "en")
    before = max(clicks(page))
    other.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(str(bomb))
    expect(
        other.get_by_test_id("stStatusWidget").or_(other.get_by_test_id("stExpander")).first
    ).to_be_visible()
    meanwhile = clicks(page)
    settled(other)
    expect(other.get_by_test_id("stAlert").first).to_contain_text("bomb.xlsx")
    context.close()
    assert max(meanwhile) < before + LONGEST_WAIT
