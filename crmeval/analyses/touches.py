"""Contacts with customers on the way to a sale: how many, how long, and how soon the first one came."""

import ibis
import numpy as np
from ibis.expr import types as ir

from crmeval.analyses.clock import dates_only, seconds
from crmeval.fields import LOST, WON
from crmeval.results import Measure
from crmeval.stats.intervals import mean_t, median_order
from crmeval.tables import Tables
from crmeval.words import Text, text

SECONDS_AN_HOUR = 3600


def contacts(tables: Tables) -> ir.Table:
    """Every activity from the first contact of a deal to its end, with `deal_id`, `outcome` and `waited`.

    `waited` is seconds since the first contact. Activities carry the deal, or the customer: a customer's
    activity then belongs to every deal that was going on at the time.
    """
    key = _key(tables)
    deals, done = tables["deals"], tables["activities"]
    deals = deals.select("deal_id", "customer_id", "outcome", "created_at", "closed_at")
    done = done.select("at", "kind", "minutes", key=done[key])
    is_closed = deals.outcome.isin([WON, LOST]).fill_null(False)
    ends = is_closed.ifelse(deals.closed_at, ibis.null("timestamp(6)")).truncate("D") + ibis.interval(days=1)
    pairs = deals.mutate(ends=ends).join(done, deals[key] == done.key)
    inside = (pairs.at >= pairs.created_at) & (pairs.ends.isnull() | (pairs.at < pairs.ends))
    return pairs.filter(inside).mutate(waited=seconds(pairs.at) - seconds(pairs.created_at))


def _key(tables: Tables) -> str | None:
    """What activities and deals have in common."""
    shared = (key for key in ("deal_id", "customer_id") if tables.has("activities", key))
    return next((key for key in shared if tables.has("deals", key)), None)


def measures(tables: Tables, won: int, revenue: float | None) -> tuple[list[Measure], dict[str, Text]]:
    """Activities per won deal, hours to the first contact, and sales and revenue per hour of work."""
    found: list[Measure] = []
    missing: dict[str, Text] = {}
    for measure_id, value in (
        ("activities.per_won_deal", _per_won_deal(tables, won)),
        ("response.median_hours", _response(tables)),
        ("deals.won_per_hour", _per_hour(tables, "deals.won_per_hour", "ratio", won)),
        ("deals.revenue_per_hour", _per_hour(tables, "deals.revenue_per_hour", "money", revenue)),
    ):
        if isinstance(value, Measure):
            found.append(value)
        else:
            missing[measure_id] = value
    return found, missing


def linked(tables: Tables) -> bool:
    """Whether activities can be told to belong to deals."""
    return "activities" in tables and _key(tables) is not None


def _per_won_deal(tables: Tables, won: int) -> Measure | Text:
    if not linked(tables) or not won:
        return text("output.needs_linked_activities")
    touched = contacts(tables).filter(lambda row: row.outcome == WON).group_by("deal_id")
    counts = tables.frame(touched.agg(n=lambda row: row.count()))["n"].to_numpy()
    every = np.concatenate([counts, np.zeros(max(won - len(counts), 0))])
    low, high = mean_t(every) or (None, None)
    facts = {"without": max(won - len(counts), 0)}
    return Measure("activities.per_won_deal", float(every.mean()), "ratio", len(every), low, high, facts)


def _response(tables: Tables) -> Measure | Text:
    if not linked(tables):
        return text("output.needs_linked_activities")
    deals = tables["deals"]
    if dates_only(tables, deals.created_at) or dates_only(tables, tables["activities"].at):
        return text("output.needs_times_of_day")
    first = contacts(tables).group_by("deal_id").agg(waited=lambda row: row.waited.min())
    hours = tables.frame(first.select("waited"))["waited"].to_numpy() / SECONDS_AN_HOUR
    if not len(hours):
        return text("output.needs_linked_activities")
    low, high = median_order(hours) or (None, None)
    waiting = int(tables.value(deals.created_at.notnull().ifelse(1, 0).sum())) - len(hours)
    return Measure(
        "response.median_hours", float(np.median(hours)), "hours", len(hours), low, high, {"without": waiting}
    )


def _per_hour(tables: Tables, measure_id: str, unit: str, achieved: float | None) -> Measure | Text:
    if achieved is None or not tables.has("activities", "minutes"):
        return text("output.needs_minutes")
    done = tables["activities"]
    known = done.filter((done.minutes > 0) & ~done.minutes.isinf() & ~done.minutes.isnan())
    totals = tables.frame(known.agg(n=known.count(), minutes=known.minutes.sum())).iloc[0]
    if not totals["n"]:
        return text("output.needs_minutes")
    hours = float(totals["minutes"]) / 60
    facts = {"hours": hours}
    return Measure(measure_id, achieved / hours, unit, int(totals["n"]), facts=facts)
