"""Text to dates: ISO first, everything else in one order per column, chosen by evidence.

A general parser reads `2024-02-01` as 2 January when told that days come first (pandas, dateutil): here the
place of the year decides before anything else, and only day and month are left to the evidence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping.distinct import Distinct

ISO, DMY, MDY, YMD, EXCEL, EPOCH = "iso", "dmy", "mdy", "ymd", "excel", "epoch"
DATE_FORMATS = (ISO, DMY, MDY, YMD, EXCEL, EPOCH)

_CLOCK = (
    r"(?:(?:[ T]|, ?)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$"
)
_PARTED = r"^(?P<a>\d{1,4})(?P<mark>[./-])(?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?" + _CLOCK
_COMPACT = (
    r"^(?P<a>(?:19|20)\d{2})(?P<b>\d{2})(?P<c>\d{2})"
    r"(?:[ T]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?$"
)
_MONTH = r"^(?:(?P<a>\d{4})[./-](?P<b>\d{1,2})|(?P<b2>\d{1,2})[./-](?P<a2>\d{4}))$"
_DAY_NAME_YEAR = r"^(?P<day>\d{1,2}) ?(?:st|nd|rd|th)?[ .-]+(?P<name>\pL{3,9})\.?[ .,-]+(?P<year>\d{4})"
_NAME_DAY_YEAR = r"^(?P<name>\pL{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"
_NAME_YEAR = r"^(?P<name>\pL{3,9})\.?[ ,-]+(?P<year>\d{4})"
_MONTHS = {
    stem: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec", "янв фев мар апр май июн июл авг сен окт ноя дек",
    )
    for number, stem in enumerate(names.split(), start=1)
} | {"мая": 5}  # fmt: skip

_EXCEL_DAYS = (20_000, 60_000)  # 1954 … 2064
_EPOCH_SECONDS = (946_684_800, 4_102_444_800)  # 2000 … 2100
_YEARS = (1900, 2199)
_PIVOT = 69  # two-digit years: 69 is 1969, 68 is 2068 (POSIX)
_LAST_DAY, _LAST_MONTH, _LAST_HOUR, _LAST_MINUTE = 31, 12, 23, 59
_HALF_DAY = 12
_EXCEL_EPOCH = np.datetime64("1899-12-30", "s")
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
    """Distinct texts as dates (NaT where not understood), and how they were written (masks, per text)."""

    values: np.ndarray
    impossible: np.ndarray
    textual: np.ndarray
    serial: np.ndarray
    epoch: np.ndarray
    zoned: np.ndarray


_MARKS: Mapping[str, Callable[[pa.Array], pa.Array]] = {
    "mark": lambda said: pc.equal(said, "."),
    "half": lambda said: pc.not_equal(said, ""),
    "zone": lambda said: pc.not_equal(said, ""),
    "name": lambda said: said,
}


def _parts(texts: pa.Array, pattern: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Which texts match, and the named groups: numbers as integers (0 where absent), signs as flags."""
    found = pc.extract_regex(texts, pattern)
    matched = pc.is_valid(found).to_numpy(zero_copy_only=False)
    groups = {}
    for group in found.type:
        said = pc.fill_null(pc.struct_field(found, group.name), "")
        if group.name in _MARKS:
            groups[group.name] = _MARKS[group.name](said).to_numpy(zero_copy_only=False)
        else:
            number = pc.if_else(pc.equal(said, ""), "0", said).cast(pa.int64())
            groups[group.name] = number.to_numpy(zero_copy_only=False)
        if group.name == "half":
            after = pc.match_substring_regex(said, "^[Pp]")
            groups["afternoon"] = after.to_numpy(zero_copy_only=False)
    return matched, groups


def _moment(year: np.ndarray, month: np.ndarray, day: np.ndarray, clock: dict[str, np.ndarray]) -> np.ndarray:
    """The date and time of these numbers, NaT where the calendar or the clock has no such moment."""
    none = np.zeros(len(year), dtype=np.int64)
    hour, minute, second, halved = (clock.get(part, none) for part in ("hour", "minute", "second", "half"))
    if halved.any():
        hour = np.where(halved, hour % _HALF_DAY + _HALF_DAY * clock["afternoon"], hour)
    first = (year - 1970).astype("M8[Y]").astype("M8[M]") + (np.clip(month, 1, 12) - 1)
    moment = first.astype("M8[D]") + (day - 1)
    exists = (
        (month >= 1) & (month <= _LAST_MONTH) & (day >= 1) & (moment.astype("M8[M]") == first)
        & (year >= _YEARS[0]) & (year <= _YEARS[1]) & (hour <= _LAST_HOUR)
        & (minute <= _LAST_MINUTE) & (second <= _LAST_MINUTE)
    )  # fmt: skip
    seconds = moment.astype("M8[s]") + (hour * 3600 + minute * 60 + second)
    return np.where(exists, seconds.astype("M8[us]"), _NOT_A_TIME)


def _year_last(matched: np.ndarray, parts: dict[str, np.ndarray]) -> np.ndarray:
    """Texts of the shape day and month, then the year: those whose order is a question."""
    return matched & (parts["a"] <= _LAST_DAY) & (parts["b"] <= _LAST_DAY)


def order(distinct: Distinct) -> Order:
    """What the rows of a column say about the order of day and month."""
    matched, parts = _parts(distinct.texts, _PARTED)
    asked = _year_last(matched, parts)
    first, second, rows = parts["a"], parts["b"], distinct.counts
    return Order(
        day_first=int(rows[asked & (first > _LAST_MONTH) & (second <= _LAST_MONTH)].sum()),
        month_first=int(rows[asked & (second > _LAST_MONTH) & (first <= _LAST_MONTH)].sum()),
        either=int(rows[asked & (first <= _LAST_MONTH) & (second <= _LAST_MONTH) & (first != second)].sum()),
        dots=int(rows[asked & parts["mark"]].sum()),
        halves=int(rows[asked & parts["half"]].sum()),
    )


def _parted(texts: pa.Array, day_first: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # noqa: FBT001 - a way to read
    """Dates in three numbers: their values, which texts have this shape, which of them name a zone."""
    matched, parts = _parts(texts, _PARTED)
    asked = _year_last(matched, parts)
    first, second, third = parts["a"], parts["b"], parts["c"]
    short = third < 100  # noqa: PLR2004 - two digits
    year = np.where(asked, np.where(short, third + np.where(third < _PIVOT, 2000, 1900), third), first)
    month = np.where(asked, second if day_first else first, second)
    day = np.where(asked, first if day_first else second, third)
    return np.where(matched, _moment(year, month, day, parts), _NOT_A_TIME), matched, parts["zone"]


def _named(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Dates whose month is a word, in English or Russian."""
    values = np.full(len(texts), _NOT_A_TIME)
    shaped = np.zeros(len(texts), dtype=bool)
    for pattern in (_DAY_NAME_YEAR, _NAME_DAY_YEAR, _NAME_YEAR):
        clock = r"(?: ?г(?:ода|\.)?)?" + ("$" if pattern is _NAME_YEAR else r",?" + _CLOCK)
        matched, parts = _parts(texts, pattern + clock)
        places = np.flatnonzero(matched)
        months = np.array(
            [_MONTHS.get(str(name)[:3].lower(), 0) for name in parts["name"][places]], dtype=int
        )
        kept = {name: part[places] for name, part in parts.items()}
        day = kept.get("day", np.ones(len(places), dtype=np.int64))
        values[places] = _moment(kept["year"], months, day, kept)
        shaped[places[months > 0]] = True
    return values, shaped


def _months(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """A month and a year, as the first of the month."""
    matched, parts = _parts(texts, _MONTH)
    year, month = parts["a"] + parts["a2"], parts["b"] + parts["b2"]
    return np.where(matched, _moment(year, month, np.ones(len(texts), np.int64), {}), _NOT_A_TIME), matched


def _counted(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Excel's days and Unix' seconds or milliseconds: values, which are days, which are seconds."""
    number = np.full(len(texts), np.nan)
    plain = pc.match_substring_regex(texts, r"^\d{5}(?:[.,]\d+)?$|^\d{10}$|^\d{13}$").to_numpy(
        zero_copy_only=False
    )
    number[plain] = (
        pc.replace_substring(texts.filter(pa.array(plain)), ",", ".").cast(pa.float64()).to_numpy()
    )
    number = np.where(number >= _EPOCH_SECONDS[1], number / 1000, number)
    serial = (number >= _EXCEL_DAYS[0]) & (number <= _EXCEL_DAYS[1])
    epoch = (number >= _EPOCH_SECONDS[0]) & (number < _EPOCH_SECONDS[1])
    seconds = np.where(serial, number * 86_400, np.where(epoch, number, 0)).round().astype("m8[s]")
    origin = np.where(serial, _EXCEL_EPOCH, np.datetime64(0, "s"))
    return np.where(serial | epoch, (origin + seconds).astype("M8[us]"), _NOT_A_TIME), serial, epoch


def _compact(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Dates in eight digits, year first."""
    matched, parts = _parts(texts, _COMPACT)
    return np.where(matched, _moment(parts["a"], parts["b"], parts["c"], parts), _NOT_A_TIME), matched


def parse(texts: pa.Array, chosen: str = DMY) -> Dates:
    """Distinct texts as dates.

    `chosen` says how to read dates that end in the year: `mdy` month first, anything else day first. Dates
    that begin with the year need no choice. A zone is dropped: times stay as the file writes them.
    """
    values, textual, zoned = _parted(texts, day_first=chosen != MDY)
    dated, serial, epoch = textual.copy(), np.zeros(len(texts), bool), np.zeros(len(texts), bool)
    left = np.flatnonzero(~textual)
    rest = texts.take(pa.array(left))
    for read, is_text in ((_named, True), (_months, True), (_compact, False)):
        found, shaped = read(rest)
        values[left[shaped]], dated[left[shaped]] = found[shaped], True
        textual[left[shaped]] = is_text
        left, rest = left[~shaped], rest.filter(pa.array(~shaped))
    values[left], serial[left], epoch[left] = _counted(rest)
    return Dates(values, dated & np.isnat(values), textual, serial, epoch, zoned)


def style(distinct: Distinct, told: str = "") -> str:
    """How most dates of a column are written, one of `DATE_FORMATS`; `told` is the order of day and month."""
    looked = Distinct(distinct.texts[:_LOOKED_AT], distinct.counts[:_LOOKED_AT], distinct.places)
    matched, parts = _parts(looked.texts, _PARTED)
    year_last = _year_last(matched, parts)
    read = parse(looked.texts, told or order(looked).best)
    compact = ~read.textual & ~read.serial & ~read.epoch & ~np.isnat(read.values)
    rows = {
        told or order(looked).best: int(looked.counts[year_last].sum()),
        ISO: int(looked.counts[matched & ~year_last].sum()),
        YMD: int(looked.counts[compact].sum()),
        EXCEL: int(looked.counts[read.serial].sum()),
        EPOCH: int(looked.counts[read.epoch].sum()),
    }
    most = max(rows, key=lambda name: rows[name])
    return most if rows[most] else ISO
