"""Texts of one shape to dates: three numbers, a month in words, eight digits, days counted from one."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping import date_patterns as shapes
from crmeval.mapping.parted import DAY, TO_MINUTES, TO_SECONDS, parted

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
_LAST_DAY, LAST_MONTH, _LAST_HOUR, _LAST_MINUTE = 31, 12, 23, 59
_HALF_DAY = 12
_LAST_WEEK, _THURSDAY = 53, 3  # 1970-01-01 was a Thursday
_EXCEL_EPOCH = np.datetime64("1899-12-30", "s")
_NOT_A_TIME = np.datetime64("NaT", "us")
_MICROSECONDS = 1_000_000
_MONTH_STARTS = (
    np.arange(f"{_YEARS[0]}-01", f"{_YEARS[1] + 1}-02", dtype="M8[M]").astype("M8[D]").astype(np.int64)
)


_MARKS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "mark": lambda said: pc.equal(said, "."),
    "half": lambda said: pc.not_equal(said, ""),
    "zone": lambda said: pc.not_equal(said, ""),
    "name": lambda said: said,
    "roman": lambda said: pc.index_in(pc.utf8_upper(said), value_set=pa.array(["", "I", "II", "III", "IV"])),
}
_MARKS["roman2"] = _MARKS["roman"]


Parts = Mapping[str, np.ndarray]
"""By the name of the part: numbers (0 where absent) or flags, for each text that matches."""


def _mask(flags: pa.Array) -> np.ndarray:
    return flags.to_numpy(zero_copy_only=False)


def parts_of(texts: pa.Array, pattern: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
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


def three_numbers(texts: pa.Array) -> tuple[np.ndarray, Parts]:
    """Which texts are dates in three numbers, and their parts: by their bytes where they stand as usual.

    A pattern is asked only of the others: to compile it takes longer than to read most columns.
    """
    matched, pieces = np.zeros(len(texts), dtype=bool), []
    left = np.arange(len(texts))
    for read in (
        _bare,
        partial(_with_tail, length=TO_SECONDS),
        partial(_with_tail, length=TO_MINUTES),
        _any,
        _beside,
    ):
        fits, parts = read(texts if len(left) == len(texts) else texts.take(pa.array(left)))
        matched[left[fits]] = True
        pieces.append((left[fits], parts))
        left = left[~fits]
        if not len(left):
            break
    some = [(places, parts) for places, parts in pieces if len(places)] or pieces[:1]
    if len(some) == 1:
        return matched, some[0][1]
    order = np.argsort(np.concatenate([places for places, _ in some]), kind="stable")
    names = some[0][1]
    return matched, {name: np.concatenate([parts[name] for _, parts in some])[order] for name in names}


def _bare(texts: pa.Array) -> tuple[np.ndarray, Parts]:
    """Dates with nothing behind their numbers."""
    fits, parts = parted(texts)
    unsaid = dict.fromkeys(("half", "afternoon", "zone"), np.zeros(len(parts["a"]), dtype=bool))
    return fits, {**parts, "mark": parts["mark"].astype(bool), **unsaid}


def _with_tail(texts: pa.Array, length: int) -> tuple[np.ndarray, Parts]:
    """Dates with a time of so many characters and then a fraction, AM or PM, a zone; few tails differ."""
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    heads = pc.utf8_slice_codeunits(texts, 0, length) if longest > length else texts.slice(0, 0)
    fits, parts = _bare(heads)
    if not fits.any():
        return np.zeros(len(texts), dtype=bool), parts
    tails = pc.utf8_slice_codeunits(texts.filter(pa.array(fits)), length, shapes.LONGEST).dictionary_encode()
    known, said = parts_of(tails.dictionary, shapes.TAIL if length == TO_SECONDS else shapes.TAIL_OF_MINUTES)
    which = tails.indices.to_numpy()
    kept = known[which]
    fits[fits] = kept
    place = (np.cumsum(known) - 1)[which[kept]]
    behind = {name: part[place] for name, part in said.items()}
    return fits, {name: part[kept] for name, part in parts.items()} | behind


def _any(texts: pa.Array) -> tuple[np.ndarray, Parts]:
    """Dates in any numbers of digits."""
    fits = _mask(pc.match_substring_regex(texts, shapes.BEGUN))
    if not fits.any():
        return fits, _bare(texts.slice(0, 0))[1]
    found, parts = parts_of(texts.filter(pa.array(fits)), shapes.PARTED)
    fits[fits] = found
    return fits, parts


def _beside(texts: pa.Array) -> tuple[np.ndarray, Parts]:
    """Dates beside a weekday, a word for the time, or the last day of their period."""
    fits = _mask(pc.match_substring_regex(texts, shapes.WITHIN))
    if not fits.any():
        return fits, _bare(texts.slice(0, 0))[1]
    found, parts = parts_of(without_words(texts.filter(pa.array(fits))), shapes.PARTED)
    fits[fits] = found
    return fits, parts


def without_words(texts: pa.Array) -> pa.Array:
    """Texts of dates without weekdays and other words beside them."""
    for pattern, instead in shapes.BESIDE:
        texts = pc.replace_substring_regex(texts, pattern, instead)
    return texts


def _moment(year: np.ndarray, month: np.ndarray, day: np.ndarray, clock: Parts) -> np.ndarray:
    """The date and time of these numbers, NaT where the calendar or the clock has no such moment."""
    none = np.zeros(len(year), dtype=np.int64)
    hour, minute, second, halved = (clock.get(part, none) for part in ("hour", "minute", "second", "half"))
    if halved.any():
        hour = np.where(halved, hour % _HALF_DAY + _HALF_DAY * clock["afternoon"], hour)
    exists = (
        (month >= 1) & (month <= LAST_MONTH) & (day >= 1) & (year >= _YEARS[0]) & (year <= _YEARS[1])
        & (hour <= _LAST_HOUR) & (minute <= _LAST_MINUTE) & (second <= _LAST_MINUTE)
    )  # fmt: skip
    months = np.where(exists, (year - _YEARS[0]) * 12 + month - 1, 0)
    days = _MONTH_STARTS[months] + (day - 1)
    exists &= days < _MONTH_STARTS[months + 1]
    seconds = days * 86_400 + (hour * 3600 + minute * 60 + second)
    moments = (seconds * _MICROSECONDS).view("M8[us]")
    moments[~exists] = _NOT_A_TIME
    return moments


def ends_in_year(parts: Parts) -> np.ndarray:
    """Texts of the shape day and month, then the year: those whose order is a question."""
    return (parts["a"] <= _LAST_DAY) & (parts["b"] <= _LAST_DAY)


@dataclass(frozen=True, slots=True)
class Read:
    """Texts of one shape: which they are (a mask), their values, and how they were written."""

    shaped: np.ndarray
    values: np.ndarray
    textual: bool = True
    year_last: np.ndarray | bool = False
    zoned: np.ndarray | bool = False
    serial: np.ndarray | bool = False
    epoch: np.ndarray | bool = False


def as_programs_write(texts: pa.Array) -> np.ndarray | None:
    """The moments of texts that all are ISO dates of one length, with or without a time; else None.

    Many times as fast as taking them apart.
    """
    lengths = pc.min_max(pc.binary_length(texts)).as_py()
    if lengths["min"] != lengths["max"] or lengths["min"] not in (DAY, TO_MINUTES, TO_SECONDS):
        return None
    try:
        moments = texts.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    first, last = np.datetime64(f"{_YEARS[0]}-01-01"), np.datetime64(f"{_YEARS[1] + 1}-01-01")
    return moments if moments.min() >= first and moments.max() < last else None


def in_numbers(texts: pa.Array, *, day_first: bool, known: tuple[np.ndarray, Parts] | None = None) -> Read:
    """Dates in three numbers; `known` are those numbers, where they were taken apart before."""
    if known is None and (moments := as_programs_write(texts)) is not None:
        return Read(np.ones(len(texts), dtype=bool), moments)
    matched, parts = known or three_numbers(texts)
    asked = ends_in_year(parts)
    first, second, third = parts["a"], parts["b"], parts["c"]
    year = np.where(asked, _whole_year(third), first)
    month = np.where(asked, second if day_first else first, second)
    day = np.where(asked, first if day_first else second, third)
    return Read(matched, _moment(year, month, day, parts), year_last=asked, zoned=parts["zone"])


def _whole_year(year: np.ndarray) -> np.ndarray:
    """Years of two digits as those of four."""
    return np.where(year < 100, year + np.where(year < _PIVOT, 2000, 1900), year)  # noqa: PLR2004


def _named(pattern: str) -> Callable[[pa.Array], Read]:
    """Dates whose month is a word, in English or Russian."""
    whole = pattern + r"(?: ?г(?:ода|\.)?)?" + (r",?" + shapes.CLOCK if "<day>" in pattern else "$")

    def read(texts: pa.Array) -> Read:
        matched, parts = parts_of(texts, whole)
        months = np.array([_MONTHS.get(str(name)[:3].lower(), 0) for name in parts["name"]], dtype=np.int64)
        known = months > 0
        matched[matched] = known
        kept = {name: part[known] for name, part in parts.items()}
        day = kept.get("day", np.ones(known.sum(), dtype=np.int64))
        return Read(matched, _moment(_whole_year(kept["year"]), months[known], day, kept))

    return read


def _months(texts: pa.Array) -> Read:
    """A month and a year, as the first of the month."""
    matched, parts = parts_of(texts, shapes.MONTH)
    year, month = parts["a"] + parts["a2"], parts["b"] + parts["b2"]
    return Read(matched, _moment(year, month, np.ones(len(year), np.int64), {}))


def _part_of_year(pattern: str, months: int) -> Callable[[pa.Array], Read]:
    """A quarter or a half of a year, as its first day."""

    def read(texts: pa.Array) -> Read:
        matched, parts = parts_of(texts, pattern)
        number = np.sum([parts[name] for name in ("b", "c", "d", "e", "roman", "roman2")], axis=0)
        first = months * (number - 1) + 1
        return Read(matched, _moment(parts["a"] + parts["f"], first, np.ones(len(first), np.int64), {}))

    return read


def _weeks(texts: pa.Array) -> Read:
    """A week of a year as ISO 8601 counts them, as its Monday; week 1 is that of 4 January."""
    matched, parts = parts_of(texts, shapes.WEEK)
    year, week = parts["a"] + parts["d"] + parts["f"], parts["b"] + parts["c"] + parts["e"]
    exists = (week >= 1) & (week <= _LAST_WEEK) & (year >= _YEARS[0]) & (year <= _YEARS[1])
    fourth = _MONTH_STARTS[np.where(exists, year - _YEARS[0], 0) * 12] + 3
    monday = fourth - (fourth + _THURSDAY) % 7 + 7 * (week - 1)
    moments = monday.astype("M8[D]").astype("M8[us]")
    moments[~exists] = _NOT_A_TIME
    return Read(matched, moments)


def _compact(texts: pa.Array) -> Read:
    """Dates in eight digits, year first."""
    matched, parts = parts_of(texts, shapes.COMPACT)
    return Read(matched, _moment(parts["a"], parts["b"], parts["c"], parts), textual=False)


def _counted(texts: pa.Array) -> Read:
    """Excel's days and Unix' seconds or milliseconds."""
    plain = _mask(pc.match_substring_regex(texts, r"^\d{5}(?:[.,]\d+)?$|^\d{10}$|^\d{13}$"))
    number = pc.replace_substring(texts.filter(pa.array(plain)), ",", ".").cast(pa.float64()).to_numpy()
    number = np.where(number >= _EPOCH_SECONDS[1], number / 1000, number)
    is_day = (number >= _EXCEL_DAYS[0]) & (number <= _EXCEL_DAYS[1])
    known = is_day | ((number >= _EPOCH_SECONDS[0]) & (number < _EPOCH_SECONDS[1]))
    plain[plain], number, is_day = known, number[known], is_day[known]
    seconds = np.where(is_day, number * 86_400, number).round().astype("m8[s]")
    moments = np.where(is_day, _EXCEL_EPOCH, np.datetime64(0, "s")) + seconds
    return Read(plain, moments.astype("M8[us]"), textual=False, serial=is_day, epoch=~is_day)


# Each with what its texts surely hold: a cheap look, for compiling the whole pattern takes far longer.
_READERS = (
    (shapes.NAMED, _named(shapes.DAY_NAME_YEAR)), (shapes.NAMED, _named(shapes.NAME_DAY_YEAR)),
    (shapes.NAMED, _named(shapes.NAME_YEAR)), (shapes.NAMED, _named(shapes.NAME_SHORT_YEAR)),
    ("", _months), ("", _compact), ("", _counted),
    (shapes.WEEKLY, _weeks), (shapes.QUARTERED, _part_of_year(shapes.QUARTER, 3)),
    (shapes.HALVED, _part_of_year(shapes.HALF, 6)),
)  # fmt: skip


def otherwise(texts: pa.Array, left: np.ndarray) -> Iterator[tuple[np.ndarray, Read]]:
    """Of the texts at these places, those in other shapes: where they stand and what they say."""
    left = left[_mask(pc.match_substring_regex(texts.take(pa.array(left)), shapes.DATED))]
    plain = without_words(texts.take(pa.array(left)))
    at = np.arange(len(left))
    for sign, read in _READERS:
        asked = plain.take(pa.array(at))
        if len(at) and (not sign or pc.any(pc.match_substring_regex(asked, sign)).as_py()):
            found = read(asked)
            yield left[at[found.shaped]], found
            at = at[~found.shaped]
