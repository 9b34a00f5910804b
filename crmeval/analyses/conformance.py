"""How far deals keep to the intended path, and how much longer those take that leave it."""

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.clock import as_days
from crmeval.analyses.endings import ending
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.stage_flow import Path, ranked
from crmeval.analyses.stage_visits import Visits
from crmeval.fields import WON
from crmeval.settings import Settings
from crmeval.stats.intervals import welch
from crmeval.tables import Tables

BEGAN_LATER, SKIPPED, BACK, AGAIN, OUTSIDE, WON_EARLY = (
    "began_later", "skipped", "back", "again", "outside", "won_early",
)  # fmt: skip
_SHOWN = 15
_FEW = 20  # deals, with and without, under which nothing is said of days


@dataclass(frozen=True, slots=True)
class Conformance:
    """`deals` that were followed, how many keep to the path, and the deviations, the most frequent first.

    `deviations`: `deviation` (what kind), `from`, `to`, `deals` that did it, `share` of all; `compared` of
    them with a known duration, their `mean` days, and `more`, by how many days that is above the mean of
    deals that keep to the path, with Welch's interval; empty where either group has fewer than 20 deals.
    Compared are won deals (`of_won`), or closed ones where the data do not say which were won.
    """

    deals: int
    keeping: int
    deviations: pd.DataFrame
    of_won: bool


def conformance(tables: Tables, settings: Settings, seen: Visits, intended: Path) -> Conformance:
    """Every deviation of every deal: a later begin, stages skipped, moves back, stages outside, an early win.

    Deals that are lost or open keep to the path as far as they went. Durations are those of deals that have
    ended, and a deal that takes long has more time to leave the path: an association, no effect.
    """
    with (
        tables.kept(ranked(seen, intended)) as visits,
        tables.kept(_deviating(visits, intended, seen.final)) as found,
    ):
        deals = int(tables.value(visits.deal_id.nunique()))
        leaving = int(tables.value(found.deal_id.nunique()))
        counted = tables.frame(found.group_by("deviation", "from", "to").agg(deals=_.count()))
        counted = counted.sort_values(
            ["deals", "deviation", "from", "to"], ascending=[False, True, True, True]
        )
        shown = counted.head(_SHOWN).reset_index(drop=True)
        shown["share"] = shown["deals"] / max(deals, 1)
        lives = lifetimes(tables, settings)
        won = lives.filter(lives.outcome == WON)
        of_won = bool(tables.value(won.count()))
        days = _days(tables, won if of_won else lives, visits, found)
    return Conformance(deals, deals - leaving, _with_days(shown, days), of_won)


def _deviating(visits: Any, intended: Path, final: tuple[str, ...]) -> ir.Table:
    """A row per deviation of a deal: `deal_id`, `deviation`, `from`, `to`."""
    wins = [stage for stage in final if ending(stage) == WON]
    won = (visits.next_stage.isin(wins) if wins else ibis.literal(False)).fill_null(False)
    won |= visits.next_stage.isnull() & (visits.gap == 0) & (visits.outcome == WON).fill_null(False)
    on_path = ~visits.is_final & visits.rank.notnull()
    nowhere: Any = ibis.null("string")
    kinds = (
        (BEGAN_LATER, on_path & (visits.number == 0) & (visits.rank > 0), nowhere, visits.stage),
        (SKIPPED, on_path & (visits.next_rank > visits.rank + 1), visits.stage, visits.next_stage),
        (BACK, on_path & (visits.next_rank < visits.rank), visits.stage, visits.next_stage),
        (AGAIN, on_path & (visits.next_rank == visits.rank), visits.stage, visits.next_stage),
        (OUTSIDE, ~visits.is_final & visits.rank.isnull(), nowhere, visits.stage),
        (WON_EARLY, on_path & won & (visits.rank < len(intended.stages) - 1), visits.stage, nowhere),
    )
    parts = [
        visits.filter(is_so.fill_null(False)).select(
            "deal_id", deviation=ibis.literal(kind), **{"from": begin, "to": end}
        )
        for kind, is_so, begin, end in kinds
    ]
    return ibis.union(*parts).distinct()


def _days(tables: Tables, lives: ir.Table, visits: ir.Table, found: ir.Table) -> pd.DataFrame:
    """Days of these deals: of those with each deviation, and, with no deviation named, of those with none."""
    days = lives.filter(lives.took >= 0).select("deal_id", days=as_days(lives.took))
    sums = {"compared": _.count(), "mean": _.days.mean(), "variance": _.days.var()}
    leaving = days.inner_join(found, "deal_id").group_by("deviation", "from", "to").agg(**sums)
    keeping = days.semi_join(visits, "deal_id").anti_join(found, "deal_id").agg(**sums)
    return pd.concat([tables.frame(leaving), tables.frame(keeping)], ignore_index=True)


def _with_days(deviations: pd.DataFrame, days: pd.DataFrame) -> pd.DataFrame:
    """The deviations with the days of deals that made them, beside those that made none."""
    keeping = days[days["deviation"].isna()].iloc[0]
    frame = deviations.merge(days, on=["deviation", "from", "to"], how="left").fillna({"compared": 0})
    enough = (frame["compared"] >= _FEW) & (keeping["compared"] >= _FEW)
    kept = (keeping["mean"], keeping["variance"], keeping["compared"])
    groups = frame[["mean", "variance", "compared"]].itertuples(index=False, name=None)
    bounds = [
        welch(group, kept) if told else (np.nan, np.nan)
        for group, told in zip(groups, enough, strict=True)
    ]  # fmt: skip
    frame = frame.assign(
        compared=frame["compared"].astype(int),
        more=(frame["mean"] - keeping["mean"]).where(enough),
        more_low=[low for low, _high in bounds],
        more_high=[high for _low, high in bounds],
    )
    return frame.drop(columns="variance")
