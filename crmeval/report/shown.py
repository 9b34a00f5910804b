"""Result tables as people read them: columns with titles and kinds, codes in words, values in their units."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
from babel.dates import format_skeleton

from crmeval.codes import spoken
from crmeval.results import POINTS_OF_SHARE
from crmeval.words import Words

SHARE, POINTS, MONEY, NUMBER, COUNT, DATE, MONTH, FLAG, TEXT = (
    "share", "points", "money", "number", "count", "date", "month", "flag", "text",
)  # fmt: skip
_SHARES = {
    "share", "rate", "win_rate", "active_share", "wrong_share", "repeat_rate", "running_share", "coverage",
    "relative", "onward", "working_share", "hours_share", "waiting_share",
    "win_share", "share_won", "attribution", "recapture", "needed", "probability",
    "bias", "undecided",
    "low_95", "high_95", "low_998", "high_998", "overall", "roi", "irr", "within", "win_rate_all", "cut",
}  # fmt: skip
_POINTS = {"change_share", "change_low", "change_high"}  # differences of shares
_BOUNDS = {"low", "high"}  # in the unit of what they bound
_MONEY = {
    "revenue", "amount", "costs", "benefits", "net", "cumulative", "discounted", "present_value", "size",
    "velocity", "waiting",
}  # fmt: skip
_IN_UNIT = {"value", "floor", "target", "before", "before_low", "before_high", "now", "now_low", "now_high"}
_CHANGES = {
    "difference",
    "difference_low",
    "difference_high",
}  # in the unit of their row, of shares in points
_NO_DECIMALS, _ONE_DECIMAL = 1000, 10  # from here on more decimals only hide the number
_MONTHS = {"month", "cohort", "period", "first", "last"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result table: its name there, its title, and how its values are said."""

    name: str
    title: str
    kind: str

    @property
    def style(self) -> str:
        """How its cells are set: numbers flush right, dates unbroken."""
        if self.kind in (SHARE, POINTS, MONEY, NUMBER, COUNT):
            return "number"
        return "short" if self.kind in (DATE, MONTH) else ""


def columns(frame: pd.DataFrame, words: Words) -> tuple[Column, ...]:
    """The columns of a result table, in their order."""
    return tuple(
        Column(str(name), _title(str(name), words), _kind(frame, str(name))) for name in frame.columns
    )


def _title(name: str, words: Words) -> str:
    key = f"columns.{name}"
    return words(key) if words.has(key) else name


def _kind(frame: pd.DataFrame, name: str) -> str:
    column = frame[name]
    if pd.api.types.is_bool_dtype(column):
        return FLAG
    if pd.api.types.is_datetime64_any_dtype(column):
        known = column.dropna()
        return MONTH if name in _MONTHS and bool((known.dt.day == 1).all()) else DATE
    if not pd.api.types.is_numeric_dtype(column):
        return TEXT
    kinds = {
        POINTS: name in _POINTS or _is_difference_of_shares(name, set(map(str, frame.columns))),
        SHARE: name in _SHARES or _is_of_shares(name, set(map(str, frame.columns))),
        MONEY: name in _MONEY,
        COUNT: pd.api.types.is_integer_dtype(column),
    }
    return next((kind for kind, met in kinds.items() if met), NUMBER)


def _is_of_shares(name: str, names: set[str]) -> bool:
    """Whether a column bounds a share of its table, or is the change of one."""
    of_shares = bool(_SHARES & names)
    return (name in _BOUNDS and of_shares) or (name == "change" and "share" in names)


def _is_difference_of_shares(name: str, names: set[str]) -> bool:
    """Whether a column is the difference of two shares, or bounds it."""
    return name in {"difference", *_BOUNDS} and "difference" in names and bool(_SHARES & names)


def decoded(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The table with its codes in words, yes and no among them."""
    answers = {True: words("report.yes"), False: words("report.no")}
    flags = {
        name: frame[name].map(answers) for name in frame.columns if pd.api.types.is_bool_dtype(frame[name])
    }
    return spoken(frame, words).assign(**flags)


def way_to_say(values: "pd.Series[Any]", kind: str, words: Words) -> Callable[[float], str] | None:
    """How the numbers of a column are said, all with as many decimals; None for what is not a number.

    Money goes without its sign, which would stand in every cell.
    """
    if kind == SHARE:
        return words.percent
    if kind == POINTS:
        return partial(words.measure, unit=POINTS_OF_SHARE)
    if kind == COUNT:
        return words.count
    if kind not in (MONEY, NUMBER):
        return None
    largest = float(values.abs().max())
    known = values.dropna()
    if bool((known % 1 == 0).all()) or largest >= _NO_DECIMALS:
        return words.count
    return partial(words.fixed, decimals=1 if largest >= _ONE_DECIMAL else 2)


def unit_of_cell(column: Column, unit: Any) -> str:
    """The unit of a cell where its row names one, as rows of measures do; else empty."""
    if not isinstance(unit, str) or column.name not in _IN_UNIT | _CHANGES:
        return ""
    return POINTS_OF_SHARE if unit == "share" and column.name in _CHANGES else unit


def rows_in_words(frame: pd.DataFrame, words: Words) -> Iterator[list[str]]:
    """The rows of a result table in words, each value in its unit."""
    known = columns(frame, words)
    units = frame["unit"] if "unit" in frame else [None] * len(frame)
    rows = decoded(frame, words).itertuples(index=False, name=None)
    for row, unit in zip(rows, units, strict=True):
        yield [
            words.measure(value, own)
            if (own := unit_of_cell(column, unit)) and not pd.isna(value)
            else in_words(value, column.kind, words)
            for value, column in zip(row, known, strict=True)
        ]


def in_words(value: Any, kind: str, words: Words) -> str:
    """A value of a result table in words; what is missing, or no number at all, is a dash."""
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return "—"
    if kind == MONTH:
        return format_skeleton("yMMM", value, locale=words.locale)
    ways: Mapping[str, Any] = {
        SHARE: words.percent, POINTS: partial(words.measure, unit=POINTS_OF_SHARE), MONEY: words.money,
        NUMBER: words.number, COUNT: words.count, DATE: words.date,
    }  # fmt: skip
    return ways[kind](value) if kind in ways else str(value)
