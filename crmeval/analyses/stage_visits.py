"""Visits to stages, counted from the rows: one per entry, what came next, how long it lasted."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from crmeval.analyses.clock import cutoff
from crmeval.analyses.endings import ending
from crmeval.analyses.event_order import Codes, Events, Flags, Floats, Seconds, after, events_in_order
from crmeval.settings import Settings
from crmeval.tables import Tables

NOTHING = -1  # the stage after the last
_SELDOM = 0.5  # a stage whose name says "closed" but that most visits leave again is no end


@dataclass(frozen=True, slots=True)
class Timed:
    """Events in order with what came next and how long the stay lasted.

    `next_stage` is NOTHING where no event follows. `stay` are the seconds of a stay that is over, `age` those
    so far of one that is not (`is_open`), else NaN; stages in which cases end have neither.
    """

    events: Events
    next_stage: Codes
    stay: Floats
    is_open: Flags
    age: Floats

    @property
    def next_at(self) -> Seconds:
        """When the next event was; it means nothing where none follows."""
        return after(self.events.at, 0)

    @property
    def outcome(self) -> np.ndarray:
        """What the deals say of the case."""
        return self.events.cases.outcome[self.events.case]


@dataclass(frozen=True, slots=True)
class Visits:
    """The events of all cases in order.

    `recorded` has every event, `passed` every visit: where the events are the history of a deal's stage, a
    row that repeats the stage the deal is in is a save and no step; in a bare log each row is a step.
    `final` stages are those in which cases end. `repeats` is how many events repeat the stage before them;
    where they were taken for saves, `merged` is set. `copies` are rows of a bare log that say once more what
    another says; they are left out.
    """

    tables: Tables
    recorded: Timed
    passed: Timed
    final: tuple[str, ...]
    until: int | None
    ends_known: bool
    repeats: int
    merged: bool
    copies: int

    @property
    def entries(self) -> ir.Table:
        """The recorded events in the engine, a row each: see `visits`."""
        return self._in_engine("recorded" if self.merged else "passed", self.recorded)

    @property
    def visits(self) -> ir.Table:
        """The visits in the engine: deal_id, stage, position, at, next_stage, next_at, until, outcome.

        `number` counts the visits of a case from 0; `left` is when the stay ended by a date of its own,
        `created` when the deal began; `gap` (0 or 1) tells that a step without a date may have come next.
        Further there are `stay`, `age` and `is_open` (0 or 1). Times are in seconds since 1970.
        """
        return self._in_engine("passed", self.passed)

    def _in_engine(self, name: str, timed: Timed) -> ir.Table:
        return self.tables.lasting(f"{name} until {self.until}", lambda: _rows(timed))


def events_table(tables: Tables) -> str:
    """The table the events come from: stages where there are any, else activities."""
    return "stage_events" if "stage_events" in tables else "activities"


def visited(tables: Tables, settings: Settings) -> Visits:
    """The visits of all cases; they are put in order once, however many ask about them."""
    of_stages = events_table(tables) == "stage_events"
    events = tables.once("events in order", lambda: events_in_order(tables, of_stages=of_stages))
    repeats, copies = int(events.repeats.sum()), 0
    history = _is_history(tables)
    if of_stages and not history and (copies := int(events.copies.sum())):
        events = tables.once("events once", lambda: events.without(events.copies))
    final = tables.once("final stages", lambda: _final(events))
    ends_known = bool(final.any()) or "deals" in tables
    last = cutoff(tables, settings)
    until = None if last is None or not ends_known else int(last.timestamp())
    recorded = passed = tables.once(f"entries until {until}", lambda: _timed(events, final, until))
    merged = history and repeats > 0
    if merged:
        passed = tables.once(f"visits until {until}", lambda: _timed(events.steps(), final, until))
    names = tuple(name for name, ends in zip(events.stages, final, strict=True) if ends)
    return Visits(tables, recorded, passed, names, until, ends_known, repeats - copies, merged, copies)


def _is_history(tables: Tables) -> bool:
    """Whether the events are the history of a deal's stage, not a log of whatever was done."""
    of_deals = "deals" in tables or tables.has("stage_events", "position")
    return events_table(tables) == "stage_events" and of_deals


def _final(events: Events) -> Flags:
    """Stages in which cases end: their names say so or, where none does, all deals there were closed."""
    stages = len(events.stages)
    n = np.bincount(events.stage, minlength=stages)
    followed = np.bincount(events.stage[events.goes_on], minlength=stages)
    closed = np.bincount(events.stage[events.cases.ended[events.case]], minlength=stages)
    named = np.array([ending(stage) is not None for stage in events.stages], dtype=bool)
    final = named & (followed < _SELDOM * n)
    return final if final.any() else (followed == 0) & (closed == n) & (n > 0)


def _timed(events: Events, final: Flags, until: int | None) -> Timed:
    """The events with how long each stay lasted, or has lasted until then."""
    n, at, goes_on = len(events.at), events.at, events.goes_on
    stay, age = np.full(n, np.nan), np.full(n, np.nan)
    next_stage, is_open = np.full(n, NOTHING, dtype=np.int32), np.zeros(n, dtype=bool)
    np.subtract(at[1:], at[:-1], out=stay[:-1], where=goes_on[:-1], dtype=float)
    np.copyto(next_stage[:-1], events.stage[1:], where=goes_on[:-1])
    last = np.flatnonzero(events.ends if events.gap is None else events.ends & ~events.gap)
    ended, closed = events.cases.ended[events.case[last]], events.cases.closed[events.case[last]]
    known = ended & (closed >= at[last])
    stay[last[known]] = closed[known] - at[last[known]]
    waits = ~ended & ~final[events.stage[last]]
    if events.left is not None:
        own = ~np.isnan(events.left)
        stay[own] = events.left[own] - at[own]
        waits &= ~own[last]
    if final.any():
        stay[final[events.stage]] = np.nan
    if until is not None:
        is_open[last[waits]] = True
        age[last[waits]] = np.maximum(until - at[last[waits]], 0)
    return Timed(events, next_stage, stay, is_open, age)


def _rows(timed: Timed) -> pa.Table:
    """The rows of the engine."""
    events, last = timed.events, timed.next_stage == NOTHING
    names = pa.array(events.stages, pa.string())
    begins = events.begins
    number = np.arange(len(begins)) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
    return pa.table(
        {
            "deal_id": pa.DictionaryArray.from_arrays(events.case, events.cases.ids),
            "stage": pa.DictionaryArray.from_arrays(events.stage, names),
            "position": _some(events.position, len(last), pa.float64()),
            "at": events.at, "until": events.at if events.until is None else events.until,
            "left": _some(events.left, len(last), pa.int64()),
            "next_stage": pa.DictionaryArray.from_arrays(pa.array(timed.next_stage, mask=last), names),
            "next_at": pa.array(timed.next_at, mask=last), "number": number,
            "outcome": pa.array(timed.outcome, pa.string()),
            "created": _some(events.cases.created[events.case], len(last), pa.int64()),
            "stay": _some(timed.stay, len(last), pa.int64()), "age": _some(timed.age, len(last), pa.int64()),
            "is_open": timed.is_open.astype(np.int64),
            "gap": np.zeros(len(last), np.int64) if events.gap is None else events.gap.astype(np.int64),
        }
    )  # fmt: skip


def _some(values: Floats | None, n: int, kind: pa.DataType) -> pa.Array:
    """The values, empty where they are NaN or there are none."""
    return pa.nulls(n, kind) if values is None else pa.array(values, from_pandas=True).cast(kind)
