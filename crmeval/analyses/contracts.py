"""Contracts and subscriptions: which customers and how much of their revenue were kept over a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir
from scipy import stats

from crmeval.analyses.purchases import finite
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.stats.intervals import CONFIDENCE, wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

YEAR = pd.DateOffset(years=1)
MEASURES = ("retention.churn_rate", "retention.nrr", "retention.grr")
_SMALLEST_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """Every customer with a contract on the day the year began or on the day it ended.

    `customers` has `customer`, `opening` and `closing` (whether a contract ran that day) and what was paid
    then, `before` and `now`.
    """

    customers: pd.DataFrame
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def opening(self) -> pd.DataFrame:
        """The customers of the day the year began; new ones have no part in what was kept."""
        return self.customers[self.customers["opening"]]


def end_of_contracts(tables: Tables, settings: Settings) -> pd.Timestamp | None:
    """The day up to which contracts are known.

    As set; else the last date that any table bears, or the last start of a contract. Ends are no evidence:
    an end in the future is a plan.
    """
    if settings.observed_until is not None:
        return pd.Timestamp(settings.observed_until)
    started = tables.value(tables["contracts"].started_at.max())
    known = [pd.Timestamp(when) for when in (started, tables.observed_until()) if when is not None]
    return max(known).normalize() if known else None


def kept(tables: Tables, end: pd.Timestamp) -> Kept:
    """Who had a contract a year before `end` and who has one at `end`; the day of its end still counts."""
    start = end - YEAR
    contracts = tables["contracts"].filter(tables["contracts"].customer_id.notnull())
    amount = finite(contracts.amount)

    def runs(day: pd.Timestamp) -> ir.Value:
        next_day = ibis.timestamp((day + pd.Timedelta(days=1)).isoformat())
        today = ibis.timestamp(day.isoformat())
        return (
            (contracts.started_at < next_day) & (contracts.ended_at.isnull() | (contracts.ended_at >= today))
        ).fill_null(False)

    customers = contracts.group_by(customer=contracts.customer_id).aggregate(
        opening=runs(start).any(),
        closing=runs(end).any(),
        before=runs(start).ifelse(amount, 0).sum().fill_null(0),
        now=runs(end).ifelse(amount, 0).sum().fill_null(0),
    )
    either = customers.filter(customers.opening | customers.closing).order_by("customer")
    return Kept(tables.frame(either), start, end)


def ratio(numerator: pd.Series, denominator: pd.Series) -> tuple[float, float | None, float | None]:
    """A ratio of two sums over customers and its 95 % interval (linearised; Cochran 1977, 2.11).

    One large customer makes the interval as wide as it honestly is.
    """
    n, total = len(denominator), float(denominator.sum())
    value = float(numerator.sum()) / total
    if n < _SMALLEST_SAMPLE:
        return value, None, None
    residuals = numerator - value * denominator
    error = np.sqrt(n / (n - 1) * float((residuals**2).sum())) / total
    half = stats.t.ppf((1 + CONFIDENCE) / 2, n - 1) * error
    return value, value - half, value + half


def movements(opening: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """From the revenue at the beginning to that at the end: what was lost, cut, added and newly won."""
    gone, change = ~opening["closing"], opening["now"] - opening["before"]
    new = customers[~customers["opening"]]
    rows = [
        ("opening", len(opening), opening["before"].sum()),
        ("churned", gone.sum(), -opening.loc[gone, "before"].sum()),
        ("contraction", (~gone & (change < 0)).sum(), change[~gone & (change < 0)].sum()),
        ("expansion", (~gone & (change > 0)).sum(), change[~gone & (change > 0)].sum()),
        ("new", len(new), new["now"].sum()),
        ("closing", customers["closing"].sum(), customers["now"].sum()),
    ]
    return pd.DataFrame(rows, columns=["movement", "customers", "revenue"]).astype({"customers": "int64"})


def _money_kept(opening: pd.DataFrame, facts: Mapping[str, Any]) -> list[Measure]:
    before, now = opening["before"], opening["now"]
    shown = []
    for name, kept_now, ceiling in (("nrr", now, np.inf), ("grr", now.clip(upper=before), 1.0)):
        value, low, high = ratio(kept_now, before)
        low = None if low is None else max(low, 0.0)
        high = None if high is None else min(high, ceiling)
        shown.append(Measure(f"retention.{name}", value, "share", len(opening), low, high, facts))
    return shown


def rate(found: Kept) -> Measure:
    """(E − N)/S: of the customers with a contract a year ago, the share that still has one."""
    opening = found.opening
    kept_now, n = int(opening["closing"].sum()), len(opening)
    facts = {"start": found.start, "end": found.end}
    return Measure(
        "retention.rate", kept_now / n, "share", n, *wilson(kept_now, n), facts, "retention.rate_contracts"
    )


def contractual(found: Kept, *, paid: bool) -> tuple[list[Measure], dict[str, Text]]:
    """Churn, and net and gross revenue retention, or why they cannot be had.

    Formulas: churn = customers lost / customers at the beginning; NRR = what the customers of the beginning
    pay now / what they paid then; GRR the same, with no customer counted for more than they paid then.
    """
    opening = found.opening
    facts = {"start": found.start, "end": found.end}
    if opening.empty:
        return [], dict.fromkeys(MEASURES, text("retention.no_opening", when=found.start))
    n, lost = len(opening), int((~opening["closing"]).sum())
    shown = [Measure("retention.churn_rate", lost / n, "share", n, *wilson(lost, n), facts)]
    if not paid or not opening["before"].gt(0).any() or opening["before"].lt(0).any():
        reason = text("retention.no_contract_amounts")
        return shown, {"retention.nrr": reason, "retention.grr": reason}
    return shown + _money_kept(opening, facts), {}
