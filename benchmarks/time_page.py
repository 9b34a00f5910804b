"""The time page at many events: CPU time of the script when a slider is moved or a stage chosen."""

import logging
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from streamlit.testing.v1 import AppTest  # noqa: E402

from crmeval.settings import Settings  # noqa: E402
from crmeval.tables import Tables  # noqa: E402
from crmeval.ui.state import Work  # noqa: E402
from crmeval.words import Words  # noqa: E402

STAGES = ("New", "Qualified", "Meeting", "Offer", "Negotiation", "Contract")
EVENTS_A_DEAL = 6.7
TIMES = 7
T = Words("en")


def _days(number: np.ndarray) -> pd.TimedeltaIndex:
    """Days as durations of whole seconds."""
    return pd.TimedeltaIndex((number * 86_400).astype("m8[s]"))


def company(events: int) -> Tables:
    """Deals that go from stage to stage, some back, some lost on the way, some still open."""
    rng = np.random.default_rng(11)
    deals = max(int(events / EVENTS_A_DEAL), 20)
    begun = rng.integers(0, 700, deals)
    visits = np.full((deals, 9), -1)
    visits[:, 0] = 0
    for step in range(1, 9):
        moved = np.where(rng.random(deals) < 0.1, visits[:, step - 1] - 1, visits[:, step - 1] + 1)
        visits[:, step] = np.where((visits[:, step - 1] < 0) | (rng.random(deals) < 0.04), -1, moved)
    visits[visits >= len(STAGES)] = -1
    gone = np.minimum.accumulate(visits >= 0, axis=1)
    stay = rng.gamma(1.5, 6, visits.shape)
    at = begun[:, None] + np.cumsum(stay, axis=1) - stay
    seen = gone & (at < 730)
    deal, step = np.nonzero(seen)
    end = begun + np.where(gone, stay, 0).sum(axis=1)
    won = visits.max(axis=1) == len(STAGES) - 1
    first = pd.Timestamp("2023-01-01")
    names = np.char.add("D", np.arange(deals).astype(str)).astype(object)
    outcome = np.where(end >= 730, "open", np.where(won, "won", "lost")).astype(object)
    frame = pd.DataFrame(
        {
            "deal_id": names, "created_at": first + _days(begun), "outcome": outcome,
            "closed_at": (first + _days(end)).where(end < 730),
            "amount": rng.gamma(2, 500, deals).round(2),
            "owner": np.char.add("Owner ", rng.integers(0, 25, deals).astype(str)).astype(object),
            "source": np.array(["site", "call", "fair", "partner"], object)[rng.integers(0, 4, deals)],
        }
    )  # fmt: skip
    log = pd.DataFrame(
        {
            "deal_id": names[deal], "stage": np.array(STAGES, object)[visits[deal, step]],
            "entered_at": first + _days(at[deal, step]),
        }
    )  # fmt: skip
    return Tables.from_frames(deals=frame, stage_events=log)


def opened(tables: Tables) -> AppTest:
    """The time page of a session that has these tables, with all counted."""
    os.chdir(ROOT)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600)
    at.query_params["lang"] = "en"
    at.run()
    at.session_state["crmeval"] = Work(tables=tables, settings=Settings(currency="EUR", gross_margin=0.4))
    began = time.process_time()
    turn_to(at, "time")
    print(f"  first answer, everything counted: {time.process_time() - began:.1f} s CPU")
    return at


def turn_to(at: AppTest, page: str) -> None:
    """Goes to a page."""
    at.switch_page(f"pages/{page}_page.py").run()


def section(at: AppTest, page: str, name: str) -> None:
    """Opens a section of a page; what it counts is counted now."""
    turn_to(at, page)
    at.session_state[f"{page}_sections_en"] = T(f"time.{name}")
    at.run()
    if at.exception:
        raise RuntimeError(at.exception[0].message)


def asked(at: AppTest, name: str, change: Callable[[int], Any]) -> None:
    """Prints the median CPU time of the script for a few changes of a control."""
    taken = []
    for turn in range(TIMES + 1):
        change(turn)
        began = time.process_time()
        at.run()
        taken.append(time.process_time() - began)
        if at.exception:
            raise RuntimeError(at.exception[0].message)
    print(f"  {name:<46}{1000 * statistics.median(taken[1:]):6.0f} ms CPU")


def main() -> None:
    """Every control of the two pages, one after the other."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    tables = company(events)
    print(f"{tables.count('stage_events')} events of {tables.count('deals')} deals")
    at = opened(tables)
    asked(at, "nothing changed (sales)", lambda _: None)
    section(at, "bottlenecks", "moves")
    asked(
        at, "moves: slider of moves shown", lambda n: at.slider(key="flow_share").set_value(60 + 5 * (n % 8))
    )
    asked(
        at, "moves: a stage chosen", lambda n: at.selectbox(key="flow_choice").set_value((STAGES[n % 3], ""))
    )
    section(at, "bottlenecks", "what_if")
    first = next(slider for slider in at.slider if slider.key.startswith("what_if_"))
    asked(at, "what if: a stage shorter", lambda n: at.slider(key=first.key).set_value(5 * n))
    section(at, "time", "compare")
    horizon = next(slider for slider in at.slider if slider.key.startswith("compare_horizon"))
    asked(at, "compare 25 owners: share won, horizon", lambda n: at.slider(key=horizon.key).set_value(40 + n))
    at.button_group(key="compare_what").set_value("days").run()
    horizon = next(slider for slider in at.slider if slider.key.startswith("compare_horizon"))
    asked(at, "compare 25 owners: days, horizon", lambda n: at.slider(key=horizon.key).set_value(40 + n))
    section(at, "time", "open")
    deals = at.selectbox(key="dots_deal").options
    asked(at, "open deals: a deal's steps", lambda n: at.selectbox(key="dots_deal").set_value(deals[n]))


if __name__ == "__main__":
    main()
