"""The true figures of the story, counted from what was simulated, and the story they tell."""

from typing import Any

import numpy as np
import pandas as pd

from simulation import Company
from simulation.plan import (
    GO_LIVE,
    LEGAL,
    ORDERS_FROM,
    OWNERS,
    SLOWER_FROM,
    TEAM_SIZE,
    TRAINED,
    TRAINED_AT,
)

DAY = pd.Timedelta(days=1)
HORIZON, RATE, ONCE = 36, 0.10, "once"  # of the costs: months, a year
WINDOW = 90  # days after the first order in which a customer returns, or not


def _deals(company: Company) -> dict[str, Any]:
    deals = company.deals
    visits = company.visits.assign(days=(company.visits["left"] - company.visits["entered"]) / DAY)
    won_visits = visits[visits["deal"].isin(deals.index[deals["outcome"] == "won"])]
    legal = won_visits[won_visits["stage"] == LEGAL]
    total = won_visits.groupby("stage")["days"].sum()
    replies = company.activities.groupby("deal")["at"].min() - deals["created"]
    hours, before = replies / pd.Timedelta(hours=1), deals["created"] < GO_LIVE
    return {
        "count": len(deals),
        **{name: int((deals["outcome"] == name).sum()) for name in ("won", "lost", "open")},
        "revenue_won": float(deals.loc[deals["outcome"] == "won", "amount"].sum()),
        "cycle_won_median": float(
            ((deals["closed"] - deals["created"]) / DAY)[deals["outcome"] == "won"].median()
        ),
        "visits": len(visits),
        "blocking_stage": int(total.idxmax()),
        "blocking_share": float(total.max() / total.sum()),
        "blocking_median_before": float(legal.loc[legal["entered"] < SLOWER_FROM, "days"].median()),
        "blocking_median_after": float(legal.loc[legal["entered"] >= SLOWER_FROM, "days"].median()),
        "decoy_median_lost": _offer(visits, deals, "lost"),
        "decoy_median_won": _offer(visits, deals, "won"),
        "rework": int((company.visits.groupby(["deal", "stage"]).size() > 1).groupby("deal").any().sum()),
        "activities": len(company.activities),
        "reply_median_hours_before": float(hours[before].median()),
        "reply_median_hours_after": float(hours[~before].median()),
    }


def _offer(visits: pd.DataFrame, deals: pd.DataFrame, outcome: str) -> float:
    chosen = visits["deal"].isin(deals.index[deals["outcome"] == outcome]) & (visits["stage"] == LEGAL - 1)
    return float(visits.loc[chosen, "days"].median())


def _records(company: Company) -> dict[str, Any]:
    records = company.records
    wrong = pd.DataFrame({"phone": records["phone_error"] > 0, "second": records["second_error"] > 0})
    trained, after = records["owner"].isin(TRAINED), records["entered"] >= TRAINED_AT
    cells = wrong.mean(axis=1)
    return {
        "count": len(records),
        "duplicates": int(records["is_copy"].sum()),
        "misspelt_industry": int(records["misspelt"].sum()),
        "phone_of_somebody_else": int((records["invisible"] & ~wrong["phone"]).sum()),
        "records_by_team": records.groupby("team").size().tolist(),
        "phone_errors_by_team": wrong["phone"].groupby(records["team"]).sum().tolist(),
        "second_errors_by_team": wrong["second"].groupby(records["team"]).sum().tolist(),
        "phone_errors_by_kind": np.bincount(records["phone_error"], minlength=5)[1:].tolist(),
        "second_errors_by_kind": np.bincount(records["second_error"], minlength=5)[1:].tolist(),
        "trained_before": float(cells[trained & ~after].mean()),
        "trained_after": float(cells[trained & after].mean()),
        "others_before": float(cells[~trained & ~after].mean()),
        "others_after": float(cells[~trained & after].mean()),
    }


def _orders(company: Company) -> dict[str, Any]:
    orders = company.orders
    bought = orders[~orders["guest"] & (orders["amount"] > 0)]
    first = bought.groupby("customer")["at"].transform("min")
    again = (bought["at"] > first) & (bought["at"] <= first + WINDOW * DAY)
    customers = pd.DataFrame({"customer": bought["customer"], "first": first, "again": again})
    customers = customers.groupby("customer").agg(first=("first", "min"), again=("again", "max"))
    last = orders["at"].max() - WINDOW * DAY
    seen = customers[(customers["first"] >= ORDERS_FROM + WINDOW * DAY) & (customers["first"] <= last)]
    before = seen["first"] < GO_LIVE
    return {
        "count": len(orders),
        "customers": int(bought["customer"].nunique()),
        "returns": int((orders["amount"] < 0).sum()),
        "guests": int(orders["guest"].sum()),
        "revenue": float(orders["amount"].sum()),
        "repeat_customers_before": int(before.sum()),
        "repeat_customers_after": int((~before).sum()),
        "repeat_before": float(seen.loc[before, "again"].mean()),
        "repeat_after": float(seen.loc[~before, "again"].mean()),
    }


def _people(company: Company) -> dict[str, Any]:
    answers, forms, usage = company.feedback, company.usability, company.usage
    points = pd.Series(np.select([answers["score"] >= 9, answers["score"] >= 7], [100, 0], -100))  # noqa: PLR2004
    after = (answers["at"] >= GO_LIVE).to_numpy()
    items = forms[[f"q{number}" for number in range(1, 11)]].to_numpy()
    sus = ((items[:, ::2] - 1).sum(axis=1) + (5 - items[:, 1::2]).sum(axis=1)) * 2.5
    return {
        "answers": len(answers),
        "nps_before": float(points[~after].mean()),
        "nps_after": float(points[after].mean()),
        "sus_forms": len(forms),
        "sus_mean": float(sus.mean()),
        "sus_by_team": [float(sus[forms["team"] == team].mean()) for team in range(TEAM_SIZE)],
        "active_share": float((usage["logins"] > 0).mean()),
    }


def _costs(words: dict[str, Any]) -> dict[str, Any]:
    """What the lines of costs and benefits are worth over three years at 10 % a year, money of the start."""
    worth = {"costs": 0.0, "benefits": 0.0}
    for line in words["costs"]:
        first = _months(line.get("from", GO_LIVE))
        last = min(_months(line["to"]) + 1, HORIZON) if "to" in line else HORIZON  # paid at a month's end
        amount = line["amount"] * (OWNERS if line.get("per_user") else 1)
        months = range(first + 1, last + 1) if line["period"] != ONCE else (first,)
        part = "benefits" if line["category"].startswith("Benefit") else "costs"
        worth[part] += sum(amount / (1 + RATE) ** (month / 12) for month in months)
    return {
        "pv_costs": worth["costs"],
        "pv_benefits": worth["benefits"],
        "roi": worth["benefits"] / worth["costs"] - 1,
    }


def _months(day: Any) -> int:
    return (day.year - GO_LIVE.year) * 12 + day.month - GO_LIVE.month


def truth(company: Company, words: dict[str, Any]) -> dict[str, Any]:
    """The figures that the app should find, at the precision of the files; money as in the English files.

    `words` are the English ones.
    """
    found = {
        "deals": _deals(company), "records": _records(company), "orders": _orders(company),
        "people": _people(company), "costs": _costs(words),
    }  # fmt: skip
    return {
        part: {name: _rounded(value) for name, value in figures.items()} for part, figures in found.items()
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [round(one, 1) for one in value]
    return round(value, 6) if isinstance(value, float) else value


def story(template: str, figures: dict[str, Any]) -> str:
    """The story in words, with its figures."""
    return template.format(go_live=GO_LIVE, slower_from=SLOWER_FROM, trained_at=TRAINED_AT, **figures)
