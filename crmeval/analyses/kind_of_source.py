"""What the stages of deals are known from, and what that kind of source cannot show."""

import numpy as np
import pandas as pd

from crmeval.analyses.clock import SECONDS_A_DAY
from crmeval.analyses.event_order import Events
from crmeval.analyses.stage_visits import visited
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

_SEVERAL_DATES = 3
_SNAPSHOT = 0.8  # share of the file's dates on which a deal stands in it, from its first to its last
_REPEATED = 1.5  # rows for each stage a deal was in
_MOST_DATES = 200  # more are the days on which things happened, not snapshots
_FIRST_LOOK = 20_000  # rows in which so many dates are looked for before all are


def cannot_show(tables: Tables, settings: Settings) -> tuple[Text, ...]:
    """What is not to be seen in these tables, to be said wherever it matters.

    Deals without stages do not show where time goes; a column of dates for each stage hides returns; what
    lies between two snapshots is not seen; a history tells of changes, not of work.
    """
    if "stage_events" not in tables:
        return (text("sources.plain"),) if "deals" in tables else ()
    return tables.once("what the source cannot show", lambda: _of_stages(tables, settings))


def _of_stages(tables: Tables, settings: Settings) -> tuple[Text, ...]:
    if tables.imports and all(receipt.table != "stage_events" for receipt in tables.imports):
        return (text("sources.wide"),)
    every = _snapshots(visited(tables, settings).recorded.events)
    return (text("sources.history") if every is None else every,)


def _snapshots(events: Events) -> Text | None:
    """Said of a log that is a pile of snapshots: a change lies somewhere between two of them."""
    if len(pd.unique(events.at[:_FIRST_LOOK])) > _MOST_DATES:
        return None
    dates, place = np.unique(events.at, return_inverse=True)
    if not _SEVERAL_DATES <= len(dates) <= _MOST_DATES:
        return None
    width = float(np.median(np.diff(dates))) / SECONDS_A_DAY
    possible = (place[events.ends] - place[events.begins] + 1).sum()
    was_in = len(pd.unique(events.case * np.int64(len(events.stages)) + events.stage))
    if len(events.at) < max(_SNAPSHOT * possible, _REPEATED * was_in) or width < 1:
        return None
    return text("sources.snapshots", n=len(dates), width=width)
