"""Coming back: the first and the second day on which a customer bought."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crmeval.analyses.purchases import Purchases, day_of
from crmeval.stats.intervals import newcombe, wilson
from crmeval.tables import Tables

SMALLEST_GROUP = 30
WITHIN_DAYS = 90


def first_and_second(tables: Tables, found: Purchases) -> pd.DataFrame:
    """Customers counted by the day of their first purchase and the days until the second (`gap`).

    Several purchases on one day are one visit. `gap` is missing where nobody came back yet.
    """
    visits = found.visits
    first_or_second = visits.filter(visits.gap.isnull() | (visits.day - visits.gap == visits.first))
    counted = first_or_second.group_by("first", "gap").aggregate(customers=lambda t: t.count())
    frame = tables.frame(counted.order_by("first", "gap")).astype({"gap": "float64"})
    # Everybody has a first visit; those with a second are no longer waiting for it.
    came_back = frame[frame["gap"].notna()].groupby("first")["customers"].sum()
    waiting = frame["first"].map(came_back).fillna(0).where(frame["gap"].isna(), 0)
    frame["customers"] -= waiting.astype("int64")
    return frame[frame["customers"] > 0].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class GoLive:
    """Customers won before and after go-live, and how many bought again within so many days."""

    within: int
    before: int
    before_again: int
    after: int
    after_again: int

    @property
    def enough(self) -> bool:
        """Whether both groups are large enough to be compared at all."""
        return min(self.before, self.after) >= SMALLEST_GROUP

    @property
    def difference(self) -> tuple[float, float, float]:
        """The share after less the share before, and its 95 % interval (Newcombe)."""
        value = self.after_again / self.after - self.before_again / self.before
        return value, *newcombe(self.after_again, self.after, self.before_again, self.before)

    @property
    def table(self) -> pd.DataFrame:
        """Both groups: customers, those who came back, their share and its interval."""
        groups = {"before": (self.before_again, self.before), "after": (self.after_again, self.after)}
        rows = [
            {"period": name, "customers": n, "active": again, "rate": again / n if n else np.nan}
            | dict(zip(("low", "high"), wilson(again, n), strict=True))
            for name, (again, n) in groups.items()
        ]
        return pd.DataFrame(rows)


def around_go_live(
    visits: pd.DataFrame, found: Purchases, go_live: date, within: int = WITHIN_DAYS
) -> GoLive:
    """Customers won before and after go-live, all of them watched for the same number of days.

    After: first purchase from go-live on, early enough to be watched. Before: first purchase in a window of
    the same length that ends early enough for the days watched to be over by go-live. The windows are as
    long as the data on both sides allow.
    """
    start = day_of(pd.Timestamp(go_live))
    window = max(min(found.last - within - start + 1, start - within - found.first), 0)
    before = visits[visits["first"].between(start - within - window, start - within - 1)]
    after = visits[visits["first"].between(start, start + window - 1)]
    again = [int(group.loc[group["gap"] <= within, "customers"].sum()) for group in (before, after)]
    return GoLive(within, int(before["customers"].sum()), again[0], int(after["customers"].sum()), again[1])
