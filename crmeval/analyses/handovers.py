"""Deals that change hands: how often, from whom to whom, and how long they lie around it."""

from dataclasses import dataclass

import ibis
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.clock import as_days, seconds
from crmeval.analyses.lifetimes import lifetimes
from crmeval.fields import WON
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.stats.intervals import welch, wilson
from crmeval.tables import ROW, Tables
from crmeval.words import Text, text

_FEW = 20  # deals, and deals on either side of a comparison, under which nothing is said
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Handovers:
    """Per pair of people: `from`, `to`, `n` handovers, `median` days between what the one did last and the
    other did first; and the measures, or why there are none.
    """  # noqa: D205 - one sentence, too long for a line

    table: pd.DataFrame
    measures: tuple[Measure, ...]
    missing: dict[str, Text]


IDS = ("handovers.share", "handovers.per_deal", "handovers.gap_days", "handovers.more_days")


def handovers(tables: Tables, settings: Settings) -> Handovers:
    """Changes of owner from one dated step of a deal to the next: of stage events, else of activities."""
    source = next(
        (name for name in ("stage_events", "activities") if tables.has(name, "owner", "deal_id")), None
    )
    if source is None:
        return Handovers(pd.DataFrame(), (), dict.fromkeys(IDS, text("effort.needs_step_owners")))
    with tables.kept(_steps(tables, source)) as steps:
        changed = steps.filter(_.changed)
        table = tables.frame(
            changed.group_by(**{"from": changed.previous, "to": changed.owner}).agg(
                n=_.count(), median=as_days(_.gap).median()
            )
        )
        gaps = tables.frame(
            steps.filter(_.gap.notnull()).group_by("changed").agg(median=as_days(_.gap).median())
        )
        per_deal = steps.group_by("deal_id").agg(n=_.changed.ifelse(1, 0).sum())
        lives = lifetimes(tables, settings)
        won = lives.filter((lives.outcome == WON) & (lives.took >= 0)).select(
            "deal_id", days=as_days(lives.took)
        )
        timed = per_deal.inner_join(won, "deal_id").group_by(passed=_.n > 0)
        days = tables.frame(timed.agg(n=_.count(), mean=_.days.mean(), variance=_.days.var()))
        counts = tables.frame(
            per_deal.agg(deals=_.count(), passed=(_.n > 0).ifelse(1, 0).sum(), n=_.n.sum())
        ).iloc[0]
    measures, missing = _measures(counts, gaps, days)
    table = table.sort_values(["n", "from", "to"], ascending=[False, True, True], ignore_index=True)
    return Handovers(table.head(_SHOWN), measures, missing)


def _steps(tables: Tables, source: str) -> ir.Table:
    """Each step of a deal whose owner is known, with who did the one before, and the seconds between."""
    rows = tables[source]
    at = seconds(rows.entered_at if source == "stage_events" else rows.at)
    steps = rows.select("deal_id", "owner", at=at, row=rows[ROW])
    steps = steps.filter(_.deal_id.notnull() & _.owner.notnull() & _.at.notnull())
    case = ibis.window(group_by=steps.deal_id, order_by=[steps.at, steps.row])
    steps = steps.mutate(previous=steps.owner.lag().over(case), gap=steps.at - steps.at.lag().over(case))
    return steps.mutate(changed=(_.previous != _.owner).fill_null(False))


def _measures(
    counts: pd.Series, gaps: pd.DataFrame, days: pd.DataFrame
) -> tuple[tuple[Measure, ...], dict[str, Text]]:
    deals, passed = int(counts["deals"]), int(counts["passed"])
    if deals < _FEW:
        return (), dict.fromkeys(IDS, text("stages.too_few", n=deals))
    measures = [
        Measure("handovers.share", passed / deals, "share", deals, *wilson(passed, deals)),
        Measure("handovers.per_deal", float(counts["n"]) / deals, "ratio", deals),
    ]
    missing: dict[str, Text] = {}
    medians = gaps.set_index("changed")["median"]
    if True in medians.index:
        facts = {"without": None if False not in medians.index else float(medians[False])}
        measures.append(
            Measure("handovers.gap_days", float(medians[True]), "days", int(counts["n"]), facts=facts)
        )
    else:
        missing["handovers.gap_days"] = text("effort.no_handovers")
    groups = days.set_index("passed")
    if len(groups) < 2 or groups["n"].min() < _FEW:  # noqa: PLR2004 - with and without
        missing["handovers.more_days"] = text("effort.few_handovers")
    else:
        one, other = (tuple(groups.loc[has, ["mean", "variance", "n"]]) for has in (True, False))
        facts = {"passed": int(one[2]), "kept": int(other[2])}
        measures.append(
            Measure(
                "handovers.more_days",
                one[0] - other[0],
                "days",
                int(one[2] + other[2]),
                *welch(one, other),
                facts,
            )
        )
    return tuple(measures), missing
