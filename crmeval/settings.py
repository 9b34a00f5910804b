"""What an assessment needs to know that no spreadsheet says."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from crmeval.check_choices import CheckChoices, choices_from_plain
from crmeval.errors import SettingsError
from crmeval.working_time import WorkingTime, check_country, check_weekdays, check_zone, working_seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an assessment; every one has a default that is said where it matters.

    Money is in `currency` (an ISO code, or empty where it is not known); rates and margins are fractions;
    `minutes_by_problem` overrules `minutes_per_error` for kinds of error; `events` are releases and other
    dated changes, name → day (ISO); `observed_until` is the day the data end, by default the last date they
    bear; `targets` maps a measure id to what the company wants to reach, `floors` to where it scores nothing,
    `weights` to its weight; `checks` are the choices about the checks of accuracy.

    Times in files are taken for local times of the company's `time_zone`, unless `file_time_zone` says in
    which zone the files write them. Hours worked are `working_hours` (a shift may end on the next day) of
    `working_days` (0 is Monday), without the public holidays of `holiday_country` (`RU`, `DE-BY`) and without
    `extra_days_off`, with `extra_working_days`. `intended_path` names the stages deals should
    go through, in their order.
    """

    company: str = ""
    currency: str = ""
    time_zone: str = "UTC"
    working_hours: tuple[float, float] = (9.0, 18.0)
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holiday_country: str = ""
    extra_days_off: tuple[date, ...] = ()
    extra_working_days: tuple[date, ...] = ()
    file_time_zone: str = ""
    intended_path: tuple[str, ...] = ()
    go_live: date | None = None
    ramp_up_months: int = 2
    observed_until: date | None = None
    hourly_cost: float | None = None
    minutes_per_error: float = 5.0
    minutes_by_problem: Mapping[str, float] = field(default_factory=dict)
    gross_margin: float | None = None
    users: int | None = None
    horizon_months: int = 36
    discount_rate: float = 0.10
    events: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    checks: CheckChoices = field(default_factory=CheckChoices)

    def __post_init__(self) -> None:
        _within("gross_margin", self.gross_margin, 0, 1)
        _within("discount_rate", self.discount_rate, 0, 1)
        _within("horizon_months", self.horizon_months, 1, 240)
        _within("ramp_up_months", self.ramp_up_months, 0, 24)
        _within("hourly_cost", self.hourly_cost, 0, float("inf"))
        _within("minutes_per_error", self.minutes_per_error, 0, float("inf"))
        _within("users", self.users, 1, 10_000_000)
        for name, at in self.events.items():
            _day(name, at)
        for problem, minutes in self.minutes_by_problem.items():
            _within(f"minutes_by_problem.{problem}", _number(problem, minutes), 0, float("inf"))
        working_seconds(self.working_hours)
        check_weekdays(self.working_days)
        check_country(self.holiday_country)
        check_zone("time_zone", self.time_zone)
        check_zone("file_time_zone", self.file_time_zone or self.time_zone)

    @property
    def working_time(self) -> WorkingTime:
        """When the company works."""
        opens, closes = working_seconds(self.working_hours)
        return WorkingTime(
            opens, closes, tuple(sorted(self.working_days)), self.holiday_country,
            self.extra_days_off, self.extra_working_days,
        )  # fmt: skip

    def with_(self, **changes: Any) -> "Settings":
        """The same settings with some of them changed."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """The settings that say something, as plain values for TOML or JSON."""
        plain = {**asdict(replace(self, checks=CheckChoices())), "checks": self.checks.to_plain()}
        return {
            name: [one.isoformat() for one in value] if name in _DATES else value
            for name, value in plain.items()
            if value not in (None, "", {}, ())
        }


def _day(name: str, at: Any) -> None:
    try:
        date.fromisoformat(at)
    except (TypeError, ValueError):
        raise SettingsError("setting_not_understood", setting=f"events.{name}", value=str(at)) from None


def _number(problem: str, minutes: Any) -> float:
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise SettingsError(
            "setting_not_understood", setting=f"minutes_by_problem.{problem}", value=str(minutes)
        )
    return minutes


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise SettingsError("setting_out_of_range", setting=name, value=value, low=low, high=high)


_DATES = ("extra_days_off", "extra_working_days")
_KINDS: dict[str, tuple[type, ...]] = {
    "company": (str,), "currency": (str,), "time_zone": (str,), "working_hours": (list, tuple),
    "working_days": (list, tuple), "holiday_country": (str,), "extra_days_off": (list, tuple),
    "extra_working_days": (list, tuple), "file_time_zone": (str,),
    "intended_path": (list, tuple), "go_live": (date, str), "observed_until": (date, str),
    "ramp_up_months": (int,),
    "horizon_months": (int,), "users": (int,), "hourly_cost": (int, float),
    "minutes_per_error": (int, float), "minutes_by_problem": (dict,), "events": (dict,),
    "gross_margin": (int, float), "discount_rate": (int, float),
    "targets": (dict,), "floors": (dict,), "weights": (dict,), "checks": (dict,),
}  # fmt: skip


def from_dict(values: Mapping[str, Any]) -> Settings:
    """Settings from plain values, as read from TOML or JSON.

    Raises:
        SettingsError: a name is unknown, or a value has no meaning.
    """
    known = {known.name for known in fields(Settings)}
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in known:
            raise SettingsError("setting_unknown", setting=name, known=", ".join(sorted(known)))
        if isinstance(value, bool) or not isinstance(value, _KINDS[name]):
            raise SettingsError("setting_not_understood", setting=name, value=str(value))
        given[name] = _typed(name, value)
    return Settings(**given)


def _typed(name: str, value: Any) -> Any:
    if name in _DATES:
        return tuple(_date(name, one) for one in value)
    if _KINDS[name] == (date, str):
        return _date(name, value)
    if name == "intended_path":
        return tuple(map(str, value))
    if name == "checks":
        try:
            return choices_from_plain(value)
        except ValueError as error:
            raise SettingsError("setting_not_understood", setting=name, value=str(error)) from None
    return tuple(value) if isinstance(value, list) else value


def _date(name: str, value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise SettingsError("setting_not_understood", setting=name, value=str(value)) from None


def from_toml(source: str) -> Settings:
    """Settings from the text of a TOML file.

    Raises:
        SettingsError: it is no TOML, or says something that has no meaning.
    """
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings_not_toml", reason=str(error)) from error
    return from_dict(values)
