"""Deals one by one: every step of a sample of them, and how long the open ones have been where they are."""

import numpy as np
import pandas as pd
from ibis import _

from crmeval.analyses.clock import as_days
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.stage_rows import with_deals
from crmeval.analyses.stage_visits import visited
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import text

_MOST_DEALS, _MOST_DOTS = 1_500, 3_000  # more can neither be told apart nor drawn at once
_SEED = 20_240_101
_FEWEST = 20  # finished stays under which a stage has no usual length
_SAID = 0.85
_CALLED = 500  # deals on the list: more nobody calls
START, LENGTH = "start", "length"


def steps(tables: Tables, settings: Settings) -> Result:
    """Every step of a sample of deals: which stage, `at` what time, on which `day` since the deal's first."""
    seen = visited(tables, settings)
    sizes = tables.frame(
        seen.visits.group_by("deal_id").agg(n=_.count(), start=_.at.min(), until=_.at.max())
    ).sort_values("deal_id", ignore_index=True)
    drawn = _drawn(sizes)
    mine = seen.visits.filter(_.deal_id.isin(list(drawn["deal_id"])))
    frame = tables.frame(mine.select("deal_id", "stage", "at"))
    frame = frame.merge(drawn, on="deal_id").sort_values(["deal_id", "at"], ignore_index=True)
    frame = pd.DataFrame(
        {
            "deal_id": frame["deal_id"], "stage": frame["stage"],
            "at": pd.to_datetime(frame["at"], unit="s"), "day": as_days(frame["at"] - frame["start"]),
            "start": frame["start"], "length": as_days(frame["until"] - frame["start"]),
        }
    )  # fmt: skip
    facts = {"shown": len(drawn), "n": len(sizes)}
    key = "dots.sampled" if len(drawn) < len(sizes) else "dots.every"
    return Result(text(key, **facts), tables={"deal_steps": frame})


def _drawn(sizes: pd.DataFrame) -> pd.DataFrame:
    """A sample of the deals that can be drawn at once; the same one whenever it is asked for."""
    most = min(_MOST_DEALS, int(_MOST_DOTS / max(sizes["n"].mean(), 1))) if len(sizes) else 0
    if len(sizes) <= most:
        return sizes
    chosen = np.random.default_rng(_SEED).choice(len(sizes), most, replace=False)
    return sizes.iloc[np.sort(chosen)]


def ageing(tables: Tables, settings: Settings) -> Result:
    """Open deals by the age of their stay, beside how long stays there usually last.

    `usual_stays`: per stage `n` finished stays and the days within which half (`p50`), 85 % and 95 % of them
    ended. `open_stays`: each open deal with its days so far and `late`, the share of finished stays that were
    shorter. `to_call`: those that have stayed longer than 85 % do, with the deals' own data.
    """
    days = as_days(_.stay)
    seen = visited(tables, settings)
    usual = tables.frame(
        seen.visits.filter(_.stay.notnull()).group_by("stage").agg(
            n=_.count(), p50=days.quantile(0.5), p85=days.quantile(_SAID), p95=days.quantile(0.95)
        )
    ).sort_values("stage", ignore_index=True)  # fmt: skip
    still = seen.visits.filter((_.is_open == 1) & _.age.notnull())
    found = tables.frame(
        still.select("deal_id", "stage", entered_at=_.at.as_timestamp("s"), days=as_days(_.age))
    )
    usual.loc[usual["n"] < _FEWEST, ["p50", "p85", "p95"]] = np.nan
    found = found.merge(usual[["stage", "p50", "p85", "p95"]], on="stage", how="left")
    found = found.sort_values(["days", "deal_id"], ascending=[False, True], ignore_index=True)
    late = found[found["days"] > found["p85"]]
    late = late.assign(over=late["days"] - late["p85"])
    first = late.sort_values(["over", "deal_id"], ascending=[False, True], ignore_index=True).head(_CALLED)
    called = with_deals(tables, first[["deal_id", "stage", "entered_at", "days", "over"]])
    shown = found.head(_MOST_DEALS)
    notes = [text("dots.usual"), *cannot_show(tables, settings)]
    if (few := usual.loc[usual["p85"].isna(), "stage"]).size:
        notes.append(text("dots.few", n=len(few), stages=", ".join(few[:5])))
    if len(shown) < len(found):
        notes.append(text("dots.oldest", n=len(found) - len(shown)))
    key = "dots.open" if len(found) else "dots.none_open"
    return Result(
        text(key, n=len(found), late=len(late)), notes=tuple(notes),
        tables={"usual_stays": usual, "open_stays": shown, "to_call": called},
    )  # fmt: skip
