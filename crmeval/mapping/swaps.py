"""Day and month that changed places before the file was made, and the way back.

Excel with American settings reads `05.03.2024` typed or opened as 3 May and leaves `25.03.2024` as a text; a
general parser does the same silently. What remains are dates whose days are all up to 12, beside dates that
could not be turned. Nothing here changes a date: it says what speaks for an exchange, and the user decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc

from crmeval.mapping.columns import Column
from crmeval.mapping.days import DAY, MONTHS, by_day, days_of, month_of
from crmeval.mapping.distinct import Distinct
from crmeval.words import Text, text

ALL, TYPED, OUT_OF_LINE, NONE = "all", "typed", "out_of_line", "none"
WHICH = (ALL, TYPED, OUT_OF_LINE, NONE)  # NONE: looked at, and left as it is

_SEVERAL, _MANY = 5, 8  # different dates that do not fall on days up to 12, or above, by chance
_MANY_DAYS = 20  # so many different dates do not all fall on days up to 12 by chance
_SPREAD = 6  # months that exchanged days are spread over
_AT_LEAST = 10  # dates that must be out of line, or in months without others
_SHARE_ELSEWHERE, _SHARE_LEFT = 0.2, 0.05
_IN_LINE_DAYS, _LINE_TOLERANCE = 45, 3.0
_MOSTLY = 5  # times as many are put right by an exchange as are not
_EXAMPLES = 3
_FIRST = 100_000  # rows that mostly hold those from which the line is learnt
_LEARNT_FROM = 20_000  # dates that show how close to their line dates stand


@dataclass(frozen=True, slots=True)
class Dated:
    """A column of dates: what its texts are, and which of them each row bears.

    `values` has one moment per text, NaT where there is none; `year_last` marks texts whose order of
    day and month was decided for the whole column, `settled` says whether it was.
    """

    texts: Distinct
    values: np.ndarray
    year_last: np.ndarray
    settled: bool

    @classmethod
    def of(cls, column: Column, order: str, *, settled: bool) -> "Dated":
        """The column read in an order of day and month."""
        read = column.dates(order)
        return cls(column.texts, read.values, read.year_last, settled)

    def rows(self, values: np.ndarray) -> np.ndarray:
        """One value per row of a value per text; NaT where the cell is empty."""
        places = pc.fill_null(self.texts.places, len(values)).to_numpy(zero_copy_only=False)
        return np.append(values.astype("M8[us]"), np.datetime64("NaT", "us"))[places]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What speaks for day and month having changed places in a column.

    `sign` names the sentence `date_signs.<sign>`, `facts` fill it; `which` dates would be exchanged, `n` rows
    of them; `examples` show (as it stands, as it would be).
    """

    header: str
    sign: str
    which: str
    n: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[tuple[date, date], ...] = ()

    @property
    def text(self) -> Text:
        """The suspicion in words, for the receipt."""
        return text(f"date_signs.{self.sign}", column=self.header, **self.facts)


def exchanged(values: np.ndarray) -> np.ndarray:
    """The moments with day and month exchanged where both can be a month; the others as they are."""
    return values.astype("M8[us]") + (days_of(values).shift * DAY).astype("m8[us]")


def put_back(column: Dated, which: str) -> tuple[np.ndarray, np.ndarray]:
    """One moment per row with day and month changed back, and which rows changed."""
    turned = exchanged(column.values)
    if which == TYPED:
        turned = np.where(column.year_last, column.values, turned)
    rows, changed = column.rows(column.values), column.rows(turned)
    if which == OUT_OF_LINE:
        changed = np.where(_out_of_line(rows)[0], changed, rows)
    return changed, (changed != rows) & ~np.isnat(rows)


def suspicion(header: str, column: Dated) -> Suspicion | None:
    """The strongest sign within a column that day and month changed places; None where there is none."""
    for look in (_typed_and_texts, _line, _elsewhere, _one_day, _days_like_months):
        found = look(column)
        if found is not None:
            return described(header, column, *found)
    return None


def described(header: str, column: Dated, sign: str, which: str, facts: Mapping[str, Any]) -> Suspicion:
    """A suspicion with its count and examples."""
    after, changes = put_back(column, which)
    before = column.rows(column.values)
    at = np.flatnonzero(changes)
    _, first = np.unique(before[at], return_index=True)
    shown = at[np.sort(first)[:_EXAMPLES]]
    pairs = zip(*(one[shown].astype("M8[D]").tolist() for one in (before, after)), strict=True)
    return Suspicion(header, sign, which, len(at), facts, tuple(pairs))


Found = tuple[str, str, Mapping[str, Any]]


def _typed_and_texts(column: Dated) -> Found | None:
    """Dates that Excel took for dates, all on days up to 12, beside texts that are all on days above."""
    if column.year_last.all() or not column.year_last.any():
        return None
    days = days_of(column.values)
    known, day = days.known, days.day
    typed, texts = known & ~column.year_last, known & column.year_last
    counts = column.texts.counts
    for which, least in ((typed, _MANY), (texts, _SEVERAL)):
        if len(by_day(column.values[which], counts[which])[0]) < least:
            return None
    if day[typed].max() > MONTHS or day[texts].min() <= MONTHS:
        return None
    facts = {"n": int(counts[typed].sum()), "texts": int(counts[texts].sum())}
    return "typed_and_texts", TYPED, facts


def _line(column: Dated) -> Found | None:
    """A file in the order of its dates, in which dates stand far off their neighbours unless exchanged."""
    out, others = _out_of_line(column.rows(column.values))
    n = int(out.sum())
    return ("line", OUT_OF_LINE, {"n": n}) if n >= max(_AT_LEAST, _MOSTLY * others) else None


def _out_of_line(rows: np.ndarray) -> tuple[np.ndarray, int]:
    """Rows that stand in line only when exchanged, and how many others that can be exchanged stand out.

    The line is drawn through the dates that an exchange would not change, which are as they were; how close
    to it dates stand is learnt from these (95 % of them, each measured from its own neighbours).
    """
    nothing = np.zeros(len(rows), dtype=bool), 0
    if len(rows) > _FIRST and _is_scattered(rows[:_FIRST]):
        return nothing
    found = days_of(rows)
    can = found.shift != 0
    fixed = np.flatnonzero(found.known & ~can)
    if len(fixed) < _MANY_DAYS or can.sum() < _AT_LEAST:
        return nothing
    tolerance = _tolerance(rows, fixed)
    if tolerance > _IN_LINE_DAYS:
        return nothing
    days = (rows.view(np.int64) // DAY).astype(float)
    line = np.interp(np.arange(len(rows)), fixed, days[fixed])
    stands_out = can & (np.abs(days - line) > tolerance)
    put_right = stands_out & (np.abs(days + found.shift - line) <= tolerance)
    return put_right, int((stands_out & ~put_right).sum())


def _tolerance(rows: np.ndarray, fixed: np.ndarray) -> float:
    """How many days off its line a date may stand, as the first that are as they were show."""
    learnt = fixed[:_LEARNT_FROM]
    days = (rows[learnt].view(np.int64) // DAY).astype(float)
    between = (learnt[1:-1] - learnt[:-2]) / (learnt[2:] - learnt[:-2])
    drawn = days[:-2] + between * (days[2:] - days[:-2])
    return max(float(np.quantile(np.abs(days[1:-1] - drawn), 0.95)), 1.0) * _LINE_TOLERANCE


def _is_scattered(first: np.ndarray) -> bool:
    """Whether the first rows show already that a file is in no order of its dates."""
    found = days_of(first)
    fixed = np.flatnonzero(found.known & (found.shift == 0))
    return len(fixed) >= _LEARNT_FROM and _tolerance(first, fixed) > _IN_LINE_DAYS


def _elsewhere(column: Dated) -> Found | None:
    """Days up to 12 in months where no later day falls; exchanged, they would fall where those do."""
    values, counts = by_day(column.values, column.texts.counts)
    days = days_of(values)
    can, late = days.shift != 0, days.day > MONTHS
    support = np.unique(month_of(values[late]))
    if len(support) < 2 or not can.any():  # noqa: PLR2004 - one month is no span
        return None
    movable, turned = counts[can], exchanged(values)[can]
    outside = ~np.isin(month_of(values[can]), support)
    left = ~np.isin(month_of(turned), support)
    n, total = int(movable[outside].sum()), int(movable.sum())
    if n < max(_AT_LEAST, _SHARE_ELSEWHERE * total) or movable[left].sum() > _SHARE_LEFT * n:
        return None
    return "elsewhere", ALL, {"n": n, "movable": total}


def _whole(column: Dated) -> tuple[np.ndarray, np.ndarray] | None:
    """Days and months of the different dates, where the order of day and month is no question any more."""
    if not column.settled:
        return None
    days = days_of(by_day(column.values, column.texts.counts)[0])
    return days.day, days.month


def _one_day(column: Dated) -> Found | None:
    """Every date on the same day of the month, which is not the first."""
    found = _whole(column)
    if found is None or len(found[0]) < _SPREAD:
        return None
    days, months = (np.unique(one) for one in found)
    if len(days) > 1 or not 1 < days[0] <= MONTHS or len(months) < _SPREAD:
        return None
    return "one_day", ALL, {"n": len(found[0]), "day": int(days[0])}


def _days_like_months(column: Dated) -> Found | None:
    """So many different dates, in many months, and none after the 12th."""
    found = _whole(column)
    if found is None or len(found[0]) < _MANY_DAYS:
        return None
    days, months = found
    if days.max() > MONTHS or len(np.unique(days)) == 1 or len(np.unique(months)) < _SPREAD:
        return None
    return "days_like_months", ALL, {"n": len(days)}


def crossed(start: np.ndarray, end: np.ndarray) -> tuple[tuple[bool, bool], int, int] | None:
    """Whether ends before their beginnings come from an exchange in one of two columns or in both.

    Returns which of the two (start, end) must be changed back, how many pairs are reversed now and how many
    would be then; None where an exchange does not explain them.
    """
    known = ~np.isnat(start) & ~np.isnat(end)
    start, end = start[known], end[known]
    now = int((end < start).sum())
    if now < max(_AT_LEAST, _SHARE_LEFT * len(start) / 2):
        return None
    ways = {(True, False): (exchanged(start), end), (False, True): (start, exchanged(end)),
            (True, True): (exchanged(start), exchanged(end))}  # fmt: skip
    left = {which: int((last < first).sum()) for which, (first, last) in ways.items()}
    best = min(left, key=lambda which: left[which])
    apart = np.abs(ways[best][1] - ways[best][0]).sum()  # any beginning moved far back precedes its end
    explained = left[best] * _AT_LEAST <= now and apart < np.abs(end - start).sum()
    return (best, now, left[best]) if explained else None
