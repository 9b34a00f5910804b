"""Customers at risk: those silent for much longer than is usual for them."""

import ibis
import numpy as np
import pandas as pd

from crmeval.analyses.purchases import Purchases, date_of
from crmeval.tables import Tables

FEWEST_VISITS = 3  # two gaps: the least that can be called a habit
TIMES_USUAL = 2.0
LAPSED = 0.95
YEAR = 365
COLUMNS = ["customer", "visits", "last_purchase", "days_since", "usual_gap", "times_usual", "revenue"]


def gap_quantile(gaps: pd.DataFrame, share: float) -> int:
    """The number of days that this share of all gaps between purchases does not exceed.

    `gaps` counts how many `times` each `gap` occurs, shortest first.
    """
    below = gaps["times"].cumsum()
    return int(gaps["gap"].iloc[int(np.searchsorted(below, share * below.iloc[-1]))])


def at_risk(tables: Tables, found: Purchases, times: float = TIMES_USUAL) -> pd.DataFrame:
    """Customers with a habit (three days of purchase or more) who have broken it, dearest first.

    Broken: silent for more than `times` their own median gap, and for longer than the median gap of all
    customers, so that two purchases on neighbouring days make no alarm; but not for longer than 95 % of all
    gaps, for then they have lapsed. `revenue` is what they brought in the 365 days before their last
    purchase, returns taken off.
    """
    visits = found.visits
    lengths = visits.filter(visits.gap.notnull()).group_by("gap").aggregate(times=lambda t: t.count())
    gaps = tables.frame(lengths.order_by("gap"))
    if gaps.empty:
        return pd.DataFrame(columns=COLUMNS)
    habits = visits.group_by("customer").aggregate(
        visits=visits.count(), last=visits.day.max(), usual_gap=visits.gap.median()
    )
    habits = habits.mutate(days_since=found.last - habits.last)
    broken = habits.filter(
        habits.visits >= FEWEST_VISITS,
        habits.days_since > times * habits.usual_gap,
        habits.days_since > gap_quantile(gaps, 0.5),
        habits.days_since <= gap_quantile(gaps, LAPSED),
    )
    paid = found.rows.select("customer", "day", "amount")
    joined = broken.join(paid, "customer")
    lately = joined.filter(joined.day > joined.last - YEAR)
    listed = lately.group_by("customer", "visits", "last", "usual_gap", "days_since").aggregate(
        revenue=lately.amount.sum()
    )
    frame = tables.frame(listed.order_by(ibis.desc("revenue"), "customer"))
    return frame.assign(
        last_purchase=frame["last"].map(date_of), times_usual=frame["days_since"] / frame["usual_gap"]
    )[COLUMNS]
