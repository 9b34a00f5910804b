"""A real server and a real Chromium for the journeys beside this file."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# Chromium refuses its sandbox to root, and a container's /dev/shm is small; no background calls home.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
SCREENSHOTS = os.environ.get("CRMEVAL_SCREENSHOTS")
_PATIENCE_MS = 30_000


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def app_url(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "streamlit.log"
    command = [
        sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true",
        "--client.showErrorDetails=full",
    ]  # fmt: skip
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(url + "/_stcore/health", timeout=1)  # noqa: S310 - our own
                break
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, and a gate without the browser tests is none")
        pytest.skip("Chromium is not installed (set CHROMIUM to its path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, request):
    """A fresh visitor; the test fails on errors of the page and on any call that leaves this machine."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/Moscow",
        reduced_motion="reduce", accept_downloads=True,
    )  # fmt: skip
    visitor = context.new_page()
    visitor.set_default_timeout(_PATIENCE_MS)
    errors, outside = [], []
    visitor.on("pageerror", lambda error: errors.append(str(error)))
    visitor.on(
        "request",
        lambda call: (
            outside.append(call.url)
            if not call.url.startswith(("http://127.0.0.1", "data:", "blob:"))
            else None
        ),
    )
    yield visitor
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        visitor.screenshot(path=f"{SCREENSHOTS}/{request.node.name}.png".replace("[", "-").replace("]", ""))
    context.close()
    assert not errors
    assert not outside, f"the app asked the internet for {set(outside)}"
