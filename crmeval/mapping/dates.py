"""Text to dates: ISO first, everything else in one order per column, chosen by evidence.

A general parser reads `2024-02-01` as 2 January when told that days come first (pandas, dateutil): here the
place of the year decides before anything else, and only day and month are left to the evidence.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crmeval.mapping.date_readers import (
    LAST_MONTH,
    Parts,
    as_programs_write,
    ends_in_year,
    in_numbers,
    otherwise,
    three_numbers,
)
from crmeval.mapping.distinct import Distinct

ISO, DMY, MDY, YMD, EXCEL, EPOCH = "iso", "dmy", "mdy", "ymd", "excel", "epoch"
DATE_FORMATS = (ISO, DMY, MDY, YMD, EXCEL, EPOCH)

_LOOKED_AT = 2000  # distinct values that show how a column is written
_NOT_A_TIME = np.datetime64("NaT", "us")


@dataclass(frozen=True, slots=True)
class Order:
    """Which of day and month comes first in a column, and why.

    `day_first` and `month_first` count the rows that can only be read that way (the other number is above
    12); `either` counts rows that could be read both ways with different results; `dots` the rows written
    with dots, `halves` those with AM or PM.
    """

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    dots: int = 0
    halves: int = 0

    @property
    def evident(self) -> str:
        """`dmy` or `mdy` where the rows tell, else empty."""
        if self.day_first == self.month_first:
            return ""
        return DMY if self.day_first > self.month_first else MDY

    @property
    def best(self) -> str:
        """The order the rows tell, else the one people mean."""
        return self.evident or self.habit

    @property
    def habit(self) -> str:
        """What people who write like this mean, where no row tells: dots are day first, AM/PM is American."""
        return MDY if self.halves and not self.dots else DMY


@dataclass(frozen=True, slots=True)
class Dates:
    """Distinct texts as dates (NaT where not understood), and how they were written (masks, per text).

    `year_last` marks those whose order of day and month is a question of the column's way of writing.
    """

    values: np.ndarray
    year_last: np.ndarray
    impossible: np.ndarray
    textual: np.ndarray
    serial: np.ndarray
    epoch: np.ndarray
    zoned: np.ndarray


def order(distinct: Distinct) -> Order:
    """What the rows of a column say about the order of day and month."""
    if as_programs_write(distinct.texts) is not None:
        return Order()
    return _order(distinct, *three_numbers(distinct.texts))


def ordered(distinct: Distinct) -> tuple[Order, Dates]:
    """What `order` says, and the dates read so: texts are taken apart, which is most of the work, once."""
    if as_programs_write(distinct.texts) is not None:
        return Order(), parse(distinct.texts)
    numbers = three_numbers(distinct.texts)
    found = _order(distinct, *numbers)
    return found, parse(distinct.texts, found.best, numbers)


def _order(distinct: Distinct, matched: np.ndarray, parts: Parts) -> Order:
    asked = ends_in_year(parts)
    first, second, rows = parts["a"], parts["b"], distinct.counts[matched]
    return Order(
        day_first=int(rows[asked & (first > LAST_MONTH) & (second <= LAST_MONTH)].sum()),
        month_first=int(rows[asked & (second > LAST_MONTH) & (first <= LAST_MONTH)].sum()),
        either=int(rows[asked & (first <= LAST_MONTH) & (second <= LAST_MONTH) & (first != second)].sum()),
        dots=int(rows[asked & parts["mark"]].sum()),
        halves=int(rows[asked & parts["half"]].sum()),
    )


def parse(texts: pa.Array, chosen: str = DMY, numbers: tuple[np.ndarray, Parts] | None = None) -> Dates:
    """Texts (none of them null) as dates; `numbers` is what `three_numbers` found, where it was asked before.

    `chosen` says how to read dates that end in the year: `mdy` month first, anything else day first. Dates
    that begin with the year need no choice. A zone is dropped: times stay as the file writes them.
    """
    first = in_numbers(texts, day_first=chosen != MDY, known=numbers)
    if first.shaped.all():  # as in most columns
        no = np.zeros(len(texts), dtype=bool)
        year_last, zoned = no | first.year_last, no | first.zoned
        return Dates(first.values, year_last, np.isnat(first.values), ~no, no, no, zoned)
    values = np.full(len(texts), _NOT_A_TIME)
    dated, textual, year_last, serial, epoch, zoned = (np.zeros(len(texts), dtype=bool) for _ in range(6))
    others = otherwise(texts, np.flatnonzero(~first.shaped))
    for places, found in ((np.flatnonzero(first.shaped), first), *others):
        values[places], dated[places], textual[places] = found.values, True, found.textual
        year_last[places], zoned[places] = found.year_last, found.zoned
        serial[places], epoch[places] = found.serial, found.epoch
    return Dates(values, year_last, dated & np.isnat(values), textual, serial, epoch, zoned)


def style(distinct: Distinct, told: str = "") -> str:
    """How most dates of a column are written, one of `DATE_FORMATS`; `told` is the order of day and month."""
    looked = distinct.first(_LOOKED_AT)
    told = told or order(looked).best
    matched, parts = three_numbers(looked.texts)
    year_last = np.zeros(len(matched), dtype=bool)
    year_last[matched] = ends_in_year(parts)
    read = parse(looked.texts, told)
    compact = ~read.textual & ~read.serial & ~read.epoch & ~np.isnat(read.values)
    rows = {
        told: int(looked.counts[year_last].sum()),
        ISO: int(looked.counts[matched & ~year_last].sum()),
        YMD: int(looked.counts[compact].sum()),
        EXCEL: int(looked.counts[read.serial].sum()),
        EPOCH: int(looked.counts[read.epoch].sum()),
    }
    most = max(rows, key=lambda name: rows[name])
    return most if rows[most] else ISO
