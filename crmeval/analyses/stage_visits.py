"""Visits to stages, counted from the rows: one per entry, what came next, how long it lasted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.clock import cutoff, seconds
from crmeval.analyses.endings import ending
from crmeval.fields import LOST, OPEN, WON
from crmeval.settings import Settings
from crmeval.tables import ROW, Tables

_MAY_LACK = {
    "position": "float64",
    "left": "int64",
    "outcome": "string",
    "closed": "int64",
    "created": "int64",
}
_MOST_RANKED = 100  # stages whose usual order is asked for
_SELDOM = 0.5  # a stage whose name says "closed" but that most visits leave again is no end


@dataclass(frozen=True, slots=True)
class Visits:
    """The events of all cases in order, kept in the engine while they are counted.

    `entries` has a row per recorded event, `visits` a row per visit: where the events are the history of a
    deal's stage, a row that repeats the stage the deal is in is a save and no step; in a bare log each row is
    a step. Columns of both: `deal_id`, `stage`, `position`, `at`, `next_stage`, `next_position`, `next_at`,
    `until` (seconds; the case was last seen then), `outcome` and `created` (seconds) of its deal, `stay`
    (seconds, of a visit that is over) and `age` (seconds, of one that is not). Stages in `final` have
    neither. `repeats` is how many events repeat the stage before them; where they were taken for saves,
    `merged` is set. `copies` are rows of a bare log that say once more what another says; they are left out.
    """

    entries: ir.Table
    visits: ir.Table
    final: tuple[str, ...]
    ends_known: bool
    repeats: int
    merged: bool
    copies: int


def events_table(tables: Tables) -> str:
    """The table the events come from: stages where there are any, else activities."""
    return "stage_events" if "stage_events" in tables else "activities"


@contextmanager
def visited(tables: Tables, settings: Settings) -> Iterator[Visits]:
    """The visits of all cases; they are put in order once, however many ask about them."""
    events = _events(tables)
    ordered = _in_order(tables, events)
    stages = tables.frame(tables.lasting("stages of events", lambda: _stages(ordered))).sort_values("stage")
    repeats, copies = int(stages["repeats"].sum()), 0
    history = _is_history(tables)
    if not history and events_table(tables) == "stage_events":
        copies = int(stages["copies"].sum())
    if copies:
        ordered = tables.lasting(
            "events once", lambda: _ordered(_undone(ordered.filter(~_is_copy()), events.columns))
        )
    final = _final(stages)
    ends_known = bool(final) or "deals" in tables
    until = cutoff(tables, settings)
    last = None if until is None or not ends_known else int(until.timestamp())
    entries = visits = _timed(ordered, final, last)
    if history and repeats:
        visits = _timed(
            tables.lasting("steps", lambda: _ordered(_steps(ordered, events.columns))), final, last
        )
    yield Visits(
        entries, visits, final, ends_known, repeats - copies, merged=history and repeats > 0, copies=copies
    )


def _in_order(tables: Tables, events: ir.Table) -> ir.Table:
    """The events in order; those at one time, if no positions decide, by the usual order of stages."""
    ordered = tables.lasting("events in order", lambda: _ordered(events))
    if events_table(tables) != "stage_events" or tables.has("stage_events", "position"):
        return ordered
    tied = ((_.next_at == _.at) & (_.next_stage != _.stage)).fill_null(False)
    rank = _usual_order(tables, events) if tables.value(ordered.filter(tied).count()) else None
    if rank is None:
        return ordered
    return tables.lasting("events in usual order", lambda: _ordered(events.mutate(tie=rank)))


def _usual_order(tables: Tables, events: ir.Table) -> Any:
    """The place of a stage by how long after its case began it is usually entered; None where it has none."""
    begun = events.mutate(begun=_.at.min().over(ibis.window(group_by="deal_id")))
    late = tables.frame(begun.group_by("stage").agg(late=(_.at - _.begun).mean()))
    if not 1 < len(late) <= _MOST_RANKED:
        return None
    place = late["late"].rank(method="dense")
    return ibis.cases(
        *((events.stage == stage, rank) for stage, rank in zip(late["stage"], place, strict=True))
    )


def _is_history(tables: Tables) -> bool:
    """Whether the events are the history of a deal's stage, not a log of whatever was done."""
    of_deals = "deals" in tables or tables.has("stage_events", "position")
    return events_table(tables) == "stage_events" and of_deals


def _events(tables: Tables) -> ir.Table:
    """Events of cases: when, which stage, and how the case stands where the deals say so.

    Columns that no table fills are left out: sorting them would cost as much as sorting what is known.
    """
    if events_table(tables) == "activities":
        key = "deal_id" if tables.has("activities", "deal_id") else "customer_id"
        rows = tables["activities"]
        events = rows.select(deal_id=rows[key], stage=rows.kind, at=seconds(rows.at), row=rows[ROW])
    else:
        rows = tables["stage_events"]
        known = {"position": rows.position, "left": seconds(rows.left_at)}
        if not tables.has("stage_events", "position"):
            del known["position"]
        if not tables.has("stage_events", "left_at"):
            del known["left"]
        events = rows.select("deal_id", "stage", at=seconds(rows.entered_at), row=rows[ROW], **known)
    events = events.filter(_.deal_id.notnull() & _.stage.notnull() & _.at.notnull())
    if "deals" not in tables:
        return events
    deals = tables["deals"]
    is_closed = deals.outcome.isin([WON, LOST]).fill_null(False)
    ends = deals.group_by("deal_id").agg(
        outcome=deals.outcome.max(),
        closed=seconds(is_closed.ifelse(deals.closed_at, ibis.null("timestamp(6)"))).max(),
        created=seconds(deals.created_at).min(),
    )
    return events.left_join(ends, "deal_id").drop("deal_id_right")


def _ordered(events: ir.Table) -> ir.Table:
    """Each event with the one before and after it in its case: by time, then position, then file order."""
    placed = "position" in events.columns
    place = [events.position.fill_null(0.0)] if placed else []
    place += [events.tie] if "tie" in events.columns else []
    case = ibis.window(group_by=events.deal_id, order_by=[events.at, *place, events.row])
    ordered = events.mutate(
        previous=events.stage.lag().over(case),
        previous_at=events.at.lag().over(case),
        next_stage=events.stage.lead().over(case),
        next_position=events.position.lead().over(case) if placed else ibis.null("float64"),
        next_at=events.at.lead().over(case),
        number=ibis.row_number().over(case),
    )
    lacking = {name: ibis.null(kind) for name, kind in _MAY_LACK.items() if name not in ordered.columns}
    ordered = ordered.mutate(**lacking)
    if "until" in ordered.columns:
        return ordered
    return ordered.mutate(until=ibis.greatest(ordered.at, ordered.left.fill_null(ordered.at)))


def _steps(ordered: ir.Table, known: Sequence[str]) -> ir.Table:
    """The events without those that repeat the stage their case is already in."""
    seen = ordered.mutate(until=ordered.until.max().over(ibis.window(group_by=ordered.deal_id)))
    real = seen.filter((seen.previous.isnull() | (seen.previous != seen.stage)).fill_null(True))
    return _undone(real, [name for name in known if name != "left"])  # a save's end is not that of the visit


def _undone(ordered: ir.Table, known: Sequence[str]) -> ir.Table:
    """The events with what was known before they were put in order."""
    return ordered.select(*known, "until", *(["tie"] if "tie" in ordered.columns else []))


def _is_copy() -> Any:
    """Whether an event says once more what the one before it said: the same stage at the same time."""
    return ((_.previous == _.stage) & (_.previous_at == _.at)).fill_null(False)


def _stages(ordered: ir.Table) -> ir.Table:
    """Per stage: n, how many were followed, how many belong to closed deals, repeat the stage, are copies."""
    sums = {
        "n": _.count(),
        "followed": _.next_at.notnull().ifelse(1, 0).sum(),
        "closed": (_.outcome.fill_null(OPEN) != OPEN).ifelse(1, 0).sum(),
        "repeats": (_.previous == _.stage).fill_null(False).ifelse(1, 0).sum(),
        "copies": _is_copy().ifelse(1, 0).sum(),
    }
    return ordered.group_by("stage").agg(**sums)


def _final(stages: pd.DataFrame) -> tuple[str, ...]:
    """Stages in which cases end: their names say so or, where none does, all deals there were closed."""
    named = stages["stage"].map(lambda stage: ending(stage) is not None)
    final = named & (stages["followed"] < _SELDOM * stages["n"])
    if not final.any():
        final = (stages["followed"] == 0) & (stages["closed"] == stages["n"])
    return tuple(stages.loc[final, "stage"])


def _timed(ordered: ir.Table, final: tuple[str, ...], cutoff_at: int | None) -> ir.Table:
    """The events with how long each stay lasted, or has lasted so far."""
    nothing: Any = ibis.null("int64")
    is_final = ordered.stage.isin(final) if final else ibis.literal(False)
    is_last = ordered.next_at.isnull()
    is_closed = ordered.outcome.fill_null(OPEN) != OPEN
    closed = (
        (is_last & is_closed & (ordered.closed >= ordered.at))
        .fill_null(False)
        .ifelse(ordered.closed, nothing)
    )
    left = ibis.coalesce(ordered.left, ordered.next_at, closed)
    is_open = is_last & ordered.left.isnull() & ~is_closed & ~is_final
    age = nothing if cutoff_at is None else ibis.greatest(ibis.literal(cutoff_at, "int64") - ordered.at, 0)
    return ordered.mutate(
        stay=is_final.ifelse(nothing, left - ordered.at),
        age=is_open.ifelse(age, nothing),
        is_open=is_open.ifelse(1, 0) if cutoff_at is not None else ibis.literal(0, "int64"),
    )
