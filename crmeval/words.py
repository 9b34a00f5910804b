"""Every sentence of the interface, in every language, with its numbers said as that language says them.

The catalogue is `locales/<language>/*.toml`. A sentence holds facts in braces, with an optional way to say
them: `{share:percent}`, `{n:count}`, `{amount:money}`, `{worth:about}`, `{when:date}`, `{value:number}`,
`{length:days}`, `{land:country}`, `{difference:points}` (a fraction as percentage points, without the words).
A sentence that depends on a number has one text per plural form and is chosen by the fact `n`.
"""

import string
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from math import floor, isfinite, log10
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)

LANGUAGES = ("en", "ru")
_LOCALES = Path(__file__).parent / "locales"
_PLURAL_FORMS = {"zero", "one", "two", "few", "many", "other"}
_TWO_STOPS = "г.."  # a Russian date has its own full stop, which ends the sentence too
_THOUSAND = 1000
_TEN = 10
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence not yet said: its key in the catalogue and the facts it tells."""

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def text(key: str, **facts: Any) -> Text:
    """The sentence `key` with these facts; a fact may itself be a `Text`."""
    return Text(key, facts)


def _flatten(entries: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in entries.items():
        if isinstance(value, dict) and not (set(value) <= _PLURAL_FORMS and "other" in value):
            flat.update(_flatten(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


def files_of(language: str) -> dict[str, Mapping[str, Any]]:
    """The sentences of each file of a language by key: a string, or a dict of plural forms."""
    return {
        path.name: _flatten(tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted((_LOCALES / language).glob("*.toml"))
    }


@cache
def catalogue(language: str) -> Mapping[str, Any]:
    """All sentences of a language by key; every key stands in one file only."""
    return {key: said for file in files_of(language).values() for key, said in file.items()}


def _signed(said: str) -> str:
    """The number with a true minus, as wide as its plus; what is rounded to nothing has none."""
    if not said.startswith("-"):
        return said
    return said.replace("-", "−" if any(sign in "123456789" for sign in said) else "", 1)


def _as_said(value: float) -> float:
    """The number with as many decimals as are said: what agrees with it is what one reads."""
    return round(value, 0 if abs(value) >= _THOUSAND else 1 if abs(value) >= _TEN else 2)


class Words(string.Formatter):
    """Says texts and numbers in one language and currency (an ISO code, or empty for plain numbers)."""

    def __init__(self, language: str = "en", currency: str = "") -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self.currency = currency
        self.locale = Locale(self.language)

    def __call__(self, key: str | Text, **facts: Any) -> str:
        """The sentence in this language.

        Raises:
            KeyError: the catalogue has no such sentence, or the sentence names a fact that was not given.
        """
        said = key if isinstance(key, Text) else Text(key)
        facts = {**said.facts, **facts}
        sentence = catalogue(self.language)[said.key]
        if isinstance(sentence, dict):
            sentence = sentence[self._plural_form(facts["n"], sentence)]
        return self.vformat(sentence, (), facts).replace(_TWO_STOPS, _TWO_STOPS[:-1])

    def has(self, key: str) -> bool:
        """Whether the catalogue has this sentence."""
        return key in catalogue(self.language)

    def _plural_form(self, n: float, sentence: Mapping[str, str]) -> str:
        plural_form: Any = self.locale.plural_form  # Babel says PluralRule, which is callable
        form: str = plural_form(abs(n))
        return form if form in sentence else "other"

    def format_field(self, value: Any, format_spec: str) -> str:
        """A fact in the way its sentence asks for; see the module's text."""
        if isinstance(value, Text):
            return self(value)
        if value is None:
            return "—"
        ways: dict[str, Callable[[Any], str]] = {
            "count": self.count, "number": self.number, "percent": self.percent, "money": self.money,
            "about": self.about, "days": self.days, "date": self.date, "": self.plain,
            "points": partial(self.bare, unit="share_points"), "country": self.country,
        }  # fmt: skip
        say = ways.get(format_spec)
        return say(value) if say else super().format_field(value, format_spec)

    def plain(self, value: Any) -> str:
        """Any value: numbers and dates as the language writes them, everything else as it is."""
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return str(value)
        return self.count(value) if isinstance(value, int) else self.number(value)

    def count(self, value: float) -> str:
        """A whole number with grouped thousands."""
        return _signed(format_decimal(round(value), locale=self.locale))

    def number(self, value: float, decimals: int | None = None) -> str:
        """A number; without `decimals`, as many as its size deserves (none from 1,000, one from 10)."""
        if decimals is None:
            decimals = 0 if abs(value) >= _THOUSAND else 1 if abs(value) >= _TEN else 2
        pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
        return _signed(format_decimal(value, format=pattern, locale=self.locale))

    def fixed(self, value: float, decimals: int) -> str:
        """A number with exactly so many decimals, as the numbers of one column have them."""
        return _signed(format_decimal(value, format=f"#,##0.{'0' * decimals}", locale=self.locale))

    def percent(self, value: float, decimals: int = 1) -> str:
        """A fraction as a percentage: 0.6315 is 63.2%."""
        space = "\xa0" if self.language == "ru" else ""
        pattern = f"#,##0.{'0' * decimals}{space}%"
        return _signed(format_percent(value, format=pattern, locale=self.locale))

    def money(self, value: float) -> str:
        """An amount in the currency of the assessment, without cents from 1,000 on."""
        value = round(value) if abs(value) >= _THOUSAND else value
        if not self.currency:
            return self.number(value)
        pattern = "#,##0.##\xa0¤" if self.language == "ru" else "¤#,##0.##"
        said = format_currency(
            value, self.currency, format=pattern, locale=self.locale, currency_digits=False
        )
        return _signed(said)

    def about(self, value: float) -> str:
        """An estimated amount, to two significant digits: more would claim to be exact."""
        if not value or not isfinite(value):
            return self.money(value)
        return self.money(round(value, 1 - floor(log10(abs(value)))))

    def short(self, value: float, unit: str) -> str:
        """A measured value where there is little room: money from a million on as `£2.05M`."""
        if unit != "money" or abs(value) < _MILLION:
            return self.measure(value, unit)
        if not self.currency:
            return _signed(format_compact_decimal(value, fraction_digits=2, locale=self.locale))
        return _signed(format_compact_currency(value, self.currency, fraction_digits=2, locale=self.locale))

    def days(self, value: float) -> str:
        """A duration given in days: `12.5 days`."""
        return self("units.days_said", n=_as_said(value), value=self.number(value))

    def date(self, value: date) -> str:
        """A date, without its time."""
        day = value.date() if isinstance(value, datetime) else value
        return format_date(day, format="medium", locale=self.locale)

    def country(self, code: str) -> str:
        """A country by its two letters, with its region where one is named: `DE-BY` is `Germany (BY)`."""
        letters, _, region = code.partition("-")
        name = str(self.locale.territories.get(letters, letters))
        return f"{name} ({region})" if region else name

    def measure(self, value: float | str, unit: str) -> str:
        """A measured value in its unit (see `crmeval.results.UNITS`)."""
        if isinstance(value, str):
            return value
        say = {"count": self.count, "share": self.percent, "money": self.money, "days": self.days}.get(unit)
        if say:
            return say(value)
        said = f"units.{unit}_said"
        if not self.has(said):
            return self.number(value)
        return self(said, n=_as_said(value), value=self.bare(value, unit))

    def bare(self, value: float, unit: str) -> str:
        """A measured value without the name of its unit, where that is a word; as `measure` otherwise."""
        if not self.has(f"units.{unit}_said"):
            return self.measure(value, unit)
        return self.number(value * 100 if unit == "share_points" else value)
