"""Checks of amounts, dates and the time of entry."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
import pandas as pd
from ibis.expr import types as ir
from scipy import stats

from crmeval.analyses.checks.columns import CheckedTable, day_text, filled, header, is_text
from crmeval.analyses.checks.conditions import EARLIEST_YEAR, is_one_of
from crmeval.analyses.checks.model import (
    ABSURD,
    BEFORE_CREATED,
    IN_FUTURE,
    LATE,
    NEGATIVE,
    NO_AMOUNT,
    OUT_OF_ORDER,
    REPEATED,
    TOO_EARLY,
    Check,
)
from crmeval.fields import WON
from crmeval.tables import IMPORT, ROW, Tables
from crmeval.words import text

_AMOUNTS = {
    "deals": ("amount",), "orders": ("amount",), "contracts": ("amount",), "activities": ("minutes",),
}  # fmt: skip
_RETURNS = "orders"  # negative there: goods that came back
_FEWEST = 30
_SELDOM = 0.2  # of the won deals without an amount: more, and the company does not use it
_BY_CHANCE, _LEAST_FAR = 0.01, 5.0  # amounts so far out by chance, in the whole table; spreads at least
_QUARTILES = 2 * float(stats.norm.ppf(0.75))  # between the quartiles of a normal law, in standard deviations
_IN_ORDER, _MOST_DATES = 0.97, 8
_KEYS_OF_ACTIVITIES = {"deals": ("deal_id",), "records": ("customer_id", "deal_id")}
_LATE_DAYS, _MOST_ROWS = 7.0, 10_000
_ISO = r"^(\d{4}-\d{2}-\d{2}|\d{2}\.\d{2}\.\d{4})"
_KNOWN_ORDER = {("created_at", "closed_at"), ("started_at", "ended_at")}


def typed_checks(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Dates no CRM saw, dates in the wrong order, amounts that cannot be or are far from all others."""
    rows = tables[checked.name]
    for column in checked.columns:
        if rows[column].type().is_temporal():
            yield _check(TOO_EARLY, checked.name, column, limit=float(EARLIEST_YEAR))
            yield _check(IN_FUTURE, checked.name, column, limit=1.0)
            if column == "closed_at" and "created_at" in checked.columns:
                yield _check(BEFORE_CREATED, checked.name, column)
        elif column in _AMOUNTS.get(checked.name, ()):
            if checked.name != _RETURNS:
                yield _check(NEGATIVE, checked.name, column)
            yield from _amounts(tables, checked.name, column)
    yield from _order(tables, checked)
    yield from _repeated(tables, checked)
    if checked.name in _KEYS_OF_ACTIVITIES:
        yield from _late(tables, checked)


def _check(code: str, table: str, column: str, *, limit: float | None = None, **facts: object) -> Check:
    return Check(code, table, column, text(f"accuracy.reasons.{code}", **facts), limit=limit)


def _amounts(tables: Tables, name: str, column: str) -> Iterator[Check]:
    """Won deals without an amount; amounts far from the rest, told by the quartiles of their logarithms."""
    rows = tables[name]
    held = rows.filter(rows[column] > 0)
    nothing = rows[column] == 0
    won = rows.outcome == WON if name == "deals" else rows[column].notnull()
    counts = tables.frame(
        rows.aggregate(
            empty=(nothing & won).fill_null(False).ifelse(1, 0).sum(),
            won=won.fill_null(False).ifelse(1, 0).sum(),
            given=(rows[column] > 0).fill_null(False).ifelse(1, 0).sum(),
        )
    ).iloc[0]
    if name == "deals" and 0 < counts["empty"] <= _SELDOM * counts["won"]:
        yield _check(NO_AMOUNT, name, column, share=float(counts["empty"] / counts["won"]))
    if name == _RETURNS and counts["empty"]:
        reason = text(f"accuracy.reasons.{NO_AMOUNT}_orders", n=int(counts["empty"]))
        yield Check(NO_AMOUNT, name, column, reason, on=False)
    if counts["given"] < _FEWEST:
        return
    points = tables.frame(
        held.aggregate(**{f"q{place}": held[column].quantile(place / 4) for place in (1, 2, 3)})
    ).iloc[0]
    first, middle, third = (float(np.log(points[f"q{place}"])) for place in (1, 2, 3))
    spread = max(third - middle, middle - first) * 2 / _QUARTILES
    if spread > 0:
        far = max(_LEAST_FAR, float(stats.norm.isf(_BY_CHANCE / 2 / counts["given"])))
        reason = text(f"accuracy.reasons.{ABSURD}", middle=float(points["q2"]))
        yield Check(
            ABSURD, name, column, reason, on=False, limit=round(far, 1), pattern=f"{middle!r} {spread!r}"
        )


def _order(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Dates of which one never comes before another, but for a few rows."""
    rows = tables[checked.name]
    dated = _dated(tables, checked)
    pairs = [pair for pair in permutations(dated, 2) if pair not in _KNOWN_ORDER]
    known = [pair for pair in _KNOWN_ORDER if set(pair) <= set(dated) and pair[0] == "started_at"]
    for one, other in known:
        yield _out_of_order(tables, checked.name, one, other)
    if not pairs:
        return
    days = {column: day_text(rows[column]) for column in dated}
    counts = tables.frame(
        rows.aggregate(
            **{
                f"{what}{place}": met.fill_null(False).ifelse(1, 0).sum()
                for place, (one, other) in enumerate(pairs)
                for what, met in (
                    ("n", days[one].notnull() & days[other].notnull()),
                    ("b", days[one] > days[other]),
                    ("s", days[one] < days[other]),
                )
            }
        )
    ).iloc[0]
    for place, (one, other) in enumerate(pairs):
        both, back, ahead = (int(counts[f"{what}{place}"]) for what in "nbs")
        if both >= _FEWEST and 0 < back <= (1 - _IN_ORDER) * both and ahead >= both / 2:
            yield _out_of_order(tables, checked.name, one, other, share=1 - back / both)


def _out_of_order(tables: Tables, name: str, one: str, other: str, **facts: object) -> Check:
    reason = text(
        f"accuracy.reasons.{OUT_OF_ORDER}{'_learnt' if facts else ''}",
        first=header(tables, name, one),
        **facts,
    )
    return Check(OUT_OF_ORDER, name, other, reason, other=one)


def _dated(tables: Tables, checked: CheckedTable) -> list[str]:
    """The columns of dates, also those kept as text, in the order of the table."""
    rows = tables[checked.name]
    texts = [column for column in checked.columns if is_text(rows, column)]
    first = rows.limit(1000)
    asked = {column: _like_date(first[column]) for column in texts}
    shares = tables.frame(first.aggregate(**asked)).iloc[0] if texts else pd.Series(dtype=float)
    return [
        column
        for column in checked.columns
        if (column in texts and shares[column] >= _IN_ORDER) or rows[column].type().is_temporal()
    ][:_MOST_DATES]


def _like_date(column: ir.StringValue) -> ir.FloatingScalar:
    held = column.strip().nullif("")
    return held.re_search(_ISO).ifelse(1.0, 0.0).mean()


def _repeated(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Ids that should be of one row and are of several: all rows but the first."""
    if checked.name not in ("deals", "records") or not checked.id:
        return
    rows = tables[checked.name]
    held = rows.filter(filled(rows, checked.id))
    often = held.group_by(checked.id).having(lambda group: group.count() > 1).aggregate(n=held.count())
    ids = tables.frame(often.limit(_MOST_ROWS))[checked.id]
    if ids.empty:
        return
    known = is_one_of(held[checked.id], list(ids))
    found = tables.frame(held.filter(known).select(checked.id, IMPORT, ROW).limit(_MOST_ROWS))
    later = found.sort_values([IMPORT, ROW]).duplicated(checked.id)
    extra = found.sort_values([IMPORT, ROW])[later]
    places = zip(extra[IMPORT].astype(int), extra[ROW].astype(int), strict=True)
    held_by = dict(zip(places, extra[checked.id].astype(str), strict=True))
    reason = text(f"accuracy.reasons.{REPEATED}")
    yield Check(REPEATED, checked.name, checked.id, reason, rows=held_by)


def _late(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Rows entered days after the first activity that belongs to them (that names their id)."""
    if not checked.id or not checked.date:
        return
    for key in _KEYS_OF_ACTIVITIES[checked.name]:
        if not tables.has("activities", key, "at"):
            continue
        done, rows = tables["activities"], tables[checked.name]
        first = done.filter(done[key].notnull()).group_by(id=done[key]).aggregate(first=done["at"].min())
        both = rows.inner_join(first, rows[checked.id] == first.id)
        seconds = both[checked.date].epoch_seconds() - both["first"].epoch_seconds()
        known = tables.frame(
            both.select(both[IMPORT], both[ROW], days=seconds / 86_400).filter(lambda rows: rows.days > 1)
        )
        if len(known) and len(known) <= _SELDOM * tables.count(checked.name):
            known = known.head(_MOST_ROWS)
            places = zip(known[IMPORT].astype(int), known[ROW].astype(int), strict=True)
            delays = dict(zip(places, known["days"].map("{:.2f}".format), strict=True))
            reason = text(f"accuracy.reasons.{LATE}")
            yield Check(LATE, checked.name, checked.date, reason, rows=delays, limit=_LATE_DAYS)
            return
