"""Which rows are purchases, and by whom: orders, or won deals where there are no orders."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.fields import WON
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

SECONDS_A_DAY = 86_400
MONTHS_A_YEAR = 12
NOBODY = (
    "0", "-", "—", "guest", "anonymous", "unknown", "none", "null", "test", "walk-in", "retail",
    "гость", "аноним", "неизвестно", "нет", "тест", "розничный покупатель", "физ. лицо", "физлицо",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases and returns, one row each, up to the day the data end.

    `rows` has `customer` (null where nobody is named), `day` (days since 1970-01-01), `month` (months since
    year 0), `amount` (null where it is missing or no finite number), `bought` (false for a return, that is a
    negative amount; a purchase for nothing is a purchase) and `order_id`.

    `visits` has a row for every day on which a known customer bought: `customer`, `day`, `month`, `first` and
    `cohort` (day and month of the first visit) and `gap` (days since the visit before; null at the first).

    `first` and `last` are the first and the last day observed.
    """

    rows: ir.Table
    visits: ir.Table
    source: str
    first: int
    last: int

    @property
    def last_month(self) -> int:
        """The month in which the data end."""
        return month_of(self.last)

    @property
    def last_complete_month(self) -> int:
        """The last month that is observed to its last day."""
        return month_of(self.last + 1) - 1


def month_of(day: int) -> int:
    """The month, counted from year 0, of a day counted from 1970-01-01."""
    when = date_of(day)
    return when.year * MONTHS_A_YEAR + when.month - 1


def date_of(day: int) -> pd.Timestamp:
    """The date of a day counted from 1970-01-01."""
    return pd.Timestamp(day * SECONDS_A_DAY, unit="s")


def first_of(month: int) -> pd.Timestamp:
    """The first day of a month counted from year 0."""
    return pd.Timestamp(year=month // MONTHS_A_YEAR, month=month % MONTHS_A_YEAR + 1, day=1)


def day_of(when: pd.Timestamp) -> int:
    """The day, counted from 1970-01-01, of a time."""
    return (when.normalize() - pd.Timestamp(0)).days


def day_number(times: ir.Value) -> ir.Value:
    """Days since 1970-01-01 of a column of times, as an expression."""
    return (times.epoch_seconds().cast("int64") // SECONDS_A_DAY).cast("int64")


def finite(numbers: ir.Value) -> ir.Value:
    """A column of numbers with everything infinite or undefined missing."""
    return (numbers.isinf() | numbers.isnan()).ifelse(ibis.null(), numbers)


def _source(tables: Tables) -> tuple[str, ir.Table] | None:
    if "orders" in tables:
        orders = tables["orders"]
        return "orders", orders.mutate(when=orders.ordered_at)
    if tables.has("deals", "customer_id"):
        deals = tables["deals"].filter(tables["deals"].outcome == WON)
        when = ibis.coalesce(deals.closed_at, deals.created_at)
        return "deals", deals.mutate(when=when, order_id=deals.deal_id)
    return None


def _rows(table: ir.Table) -> ir.Table:
    named = table.customer_id.strip()
    somebody = (named != "") & named.lower().notin(NOBODY)
    amount = finite(table.amount)
    return table.filter(table.when.notnull()).select(
        customer=somebody.fill_null(False).ifelse(named, ibis.null()),
        day=day_number(table.when),
        month=(table.when.year() * MONTHS_A_YEAR + table.when.month() - 1).cast("int64"),
        amount=amount,
        bought=(amount >= 0).fill_null(True),
        order_id=table.order_id,
    )


def _visits(rows: ir.Table) -> ir.Table:
    days = rows.filter(rows.bought, rows.customer.notnull()).select("customer", "day", "month").distinct()
    customer = ibis.window(group_by="customer", order_by="day")
    return days.mutate(
        first=days.day.first().over(customer),
        cohort=days.month.first().over(customer),
        gap=days.day - days.day.lag().over(customer),
    )


@contextmanager
def purchases(tables: Tables, settings: Settings) -> Iterator[Purchases | None]:
    """The purchases in the tables, None where there are none; kept in the engine while they are asked.

    Rows after `settings.observed_until` are left out; without it the data end on their last purchase.
    """
    found = _source(tables)
    if found is None:
        yield None
        return
    source, table = found
    rows = _rows(table)
    until = settings.observed_until
    last = None if until is None else day_of(pd.Timestamp(until))
    with tables.kept(rows if last is None else rows.filter(rows.day <= last)) as kept:
        span = tables.frame(kept.aggregate(first=kept.day.min(), last=kept.day.max())).iloc[0]
        if pd.isna(span["first"]):
            yield None
            return
        with tables.kept(_visits(kept)) as visits:
            yield Purchases(
                kept, visits, source, int(span["first"]), int(span["last"]) if last is None else last
            )


def totals(tables: Tables, found: Purchases) -> pd.Series:
    """What there is in all: purchases, revenue, returns, gifts, and what has no customer."""
    rows = found.rows
    nobody = rows.customer.isnull()
    orders = rows.bought.ifelse(rows.order_id, ibis.null()).nunique()
    without_id = (rows.bought & rows.order_id.isnull()).ifelse(1, 0).sum()
    counted = rows.aggregate(
        rows=rows.count(),
        orders=orders + without_id,
        revenue=rows.amount.sum().fill_null(0),
        gross=rows.bought.ifelse(rows.amount, 0).sum().fill_null(0),
        returned=rows.bought.ifelse(0, rows.amount).sum().fill_null(0),
        returns=rows.bought.ifelse(0, 1).sum(),
        for_nothing=(rows.amount == 0).fill_null(False).ifelse(1, 0).sum(),
        no_amount=rows.amount.isnull().ifelse(1, 0).sum(),
        nobody=(nobody & rows.bought).ifelse(1, 0).sum(),
        nobody_gross=(nobody & rows.bought).ifelse(rows.amount, 0).sum().fill_null(0),
    )
    return tables.frame(counted).iloc[0]


def caveats(found: Purchases, total: pd.Series) -> list[Text]:
    """What was counted as a purchase, what was not, and what has no customer."""
    said = [text("retention.notes.from_deals")] if found.source == "deals" else []
    if total["nobody"]:
        share = total["nobody_gross"] / total["gross"] if total["gross"] > 0 else None
        key = "nobody" if share is not None else "nobody_no_money"
        said.append(text(f"retention.notes.{key}", n=int(total["nobody"]), share=share))
    if total["returns"]:
        said.append(
            text("retention.notes.returns", n=int(total["returns"]), amount=-float(total["returned"]))
        )
    if total["for_nothing"]:
        said.append(text("retention.notes.for_nothing", n=int(total["for_nothing"])))
    if total["no_amount"] and total["no_amount"] < total["rows"]:
        said.append(text("retention.notes.no_amount", n=int(total["no_amount"])))
    return said
