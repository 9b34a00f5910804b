"""Customers: what they buy, what they say, and the months that makes."""

import numpy as np
import pandas as pd

from simulation.plan import (
    ANSWERS,
    DEALS,
    END,
    GO_LIVE,
    GUESTS,
    ORDERS_FROM,
    REPEAT_AFTER,
    REPEAT_BEFORE,
    REPEAT_CALLED,
    RETURNS,
    days_of,
)


def buyers(rng: np.random.Generator, deals: pd.DataFrame, activities: pd.DataFrame) -> pd.DataFrame:
    """Everyone who ever buys: customers of won deals, and others who come without one."""
    won = deals[deals["outcome"] == "won"].sort_values("closed").drop_duplicates("customer")
    called = won["customer"].isin(activities.loc[activities["kind"] == 4, "customer"])  # noqa: PLR2004
    first = pd.DataFrame({"customer": won["customer"], "at": days_of(won["closed"]), "called": called})
    days = np.arange("2022-03-01", "2024-12-31", dtype="datetime64[D]")
    per_day = np.where(days < np.datetime64("2023-08-15"), 1.75, 0.6)
    others = np.repeat(days, rng.poisson(per_day))
    more = pd.DataFrame({"customer": DEALS + np.arange(len(others)), "at": others, "called": False})
    return pd.concat([first, more], ignore_index=True).astype({"at": "datetime64[s]"})


def orders(rng: np.random.Generator, buyers: pd.DataFrame) -> pd.DataFrame:
    """Purchases: after each one a customer returns with a chance that rose at go-live."""
    size = rng.lognormal(0, 0.4, len(buyers)) * 380
    now, parts = buyers.assign(size=size), []
    while len(now):
        parts.append(now)
        chance = np.where(now["at"] < GO_LIVE, REPEAT_BEFORE, REPEAT_AFTER) + REPEAT_CALLED * now["called"]
        now = now[rng.random(len(now)) < chance]
        gap = pd.to_timedelta(7 + rng.exponential(38, len(now)).astype("int64"), unit="D")
        now = now.assign(at=now["at"] + gap)
        now = now[now["at"] <= END]
    orders = pd.concat(parts)
    orders = orders[orders["at"] >= ORDERS_FROM].sort_values(["at", "customer"], ignore_index=True)
    amount = (orders["size"] * rng.lognormal(0, 0.35, len(orders))).round(1)
    amount = amount.where(rng.random(len(orders)) >= RETURNS, -(amount * 0.6).round(1))
    guest = rng.random(len(orders)) < GUESTS
    return orders.assign(amount=amount, guest=guest)[["customer", "at", "amount", "guest"]]


def feedback(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """Answers to "would you recommend us", 0 to 10, some weeks after an order; better since go-live."""
    asked = orders[~orders["guest"] & (orders["at"] < END - pd.Timedelta(days=30))]
    asked = asked.sample(ANSWERS, random_state=rng).sort_values(["at", "customer"], ignore_index=True)
    at = asked["at"] + pd.to_timedelta(rng.integers(5, 25, ANSWERS), unit="D")
    mood = rng.random(ANSWERS)
    low, middle = np.where(at < GO_LIVE, [[0.30], [0.64]], [[0.19], [0.49]])
    group = np.where(mood < low, 0, np.where(mood < middle, 1, 2))
    score = np.where(
        group == 0, rng.integers(1, 7, ANSWERS),
        np.where(group == 1, rng.integers(7, 9, ANSWERS), rng.integers(9, 11, ANSWERS)),
    )  # fmt: skip
    said = np.where(rng.random(ANSWERS) < 0.7, rng.integers(0, 10_000, ANSWERS), -1)  # noqa: PLR2004
    return pd.DataFrame(
        {"at": at, "customer": asked["customer"], "score": score, "group": group, "said": said}
    )


def months(rng: np.random.Generator, orders: pd.DataFrame) -> pd.DataFrame:
    """The company's own monthly figures, two years of them."""
    by_month = orders.groupby(orders["at"].dt.to_period("M"))["amount"]
    months = pd.DataFrame({"revenue": by_month.sum().round(1), "orders": by_month.size()})
    after = months.index.to_timestamp() >= GO_LIVE
    return months.assign(
        complaints=rng.poisson(np.where(after, 15, 22)), visits=rng.normal(9200, 350, len(months)).round(-1)
    )
