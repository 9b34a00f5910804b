"""Text to dates: ISO first, everything else in one order per column, chosen by evidence.

A general parser reads `2024-02-01` as 2 January when told that days come first (pandas, dateutil): here the
place of the year decides before anything else, and only day and month are left to the evidence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping import date_patterns as shapes
from crmeval.mapping.distinct import Distinct
from crmeval.mapping.parted import parted

ISO, DMY, MDY, YMD, EXCEL, EPOCH = "iso", "dmy", "mdy", "ymd", "excel", "epoch"
DATE_FORMATS = (ISO, DMY, MDY, YMD, EXCEL, EPOCH)

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
_MICROSECONDS = 1_000_000
_MONTH_STARTS = (
    np.arange(f"{_YEARS[0]}-01", f"{_YEARS[1] + 1}-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
)


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


_MARKS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "mark": lambda said: pc.equal(said, "."),
    "half": lambda said: pc.not_equal(said, ""),
    "zone": lambda said: pc.not_equal(said, ""),
    "name": lambda said: said,
    "roman": lambda said: pc.index_in(pc.utf8_upper(said), value_set=pa.array(["", "I", "II", "III", "IV"])),
}
_MARKS["roman2"] = _MARKS["roman"]


def _mask(flags: pa.Array) -> np.ndarray:
    return flags.to_numpy(zero_copy_only=False)


def _parts(texts: pa.Array, pattern: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Which texts match; the named groups of those: numbers as integers (0 where absent), signs as flags."""
    found = pc.extract_regex(texts, pattern)
    matched = _mask(pc.is_valid(found))
    found = found.drop_null()
    groups = {}
    for group in found.type:
        said = pc.struct_field(found, group.name)
        if group.name in _MARKS:
            groups[group.name] = _mask(_MARKS[group.name](said))
        else:
            groups[group.name] = pc.if_else(pc.equal(said, ""), "0", said).cast(pa.int64()).to_numpy()
        if group.name == "half":
            groups["afternoon"] = _mask(pc.match_substring_regex(said, "^[Pp]"))
    return matched, groups


def _three_numbers(texts: pa.Array) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Dates in three numbers, in parts: those of one width by their bytes, the others by the pattern."""
    matched, fast = parted(texts)
    left = np.flatnonzero(~matched)
    left = left[_mask(pc.match_substring_regex(texts.take(pa.array(left)), shapes.BEGUN))]
    if not len(left):  # to compile the pattern takes longer than all else
        unsaid = dict.fromkeys(("half", "afternoon", "zone"), np.zeros(len(fast["a"]), bool))
        return matched, {**fast, "mark": fast["mark"].astype(bool), **unsaid}
    found, slow = _parts(texts.take(pa.array(left)), shapes.PARTED)
    places = np.concatenate([np.flatnonzero(matched), left[found]])
    order = np.argsort(places, kind="stable")
    matched[left[found]] = True
    none = np.zeros(len(fast["a"]), bool)
    return matched, {
        name: np.concatenate([fast.get(name, none).astype(part.dtype), part])[order]
        for name, part in slow.items()
    }


def _moment(year: np.ndarray, month: np.ndarray, day: np.ndarray, clock: dict[str, np.ndarray]) -> np.ndarray:
    """The date and time of these numbers, NaT where the calendar or the clock has no such moment."""
    none = np.zeros(len(year), dtype=np.int64)
    hour, minute, second, halved = (clock.get(part, none) for part in ("hour", "minute", "second", "half"))
    if halved.any():
        hour = np.where(halved, hour % _HALF_DAY + _HALF_DAY * clock["afternoon"], hour)
    exists = (
        (month >= 1) & (month <= _LAST_MONTH) & (day >= 1) & (year >= _YEARS[0]) & (year <= _YEARS[1])
        & (hour <= _LAST_HOUR) & (minute <= _LAST_MINUTE) & (second <= _LAST_MINUTE)
    )  # fmt: skip
    months = np.where(exists, (year - _YEARS[0]) * 12 + month - 1, 0)
    days = _MONTH_STARTS[months] + (day - 1)
    exists &= days < _MONTH_STARTS[months + 1]
    seconds = days * 86_400 + (hour * 3600 + minute * 60 + second)
    moments = (seconds * _MICROSECONDS).view("M8[us]")
    moments[~exists] = _NOT_A_TIME
    return moments


def _year_last(parts: dict[str, np.ndarray]) -> np.ndarray:
    """Texts of the shape day and month, then the year: those whose order is a question."""
    return (parts["a"] <= _LAST_DAY) & (parts["b"] <= _LAST_DAY)


def order(distinct: Distinct) -> Order:
    """What the rows of a column say about the order of day and month."""
    matched, parts = _three_numbers(distinct.texts)
    asked = _year_last(parts)
    first, second, rows = parts["a"], parts["b"], distinct.counts[matched]
    return Order(
        day_first=int(rows[asked & (first > _LAST_MONTH) & (second <= _LAST_MONTH)].sum()),
        month_first=int(rows[asked & (second > _LAST_MONTH) & (first <= _LAST_MONTH)].sum()),
        either=int(rows[asked & (first <= _LAST_MONTH) & (second <= _LAST_MONTH) & (first != second)].sum()),
        dots=int(rows[asked & parts["mark"]].sum()),
        halves=int(rows[asked & parts["half"]].sum()),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """Texts of one shape: which they are (a mask), their values, and how they were written."""

    shaped: np.ndarray
    values: np.ndarray
    textual: bool = True
    year_last: np.ndarray | bool = False
    zoned: np.ndarray | bool = False
    serial: np.ndarray | bool = False
    epoch: np.ndarray | bool = False


def _parted(texts: pa.Array, chosen: str) -> _Read:
    """Dates in three numbers."""
    matched, parts = _three_numbers(texts)
    asked, day_first = _year_last(parts), chosen != MDY
    first, second, third = parts["a"], parts["b"], parts["c"]
    short = third < 100  # noqa: PLR2004 - two digits
    year = np.where(asked, np.where(short, third + np.where(third < _PIVOT, 2000, 1900), third), first)
    month = np.where(asked, second if day_first else first, second)
    day = np.where(asked, first if day_first else second, third)
    return _Read(matched, _moment(year, month, day, parts), year_last=asked, zoned=parts["zone"])


def _named(pattern: str) -> Callable[[pa.Array], _Read]:
    """Dates whose month is a word, in English or Russian."""
    whole = pattern + r"(?: ?г(?:ода|\.)?)?" + ("$" if pattern is shapes.NAME_YEAR else r",?" + shapes.CLOCK)

    def read(texts: pa.Array) -> _Read:
        matched, parts = _parts(texts, whole)
        months = np.array([_MONTHS.get(str(name)[:3].lower(), 0) for name in parts["name"]], dtype=np.int64)
        known = months > 0
        matched[matched] = known
        kept = {name: part[known] for name, part in parts.items()}
        day = kept.get("day", np.ones(known.sum(), dtype=np.int64))
        return _Read(matched, _moment(kept["year"], months[known], day, kept))

    return read


def _months(texts: pa.Array) -> _Read:
    """A month and a year, as the first of the month."""
    matched, parts = _parts(texts, shapes.MONTH)
    year, month = parts["a"] + parts["a2"], parts["b"] + parts["b2"]
    return _Read(matched, _moment(year, month, np.ones(len(year), np.int64), {}))


def _quarters(texts: pa.Array) -> _Read:
    """A quarter of a year, as its first day."""
    matched, parts = _parts(texts, shapes.QUARTER)
    quarter = np.sum([parts[name] for name in ("b", "c", "d", "e", "roman", "roman2")], axis=0)
    return _Read(
        matched, _moment(parts["a"] + parts["f"], 3 * quarter - 2, np.ones(len(quarter), np.int64), {})
    )


def _compact(texts: pa.Array) -> _Read:
    """Dates in eight digits, year first."""
    matched, parts = _parts(texts, shapes.COMPACT)
    return _Read(matched, _moment(parts["a"], parts["b"], parts["c"], parts), textual=False)


def _counted(texts: pa.Array) -> _Read:
    """Excel's days and Unix' seconds or milliseconds."""
    plain = _mask(pc.match_substring_regex(texts, r"^\d{5}(?:[.,]\d+)?$|^\d{10}$|^\d{13}$"))
    number = pc.replace_substring(texts.filter(pa.array(plain)), ",", ".").cast(pa.float64()).to_numpy()
    number = np.where(number >= _EPOCH_SECONDS[1], number / 1000, number)
    is_day = (number >= _EXCEL_DAYS[0]) & (number <= _EXCEL_DAYS[1])
    known = is_day | ((number >= _EPOCH_SECONDS[0]) & (number < _EPOCH_SECONDS[1]))
    plain[plain], number, is_day = known, number[known], is_day[known]
    seconds = np.where(is_day, number * 86_400, number).round().astype("m8[s]")
    moments = np.where(is_day, _EXCEL_EPOCH, np.datetime64(0, "s")) + seconds
    return _Read(plain, moments.astype("M8[us]"), textual=False, serial=is_day, epoch=~is_day)


# Each with what its texts surely hold: a cheap look, for compiling the whole pattern takes far longer.
_READERS = (
    (shapes.NAMED, _named(shapes.DAY_NAME_YEAR)), (shapes.NAMED, _named(shapes.NAME_DAY_YEAR)),
    (shapes.NAMED, _named(shapes.NAME_YEAR)), ("", _months), ("", _compact), ("", _counted),
    (shapes.QUARTERED, _quarters),
)  # fmt: skip


def _otherwise(texts: pa.Array, left: np.ndarray) -> Iterator[tuple[np.ndarray, _Read]]:
    """Of the texts at these places, those in other shapes: where they stand and what they say."""
    left = left[_mask(pc.match_substring_regex(texts.take(pa.array(left)), shapes.DATED))]
    for sign, read in _READERS:
        asked = texts.take(pa.array(left))
        if len(left) and (not sign or pc.any(pc.match_substring_regex(asked, sign)).as_py()):
            found = read(asked)
            yield left[found.shaped], found
            left = left[~found.shaped]


def parse(texts: pa.Array, chosen: str = DMY) -> Dates:
    """Texts (none of them null) as dates.

    `chosen` says how to read dates that end in the year: `mdy` month first, anything else day first. Dates
    that begin with the year need no choice. A zone is dropped: times stay as the file writes them.
    """
    first = _parted(texts, chosen)
    if first.shaped.all():  # as in most columns
        no = np.zeros(len(texts), dtype=bool)
        year_last, zoned = no | first.year_last, no | first.zoned
        return Dates(first.values, year_last, np.isnat(first.values), ~no, no, no, zoned)
    values = np.full(len(texts), _NOT_A_TIME)
    dated, textual, year_last, serial, epoch, zoned = (np.zeros(len(texts), dtype=bool) for _ in range(6))
    others = _otherwise(texts, np.flatnonzero(~first.shaped))
    for places, found in ((np.flatnonzero(first.shaped), first), *others):
        values[places], dated[places], textual[places] = found.values, True, found.textual
        year_last[places], zoned[places] = found.year_last, found.zoned
        serial[places], epoch[places] = found.serial, found.epoch
    return Dates(values, year_last, dated & np.isnat(values), textual, serial, epoch, zoned)


def style(distinct: Distinct, told: str = "") -> str:
    """How most dates of a column are written, one of `DATE_FORMATS`; `told` is the order of day and month."""
    looked = distinct.first(_LOOKED_AT)
    told = told or order(looked).best
    matched, parts = _three_numbers(looked.texts)
    year_last = np.zeros(len(matched), dtype=bool)
    year_last[matched] = _year_last(parts)
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
