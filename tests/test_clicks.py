"""A click on a page of deals asks the engine nothing anew, and what is sent does not grow with the data."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from simulated_process import LOST, OPEN, STAGES, WON, observed
from test_pages import open_page, open_section, start

from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.state import Work
from crmeval.words import Words

DEALS = 9_000  # more than any chart may draw one by one, most of them open
MOST_MARKS, MOST_ROWS = 4_000, 1_000
T = Words("en")
SECTIONS = {
    "time": ("output", "cycle", "hours", "open", "compare"),
    "bottlenecks": ("bottlenecks", "stages", "moves", "flow", "what_if"),
}
# A section, what is clicked there, and its second value; the first is what it begins with.
CLICKS = {
    "what if a stage is faster": ("bottlenecks", "what_if", "slider", "what_if_", 60),
    "what becomes of the time": ("bottlenecks", "what_if", "button_group", "what_if_use", "capacity"),
    "moves shown": ("bottlenecks", "moves", "slider", "flow_share", 60),
    "colour of the map": ("bottlenecks", "moves", "button_group", "flow_by", "stay_median"),
    "stages by their median": ("bottlenecks", "stages", "button_group", "time_by", "by_median"),
    "within how many days": ("time", "compare", "slider", "compare_horizon_", 21),
    "order of the dots": ("time", "open", "button_group", "dots_by", "length"),
}  # fmt: skip


class Deaf:
    """An engine that must not be asked."""

    def __getattr__(self, name):
        raise AssertionError(f"the engine was asked for {name}")


def company():
    """The simulated process as an upload: deals with an owner, and the log of their stages."""
    log = observed(DEALS, 7, age=50, doomed=False)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(log.entered, unit="D")
    over = day + pd.to_timedelta(log.days, unit="D")
    names = np.char.add("D", log.case.astype(str))
    ends = pd.DataFrame({"deal_id": names, "created_at": day, "closed_at": over, "exit": log.exit})
    deals = ends.groupby("deal_id", sort=False).agg(
        created_at=("created_at", "first"), closed_at=("closed_at", "last"), exit=("exit", "last")
    )
    said = {WON: "won", LOST: "lost", OPEN: "open"}
    deals = deals.reset_index().assign(
        outcome=lambda frame: frame["exit"].map(said), owner=lambda frame: "Owner " + frame["deal_id"].str[-1]
    )
    deals["closed_at"] = deals["closed_at"].where(deals["outcome"] != "open")
    events = pd.DataFrame({"deal_id": names, "stage": np.array(STAGES)[log.stage], "entered_at": day})
    return Tables.from_frames(deals=deals.drop(columns="exit").assign(amount=100.0), stage_events=events)


@pytest.fixture(scope="module")
def visit():
    at = start("en")
    at.session_state["crmeval"] = Work(tables=company(), settings=Settings(currency="EUR"))
    return at


@pytest.mark.parametrize("click", CLICKS)
def test_a_click_asks_the_engine_nothing(visit, click, monkeypatch):
    page, section, kind, key, value = CLICKS[click]
    open_section(open_page(visit, page), page, section)
    tables = visit.session_state["crmeval"].tables
    monkeypatch.setitem(tables.__dict__, "_connection", Deaf())
    widgets = visit.slider if kind == "slider" else visit.button_group
    widget = next(one for one in widgets if one.key.startswith(key))
    before = seen(visit)
    widget.set_value(value).run()
    assert not visit.exception, [error.message for error in visit.exception]
    assert seen(visit) != before


def seen(at):
    """What the page says and draws."""
    return [one.value for one in at.markdown], [one.proto for one in at.get("vega_lite_chart")]


@pytest.mark.parametrize(
    ("page", "section"), [(page, name) for page, names in SECTIONS.items() for name in names]
)
def test_what_is_sent_does_not_grow_with_the_data(visit, page, section):
    open_section(open_page(visit, page), page, section)
    assert visit.get("vega_lite_chart")
    for chart in visit.get("vega_lite_chart"):
        rows = [pa.ipc.open_stream(one.data.data).read_all().num_rows for one in chart.proto.datasets]
        assert rows
        assert sum(rows) <= MOST_MARKS
    for table in visit.dataframe:
        assert len(table.value) <= MOST_ROWS


def test_the_simulated_company_is_larger_than_what_is_drawn():
    tables = company()
    assert tables.count("deals") > 2 * MOST_MARKS
    assert tables.count("stage_events") > 4 * MOST_MARKS
