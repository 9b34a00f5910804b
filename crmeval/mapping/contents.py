"""What the values of a column look like, whatever its header says: people, keys, ways of contact."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from crmeval.mapping.concepts import speaking, words
from crmeval.mapping.outcomes import are_flags
from crmeval.mapping.profiles import Profile

_LOOKED_AT = 40
_MOSTLY, _NUMERIC = 0.6, 0.8
_LONG = 18  # letters of a remark, on average
_REPEATS = 0.9  # distinct values per cell of a column that names the same things again and again
_KEY = 0.98
_SHORT = 60  # letters of a value that are looked at
_FEW, _MANY = 12, 100  # figures up to so much may be answers, or hours
_PARTS_OF_A_CARD = {"phone", "email", "address", "birth", "taxid", "name", "role"}
_SPOKEN = {"activities": "contact", "costs": "frequency", "deals": "end", "source": "origin", "stage": "step"}
_FORMS: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "phone": re.compile(r"\+?[\d\s()-]{10,18}"),
    "code": re.compile(r"(?=.*\d)[^\W_]{0,6}[-_/.№ ]{0,2}[\w-]{1,24}"),
    "company": re.compile(
        r"(?:ооо|оао|зао|пао|ао|ип|тоо|гк|нко|фгуп)\b.*"
        r"|.*\b(?:llc|ltd|inc|gmbh|ag|kg|plc|corp|co|sa|bv|oy|ab|as)\.?",
        re.IGNORECASE,
    ),
    "person": re.compile(
        r"[A-ZА-ЯЁ][a-zа-яё'’-]+(?:[ ][A-ZА-ЯЁ](?:[a-zа-яё'’-]+|\.))?(?:[ ]?[A-ZА-ЯЁ](?:[a-zа-яё'’-]+|\.))?"
    ),
}


@lru_cache(maxsize=4096)
def about(values: tuple[str, ...]) -> frozenset[str]:
    """What most of these values are: people, companies, keys, parts of a card, ways of contact, flags."""
    looked = [value.strip()[:_SHORT] for value in values[:_LOOKED_AT]]
    if not looked:
        return frozenset()
    shapes = {name for name, form in _FORMS.items() if _most(looked, form.fullmatch)}
    if max(map(len, looked)) < _SHORT and _most(looked, _is_part_of_a_card):
        shapes.add("part of a card")
    for told, name in _SPOKEN.items():
        if speaking(told, looked) >= _MOSTLY:
            shapes.add(name)
    if are_flags(looked):
        shapes.add("flag")
    return frozenset(shapes)


def _most(values: Sequence[str], like: Callable[[str], object]) -> bool:
    return sum(bool(like(value)) for value in values) >= _MOSTLY * len(values)


def _is_part_of_a_card(value: str) -> bool:
    return any(word.means & _PARTS_OF_A_CARD for word in words(value))


def _is_code(one: Profile) -> bool:
    measured = one.numbers >= _NUMERIC and not one.whole
    return "code" in about(one.some) and one.dates < _MOSTLY and not measured


def _is_text(one: Profile) -> bool:
    dated, counted = one.dates + one.counted >= _MOSTLY, one.numbers >= _NUMERIC
    return one.distinct > 0 and not dated and not counted and "flag" not in about(one.some)


def _is_figures(one: Profile) -> bool:
    return one.numbers >= _NUMERIC and one.dates < _MOSTLY


def _looks(shape: str) -> Callable[[Profile], bool]:
    return lambda one: _is_text(one) and shape in about(one.some)


LOOKS: Mapping[str, Callable[[Profile], bool]] = {
    "key": lambda one: _is_code(one) and one.filled >= _KEY and one.is_unique,
    "code": _is_code,
    "date": lambda one: one.dates >= _MOSTLY,
    "amount": lambda one: _is_figures(one) and one.high > _FEW and "phone" not in about(one.some),
    "few": lambda one: _is_figures(one) and 0 < one.high <= _MANY,
    "scale": lambda one: one.is_zero_to_ten and one.distinct > 1,
    "person": _looks("person"),
    "people": lambda one: LOOKS["person"](one) and one.unique <= _REPEATS,
    "party": lambda one: _is_text(one) and bool({"person", "company", "email"} & about(one.some)),
    "text": _is_text,
    "several": lambda one: _is_text(one) and one.unique <= _REPEATS,
    "remark": lambda one: _is_text(one) and one.length >= _LONG,
    "part of a card": lambda one: one.length < _LONG and _looks("part of a card")(one),
    "contact": _looks("contact"),
    "frequency": _looks("frequency"),
    "origin": _looks("origin"),
    "step": _looks("step"),
}
