"""When a company works: its days and hours, public holidays and time zone.

Public holidays come from the `holidays` library, which holds them as rules and decrees and asks nobody over a
network: days moved to another date and weekends worked for them are known as far as its country's
government has decreed them at the pinned version. Days shortened before a holiday are not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from crmeval.errors import SettingsError

HOUR, DAY = 3600, 86_400  # seconds
_STEP = 300  # working hours begin and end on five minutes
_WEEK = 7
_MONDAY = 3  # the first of January 1970 was a Thursday
_BETWEEN = "-"  # a country and its region: DE-BY


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The hours a company works, in seconds of its own day, and the days it works on.

    A shift that ends before it begins goes over midnight and belongs to the day it begins on. `off` and
    `worked` are days that are free, or worked, whatever the week and the holidays say.
    """

    opens: int
    closes: int
    weekdays: tuple[int, ...]
    country: str = ""
    off: tuple[date, ...] = ()
    worked: tuple[date, ...] = ()

    @property
    def a_day(self) -> int:
        """Seconds of work in a whole working day."""
        return (self.closes - self.opens) % DAY or DAY

    def works(self, first: int, last: int) -> NDArray[np.bool_]:
        """Whether each day, from `first` to `last` (counted from 1970), is worked."""
        days = np.arange(first, last + 1)
        works = np.isin((days + _MONDAY) % _WEEK, self.weekdays)
        years = range(_year(first), _year(last) + 1)
        moved = [(holidays_of(self.country, years), False), (worked_weekends(self.country, years), True)]
        for listed, worked in (*moved, (self.off, False), (self.worked, True)):
            numbers = np.array([_number(day) for day in listed], dtype=np.int64)
            works[numbers[(numbers >= first) & (numbers <= last)] - first] = worked
        return works


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _year(day: int) -> int:
    return date.fromordinal(day + date(1970, 1, 1).toordinal()).year


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """The countries whose public holidays are known (ISO codes), and the regions that have their own."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(known.items())}


@cache
def _calendar(country: str, years: range) -> tuple[tuple[date, ...], tuple[date, ...]]:
    if not country:
        return (), ()
    import holidays

    code, _, region = country.partition(_BETWEEN)
    found = holidays.country_holidays(code, subdiv=region or None, years=years)
    return tuple(sorted(found)), tuple(sorted(found.weekend_workdays))


def holidays_of(country: str, years: range) -> tuple[date, ...]:
    """The public holidays of a country (`RU`) or of a region of it (`DE-BY`), days moved included."""
    return _calendar(country, years)[0]


def worked_weekends(country: str, years: range) -> tuple[date, ...]:
    """Days of a weekend that are worked by decree, in the place of a day moved."""
    return _calendar(country, years)[1]


def check_zone(setting: str, zone: str) -> None:
    """Whether there is such a time zone (`Europe/Moscow`).

    Raises:
        SettingsError: there is none.
    """
    try:
        known = bool(re.fullmatch(r"[A-Za-z0-9_+/-]+", zone)) and ZoneInfo(zone) is not None
    except (KeyError, ValueError, OSError):
        known = False
    if not known:
        raise SettingsError("time_zone_unknown", setting=setting, value=zone)


def check_country(country: str) -> None:
    """Whether the holidays of this country, or of this region of it, are known.

    Raises:
        SettingsError: they are not.
    """
    code, _, region = country.partition(_BETWEEN)
    if country and (code not in countries() or (region and region not in countries()[code])):
        raise SettingsError("holiday_country_unknown", value=country)


def working_seconds(hours: Sequence[float]) -> tuple[int, int]:
    """Working hours in seconds since midnight: when they begin and end.

    Raises:
        SettingsError: they are no two hours of a day on whole five minutes, or they begin when they end.
    """
    numbers = all(isinstance(hour, int | float) and not isinstance(hour, bool) for hour in hours)
    if len(hours) != 2 or not numbers or not all(0 <= hour <= DAY // HOUR for hour in hours):  # noqa: PLR2004 - from, to
        raise SettingsError("working_hours_not_understood", value=_listed(hours))
    begins, ends = (round(hour * HOUR) for hour in hours)
    if begins % DAY == ends or begins % _STEP or ends % _STEP:
        raise SettingsError("working_hours_not_understood", value=_listed(hours))
    return begins % DAY, ends


def check_weekdays(days: Sequence[int]) -> None:
    """Whether these are days of a week: 0 is Monday, 6 is Sunday.

    Raises:
        SettingsError: they are not, one is named twice, or there is none.
    """
    if not days or len(set(days)) < len(days) or not set(days) <= set(range(_WEEK)):
        raise SettingsError("working_days_not_understood", value=_listed(days))


def _listed(values: Sequence[object]) -> str:
    return ", ".join(map(str, values))
