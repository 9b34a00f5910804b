"""Moments as days, looked at once for each day of the calendar however many rows bear it."""

from dataclasses import dataclass

import numpy as np

MONTHS = 12  # days up to here can be taken for months
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Days:
    """Moments as days: which are known, and the day of the month and the month of each (numbers from 1).

    `shift` is how many days it is to the same with day and month exchanged, 0 where that is no other day.
    """

    known: np.ndarray
    day: np.ndarray
    month: np.ndarray
    shift: np.ndarray


def days_of(values: np.ndarray) -> Days:
    """Moments as days; each day of the span is looked at once, however many rows bear it."""
    numbers = values.astype("M8[us]").view(np.int64) // DAY
    known = ~np.isnat(values)
    if not known.any():
        nothing = np.zeros(len(values), dtype=np.int64)
        return Days(known, nothing, nothing, nothing)
    first = int(numbers[known].min())
    place = np.where(known, numbers - first, 0)
    every = (first + np.arange(int(place.max()) + 1)).astype("M8[D]")
    months, years = every.astype("M8[M]"), every.astype("M8[Y]").astype("M8[M]")
    day = (every - months.astype("M8[D]")).astype(np.int64) + 1
    month = (months - years).astype(np.int64) + 1
    can = (day <= MONTHS) & (day != month)
    other = (years + (np.where(can, day, 1) - 1)).astype("M8[D]") + (month - 1)
    shift = np.where(can, (other - every).astype(np.int64), 0)
    return Days(known, day[place], month[place], np.where(known, shift[place], 0))


def by_day(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The different days of these moments, in their order, and how many rows fall on each."""
    known = ~np.isnat(values)
    days = values[known].view(np.int64) // DAY
    if not len(days):
        return values[:0], counts[:0]
    first = int(days.min())
    rows = np.bincount(days - first, weights=counts[known]).astype(np.int64)
    met = np.flatnonzero(rows)
    return ((first + met) * DAY).view("M8[us]"), rows[met]


def month_of(values: np.ndarray) -> np.ndarray:
    """The month of each moment, as a number from the first of them on."""
    days = values.view(np.int64) // DAY
    if not len(days):
        return days
    first = int(days.min())
    months = (first + np.arange(int(days.max()) - first + 1)).astype("M8[D]").astype("M8[M]").astype(np.int64)
    return months[days - first]
