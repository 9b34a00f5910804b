"""Clicks on the app in a real browser: what the script took, and when the picture was there."""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from crmeval.words import Words  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 600_000  # milliseconds: a first count of a million events takes its time

# When the visitor acted last, and when the page was painted after its last change: of its elements, of the
# marks of a chart, or of anything drawn on a canvas. What only dims parts that wait to be replaced is none,
# nor is what stands within a canvas for those who cannot see it.
WATCH = """
window.acted = 0; window.painted = 0;
const act = () => { window.acted = performance.now(); window.painted = window.acted; };
for (const kind of ['pointerup', 'keydown']) window.addEventListener(kind, act, true);
const paint = () => requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); }));
const picture = change => {
    const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
    if (!at || !at.closest('[data-testid=stMain]') || at.closest('canvas')) return false;
    return change.type !== 'attributes' || at.closest('svg.marks');
};
new MutationObserver(changes => { if (changes.some(picture)) paint(); }).observe(
    document, {subtree: true, childList: true, characterData: true, attributes: true});
for (const name of ['fill', 'fillText', 'stroke']) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...how) { paint(); return draw.apply(this, how); };
}
"""
SETTLED = """quiet => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState === 'notRunning' && performance.now() - window.painted > quiet;
}"""
QUIET = 400  # milliseconds without a change: the picture is there


class Visitor:
    """A visitor of the app, with the times of everything they did."""

    def __init__(self, page: Page, url: str, log: Path) -> None:
        self.page, self.url, self._log, self.parts = page, url, log, True

    def settled(self) -> None:
        """Waits until the picture is there."""
        self.page.wait_for_timeout(50)
        self.page.wait_for_function(SETTLED, arg=QUIET, timeout=PATIENCE, polling=50)
        if self.page.get_by_test_id("stException").count():
            raise RuntimeError(self.page.get_by_test_id("stException").first.inner_text())

    def turn_to(self, page: str, t: Words) -> None:
        """Goes to a page by the menu."""
        menu = self.page.get_by_text(t(f"pages.{page}.menu"), exact=True)
        self.page.get_by_test_id("stSidebarNavLink").filter(has=menu).click()
        self.settled()

    def section(self, name: str, t: Words) -> None:
        """Opens the section with this name in the catalogue."""
        self.page.get_by_role("tab", name=t(name), exact=True).click()
        self.settled()

    def key(self, name: str) -> Locator:
        """The widget or chart with this key."""
        return self.page.locator(f".st-key-{name}").first

    def slide(self, key: str, turn: int) -> None:
        """A slider one step to the left, every fourth time to the right."""
        self.key(key).locator("input[type=range]").press("ArrowRight" if turn % 4 == 3 else "ArrowLeft")

    def choose(self, key: str, turn: int) -> None:
        """The next option of a list."""
        options = self.page.get_by_role("option")
        while not options.count():  # a list that opens while the page still changes closes again
            self.key(key).locator("input").first.press("ArrowDown")
            self.page.wait_for_timeout(200)
        options.nth((turn + 1) % min(options.count(), 3)).click()

    def segment(self, key: str, turn: int) -> None:
        """The next of a few buttons."""
        buttons = self.key(key).get_by_role("radio")
        buttons.nth((turn + 1) % buttons.count()).click()

    def tab(self, turn: int) -> None:
        """The next tab."""
        tabs = self.page.get_by_role("tab")
        tabs.nth((turn + 1) % tabs.count()).click()

    def mark(self, key: str, turn: int) -> None:
        """A bar of a chart."""
        bars = self.key(key).locator("svg.marks [aria-roledescription=bar]")
        bars.nth(turn % min(bars.count(), 3)).click()

    def asked(self, name: str, act: Callable[[int], None], new: int = 0, again: int = 8) -> None:
        """Prints the medians of some acts; those of the first `new` ones apart, for they may count anew."""
        taken = [self._timed(partial(act, turn)) for turn in range(new + again)]
        self._said(name, taken[new:])
        if new:
            self._said("  for the first time", taken[:new])

    def _timed(self, act: Callable[[], None]) -> tuple[float, float, float]:
        """CPU and wall time of the script, and the time to the picture."""
        self._log.write_text("")
        act()
        self.settled()
        runs = [json.loads(line) for line in self._log.read_text().splitlines()]
        self.parts = all(run["fragment"] for run in runs)
        picture = self.page.evaluate("window.painted - window.acted")
        return sum(run["cpu"] for run in runs) * 1000, sum(run["wall"] for run in runs) * 1000, picture

    def _said(self, name: str, taken: Sequence[tuple[float, float, float]]) -> None:
        medians = [statistics.median(one) for one in zip(*taken, strict=True)]
        shown = "".join(f"{number:8.0f}" for number in (*medians, max(one[-1] for one in taken)))
        print(f"  {name:<44}{'part' if self.parts else 'page':>5}{shown}", flush=True)

    @staticmethod
    def heading() -> None:
        """Prints what the columns are."""
        titles = ("cpu", "wall", "picture", "longest")
        print(f"  {'milliseconds':<49}{''.join(f'{title:>8}' for title in titles)}")


@contextmanager
def served() -> Iterator[tuple[str, Path, int]]:
    """A server of our own: its address, where it writes its runs, and the id of its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "runs"
        log.touch()
        command = [sys.executable, str(HERE / "timed_server.py"), str(log), str(port)]
        with (Path(folder) / "server").open("wb") as said:
            server = subprocess.Popen(command, cwd=HERE.parent, stdout=said, stderr=said)
        url = f"http://127.0.0.1:{port}"
        try:
            _up(url)
            yield url, log, server.pid
        finally:
            server.terminate()
            server.wait(10)


@contextmanager
def visitor(width: int = 1280) -> Iterator[Visitor]:
    """A visitor of a server of their own."""
    with served() as (url, log, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        page.add_init_script(WATCH)
        yield Visitor(page, url, log)
        browser.close()


def _up(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url + "/_stcore/health", timeout=1)  # noqa: S310 - our own
        except OSError:
            time.sleep(0.1)
        else:
            return


def upload(visit: Visitor, files: Sequence[Path]) -> None:
    """Gives files to the app and applies the mapping it proposes."""
    page = visit.page
    page.goto(f"{visit.url}/?lang=en")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.wait_for(state="attached")
    began = time.perf_counter()
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files([str(path) for path in files])
    page.get_by_test_id("stExpander").first.wait_for()
    visit.settled()
    print(f"  read and mapping proposed: {time.perf_counter() - began:.1f} s")
