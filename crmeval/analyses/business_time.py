"""Time between two moments: on the calendar of a time zone, or in the hours a company works.

Both are counted the same way. The files' time is cut into equal slots on whose borders work begins and ends
and clocks are put forward or back; a small table has, for each slot, the seconds counted before it and
whether those inside it count. The time up to a moment is then a join and a multiplication, in integers, and
the time between two moments is a difference.
"""

import math
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis.expr import types as ir
from numpy.typing import NDArray

from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.working_time import DAY, HOUR, WorkingTime

CALENDAR, BUSINESS = "calendar", "business"
_QUARTER = 900  # seconds; zones are whole quarters of an hour apart
_FIRST_YEAR, _LAST_YEAR = 1990, 2060  # dates outside are mistakes, and have no working hours
_AROUND = 2  # days more on both sides: zones are up to 26 hours apart
_MOMENTS = {
    "deals": ("created_at", "closed_at"), "stage_events": ("entered_at", "left_at"), "activities": ("at",),
}  # fmt: skip

Seconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clock:
    """A way to count time: `name` is `calendar` or `business`, and `day` seconds make a day.

    `slots` has a row per slot of `step` seconds: `slot` (its number since 1970), `before` (seconds counted up
    to it) and `runs` (1 where the seconds inside it count, else 0). None: every second counts.
    """

    name: str
    day: int
    step: int = 1
    slots: pa.Table | None = None

    @property
    def hours(self) -> float:
        """Hours in a day of this clock."""
        return self.day / HOUR

    def until(self, moment: int) -> int | None:
        """Seconds counted up to a moment; None where the clock does not reach so far."""
        if self.slots is None:
            return moment
        slot = moment // self.step - self.slots["slot"][0].as_py()
        if not 0 <= slot < self.slots.num_rows:
            return None
        row = self.slots.slice(slot, 1).to_pylist()[0]
        return int(row["before"] + row["runs"] * (moment % self.step))


def calendar_clock(tables: Tables, settings: Settings, *, dates: bool = False) -> Clock:
    """The calendar. `dates`: the moments are dates, and a day is a day even when clocks are put forward.

    Where the time zone puts its clocks forward or back, the hour that was lost or doubled is not counted or
    counted twice: from noon to noon it may be 23 or 25 hours.
    """
    zone = settings.file_time_zone or settings.time_zone
    span = None if dates else _span(tables)
    if span is None or not _shifts(zone, *span):
        return Clock(CALENDAR, DAY)
    return Clock(CALENDAR, DAY, _QUARTER, _slots(None, zone, zone, span, _QUARTER))


def business_clock(tables: Tables, settings: Settings, *, dates: bool = False) -> Clock:
    """The hours the company works. `dates`: the moments are dates, and no zone applies to them."""
    working = settings.working_time
    zone, file_zone = settings.time_zone, settings.file_time_zone or settings.time_zone
    if dates:
        zone = file_zone = "UTC"
    span = _span(tables) or (0, 0)
    step = math.gcd(HOUR, working.opens, working.closes)
    if any((_offsets(one, *span) % HOUR).any() for one in {zone, file_zone}):
        step = math.gcd(step, _QUARTER)
    return Clock(BUSINESS, working.a_day, step, _slots(working, zone, file_zone, span, step))


def elapsed(rows: ir.Table, clock: Clock, **spans: tuple[str | int, str | int]) -> ir.Table:
    """The rows with a column for each span, named as it: the seconds the clock counts from begin to end.

    Begin and end are columns of moments, or moments, in whole seconds since 1970 as the files write them. It
    is null where one of them is, or where the clock does not reach; and negative where the end comes first.
    """
    columns = {end for span in spans.values() for end in span if isinstance(end, str)}
    reached = rows
    if clock.slots is not None:
        for column in sorted(columns):
            reached = _until(reached, clock, column)
    passed = {
        name: _read(reached, clock, end) - _read(reached, clock, begin)
        for name, (begin, end) in spans.items()
    }
    found = reached.mutate(**passed)
    return found.select(*(column for column in rows.columns if column not in spans), *spans)


def _read(rows: ir.Table, clock: Clock, end: str | int) -> Any:
    if isinstance(end, str):
        return rows[end] if clock.slots is None else rows[f"_until_{end}"]
    reached = clock.until(end)
    return ibis.null("int64") if reached is None else ibis.literal(reached, "int64")


def _until(rows: ir.Table, clock: Clock, column: str) -> ir.Table:
    """The rows with the seconds counted up to the moments of a column."""
    slots = ibis.memtable(clock.slots).rename({f"of_{name}": name for name in ("slot", "before", "runs")})
    numbered = rows.mutate(in_slot=(rows[column] // clock.step).cast("int64"))
    found = numbered.left_join(slots, numbered.in_slot == slots.of_slot)
    inside = found[column] - found.in_slot * clock.step
    counted = found.mutate(**{f"_until_{column}": found.of_before + found.of_runs * inside})
    return counted.drop("in_slot", "of_slot", "of_before", "of_runs")


def _span(tables: Tables) -> tuple[int, int] | None:
    """The first and the last day that deals, their events and activities bear, counted from 1970."""
    bounds = [
        pd.Timestamp(value)
        for name, columns in _MOMENTS.items()
        for column in columns
        if tables.has(name, column)
        for value in (tables.value(tables[name][column].min()), tables.value(tables[name][column].max()))
    ]
    if not bounds:
        return None
    earliest, latest = pd.Timestamp(_FIRST_YEAR, 1, 1), pd.Timestamp(_LAST_YEAR, 12, 31)
    first, last = (min(max(found, earliest), latest) for found in (min(bounds), max(bounds)))
    return first.to_datetime64().astype("M8[D]").astype(int), last.to_datetime64().astype("M8[D]").astype(int)


def _slots(
    working: WorkingTime | None, zone: str, file_zone: str, span: tuple[int, int], step: int
) -> pa.Table:
    """The table of a clock over these days of the files' time; with no working time, every hour counts."""
    first, last = span
    moments = np.arange((first - 1) * DAY, (last + 2) * DAY, step, dtype=np.int64)
    instants = _instants(moments, file_zone)
    begin = instants[0] - _AROUND * DAY
    counted = _counted(working, zone, np.arange(begin, instants[-1] + _AROUND * DAY, step))
    before = np.concatenate(([0], np.cumsum(counted)))[(instants - begin) // step]
    lasts = np.diff(instants, append=instants[-1] + step) > 0  # an hour that clocks leap over does not last
    runs = (counted[(instants - begin) // step] > 0) & lasts
    return pa.table({"slot": moments // step, "before": before, "runs": runs.astype(np.int64)})


def _counted(working: WorkingTime | None, zone: str, instants: Seconds) -> Seconds:
    """How many seconds count in the slot that begins at each of these instants (UTC, evenly spaced)."""
    step = int(instants[1] - instants[0])
    if working is None:
        return np.full(len(instants), step)
    local = _seconds(_stamps(instants).tz_localize("UTC").tz_convert(zone).tz_localize(None))
    day, second = local // DAY, local % DAY
    works = working.works(int(day[0]) - 1, int(day[-1]) + 1)
    today, yesterday = works[day - day[0] + 1], works[day - day[0]]
    if working.opens < working.closes:
        is_open = today & (second >= working.opens) & (second < working.closes)
    else:
        is_open = (today & (second >= working.opens)) | (yesterday & (second < working.closes))
    return np.where(is_open, step, 0)


def _instants(moments: Seconds, zone: str) -> Seconds:
    """These moments of a zone in UTC: the first of two where clocks are put back, the leap where forward."""
    first = np.ones(len(moments), dtype=bool)
    stamps = _stamps(moments).tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    return _seconds(stamps.tz_convert("UTC").tz_localize(None))


def _offsets(zone: str, first: int, last: int) -> Seconds:
    """The seconds a zone is ahead of UTC at the beginning of each of these days."""
    days = np.arange(first - _AROUND, last + _AROUND + 1, dtype=np.int64) * DAY
    return days - _instants(days, zone)


def _shifts(zone: str, first: int, last: int) -> bool:
    return len(np.unique(_offsets(zone, first, last))) > 1


def _stamps(seconds: Seconds) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(seconds.astype("M8[s]"))


def _seconds(stamps: pd.DatetimeIndex) -> Seconds:
    return stamps.to_numpy().astype("M8[s]").astype(np.int64)
