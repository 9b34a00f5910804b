"""The work behind sales: contacts and minutes by deal, customer and kind; waiting, handovers, cost."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.business_time import business_clock, elapsed
from crmeval.analyses.clock import as_days, dates_only, seconds
from crmeval.analyses.handovers import IDS as HANDOVERS
from crmeval.analyses.handovers import handovers
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.stage_visits import visited
from crmeval.analyses.touches import contacts, linked
from crmeval.fields import LOST, OPEN, WON
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.intervals import mean_t, ratio_of_sums
from crmeval.tables import Tables
from crmeval.words import Text, text
from crmeval.working_time import HOUR

_MINUTE = 60
_FEW = 20  # won deals under which nothing is concluded


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Contacts and minutes of deals by outcome and kind, working time within elapsed time, handovers."""
    measures: list[Measure] = []
    missing: dict[str, Text] = {}
    found: dict[str, pd.DataFrame] = {}
    if linked(tables):
        per_deal = _per_deal(tables, settings)
        found |= {"effort_kinds": _kinds(tables), "effort_outcomes": _outcomes(tables, per_deal)}
        for measure_id, measure in _of_won(tables, settings, per_deal).items():
            _file(measures, missing, measure_id, measure)
    else:
        missing |= dict.fromkeys(_LINKED, text("output.needs_linked_activities"))
    passed = handovers(tables, settings)
    waits = _stage_waits(tables, settings)
    found |= {
        name: table for name, table in (("handovers", passed.table), ("stage_waits", waits)) if len(table)
    }
    return Result(
        answer=_answer(found),
        measures=(*measures, *passed.measures),
        not_measured={**missing, **passed.missing},
        tables=found,
    )


def _file(
    measures: list[Measure], missing: dict[str, Text], measure_id: str, measure: Measure | Text
) -> None:
    if isinstance(measure, Measure):
        measures.append(measure)
    else:
        missing[measure_id] = measure


def _known_minutes(rows: Any) -> Any:
    known = (rows.minutes > 0) & ~rows.minutes.isinf() & ~rows.minutes.isnan()
    return known.fill_null(False).ifelse(rows.minutes, 0.0)


def _per_deal(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Per deal: outcome, `touches`, `minutes` recorded, and `worked`, working seconds to its end."""
    done = contacts(tables)
    sums = (
        done.mutate(minutes=_known_minutes(done))
        .group_by("deal_id")
        .agg(touches=_.count(), minutes=_.minutes.sum())
    )
    lives = lifetimes(tables, settings)
    dated = dates_only(tables, lives.created_at) or dates_only(tables, lives.closed_at)
    begun = seconds(lives.created_at.truncate("D") if dated else lives.created_at)
    deals = lives.select("deal_id", "outcome", begun=begun, over=begun + lives.took)
    timed = elapsed(deals, business_clock(tables, settings, dates=dated), worked=("begun", "over"))
    rows = timed.left_join(sums, "deal_id").select("outcome", "touches", "minutes", "worked")
    return tables.frame(rows).fillna({"touches": 0, "minutes": 0.0}).astype({"worked": float})


def _kinds(tables: Tables) -> pd.DataFrame:
    """Per kind of activity: n, share of all, hours recorded, its share of them, median minutes."""
    done = tables["activities"]
    known = _known_minutes(done)
    named = done.mutate(
        kind=done.kind.fill_null(""), spent=known, each=(known > 0).ifelse(known, ibis.null("float64"))
    )
    frame = tables.frame(
        named.group_by("kind").agg(n=_.count(), hours=_.spent.sum() / _MINUTE, median=_.each.median())
    )
    frame["share"] = frame["n"] / frame["n"].sum()
    hours = frame["hours"].sum()
    frame["hours_share"] = frame["hours"] / hours if hours else np.nan
    order = ["hours", "n", "kind"] if hours else ["n", "kind"]
    frame = frame.sort_values(order, ascending=[False] * (len(order) - 1) + [True], ignore_index=True)
    columns = ["kind", "n", "share", *(("hours", "hours_share", "median") if hours else ())]
    return frame[columns].rename(columns={"kind": "activity", "median": "median_minutes"}, errors="ignore")


def _outcomes(tables: Tables, per_deal: pd.DataFrame) -> pd.DataFrame:
    """Per outcome: deals, mean contacts with Student's interval, mean minutes where they are known."""
    timed = tables.has("activities", "minutes")
    rows = []
    for outcome in (WON, LOST, OPEN):
        group = per_deal[per_deal["outcome"] == outcome]
        if group.empty:
            continue
        low, high = mean_t(group["touches"].to_numpy(float)) or (np.nan, np.nan)
        row = {
            "outcome": outcome,
            "deals": len(group),
            "touches": group["touches"].mean(),
            "low": low,
            "high": high,
        }
        rows.append(row | ({"minutes_each": group["minutes"].mean()} if timed else {}))
    return pd.DataFrame(rows)


_LINKED = (
    "effort.minutes_per_won_deal", "effort.cost_per_won_deal", "effort.flow_efficiency",
    "activities.per_customer", "effort.minutes_per_customer",
)  # fmt: skip


def _of_won(tables: Tables, settings: Settings, per_deal: pd.DataFrame) -> dict[str, Measure | Text]:
    """Minutes, cost and the share of working time of won deals; contacts and minutes of customers."""
    won = per_deal[per_deal["outcome"] == WON]
    found: dict[str, Measure | Text] = dict.fromkeys(_LINKED, text("output.needs_minutes"))
    found |= _of_customers(tables)
    if not tables.has("activities", "minutes") or won.empty:
        return found
    minutes = won["minutes"].to_numpy(float)
    low, high = mean_t(minutes) or (None, None)
    facts = {"without": int((minutes == 0).sum())}
    each = Measure(_LINKED[0], float(minutes.mean()), "minutes", len(won), low, high, facts)
    cost = _cost(each, settings.hourly_cost)
    return found | {_LINKED[0]: each, _LINKED[1]: cost, _LINKED[2]: _efficiency(won[won["worked"] > 0])}


def _cost(minutes: Measure, hourly_cost: float | None) -> Measure | Text:
    """The minutes in money."""
    if hourly_cost is None:
        return text("effort.needs_hourly_cost")
    value, low, high = (
        None if bound is None else float(bound) * hourly_cost / _MINUTE
        for bound in (minutes.value, minutes.low, minutes.high)
    )
    facts = {"rate": hourly_cost}
    return Measure("effort.cost_per_won_deal", value or 0.0, "money", minutes.n, low, high, facts)


def _efficiency(won: pd.DataFrame) -> Measure | Text:
    """The share of the working time of won deals in which somebody worked on them."""
    if len(won) < _FEW:
        return text("effort.few_won", n=len(won))
    share, low, high = ratio_of_sums(won["minutes"] * _MINUTE, won["worked"])
    facts = {"minutes": float(won["minutes"].mean()), "hours": float(won["worked"].mean()) / HOUR}
    return Measure("effort.flow_efficiency", share, "share", len(won), max(low, 0.0), high, facts)


def _of_customers(tables: Tables) -> dict[str, Measure | Text]:
    """Contacts and minutes per customer with any contact; a deal's activities are its customer's."""
    done = tables["activities"]
    if tables.has("activities", "customer_id"):
        rows = done.select("customer_id", minutes=_known_minutes(done))
    elif tables.has("deals", "customer_id"):
        deals = tables["deals"].select("deal_id", "customer_id").distinct(on="deal_id")
        rows = done.select("deal_id", minutes=_known_minutes(done)).inner_join(deals, "deal_id")
    else:
        return {"activities.per_customer": text("output.needs_customers")}
    each = tables.frame(
        rows.filter(_.customer_id.notnull()).group_by("customer_id").agg(n=_.count(), minutes=_.minutes.sum())
    )
    if each.empty:
        return {"activities.per_customer": text("output.needs_customers")}
    found: dict[str, Measure | Text] = {}
    timed = tables.has("activities", "minutes")
    for measure_id, column, unit in (
        ("activities.per_customer", "n", "ratio"), ("effort.minutes_per_customer", "minutes", "minutes"),
    ):  # fmt: skip
        if column == "n" or timed:
            values = each[column].to_numpy(float)
            low, high = mean_t(values) or (None, None)
            found[measure_id] = Measure(measure_id, float(values.mean()), unit, len(values), low, high)
    return found


def _stage_waits(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Per stage with ends of its own: visits, median days inside, and until the next began, and its share."""
    if not tables.has("stage_events", "left_at"):
        return pd.DataFrame()
    seen = visited(tables, settings)
    ended: ir.Table = seen.entries.filter(
        _.left.notnull() & _.next_at.notnull() & (_.next_at >= _.left) & (_.left >= _.at)
    )
    frame = tables.frame(
        ended.group_by("stage").agg(
            n=_.count(), inside=as_days(_.left - _.at).median(),
            until_next=as_days(_.next_at - _.left).median(),
            worked=(_.left - _.at).sum(), waited=(_.next_at - _.left).sum(),
        )
    )  # fmt: skip
    if frame.empty or not frame["waited"].sum():
        return pd.DataFrame()
    frame["waiting_share"] = frame["waited"] / (frame["waited"] + frame["worked"])
    order = frame.sort_values(["waited", "stage"], ascending=[False, True], ignore_index=True)
    return order.drop(columns=["waited", "worked"])


def _answer(found: dict[str, pd.DataFrame]) -> Text:
    outcomes = found.get("effort_outcomes", pd.DataFrame())
    won = outcomes[outcomes["outcome"] == WON] if len(outcomes) else outcomes
    if won.empty or won["deals"].iloc[0] < _FEW:
        return text("effort.answer_none")
    kinds = found["effort_kinds"]
    facts = {"n": int(won["deals"].iloc[0]), "touches": float(won["touches"].iloc[0])}
    if "hours_share" not in kinds or not kinds["activity"].iloc[0]:
        return text("effort.answer", **facts)
    top = kinds.iloc[0]
    return text("effort.answer_kind", **facts, kind=top["activity"], share=float(top["hours_share"]))


ANALYSIS = Analysis(
    name="effort",
    area=EFFICIENCY,
    page="time",
    needs=("activities", "stage_events"),
    measures=(*_LINKED, *HANDOVERS),
    run=run,
)
