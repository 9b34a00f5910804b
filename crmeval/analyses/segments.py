"""Scores of answers by month, by segment, and before and after go-live."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pandas as pd
from ibis.expr import types as ir
from scipy import stats

from crmeval.analyses.answers import Answers
from crmeval.analyses.scales import Group, Scale
from crmeval.tables import Tables
from crmeval.words import Text, text

DEALS = "deals."
OF_DEALS = ("owner", "team", "source", "product")
SMALLEST_SEGMENT = 30
SMALLEST_PERIOD = 10
_MOST_SEGMENTS = 200
_MOST_COLUMNS = 30
_ALPHA = 0.05
BY_SEGMENT = ["dimension", "segment", "n", "value", "low", "high", "differs"]


def _scored(scale: Scale, groups: Mapping[Any, Group], name: str) -> pd.DataFrame:
    rows = [(key, int(group.n), *scale.estimate(group)) for key, group in groups.items()]
    return pd.DataFrame(rows, columns=[name, "n", "value", "low", "high"])


def _groups(scale: Scale, counts: pd.DataFrame, name: str) -> dict[Any, Group]:
    return {key: scale.group(rows) for key, rows in counts.groupby(name)}


def by_period(tables: Tables, found: Answers, fewest: int = SMALLEST_PERIOD) -> pd.DataFrame:
    """The score of each month with at least so many answers; a customer's latest answer in the month."""
    dated = found.rows.mutate(period=found.rows.answered_at.truncate("M"))
    counts = replace(found, rows=dated.filter(dated.period.notnull())).on_main.counts(tables, "period")
    groups = _groups(found.main, counts, "period")
    return _scored(found.main, {key: group for key, group in groups.items() if group.n >= fewest}, "period")


def dimensions(tables: Tables) -> list[str]:
    """What answers can be split by: columns with 2 to 200 different values.

    Columns of the answers themselves (`x1`, …), and, where deals name their customers, the owner, team,
    source and product of the customer's latest deal (`deals.owner`, …).
    """
    found = _distinct(tables, "feedback", list(tables.labels("feedback"))[:_MOST_COLUMNS])
    if tables.has("feedback", "customer_id") and tables.has("deals", "customer_id"):
        fields = [field for field in OF_DEALS if tables.has("deals", field)]
        found += [DEALS + field for field in _distinct(tables, "deals", fields)]
    return found


def _distinct(tables: Tables, name: str, columns: list[str]) -> list[str]:
    if not columns:
        return []
    table = tables[name]
    counted = table.aggregate(**{column: table[column].nunique() for column in columns})
    distinct = tables.once(f"different values of {name}: {columns}", lambda: tables.frame(counted))
    return [column for column in columns if 2 <= distinct[column].iloc[0] <= _MOST_SEGMENTS]  # noqa: PLR2004


def with_segment(tables: Tables, rows: ir.Table, column: str) -> ir.Table:
    """The answers that have a value in this column (see `dimensions`), as `segment`."""
    if not column.startswith(DEALS):
        named = rows.mutate(segment=rows[column].cast("string"))
        return named.filter(named.segment.notnull())
    deals = tables["deals"]
    value = deals[column.removeprefix(DEALS)]
    latest = ibis.row_number().over(
        ibis.window(group_by="customer_id", order_by=[ibis.desc("created_at", nulls_first=False), "deal_id"])
    )
    customers = deals.filter(deals.customer_id.notnull(), value.notnull()).select(
        "customer_id", segment=value, latest=latest
    )
    return rows.join(customers.filter(customers.latest == 0).drop("latest"), "customer_id")


def spoken_dimension(name: str) -> Text | str:
    """What a column is called: as the user wrote it, or in our words where it is a field of the deals."""
    known = name.startswith(DEALS) and name.removeprefix(DEALS) in OF_DEALS
    return text(f"codes.dimension.{name}") if known else name


def by_segment(tables: Tables, found: Answers, column: str) -> pd.DataFrame:
    """The score of every segment of a column, the best first, however few answers it has.

    `differs` says whether the segment differs from all others together, after a correction for looking at
    many (Benjamini and Hochberg 1995); a segment of fewer than 30 answers is not asked.
    """
    segmented = replace(found, rows=with_segment(tables, found.rows, column))
    counts = segmented.on_main.counts(tables, "segment")
    groups = _groups(found.main, counts, "segment")
    frame = _scored(found.main, groups, "segment")
    frame.insert(0, "dimension", column if column.startswith(DEALS) else tables.label("feedback", column))
    frame["differs"] = frame["segment"].isin(_unlike_the_rest(found.main, groups))
    return frame.sort_values(["value", "segment"], ascending=[False, True], ignore_index=True)


def _unlike_the_rest(scale: Scale, groups: Mapping[Any, Group]) -> list[Any]:
    everyone = Group(
        *(sum(getattr(group, part) for group in groups.values()) for part in ("bad", "good", "n"))
    )
    asked = {
        key: Group(everyone.bad - group.bad, everyone.good - group.good, everyone.n - group.n)
        for key, group in groups.items()
        if SMALLEST_SEGMENT <= group.n < everyone.n
    }
    if not asked:
        return []
    p_values = [scale.p_value(groups[key], rest) for key, rest in asked.items()]
    corrected = stats.false_discovery_control(p_values)
    return [key for key, p_value in zip(asked, corrected, strict=True) if p_value <= _ALPHA]


def around_go_live(tables: Tables, found: Answers, go_live: date) -> dict[str, Group]:
    """The answers before go-live and from that day on; a customer's latest on each side."""
    rows = found.rows.filter(found.rows.answered_at.notnull())
    after = rows.answered_at >= ibis.timestamp(pd.Timestamp(go_live).isoformat())
    sided = rows.mutate(period=after.ifelse("after", "before"))
    counts = replace(found, rows=sided).on_main.counts(tables, "period")
    groups = _groups(found.main, counts, "period")
    return {name: groups.get(name, Group(0, 0, 0)) for name in ("before", "after")}


def before_after(scale: Scale, groups: Mapping[Any, Group]) -> pd.DataFrame:
    """Both sides of go-live that have answers, with their scores."""
    return _scored(scale, {name: group for name, group in groups.items() if group.n}, "period")
