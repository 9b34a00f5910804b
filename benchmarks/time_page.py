"""The pages of deals at many events, in a real browser: script time and time to the picture of every control.

    python benchmarks/time_page.py [EVENTS]

Per control medians of milliseconds: CPU and wall time of the script (of the whole server: the engine's
threads and the sending are in it) and the time from the act to the picture, with the longest. What is asked
for the first time may have to be counted from the events: those acts stand in a line of their own.
"""

import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from clicks import Visitor, Words, upload, visitor

STAGES = ("New", "Qualified", "Meeting", "Offer", "Negotiation", "Contract")
EVENTS_A_DEAL = 6.65
DAYS = 730
T = Words("en")


def _times(days: np.ndarray) -> pd.Series:
    """Days since the beginning as times of whole seconds."""
    return pd.Series(pd.Timestamp("2023-01-01") + pd.TimedeltaIndex((days * 86_400).astype("m8[s]")))


def company(events: int) -> dict[str, pd.DataFrame]:
    """Deals that go from stage to stage, some back, some lost on the way, some still open; and calls."""
    rng = np.random.default_rng(11)
    deals = max(int(events / EVENTS_A_DEAL), 20)
    begun = rng.integers(0, DAYS - 30, deals)
    visits = np.full((deals, 9), -1)
    visits[:, 0] = 0
    for step in range(1, 9):
        before = visits[:, step - 1]
        moved = np.where((rng.random(deals) < 0.2) & (before > 0), before - 1, before + 1)
        visits[:, step] = np.where((before < 0) | (rng.random(deals) < 0.04), -1, moved)
    visits[visits >= len(STAGES)] = -1
    gone = np.minimum.accumulate(visits >= 0, axis=1)
    stay = rng.gamma(1.5, 6, visits.shape)
    at = begun[:, None] + np.cumsum(stay, axis=1) - stay
    deal, step = np.nonzero(gone & (at < DAYS))
    end = begun + np.where(gone, stay, 0).sum(axis=1)
    won = visits.max(axis=1) == len(STAGES) - 1
    names = np.char.add("D", np.arange(deals).astype(str)).astype(object)
    called = rng.integers(0, deals, deals)
    return {
        "deals": pd.DataFrame({
            "Deal ID": names, "Created": _times(begun), "Closed": _times(end).where(end < DAYS),
            "Status": np.where(end >= DAYS, "Open", np.where(won, "Won", "Lost")),
            "Amount": rng.gamma(2, 500, deals).round(2),
            "Owner": np.char.add("Owner ", rng.integers(0, 25, deals).astype(str)),
            "Source": np.array(["Site", "Call", "Fair", "Partner"])[rng.integers(0, 4, deals)],
        }),
        "stages": pd.DataFrame({
            "Deal ID": names[deal], "Stage": np.array(STAGES)[visits[deal, step]],
            "Entered": _times(at[deal, step]),
        }),
        "activities": pd.DataFrame({
            "Deal ID": names[called],
            "Date": _times(np.minimum(begun[called] + rng.gamma(1, 4, deals), DAYS)),
            "Activity type": np.array(["Call", "Email", "Meeting"])[rng.integers(0, 3, deals)],
            "Minutes": rng.integers(1, 60, deals),
        }),
    }  # fmt: skip


def _sales(visit: Visitor) -> None:
    """The page of sales and time."""
    visit.turn_to("time", T)
    visit.asked("sales: every section", visit.tab, 6, 12)
    visit.section("time.open", T)
    visit.asked("open deals: order of the dots", partial(visit.segment, "dots_by"), 2)
    visit.asked("open deals: a deal's steps", partial(visit.choose, "dots_deal"), 3)
    visit.section("time.compare", T)
    visit.asked("compare owners: share won, horizon", partial(visit.slide, "compare_horizon_wins_owner_"))
    visit.asked("compare owners: against one of them", partial(visit.choose, "compare_against_owner"), 3)
    visit.asked("compare owners: deals of one", partial(visit.choose, "compare_group_owner"), 3)
    visit.asked("compare: by", partial(visit.choose, "compare_by"), 3)
    visit.asked("compare: what", partial(visit.segment, "compare_what"), 2)


def _bottlenecks(visit: Visitor) -> None:
    """The page of bottlenecks."""
    visit.turn_to("bottlenecks", T)
    visit.asked("bottlenecks: every section", visit.tab, 5, 10)
    visit.section("time.bottlenecks", T)
    visit.asked("bottlenecks: a stage in the list", partial(visit.choose, "time_bottleneck"), 3)
    visit.asked("bottlenecks: a stage in the chart", partial(visit.mark, "time_bottlenecks"), 3)
    visit.section("time.stages", T)
    visit.asked("stages: share or median", partial(visit.segment, "time_by"), 2)
    visit.asked("stages: a stage in the list", partial(visit.choose, "time_stage"), 3)
    visit.section("time.moves", T)
    visit.asked("moves: colour", partial(visit.segment, "flow_by"), 2)
    visit.asked("moves: moves shown", partial(visit.slide, "flow_share"))
    visit.asked("moves: a stage or a move", partial(visit.choose, "flow_choice"), 3)
    visit.section("time.flow", T)
    visit.asked("flow: a part of the accounts", partial(visit.mark, "time_accounts"), 3)
    visit.asked("flow: velocity before", partial(visit.choose, "time_velocity_before"), 3)
    visit.section("time.what_if", T)
    first = visit.page.locator("[class*=st-key-what_if_]").filter(has=visit.page.locator("input[type=range]"))
    key = next(name for name in (first.first.get_attribute("class") or "").split() if "what_if_" in name)
    visit.asked("what if: a stage shorter", partial(visit.slide, key.removeprefix("st-key-")))
    visit.asked("what if: what the time is used for", partial(visit.segment, "what_if_use"), 2)


def main() -> None:
    """Every control of the two pages, one after the other."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder, visitor() as visit:
        files = []
        for name, frame in company(events).items():
            print(f"{name}: {len(frame)} rows")
            files.append(Path(folder) / f"{name}.csv")
            frame.to_csv(files[-1], index=False)
        upload(visit, files)
        visit.page.get_by_role("button", name=T("data.use")).first.click()
        visit.settled()
        began = time.perf_counter()
        visit.turn_to("time", T)
        print(f"  first answer, everything counted: {time.perf_counter() - began:.1f} s")
        visit.heading()
        _sales(visit)
        _bottlenecks(visit)


if __name__ == "__main__":
    main()
