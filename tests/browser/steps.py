"""What a visitor does, step by step."""

from playwright.sync_api import Page, expect

from crmeval.ui.navigation import PAGES
from crmeval.words import Words

NAMES = [entry.name for entry in PAGES]


def settled(page: Page) -> None:
    """Waits until the page's script has run to its end, without an exception."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)


def visit(page: Page, url: str, language: str, name: str = "") -> None:
    """Opens the app in a language, at the first page or a named one."""
    page.goto(f"{url}/{name}?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settled(page)


def go(page: Page, language: str, name: str) -> None:
    """Goes to a page by the menu and waits for its title."""
    t = Words(language)
    menu = page.get_by_text(t(f"pages.{name}.menu"), exact=True)
    page.get_by_test_id("stSidebarNavLink").filter(has=menu).click()
    expect(page.get_by_role("heading", level=1, name=t(f"pages.{name}.title"))).to_be_visible()
    settled(page)


def upload(page: Page, *paths: str) -> None:
    """Gives files to the first uploader and waits until they are read."""
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(list(paths))
    settled(page)


def press(page: Page, label: str) -> None:
    """Presses the first button with this label."""
    page.get_by_role("button", name=label).first.click()
    settled(page)


def download(page: Page, label: str) -> bytes:
    """Presses a download button; returns what came."""
    with page.expect_download(timeout=60_000) as got:
        page.get_by_role("button", name=label).first.click()
    with open(got.value.path(), "rb") as file:  # noqa: PTH123 - a path of Playwright's
        return file.read()


def says(page: Page, text: str) -> None:
    """The page shows this text."""
    expect(page.get_by_test_id("stMain").get_by_text(text).first).to_be_visible()
