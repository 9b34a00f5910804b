"""What a visitor does, step by step."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PatienceLost

from crmeval.ui.navigation import PAGES
from crmeval.words import Words

NAMES = [entry.name for entry in PAGES]
expect.set_options(timeout=30_000)  # a cold start, on a computer that does other things too
_QUIET_MS = 250  # a click reaches the server and its script starts well within this
_STILL = """quiet => {
    const app = document.querySelector('[data-testid=stApp]');
    const still = app && app.dataset.testScriptState === 'notRunning';
    if (!still) window.quietSince = null;
    else window.quietSince ??= performance.now();
    return still && performance.now() - window.quietSince > quiet;
}"""


def settled(page: Page) -> None:
    """Waits until the page's script has run to its end, without an exception, and no other follows."""
    page.evaluate("window.quietSince = null")
    page.wait_for_function(_STILL, arg=_QUIET_MS, timeout=60_000, polling=50)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def visit(page: Page, url: str, language: str, name: str = "") -> None:
    """Opens the app in a language, at the first page or a named one."""
    page.goto(f"{url}/{name}?lang={language}")
    titled(page, language, name or NAMES[0])


def titled(page: Page, language: str, name: str) -> None:
    """The page of this name stands there in this language, ready."""
    title = Words(language)(f"pages.{name}.title")
    expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
    settled(page)


def go(page: Page, language: str, name: str) -> None:
    """Goes to a page by the menu."""
    menu = page.get_by_text(Words(language)(f"pages.{name}.menu"), exact=True)
    page.get_by_test_id("stSidebarNavLink").filter(has=menu).click()
    titled(page, language, name)


def walk(page: Page, language: str, look: Callable[[Page], None] | None = None) -> None:
    """Goes to every page and looks."""
    for name in NAMES:
        go(page, language, name)
        if look:
            look(page)


def switch(page: Page, language: str) -> None:
    """Changes the language."""
    page.get_by_test_id("stSidebar").get_by_text(language, exact=True).click()
    settled(page)


def upload(page: Page, *paths: Path | str) -> None:
    """Gives files to the uploader and waits until they are read or refused: then a new one stands there."""
    uploader = page.locator("[class*='st-key-uploader_']").first
    full = uploader.get_attribute("class") or ""
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([str(path) for path in paths])
    expect(uploader).not_to_have_attribute("class", full, timeout=60_000)
    settled(page)


def press(page: Page, label: str) -> None:
    """Presses the first button with this label."""
    page.get_by_role("button", name=label).first.click()
    settled(page)


def sample(page: Page, language: str) -> None:
    """Loads the sample company."""
    press(page, Words(language)("app.try_sample"))
    says(page, Words(language)("data.ready"))


def sheet(page: Page, title: str) -> Locator:
    """The card of a sheet on the mapping screen, opened."""
    card = page.get_by_test_id("stExpander").filter(has=page.locator("summary", has_text=title)).first
    if card.locator("details").first.get_attribute("open") is None:
        card.locator("summary").first.click()
    return card


def choose(page: Page, within: Page | Locator, label: str, option: str) -> None:
    """Chooses in a list; opens it again if it closed, as it does when the page moves under it."""
    box = within.get_by_role("combobox", name=label).first
    wanted = page.get_by_role("option", name=option, exact=True)
    for patience_ms in (3_000, 6_000, 12_000, 24_000):
        box.click()
        box.fill(option)  # a long list draws only the options in sight
        try:
            wanted.click(timeout=patience_ms)
            break
        except PatienceLost:
            box.press("Escape")
    else:
        raise AssertionError(f"no option {option!r} in the list {label!r}")
    settled(page)


def download(page: Page, label: str) -> bytes:
    """Presses a download button; returns what came."""
    with page.expect_download(timeout=60_000) as got:
        page.get_by_role("button", name=label).first.click()
    return Path(got.value.path()).read_bytes()


def says(page: Page, said: str) -> None:
    """The page shows this text."""
    expect(page.get_by_test_id("stMain").get_by_text(said).first).to_be_visible()
