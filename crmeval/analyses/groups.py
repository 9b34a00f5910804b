"""Deals, or their visits to a stage, in groups: by a field, a column of the upload, a period, the go-live."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir
from numpy.typing import NDArray

from crmeval.analyses.clock import SECONDS_A_DAY, cutoff, seconds
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.stage_visits import visited
from crmeval.fields import OPEN, WON
from crmeval.narrowing import dimensions
from crmeval.settings import Settings
from crmeval.stats.compare_survival import LifeTables, life_tables
from crmeval.tables import Tables

PERIOD, GO_LIVE = "period", "go_live"
BEFORE, AFTER = "before_go_live", "after_go_live"
MOST_GROUPS = 30  # more are no comparison but a list
_FEWEST_EACH = 10  # rows a value must stand for on average to be a group and not a name
_FILLED = 0.5  # of the deals have a value
_FOLLOWS = 0.95  # of the deals end as most of their value do: the column is the outcome again
_YEARS_FROM = 1100  # days: over so long a time quarters are too many
_HOURS = 24


@dataclass(frozen=True)
class Population:
    """What is compared: one entry per deal (or visit) whose beginning is known, as arrays.

    `names` are the groups, the largest first (periods in their order); `group` is the number of each entry's
    group, −1 where it belongs to none shown. `length` is in days, to the end or, of what goes on, to where it
    was last seen; `followed` is how long it was, or could have been, watched. `no_value`, `others` and
    `ramp_up` count the entries without a value, those of groups beyond the 30 largest, and those begun in the
    ramp-up months, which are left out; `first_end` is when the first entry ended.
    """

    by: str
    names: tuple[str, ...]
    group: NDArray[np.int64]
    begun: NDArray[np.float64]
    length: NDArray[np.float64]
    ended: NDArray[np.bool_]
    won: NDArray[np.bool_]
    followed: NDArray[np.float64]
    no_value: int = 0
    others: int = 0
    ramp_up: int = 0

    @property
    def n(self) -> NDArray[np.int64]:
        """How many entries each group has."""
        return np.bincount(self.group[self.group >= 0], minlength=len(self.names))

    @cached_property
    def lives(self) -> LifeTables:
        """The life tables of the groups; the last column has what belongs to no group shown."""
        size = len(self.names)
        column = np.where(self.group < 0, size, self.group)
        return life_tables(self.length, self.ended, column, size + 1)

    @cached_property
    def watched(self) -> tuple[NDArray[np.float64], ...]:
        """Of each group, for how long its entries were, or could have been, watched: the shortest first."""
        return tuple(np.sort(self.followed[self.group == number]) for number in range(len(self.names)))


def ways(tables: Tables, settings: Settings) -> list[str]:
    """What deals can be grouped by: go-live, fields, periods, and columns of the upload with few values."""
    if not tables.has("deals", "created_at"):
        return []
    first, last = _span(tables)
    fields = [name for name in dimensions(tables) if _is_grouping(tables, name, most=None)]
    more = [name for name in tables.labels("deals") if _is_grouping(tables, name, most=MOST_GROUPS)]
    live = settings.go_live is not None and first < pd.Timestamp(settings.go_live) < last
    return [*([GO_LIVE] if live else []), *fields, PERIOD, *more]


def _span(tables: Tables) -> tuple[pd.Timestamp, pd.Timestamp]:
    created = tables["deals"].created_at
    return pd.Timestamp(tables.value(created.min())), pd.Timestamp(tables.value(created.max()))


def _is_grouping(tables: Tables, column: str, most: int | None) -> bool:
    """Whether a column of the deals has at least two values and, where it is no field of ours, few of them.

    A column of the upload must also be filled for half of the deals whatever became of them: what only won
    deals have cannot tell who wins. Nor can one that says the outcome in other words, as the probability that
    a CRM sets to 0 where a deal is lost.
    """
    deals = tables["deals"]
    values = deals[column]
    if not values.type().is_string():
        return False
    different = tables.value(values.nunique()) or 0
    if most is None or not 1 < different <= most or different * _FEWEST_EACH > tables.count("deals"):
        return most is None and bool(different > 1)
    is_won = (deals.outcome == WON).fill_null(False)
    filled = values.notnull().ifelse(1, 0)
    shares = tables.frame(deals.group_by(won=is_won).agg(filled=filled.mean()))["filled"]
    return bool(shares.min() >= _FILLED) and not _says_outcome(tables, column)


def _says_outcome(tables: Tables, column: str) -> bool:
    """Whether the outcome of nearly all deals follows from a column, and not from being the usual one."""
    deals = tables["deals"]
    counted = deals.filter(deals[column].notnull()).group_by(value=deals[column], outcome=deals.outcome)
    rows = tables.frame(counted.agg(n=_.count()))
    told, usual = (rows.groupby(by, dropna=False)["n"] for by in ("value", "outcome"))
    deals_told = told.max().sum()
    return bool(deals_told >= _FOLLOWS * rows["n"].sum() and deals_told > usual.sum().max())


def deals_by(tables: Tables, settings: Settings, by: str) -> Population:
    """Every deal whose beginning is known and whose end, if it has one, is not before it."""
    lives = lifetimes(tables, settings)
    asked = lives.select(
        "deal_id", begun=seconds(lives.created_at), length=_.took.coalesce(_.age), ended=_.outcome != OPEN,
        won=_.outcome == WON,
    )  # fmt: skip
    return _population(tables, settings, by, asked)


def visits_by(tables: Tables, settings: Settings, by: str, stage: str) -> Population:
    """Every visit to a stage, of whichever deal."""
    seen = visited(tables, settings)
    mine = seen.visits.filter(_.stage == stage)
    asked = mine.select(
        "deal_id", begun=_.at, length=_.stay.coalesce(_.age), ended=_.is_open == 0,
        won=ibis.literal(value=False),
    )  # fmt: skip
    return _population(tables, settings, by, asked)


def _population(tables: Tables, settings: Settings, by: str, asked: ir.Table) -> Population:
    asked = asked.filter((_.length >= 0).fill_null(False) & _.begun.notnull())
    if by in (PERIOD, GO_LIVE):
        frame = tables.frame(asked)
        value = None
    else:
        deals = tables["deals"]
        values = deals.group_by("deal_id").agg(value=deals[by].min())
        frame = tables.frame(asked.left_join(values, "deal_id"))
        value = frame["value"]
    until = cutoff(tables, settings)
    begun = frame["begun"].to_numpy(float) / SECONDS_A_DAY
    length = np.round(frame["length"].to_numpy(float) * _HOURS / SECONDS_A_DAY) / _HOURS
    last = begun.max(initial=0.0) if until is None else until.timestamp() / SECONDS_A_DAY
    names, group, others = _grouped(begun, value)
    whole = Population(
        by=by, names=names, group=group, begun=begun, length=length,
        ended=frame["ended"].to_numpy(bool), won=frame["won"].to_numpy(bool),
        followed=np.maximum(last - begun, 0.0),
        no_value=0 if value is None else int(value.isna().sum()), others=others,
    )  # fmt: skip
    return _around_go_live(whole, settings) if by == GO_LIVE else whole


def _grouped(
    begun: NDArray[np.float64], value: "pd.Series[Any] | None"
) -> tuple[tuple[str, ...], NDArray[np.int64], int]:
    """The groups' names, each entry's group, and how many entries have a value but no group shown."""
    if value is None:
        codes, names = pd.factorize(_periods(begun), sort=True)
        return _named(names), codes.astype(np.int64), 0
    codes, names = pd.factorize(value.astype(object), sort=True)
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    kept = np.argsort(-sizes, kind="stable")[:MOST_GROUPS]
    place = np.full(len(names) + 1, -1, dtype=np.int64)  # the last stands for what has no value
    place[kept] = np.arange(len(kept))
    group = place[codes]
    return tuple(str(names[at]) for at in kept), group, int(((group < 0) & (codes >= 0)).sum())


def _periods(begun: NDArray[np.float64]) -> "pd.Series[Any]":
    """The quarter, or over a long time the year, in which each entry began, as a name that sorts."""
    days = pd.Series(pd.to_datetime(begun, unit="D"))
    if len(days) and (days.max() - days.min()).days > _YEARS_FROM:
        return days.dt.year.astype(str)
    return days.dt.year.astype(str) + "-" + days.dt.quarter.astype(str)


def _named(periods: Any) -> tuple[str, ...]:
    """Quarters by their months, which every language writes alike: `2024-1` is `01–03.2024`."""
    split = [str(period).split("-") for period in periods]
    return tuple(
        part[0] if len(part) == 1 else f"{3 * int(part[1]) - 2:02}–{3 * int(part[1]):02}.{part[0]}"
        for part in split
    )


def _around_go_live(every: Population, settings: Settings) -> Population:
    """Before go-live against after: what began before is watched only up to that day.

    So both are seen under one system each; what began in the months of ramp-up is left out.
    """
    live = pd.Timestamp(str(settings.go_live))
    day = live.timestamp() / SECONDS_A_DAY
    ramped = (live + pd.DateOffset(months=settings.ramp_up_months)).timestamp() / SECONDS_A_DAY
    before, after = every.begun < day, every.begun >= ramped
    watched = np.where(before, day - every.begun, every.followed)
    in_time = every.length <= watched
    cut = replace(
        every, names=(BEFORE, AFTER), group=np.where(before, 0, 1), followed=watched,
        length=np.minimum(every.length, watched), ended=every.ended & in_time, won=every.won & in_time,
        ramp_up=int((~before & ~after).sum()),
    )  # fmt: skip
    return _only(cut, before | after)


def _only(every: Population, kept: NDArray[np.bool_]) -> Population:
    arrays = ("group", "begun", "length", "ended", "won", "followed")
    return replace(every, **{name: getattr(every, name)[kept] for name in arrays})
