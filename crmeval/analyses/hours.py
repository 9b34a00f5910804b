"""Cycles and stays in working hours, beside the same on the calendar."""

import numpy as np
import pandas as pd
from ibis import _

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.business_time import Clock, business_clock, elapsed
from crmeval.analyses.clock import as_days, dates_only, seconds
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.stage_visits import visited
from crmeval.fields import LOST, WON
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.intervals import median_order
from crmeval.tables import Tables
from crmeval.words import Text, text
from crmeval.working_time import HOUR, holidays_of

_FEW = 20  # closed deals under which nothing is concluded


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Working hours from first contact to won or lost, and in each stage."""
    cycles, clock = _cycles(tables, settings)
    measures, missing = [], {}
    for name, frame in (
        (WON, cycles[cycles["outcome"] == WON]),
        (LOST, cycles[cycles["outcome"] == LOST]),
        ("closed", cycles),
    ):
        measure_id = f"cycle.{name}.median_business_hours"
        if frame.empty:
            missing[measure_id] = text(f"cycles.none_{name}")
            continue
        hours = frame["worked"].to_numpy() / HOUR
        low, high = median_order(hours) or (None, None)
        facts = {"working_days": float(np.median(hours)) / clock.hours, "a_day": clock.hours}
        measures.append(Measure(measure_id, float(np.median(hours)), "hours", len(hours), low, high, facts))
    return Result(
        answer=_answer(cycles, clock),
        measures=tuple(measures),
        not_measured=missing,
        tables=_tables(tables, settings),
        notes=tuple(_notes(tables, settings)),
    )


def _cycles(tables: Tables, settings: Settings) -> tuple[pd.DataFrame, Clock]:
    """Closed deals: outcome, seconds on the calendar (`took`) and of work (`worked`); and the clock."""
    lives = lifetimes(tables, settings)
    dated = dates_only(tables, lives.created_at) or dates_only(tables, lives.closed_at)
    begun = lives.created_at.truncate("D") if dated else lives.created_at
    rows = lives.filter(lives.took >= 0).select("outcome", "took", begun=seconds(begun))
    clock = business_clock(tables, settings, dates=dated)
    timed = elapsed(rows.mutate(over=_.begun + _.took), clock, worked=("begun", "over"))
    return tables.frame(timed.select("outcome", "took", "worked")).dropna(subset="worked"), clock


def _tables(tables: Tables, settings: Settings) -> dict[str, pd.DataFrame]:
    """Per stage: visits that are over, their median days and working hours, and both shares of all time."""
    if "stage_events" not in tables:
        return {}
    dated = dates_only(tables, tables["stage_events"].entered_at)
    clock = business_clock(tables, settings, dates=dated)
    seen = visited(tables, settings)
    over = seen.visits.filter(_.stay.notnull()).select("stage", "at", "stay", until=_.at + _.stay)
    timed = elapsed(over, clock, worked=("at", "until"))
    frame = tables.frame(
        timed.group_by("stage").agg(
            n=_.count(), median=as_days(_.stay.median()), working_hours=_.worked.median() / HOUR,
            calendar=_.stay.sum(), business=_.worked.sum(),
        )
    )  # fmt: skip
    for column, share in (("calendar", "share"), ("business", "working_share")):
        total = frame.pop(column)
        frame[share] = total / total.sum() if total.sum() > 0 else np.nan
    return {
        "stage_hours": frame.sort_values(
            ["working_share", "stage"], ascending=[False, True], ignore_index=True
        )
    }


def _answer(cycles: pd.DataFrame, clock: Clock) -> Text:
    if len(cycles) < _FEW:
        return text("cycles.answer_few", n=len(cycles))
    won = cycles[cycles["outcome"] == WON]
    shown, key = (won, "hours.answer_won") if len(won) else (cycles, "hours.answer_closed")
    hours = float(shown["worked"].median()) / HOUR
    days = as_days(float(shown["took"].median()))
    return text(key, n=len(shown), hours=hours, working_days=hours / clock.hours, days=days)


def _notes(tables: Tables, settings: Settings) -> list[Text]:
    """Which hours were counted, and what is not known of them."""
    working = settings.working_time
    begins, ends = (
        f"{moment // HOUR}:{moment % HOUR // 60:02}" for moment in (working.opens, working.closes)
    )
    last = tables.observed_until()
    years = range(last.year - 1, last.year + 1) if last is not None else range(0)
    key = "hours.counted_holidays" if settings.holiday_country else "hours.counted"
    notes = [
        text(
            key, begins=begins, ends=ends, n=len(working.weekdays), country=settings.holiday_country,
            holidays=len(holidays_of(working.country, years)), off=len(working.off),
            worked=len(working.worked),
        )
    ]  # fmt: skip
    zone = settings.file_time_zone or settings.time_zone
    key = "hours.zone_same" if zone == settings.time_zone else "hours.zone_other"
    return [*notes, text(key, zone=settings.time_zone, file_zone=zone)]


ANALYSIS = Analysis(
    name="hours",
    area=EFFICIENCY,
    page="time",
    needs=("deals", "stage_events"),
    measures=(
        "cycle.won.median_business_hours", "cycle.lost.median_business_hours",
        "cycle.closed.median_business_hours",
    ),
    run=run,
)  # fmt: skip
