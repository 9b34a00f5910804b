"""Many visitors at once, each with a file of their own: how long a rerun takes, and what the server holds.

    python benchmarks/load.py [VISITORS [SECONDS]]

Visitors speak to the server as the page in a browser does (Streamlit's own messages on a websocket); browsers
would take the processor from it. Each uploads about 5 MB, deals or stages, has them used, and then turns to
pages, opens sections and moves sliders, thinking 5 seconds in between. Midway somebody hands in archives and
workbooks made to take all memory or time. A rerun lasts from what the visitor does to the end of the script.
"""

import asyncio
import io
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import requests
import websockets
from clicks import served
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from time_page import T, company

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from hostile.workbook_bombs import (
    nine_hundred_megabytes_of_blanks,
    one_long_text_in_cells_of_other_quotes,
)

THINKS = 5.0  # seconds, on average
PAGES = ("overview", "time", "bottlenecks", "accuracy", "retention", "scorecard", "data")
EVENTS = 145_000  # of stages; as many deals as this makes fill as large a file
PATIENCE = 300.0  # seconds


class Visitor:
    """One visitor: what is on their page, and what they chose."""

    def __init__(self, url: str, chance: random.Random) -> None:
        self.url, self.chance = url, chance
        self.chosen: dict[str, WidgetState] = {}
        self.seen: dict[tuple[int, ...], Delta] = {}
        self.pages: dict[str, str] = {}
        self.page = self.session = self.part = ""
        self.kept: dict[str, ForwardMsg] = {}

    async def __aenter__(self) -> Self:
        address = self.url.replace("http", "ws") + "/_stcore/stream"
        self.socket = await websockets.connect(address, subprotocols=["streamlit"], max_size=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()

    async def run(self, act: WidgetState | None = None, fragment: str = "") -> float:
        """Has the script run; returns the seconds until it ended."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = "lang=en", self.page, fragment
        if act is not None and not act.trigger_value:
            self.chosen[act.id] = act
        state.widget_states.widgets.extend(self.chosen.values())
        if act is not None and act.trigger_value:
            state.widget_states.widgets.append(act)
        self.part, began = fragment, time.perf_counter()
        await self.socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._heard(await self._next()):
                pass
        return time.perf_counter() - began

    async def _next(self) -> ForwardMsg:
        message = ForwardMsg.FromString(await self.socket.recv())
        if message.WhichOneof("type") == "ref_hash":
            kept = self.kept[message.ref_hash]
            kept.metadata.CopyFrom(message.metadata)
            return kept
        self.kept[message.hash] = message
        return message

    def _heard(self, message: ForwardMsg) -> bool:
        """Takes a message in; whether it says that the script ended."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            if not self.part:
                self.seen.clear()
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "delta":
            if message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            self.seen[tuple(message.metadata.delta_path)] = message.delta
        return kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def found(self, kind: str) -> Iterator[tuple[object, str]]:
        """The elements of a kind on the page, each with the fragment it is in."""
        for delta in self.seen.values():
            if delta.new_element.WhichOneof("type") == kind:
                yield getattr(delta.new_element, kind), delta.fragment_id

    async def upload(self, name: str, data: bytes) -> float:
        """Hands a file in; returns the seconds until it was read or refused."""
        place, fragment = next(self.found("file_uploader"))
        asked = BackMsg()
        asked.file_urls_request.request_id, asked.file_urls_request.session_id = "1", self.session
        asked.file_urls_request.file_names.append(name)
        await self.socket.send(asked.SerializeToString())
        while (message := await self._next()).WhichOneof("type") != "file_urls_response":
            self._heard(message)
        urls = message.file_urls_response.file_urls[0]
        began = time.perf_counter()
        await asyncio.to_thread(self._put, urls.upload_url, name, data)
        act = WidgetState(id=place.id)
        file = act.file_uploader_state_value.uploaded_file_info.add()
        file.name, file.size, file.file_id = name, len(data), urls.file_id
        file.file_urls.CopyFrom(urls)
        await self.run(act, fragment)
        return time.perf_counter() - began

    def _put(self, address: str, name: str, data: bytes) -> None:
        with requests.Session() as browser:
            browser.get(f"{self.url}/_stcore/health", timeout=60)
            token = {"X-Xsrftoken": browser.cookies["_streamlit_xsrf"]}
            file = {"file": (name, io.BytesIO(data))}
            browser.put(self.url + address, files=file, headers=token, timeout=60).raise_for_status()

    async def press(self, label: str) -> float:
        """Presses the button with this label."""
        button, fragment = next(one for one in self.found("button") if one[0].label == label)
        return await self.run(WidgetState(id=button.id, trigger_value=True), fragment)

    async def turn_to(self, page: str) -> float:
        """Goes to a page by the menu."""
        self.page, self.chosen = self.pages[page], {}
        return await self.run()

    async def act(self) -> tuple[str, float]:
        """Does one of the things that can be done on the page."""
        ways: list[Callable[[], WidgetState]] = []
        places: list[tuple[str, str]] = []
        for path, delta in self.seen.items():
            if delta.add_block.tab_container.id:
                tabs = {one.add_block.tab.label for at, one in self.seen.items() if at[:-1] == path}
                for label in tabs - {""}:
                    ways.append(
                        lambda i=delta.add_block.tab_container.id, v=label: WidgetState(id=i, string_value=v)
                    )
                    places.append(("section", delta.fragment_id))
        for slider, fragment in self.found("slider"):
            ways.append(lambda s=slider: self._slid(s))
            places.append(("slider", fragment))
        if not ways or self.chance.random() < 0.3:
            page = self.chance.choice([page for page in PAGES if page in self.pages])
            return "page", await self.turn_to(page)
        which = self.chance.randrange(len(ways))
        what, fragment = places[which]
        return what, await self.run(ways[which](), fragment)

    def _slid(self, slider: object) -> WidgetState:
        steps = int((slider.max - slider.min) / slider.step)
        act = WidgetState(id=slider.id)
        act.double_array_value.data.append(slider.min + slider.step * self.chance.randint(0, steps))
        return act


async def visit(url: str, number: int, file: tuple[str, bytes], until: float, took: dict[str, list]) -> None:
    """A visitor from their arrival to the end."""
    chance = random.Random(number)
    async with Visitor(url, chance) as visitor:

        def noted(what: str, seconds: float) -> None:
            took[what].append((time.perf_counter(), seconds))

        await asyncio.sleep(chance.uniform(0, 2 * THINKS))
        noted("first page", await visitor.run())
        await asyncio.sleep(chance.uniform(0, 2 * THINKS))
        noted("upload", await visitor.upload(*file))
        await asyncio.sleep(chance.uniform(0, 2 * THINKS))
        noted("use", await visitor.press(T("data.use")))
        await asyncio.sleep(chance.uniform(0, 2 * THINKS))
        noted("first answer", await visitor.turn_to("time"))
        while time.perf_counter() < until:
            await asyncio.sleep(chance.uniform(0, 2 * THINKS))
            noted(*await visitor.act())


async def harm(url: str, files: dict[str, bytes], at: float) -> tuple[float, float]:
    """Hands in hostile files; returns when the first was handed in and the last was refused."""
    await asyncio.sleep(max(at - time.perf_counter(), 0))
    began = time.perf_counter()
    async with Visitor(url, random.Random(0)) as visitor:
        await visitor.run()
        for name, data in files.items():
            said = await visitor.upload(name, data)
            print(f"  a hostile file was refused after {said:.1f} s", flush=True)
    return began, time.perf_counter()


def _held(process: int) -> int:
    """Bytes a process holds now."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _used(process: int) -> float:
    """Seconds of CPU a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def crowd(url: str, process: int, visitors: int, seconds: float) -> None:
    """All visitors, beside the somebody; prints what they had to wait."""
    tables = company(EVENTS)
    deals = company(int(EVENTS * 3.7))["deals"]
    files = [(f"{name}.csv", frame.to_csv(index=False).encode()) for name, frame in
             (("deals", deals), ("stages", tables["stages"]))]  # fmt: skip
    print("files: " + ", ".join(f"{name} {len(data) / 1e6:.1f} MB" for name, data in files), flush=True)
    hostile = {
        "blanks.xlsx": nine_hundred_megabytes_of_blanks(),
        "repeat.xlsx": one_long_text_in_cells_of_other_quotes(),
    }
    took: dict[str, list] = defaultdict(list)
    most, began, cpu = _held(process), time.perf_counter(), _used(process)
    until = began + seconds
    running = [
        asyncio.create_task(visit(url, k, files[k % len(files)], until, took)) for k in range(visitors)
    ]
    harming = asyncio.create_task(harm(url, hostile, began + seconds * 0.7))
    while not all(task.done() for task in running):
        await asyncio.sleep(0.5)
        most = max(most, _held(process))
    await asyncio.gather(*running)
    harmed = await harming
    print(f"  most the server held: {most / 1e6:.0f} MB; CPU {_used(process) - cpu:.0f} s, "
          f"load of the machine {os.getloadavg()[0]:.1f}")  # fmt: skip
    _said("all reruns", [one for what in took.values() for one in what])
    for what, times in took.items():
        _said(what, times)
    clicks = [one for what in ("page", "section", "slider") for one in took[what]]
    _said("clicks", clicks)
    _said(
        "clicks beside hostile files",
        [one for one in clicks if one[0] - one[1] < harmed[1] and one[0] > harmed[0]],
    )


def _said(what: str, times: list[tuple[float, float]]) -> None:
    seconds = sorted(one for _, one in times)
    if not seconds:
        return
    quick = sum(one < 1 for one in seconds) / len(seconds)
    ninety_fifth = seconds[min(int(0.95 * len(seconds)), len(seconds) - 1)]
    told = f"median {statistics.median(seconds):6.2f}   95 % {ninety_fifth:6.2f}   longest {seconds[-1]:6.2f}"
    print(f"  {what:<28} n {len(seconds):5}   {told}   under 1 s {quick:6.1%}", flush=True)


def main() -> None:
    """The crowd on a server of its own."""
    visitors, seconds = (int(one) for one in (*sys.argv[1:], *("40", "180")[len(sys.argv) - 1 :]))
    with served() as (url, _, process):
        asyncio.run(crowd(url, process, visitors, seconds))


if __name__ == "__main__":
    main()
