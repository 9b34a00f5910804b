"""Deals, the stages they pass, and the contacts with the customer."""

import numpy as np
import pandas as pd

from simulation.plan import (
    DAY_MINUTES,
    DEALS,
    END,
    FIRST_REPLY_HOURS,
    GO_LIVE,
    LAST_STEP_OF_LOST,
    LEGAL,
    LEGAL_SLOWER,
    OFFER_SLOW_FOR_LOST,
    OWNERS,
    PRODUCT_PRICE,
    REWORK,
    SKIPS_MEETING,
    SLOWER_FROM,
    SOURCES_SHARE,
    SOURCES_WIN,
    START,
    STEP_DAYS,
    STEPS,
    TEAM_SIZE,
    WORKDAYS,
    clock,
    days_of,
    workday,
)


def _steps_of_deals(rng: np.random.Generator, deals: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """For every deal and step, whether it was taken and how many working days it lasted."""
    n = len(deals)
    taken = np.ones((n, len(STEPS)), dtype=bool)
    taken[:, 2] = rng.random(n) > SKIPS_MEETING
    taken[:, 5:7] = (rng.random(n) < REWORK)[:, None]
    last = rng.choice(list(LAST_STEP_OF_LOST), size=n, p=list(LAST_STEP_OF_LOST.values()))
    last = np.where(deals["wins"], len(STEPS) - 1, last)
    taken &= np.arange(len(STEPS)) <= last[:, None]
    taken[:, 2] |= last == 2  # noqa: PLR2004 - a deal lost at the meeting had one
    days = STEP_DAYS * rng.lognormal(0, 0.6, (n, len(STEPS)))
    days[:, 3] *= np.where(last == 3, OFFER_SLOW_FOR_LOST, 1)  # noqa: PLR2004 - lost at the offer
    return taken, np.where(taken, np.maximum(days, 0.05), 0)


def history(rng: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    """Every visit of every deal to a stage, as if observed for ever."""
    taken, days = _steps_of_deals(rng, deals)
    at, parts = deals["minute"].to_numpy(), []
    for step, stage in enumerate(STEPS):
        slower = (stage == LEGAL) & (clock(at) >= SLOWER_FROM)
        until = at + (days[:, step] * np.where(slower, LEGAL_SLOWER, 1) * DAY_MINUTES).astype("int64")
        part = pd.DataFrame({"deal": deals.index, "stage": stage, "from": at, "to": until})
        parts.append(part[taken[:, step]])
        at = until
    visits = pd.concat(parts).sort_values(["deal", "from"], kind="stable", ignore_index=True)
    return visits.assign(entered=clock(visits["from"]), left=clock(visits["to"]))


def deals(rng: np.random.Generator) -> pd.DataFrame:
    """Deals as they begin: when, whose, where from, what for, and whether they will be won."""
    days = rng.integers(workday(START), workday(END) + 1, DEALS)
    minutes = np.sort(days * DAY_MINUTES + rng.integers(0, DAY_MINUTES - 10, DEALS))
    source = rng.choice(len(SOURCES_WIN), DEALS, p=SOURCES_SHARE)
    owner = rng.integers(0, OWNERS, DEALS)
    product = rng.choice(len(PRODUCT_PRICE), DEALS, p=[0.35, 0.25, 0.15, 0.25])
    company = np.arange(DEALS)
    again = rng.random(DEALS) < 0.15  # noqa: PLR2004
    company[again] = (rng.random(again.sum()) * company[again]).astype("int64")
    skill = np.linspace(-0.05, 0.05, OWNERS)[rng.permutation(OWNERS)]
    return pd.DataFrame(
        {
            "minute": minutes, "created": clock(minutes), "owner": owner, "source": source,
            "product": product, "customer": company, "team": owner // TEAM_SIZE,
            "amount": (PRODUCT_PRICE[product] * rng.lognormal(0, 0.45, DEALS)).round(-1),
            "wins": rng.random(DEALS) < SOURCES_WIN[source] + skill[owner],
        }
    )  # fmt: skip


def as_seen(deals: pd.DataFrame, visits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What an export of the last day holds: deals still open, and no visit from the future."""
    closed = visits.groupby("deal")["left"].max()
    visits = visits[visits["entered"] <= END]
    visits = visits.assign(left=visits["left"].where(visits["left"] <= END))
    is_open = (closed > END).to_numpy()
    outcome = np.where(is_open, "open", np.where(deals["wins"], "won", "lost"))
    deals = deals.assign(closed=closed, outcome=outcome, stage=visits.groupby("deal")["stage"].last())
    return deals, visits


def activities(rng: np.random.Generator, deals: pd.DataFrame) -> pd.DataFrame:
    """Contacts with the customer: a first reply, then some until the deal ends, and a call after the sale."""
    median = np.where(deals["created"] < GO_LIVE, *FIRST_REPLY_HOURS)
    reply = np.maximum(5, median * 60 * rng.lognormal(0, 0.8, len(deals))).astype("int64")
    end = np.minimum(deals["closed"], END)
    length = np.maximum(np.busday_count(days_of(deals["created"]), days_of(end)), 1)
    more = rng.poisson(np.where(deals["wins"], 4.6, 3.2))
    later = np.repeat(deals.index.to_numpy(), more)
    minute = deals["minute"].to_numpy()
    spread = minute[later] + reply[later] + (rng.random(len(later)) * length[later] * 500).astype("int64")
    called = deals.index[(deals["outcome"] == "won") & (rng.random(len(deals)) < 0.5)]  # noqa: PLR2004
    after = np.searchsorted(WORKDAYS, days_of(deals["closed"])[called]) + rng.integers(3, 12, len(called))
    parts = [
        pd.DataFrame(
            {"deal": deals.index, "at": clock(minute + reply), "kind": rng.integers(0, 2, len(deals))}
        ),
        pd.DataFrame(
            {"deal": later, "at": clock(spread), "kind": rng.choice(4, len(later), p=[0.4, 0.35, 0.1, 0.15])}
        ),
        pd.DataFrame(
            {"deal": called, "at": clock(after * DAY_MINUTES + rng.integers(0, 500, len(called))), "kind": 4}
        ),
    ]
    found = pd.concat(parts)
    found = found[found["at"] <= END].sort_values(["at", "deal"], ignore_index=True)
    minutes = np.array([10, 5, 60, 15, 15])[found["kind"]] * rng.lognormal(0, 0.4, len(found))
    joined = deals.loc[found["deal"], ["owner", "customer"]].reset_index(drop=True)
    return found.assign(minutes=np.maximum(5, (minutes / 5).round() * 5).astype("int64")).join(joined)
