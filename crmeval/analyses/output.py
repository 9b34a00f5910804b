"""What the sales people achieve and with what: deals, sales, revenue, win rate, by owner and by month."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir
from pandas.tseries.offsets import MonthBegin

from crmeval.analyses import touches
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.clock import as_days, cutoff
from crmeval.analyses.lifetimes import lifetimes
from crmeval.fields import LOST, OPEN, WON
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.funnel import ACTION, limits, over_dispersion
from crmeval.stats.intervals import mean_t, median_order, wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

START, END = "start", "end"  # how a month can be cut by the file's own beginning or end


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Counts deals by outcome, and what was won, in all, by owner and by month."""
    if "deals" not in tables:
        return Result(text("output.no_deals"))
    totals = tables.frame(_deals(tables).agg(**_sums())).iloc[0]
    measures, missing = _shares(totals)
    money, without_money = _money(tables, totals)
    revenue = float(totals["revenue"]) if tables.has("deals", "amount") else None
    touched, untouched = touches.measures(tables, int(totals["won"]), revenue)
    months = _months(tables, settings)
    return Result(
        answer=_answer(totals, revenue),
        measures=(*measures, *money, *touched),
        not_measured={**missing, **without_money, **untouched},
        tables={"owners": _owners(tables, settings), "months": months},
        notes=tuple(_notes(tables, totals, months)),
    )


def _deals(tables: Tables) -> ir.Table:
    """Deals with their outcome as three flags and the amount of the won ones."""
    deals = tables["deals"]
    outcome = deals.outcome.fill_null(OPEN)
    is_number = deals.amount.notnull() & ~deals.amount.isnan() & ~deals.amount.isinf()
    return deals.mutate(
        is_won=(outcome == WON).ifelse(1, 0),
        is_lost=(outcome == LOST).ifelse(1, 0),
        is_open=(outcome == OPEN).ifelse(1, 0),
        won_amount=((outcome == WON) & is_number.fill_null(False)).ifelse(deals.amount, ibis.null("float64")),
    )


def _sums() -> dict[str, Any]:
    return {
        "deals": _.count(), "won": _.is_won.sum(), "lost": _.is_lost.sum(), "open": _.is_open.sum(),
        "revenue": _.won_amount.sum().fill_null(0.0), "priced": _.won_amount.count(),
        "free": (_.won_amount == 0).fill_null(False).ifelse(1, 0).sum(),
        "customers": _.customer_id.nunique(), "no_owner": _.owner.isnull().ifelse(1, 0).sum(),
    }  # fmt: skip


def _answer(totals: pd.Series, revenue: float | None) -> Text:
    deals, won, lost = (int(totals[name]) for name in ("deals", "won", "lost"))
    if not won + lost:
        return text("output.answer_none_closed", n=deals)
    key = "output.answer_no_lost" if not lost else "output.answer"
    said = text(key, n=deals, won=won, share=won / (won + lost) if lost else won / deals)
    return said if revenue is None else text("output.answer_with_revenue", said=said, revenue=revenue)


def _shares(totals: pd.Series) -> tuple[list[Measure], dict[str, Text]]:
    """Counts by outcome and the two win rates."""
    deals, won, lost = (int(totals[name]) for name in ("deals", "won", "lost"))
    measures = [Measure("deals.count", deals, "count", deals)]
    measures += [Measure(f"deals.{name}", int(totals[name]), "count", deals) for name in (WON, LOST, OPEN)]
    measures.append(Measure("deals.win_rate_all", won / deals, "share", deals, *wilson(won, deals)))
    missing: dict[str, Text] = {}
    if lost:
        closed = won + lost
        measures.append(Measure("deals.win_rate", won / closed, "share", closed, *wilson(won, closed)))
    else:
        missing["deals.win_rate"] = text("output.no_lost_deals")
    if totals["customers"]:
        measures.append(Measure("deals.customers", int(totals["customers"]), "count", deals))
    else:
        missing["deals.customers"] = text("output.needs_customers")
    return measures, missing


def _money(tables: Tables, totals: pd.Series) -> tuple[list[Measure], dict[str, Text]]:
    """Revenue of the won deals, their mean and their median."""
    ids = ("deals.revenue_won", "deals.amount_mean_won", "deals.amount_median_won")
    if not totals["priced"]:
        return [], dict.fromkeys(ids, text("output.needs_amounts"))
    amounts = _deals(tables).filter(_.won_amount.notnull()).select("won_amount")
    values = tables.frame(amounts)["won_amount"].to_numpy()
    mean_low, mean_high = mean_t(values) or (None, None)
    low, high = median_order(values) or (None, None)
    n, free = len(values), int(totals["free"])
    return [
        Measure(ids[0], float(totals["revenue"]), "money", n, facts={"missing": int(totals["won"]) - n}),
        Measure(ids[1], float(values.mean()), "money", n, mean_low, mean_high, {"free": free}),
        Measure(ids[2], float(np.median(values)), "money", n, low, high, {"free": free}),
    ], {}


def _with_rate(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the win rate among closed deals and its interval.

    Empty where none was closed; and everywhere, where the file has no lost deals at all: all that closed are
    then won by necessity.
    """
    closed = (frame["won"] + frame["lost"]) * int(frame["lost"].any())
    bounds = [wilson(won, n) if n else (np.nan, np.nan) for won, n in zip(frame["won"], closed, strict=True)]
    low, high = zip(*bounds, strict=True) if bounds else ((), ())
    return frame.assign(win_rate=frame["won"] / closed.where(closed > 0), low=low, high=high)


def _owners(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Per owner, by name: deals, won, lost, win rate with its interval, revenue, median days to close.

    `low_998` and `high_998` are between which rates chance alone keeps 99.8 % of owners with as many
    closed deals: people are not to be ranked by what chance explains.
    """
    owned = _deals(tables).filter(_.owner.notnull()).group_by("owner")
    sums = {name: sum_ for name, sum_ in _sums().items() if name in ("deals", "won", "lost", "revenue")}
    counts = _with_limits(_with_rate(tables.frame(owned.agg(**sums))))
    if not tables.has("deals", "amount"):
        counts = counts.drop(columns="revenue")
    lives = lifetimes(tables, settings)
    closed = lives.filter(lives.took.notnull() & lives.owner.notnull()).group_by("owner")
    median = tables.frame(closed.agg(median=as_days(_.took).median()))
    named = counts.merge(median, on="owner", how="left")
    return named.sort_values("owner", key=lambda names: names.str.casefold(), ignore_index=True)


def _with_limits(owners: pd.DataFrame) -> pd.DataFrame:
    """The owners with the limits of a funnel plot (Spiegelhalter 2005), widened where all differ by more."""
    rated = owners["win_rate"].notna()
    owners = owners.assign(low_998=np.nan, high_998=np.nan)
    if rated.any():
        won, closed = owners.loc[rated, "won"], (owners["won"] + owners["lost"])[rated]
        bounds = limits(closed, won.sum() / closed.sum(), over_dispersion(won, closed), ACTION)
        owners.loc[rated, ["low_998", "high_998"]] = np.column_stack(bounds)
    return owners


def _months(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Per month: deals created; won, lost, win rate and revenue by closing date; and what edges do to it."""
    deals = _deals(tables)
    created = deals.filter(_.created_at.notnull()).group_by(month=_.created_at.truncate("M"))
    closed = deals.filter(_.closed_at.notnull() & (_.is_open == 0)).group_by(month=_.closed_at.truncate("M"))
    frame = tables.frame(created.agg(created=_.count())).merge(
        tables.frame(
            closed.agg(won=_.is_won.sum(), lost=_.is_lost.sum(), revenue=_.won_amount.sum().fill_null(0.0))
        ),
        on="month", how="outer",
    )  # fmt: skip
    if frame.empty:
        return frame
    every = pd.date_range(frame["month"].min(), frame["month"].max(), freq="MS", name="month")
    frame = frame.set_index("month").reindex(every).fillna(0).reset_index()
    frame = frame.astype({"created": int, "won": int, "lost": int})
    return _with_rate(frame).assign(edge=_edges(tables, settings, frame["month"]))


def _edges(tables: Tables, settings: Settings, months: pd.Series) -> list[str]:
    """Which months the file shows only in part.

    The file begins where it has both new and closed deals. A month that begins before the median cycle has
    passed since then shows a choice of deals only: those that closed soon, or that the file does not lack.
    The last month is cut where it was not observed to its end.
    """
    deals = tables["deals"]
    closed_at = deals.outcome.isin([WON, LOST]).ifelse(deals.closed_at, ibis.null("timestamp(6)"))
    bounds = tables.frame(deals.agg(created=deals.created_at.min(), closed=closed_at.min())).iloc[0]
    lives = lifetimes(tables, settings)
    usual = tables.value(as_days(lives.took).median()) or 0.0
    begins = max(moment for moment in bounds if pd.notna(moment))
    settled = begins + pd.Timedelta(days=max(usual, 0.0))
    until = cutoff(tables, settings)
    last_whole_day = None if until is None else until.normalize() + pd.Timedelta(days=1)
    return [
        START if month < settled
        else END if last_whole_day is not None and month + MonthBegin() > last_whole_day
        else ""
        for month in months
    ]  # fmt: skip


def _notes(tables: Tables, totals: pd.Series, months: pd.DataFrame) -> list[Text]:
    notes = []
    if len(months) and (months["edge"] == START).any():
        notes.append(
            text("output.edge_start", until=months.loc[months["edge"] == START, "month"].max() + MonthBegin())
        )
    if len(months) and (months["edge"] == END).any():
        notes.append(text("output.edge_end", month=months.loc[months["edge"] == END, "month"].min()))
    for fact, key in (("no_owner", "output.without_owner"), ("free", "output.free_deals")):
        if totals[fact] and (fact != "no_owner" or tables.has("deals", "owner")):
            notes.append(text(key, n=int(totals[fact])))
    unpriced = int(totals["won"] - totals["priced"])
    if unpriced and totals["priced"]:
        notes.append(text("output.without_amount", n=unpriced))
    return notes


ANALYSIS = Analysis(
    name="output",
    area=EFFICIENCY,
    page="time",
    needs=("deals",),
    measures=(
        "deals.count", "deals.won", "deals.lost", "deals.open", "deals.win_rate", "deals.win_rate_all",
        "deals.customers", "deals.revenue_won", "deals.amount_mean_won", "deals.amount_median_won",
        "activities.per_won_deal", "response.median_hours", "deals.won_per_hour", "deals.revenue_per_hour",
    ),
    run=run,
)  # fmt: skip
