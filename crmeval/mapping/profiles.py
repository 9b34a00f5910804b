"""What the cells of a column are like: the evidence beside its header."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow.compute as pc

from crmeval.fields import DATETIME, MONEY, NUMBER, OUTCOME
from crmeval.mapping import dates, numbers
from crmeval.mapping.columns import Column, column_of
from crmeval.mapping.date_patterns import YEARLESS
from crmeval.mapping.likert import MOST_ANSWERS, numbers_of
from crmeval.mapping.outcomes import ends
from crmeval.reading.sheet import Sheet

_LOOKED_AT = 2000  # distinct values that are parsed to see what they are
_FEW = 200  # a stage, an outcome, a flag has at most so many values
_ROWS = 500  # rows whose values are compared with those beside them
_MOST = 0.5
_EMPTY = 0.5
_LIKERT, _ZERO_TO_TEN = (1, 7), (0, 10)


@dataclass(frozen=True, slots=True)
class Profile:
    """A column in numbers.

    `filled` is the share of cells with a value; `distinct` counts the different values (where they are many,
    those of the first rows); `dates`, `counted` and `numbers` are the shares of (looked at, distinct) values
    that read as a written date, as Excel days or epoch seconds or YYYYMMDD, as a number; `low` and `high` the
    range of its numbers, `whole` whether all are integers; `some` its values, at most as many as a category
    has. `places` points from the first rows into `some` (-1: empty, or beyond it), `moments` holds their
    dates (NaT: none).
    """

    header: str
    filled: float
    distinct: int
    dates: float
    counted: float
    numbers: float
    low: float
    high: float
    whole: bool
    length: float
    some: tuple[str, ...]
    places: np.ndarray = field(compare=False, repr=False)
    moments: np.ndarray = field(compare=False, repr=False)
    column: Column = field(compare=False, repr=False)

    @property
    def unique(self) -> float:
        """Distinct values per filled cell, of all rows."""
        return self.column.unique

    @property
    def is_unique(self) -> bool:
        """Whether there are values and none repeats."""
        return self.column.is_unique

    @property
    def is_category(self) -> bool:
        """Whether the column has few enough values to be a stage, a status or a flag."""
        return 0 < self.distinct <= _FEW

    def is_scale(self, low: int, high: int) -> bool:
        """Whether all values are whole numbers of this range."""
        return self.numbers == 1 and self.whole and low <= self.low and self.high <= high

    @property
    def is_likert(self) -> bool:
        """Whether the values are answers on a scale of up to seven points."""
        return self.is_scale(*_LIKERT)

    @property
    def is_zero_to_ten(self) -> bool:
        """Whether the values are answers of 0 … 10."""
        return self.is_scale(*_ZERO_TO_TEN)

    def fits(self, kind: str) -> float:
        """How well the values suit a field of this kind: 0 rules it out, 1 speaks for it."""
        if not self.distinct:
            return 0.0 if kind == OUTCOME else _EMPTY
        if kind == DATETIME:
            return float(self.dates + self.counted >= _MOST)
        if kind == OUTCOME:
            return float(self.is_category and ends(self.some))
        if kind in (NUMBER, MONEY):
            return float(self.numbers >= _MOST and self.dates < _MOST)
        return float(self.dates < _MOST)


def profile(header: str, column: Column) -> Profile:
    """The profile of one column."""
    values = column.head
    looked = values.first(_LOOKED_AT)
    read = dates.parse(looked.texts, dates.order(looked).best)
    understood = ~np.isnat(read.values)
    written = understood & read.textual
    if not understood.any():  # such a column is one of dates, and its rows are told to have no year
        written = pc.match_substring_regex(looked.texts, YEARLESS).to_numpy(zero_copy_only=False)
    amounts = numbers.parse(looked).values
    known = amounts[~np.isnan(amounts)]
    if not len(known) and len(values.texts) <= MOST_ANSWERS:
        known = np.array(list(numbers_of(values.texts.to_pylist()).values()), dtype=float)
    n = max(len(looked.texts), 1)
    places = values.places[:_ROWS].fill_null(-1).to_numpy(zero_copy_only=False)
    moments = np.append(read.values, np.datetime64("NaT"))[np.where(places < len(read.values), places, -1)]
    return Profile(
        header=header,
        filled=column.filled / max(len(column.cells), 1),
        distinct=len(values.texts),
        dates=float(written.sum()) / n,
        counted=float((understood & ~read.textual).sum()) / n,
        numbers=len(known) / n,
        low=float(known.min()) if len(known) else np.nan,
        high=float(known.max()) if len(known) else np.nan,
        whole=bool((known == known.round()).all()),
        length=float(pc.mean(pc.utf8_length(looked.texts)).as_py() or 0),
        some=tuple(values.texts[: _FEW + 1].to_pylist()),
        places=np.where(places <= _FEW, places, -1),
        moments=moments,
        column=column,
    )


def profiles(sheet: Sheet) -> dict[str, Profile]:
    """The profiles of all columns of a sheet, by header."""
    return {header: profile(header, column_of(sheet, header)) for header in sheet.columns}
