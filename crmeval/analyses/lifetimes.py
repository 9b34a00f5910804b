"""The life of each deal: when it began, how and when it ended, or how long it has been open."""

from typing import Any

import ibis
from ibis.expr import types as ir

from crmeval.analyses.clock import cutoff, dates_only, seconds
from crmeval.analyses.endings import endings
from crmeval.fields import LOST, OPEN, WON
from crmeval.settings import Settings
from crmeval.tables import ROW, Tables

CLOSED = (WON, LOST)


def from_deals(tables: Tables) -> bool:
    """Whether the deals themselves say when they were closed; if not, their stages may."""
    return tables.has("deals", "created_at", "closed_at") or "stage_events" not in tables


def lifetimes(tables: Tables, settings: Settings) -> ir.Table:
    """One row per deal whose beginning is known, from the deals or, where there are none, from their stages.

    Columns: `deal_id`, `outcome`, `owner`, `amount`, `created_at`, and in whole seconds `took` (from first
    contact to the end; null where a closed deal has no closing date) and `age` (of an open deal, up to where
    the data end). If one of two dates bears no time of day, both are counted as dates.
    """
    deals = _of_deals(tables) if from_deals(tables) else _of_stages(tables)
    begun, ended = deals.created_at, deals.closed_at
    if dates_only(tables, begun) or dates_only(tables, ended):
        begun, ended = begun.truncate("D"), ended.truncate("D")
    is_open, unknown = deals.outcome == OPEN, ibis.null("int64")
    return deals.mutate(
        took=is_open.ifelse(unknown, seconds(ended) - seconds(begun)),
        age=is_open.ifelse(_age(tables, settings, begun), unknown),
    )


def _age(tables: Tables, settings: Settings, begun: Any) -> Any:
    until = cutoff(tables, settings)
    if until is None:
        return ibis.null("int64")
    until = until.normalize() if dates_only(tables, begun) else until
    return ibis.greatest(ibis.literal(int(until.timestamp()), "int64") - seconds(begun), 0)


def _of_deals(tables: Tables) -> ir.Table:
    deals = tables["deals"]
    outcome = deals.outcome.fill_null(OPEN)
    return deals.filter(deals.created_at.notnull()).select(
        "deal_id", "owner", "amount", "created_at", outcome=outcome,
        closed_at=outcome.isin(CLOSED).ifelse(deals.closed_at, ibis.null("timestamp(6)")),
    )  # fmt: skip


def _of_stages(tables: Tables) -> ir.Table:
    """Cases that begin with their first stage and end in a stage whose name says so (won, lost or closed)."""
    events = tables["stage_events"]
    known = endings(tables.frame(events.select("stage").distinct())["stage"].dropna())
    latest = ibis.window(
        group_by="deal_id",
        order_by=[events.entered_at.desc(), events.position.fill_null(0).desc(), events[ROW].desc()],
    )
    last = events.mutate(latest=ibis.row_number().over(latest)).filter(lambda t: t.latest == 0)
    begun = events.group_by("deal_id").agg(created_at=events.entered_at.min())
    cases = [(last.stage == stage, how) for stage, how in known.items()]
    outcome = ibis.cases(*cases, else_=OPEN) if cases else ibis.literal(OPEN)
    return last.select(
        "deal_id", "owner", outcome=outcome, amount=ibis.null("float64"), closed_at=last.entered_at
    ).join(begun, "deal_id")
