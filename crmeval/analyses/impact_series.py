"""Figures by month to be compared before and after: the company's own, and those its deals give."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.analyses.base import Results
from crmeval.analyses.clock import as_days
from crmeval.analyses.lifetimes import lifetimes
from crmeval.fields import NUMBER, WON
from crmeval.mapping.cells import typed
from crmeval.mapping.columns import Column
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

FROM_DEALS = ("revenue", "won", "cycle")
_UNITS = {"revenue": "money", "won": "count", "cycle": "days"}
_MOSTLY = 0.8  # a column is a figure where so many of its filled cells are numbers


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure by month (`month`, `value`, in order). `header` is what the user calls it, empty for ours."""

    id: str
    header: str
    unit: str
    months: pd.DataFrame

    @property
    def name(self) -> str | Text:
        """What people call it."""
        return self.header or text(f"codes.kpi.{self.id}")

    def said(self, value: float) -> Text:
        """A value of it, with its unit."""
        return text(f"impact.value_{self.unit}", value=value, n=value)


def monthly(tables: Tables, settings: Settings, results: Results) -> tuple[Kpi, ...]:
    """All figures there are; where the company's own has the id of one from the deals, its own counts."""
    own = tuple(_own(tables)) if "kpis" in tables else ()
    taken = {kpi.id for kpi in own}
    return own + tuple(kpi for kpi in _from_deals(tables, settings, results) if kpi.id not in taken)


def _own(tables: Tables) -> Iterator[Kpi]:
    """The columns of numbers of the KPI table, each month the mean of its rows (weeks, teams)."""
    table = tables.arrow("kpis")
    month = table["period"].to_pandas().dt.to_period("M").dt.to_timestamp()
    taken: set[str] = set()
    for column, header in tables.labels("kpis").items():
        values = _numbers(header, table[column])
        if values is None:
            continue
        kpi_id = _identifier(header, taken)
        taken.add(kpi_id)
        yield Kpi(kpi_id, header, "ratio", _by_month(month, values))


def _numbers(header: str, column: pa.ChunkedArray) -> np.ndarray | None:
    """The column as numbers (empty cells nan), None where most of it is something else."""
    filled = len(column) - column.null_count
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        numbers = typed(header, Column(column), NUMBER).typed
    elif pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        numbers = column
    else:
        return None
    values = pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False).astype(float)
    values[~np.isfinite(values)] = np.nan
    return values if filled and np.isfinite(values).sum() >= _MOSTLY * filled else None


def _identifier(header: str, taken: set[str]) -> str:
    """The header as part of an id: letters and digits of any language, parted by underscores, unique."""
    base = re.sub(r"\W+", "_", header.casefold()).strip("_") or "kpi"
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}_{number}"
    return found


def _by_month(month: pd.Series, values: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame({"month": month, "value": values}).dropna()
    return frame.groupby("month", as_index=False).agg(value=("value", "mean"))


def _from_deals(tables: Tables, settings: Settings, results: Results) -> Iterator[Kpi]:
    """Revenue, sales and the median cycle of sales, by month of closing.

    Months that the file shows only in part (see `output`) are left out.
    """
    output = results.get("output")
    if output is None or not len(sold := output.tables.get("months", pd.DataFrame())):
        return
    whole = sold[sold["edge"] == ""]
    if tables.has("deals", "amount"):
        yield _ours("revenue", whole, "revenue")
    yield _ours("won", whole, "won")
    took = _cycles(tables, settings)
    yield _ours("cycle", took[took["month"].isin(whole["month"])], "median")


def _cycles(tables: Tables, settings: Settings) -> pd.DataFrame:
    lives = lifetimes(tables, settings)
    won = lives.filter((lives.outcome == WON) & (lives.took >= 0))
    found = tables.frame(won.group_by(month=won.closed_at.truncate("M")).agg(median=won.took.median()))
    return found.assign(median=as_days(found["median"])).sort_values("month")


def _ours(kpi_id: str, frame: pd.DataFrame, column: str) -> Kpi:
    months = frame[["month", column]].rename(columns={column: "value"}).dropna()
    return Kpi(kpi_id, "", _UNITS[kpi_id], months.astype({"value": float}).reset_index(drop=True))
