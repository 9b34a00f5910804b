"""Cohorts: customers by the month of their first purchase, and how many of them buy in the months after."""

import ibis
import numpy as np
import pandas as pd

from crmeval.analyses.purchases import Purchases, date_of, first_of
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables

COHORT_COLUMNS = ["cohort", "age", "customers", "active", "rate", "low", "high", "mature"]


def active_customers(tables: Tables, found: Purchases) -> pd.DataFrame:
    """Customers who bought, by month of their first purchase (`cohort`) and month (`month`), as numbers."""
    months = found.visits.select("customer", "cohort", "month").distinct()
    counted = months.group_by("cohort", "month").aggregate(active=months.count())
    return tables.frame(counted.order_by("cohort", "month"))


def triangle(active: pd.DataFrame, found: Purchases) -> pd.DataFrame:
    """Every cohort at every age (calendar months since the first purchase) that the data reach.

    `rate` is the share of the cohort's customers who bought in that month, with Wilson's interval. A cell is
    `mature` when its month was observed to the end; the share of any other may still rise.
    """
    size = active.loc[active["month"] == active["cohort"]].set_index("cohort")["active"]
    cells = pd.MultiIndex.from_tuples(
        [(cohort, month) for cohort in size.index for month in range(cohort, found.last_month + 1)],
        names=["cohort", "month"],
    )
    # A month without any purchase must stand as a zero in its place, not shift the months after it.
    grid = active.set_index(["cohort", "month"]).reindex(cells, fill_value=0).reset_index()
    grid["age"] = grid["month"] - grid["cohort"]
    grid["customers"] = grid["cohort"].map(size)
    grid["mature"] = grid["month"] <= found.last_complete_month
    grid["cohort"] = grid["cohort"].map(first_of)
    return _with_rate(grid)[COHORT_COLUMNS]


def curve(cohorts: pd.DataFrame) -> pd.DataFrame:
    """Retention by age over all cohorts together: sums over sums, mature cells only.

    The mean of the cohorts' shares would let a cohort of three customers weigh as much as one of three
    thousand; cells not yet over would bend the curve down.
    """
    mature = cohorts[cohorts["mature"]]
    pooled = mature.groupby("age", as_index=False).agg(
        cohorts=("cohort", "size"), customers=("customers", "sum"), active=("active", "sum")
    )
    return _with_rate(pooled)


def _with_rate(counts: pd.DataFrame) -> pd.DataFrame:
    bounds = [wilson(active, n) for active, n in zip(counts["active"], counts["customers"], strict=True)]
    low, high = np.array(bounds).reshape(-1, 2).T
    return counts.assign(rate=counts["active"] / counts["customers"], low=low, high=high)


def customers_of(tables: Tables, found: Purchases, cohort: int) -> pd.DataFrame:
    """The customers of a cohort (a month, counted from year 0): visits, last purchase, revenue."""
    mine = found.visits.filter(found.visits.cohort == cohort)
    seen = mine.group_by("customer").aggregate(first=mine.day.min(), last=mine.day.max(), visits=mine.count())
    revenue = found.rows.group_by("customer").aggregate(revenue=found.rows.amount.sum())
    listed = seen.join(revenue, "customer")
    frame = tables.frame(listed.order_by(ibis.desc("visits"), "customer"))
    return frame.assign(first_purchase=frame["first"].map(date_of), last_purchase=frame["last"].map(date_of))[
        ["customer", "first_purchase", "last_purchase", "visits", "revenue"]
    ]
