"""Work in progress and throughput week by week: what comes in, what is closed, how many deals are open."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from crmeval.analyses.clock import SECONDS_A_DAY, cutoff, seconds
from crmeval.analyses.endings import CLOSED
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.output import END, START
from crmeval.analyses.stage_visits import Visits
from crmeval.fields import LOST, OPEN, WON
from crmeval.settings import Settings
from crmeval.tables import Tables

WEEK = 7
_MONDAY = 3  # the first of January 1970 was a Thursday
_BULK, _BULK_SHARE, _BULK_TIMES = 20, 0.03, 8  # closings on one day: at least so many, of all, of a usual day

Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lives:
    """When each deal began and ended, in days since 1970: `frame` has deal_id, outcome, owner, amount, begun,
    ended (missing while open) and `took`, in days.

    Left out: `undated` closed deals without a closing date, `negative` ones closed before they began.
    `until` is the last day seen; `settled` the first day of which the file shows more than a choice of deals.
    """  # noqa: D205 - one sentence, too long for a line

    frame: pd.DataFrame
    undated: int
    negative: int
    until: int
    settled: int


def lives(tables: Tables, settings: Settings) -> Lives | None:
    """The lives of all deals; None where there are none, or nothing says where the data end."""
    known = lifetimes(tables, settings)
    frame = tables.frame(
        known.select(
            "deal_id", "outcome", "owner", "amount", begun=seconds(known.created_at), passed=known.took
        )
    )
    until = cutoff(tables, settings)
    if frame.empty or until is None:
        return None
    frame["begun"] = frame["begun"] / SECONDS_A_DAY
    frame["took"] = frame.pop("passed") / SECONDS_A_DAY
    frame["ended"] = frame["begun"] + frame["took"]
    undated = (frame["outcome"] != OPEN) & frame["took"].isna()
    negative = frame["took"] < 0
    kept = frame[~undated & ~negative].reset_index(drop=True)
    last = int(until.timestamp() // SECONDS_A_DAY)
    return Lives(kept, int(undated.sum()), int(negative.sum()), last, _settled(kept))


def _settled(frame: pd.DataFrame) -> int:
    """The file begins where it has new and closed deals; a median cycle later it shows all that go on."""
    closed = frame.dropna(subset="ended")
    if closed.empty:
        return int(frame["begun"].min()) if len(frame) else 0
    begins = max(frame["begun"].min(), closed["ended"].min())
    return int(np.ceil(begins + closed["took"].median()))


def week_of(days: pd.Series) -> pd.Series:
    """The Monday (in days since 1970) of the week each day is in."""
    return (np.floor(days).astype("int64") + _MONDAY) // WEEK * WEEK - _MONDAY


def weekly(found: Lives) -> pd.DataFrame:
    """Per week: `week` (its Monday), `arrived`, closed deals by outcome, `in_progress` at its end, `edge`.

    `edge` marks weeks the file shows only in part: those before it is settled, a last one not seen whole.
    """
    frame = found.frame
    closed = frame.dropna(subset="ended")
    arrived = week_of(frame["begun"]).value_counts()
    ended = closed.assign(week=week_of(closed["ended"])).groupby(["week", "outcome"]).size().unstack()
    first = int(min(arrived.index.min(), ended.index.min() if len(ended) else arrived.index.min()))
    every = pd.RangeIndex(first, found.until + 1, WEEK, name="week")
    outcomes = [name for name in (WON, LOST, CLOSED) if name in ended.columns]
    table = pd.DataFrame({"arrived": arrived}).join(ended[outcomes], how="outer").reindex(every)
    table = table.fillna(0).astype(int)
    table["in_progress"] = (table["arrived"] - table[outcomes].sum(axis=1)).cumsum()
    cut = np.where(every < found.settled, START, np.where(every + WEEK > found.until + 1, END, ""))
    table["edge"] = cut
    return table.reset_index().assign(week=lambda shown: _dates(shown["week"]))


def _dates(days: pd.Series) -> pd.Series:
    return pd.Series(days.to_numpy().astype("M8[D]").astype("M8[us]"), index=days.index)


def by_stage(tables: Tables, seen: Visits, until: int) -> pd.DataFrame:
    """How many deals are in each stage at the end of each week: week, stage, in_progress.

    Stages that are an end are left out, and visits of which the log does not say when they ended.
    """
    timed = seen.visits.filter(_.stay.notnull() | _.age.notnull())
    counts = []
    for change, moment in ((1, _.at), (-1, _.at + _.stay)):
        week = (moment // SECONDS_A_DAY + _MONDAY) // WEEK * WEEK - _MONDAY
        counted = tables.frame(timed.group_by("stage", week=week.cast("int64")).agg(n=_.count()))
        counts.append(counted.dropna(subset="week").assign(n=change * counted["n"]))
    changes = pd.concat(counts, ignore_index=True)
    if changes.empty:
        return pd.DataFrame(columns=["week", "stage", "in_progress"])
    table = changes.pivot_table(index="week", columns="stage", values="n", aggfunc="sum", fill_value=0)
    every = pd.RangeIndex(int(table.index.min()), until + 1, WEEK, name="week")
    table = table.reindex(every, fill_value=0).cumsum()
    long = table.reset_index().melt("week", var_name="stage", value_name="in_progress")
    return long.assign(week=_dates(long["week"]), in_progress=long["in_progress"].astype(int))


def bulk_days(found: Lives) -> pd.DataFrame:
    """Days on which so many deals were closed that somebody must have tidied up: closed_on, n, usual."""
    closed = np.floor(found.frame["ended"].dropna()).astype(int)
    per_day = closed.value_counts()
    if per_day.empty:
        return pd.DataFrame(columns=["closed_on", "n", "usual"])
    usual = float(per_day.median())
    many = per_day[per_day >= max(_BULK, _BULK_SHARE * len(closed), _BULK_TIMES * usual)]
    found_days = pd.Series(many.index.to_numpy(), dtype="int64")
    frame = pd.DataFrame({"closed_on": _dates(found_days), "n": many.to_numpy(), "usual": usual})
    return frame.sort_values(["n", "closed_on"], ascending=[False, True], ignore_index=True)
