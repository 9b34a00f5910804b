"""What a header means: its words stand for meanings, and meanings together for a field.

No list can hold every spelling. "Дт закр.", "date_closed", "Closed On" and "Clsoed Date" have nothing in
common but what their words mean.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from crmeval.fields import DATETIME, MONEY, NUMBER, TABLES
from crmeval.mapping.names import normal

_FILE = Path(__file__).with_name("concepts.toml")
_STRENGTHS = 0.93, 0.7, 0.5  # as sure as a pattern is by its marks: none, `~`, `~~`
_LATER = 0.005  # the first pattern of a field is its best
_UNKNOWN, _OTHER, _MISSPELT = 0.9, 0.85, 0.93  # what a word beyond the pattern, or one misspelt, costs
_LONG = 8  # words so long may have two letters wrong
_ENDING = 3  # a listed word is also its stem where the ending is no longer
_STEM = 5  # a shorter stem is like too many words
_ONE_STEM = 2  # stems that differ by so few letters are of one word
_CUT_SHORT = 4  # letters that are left of a word at least
_SHORTEST = 6  # shorter words are not taken for misspelt ones
_CUT = re.compile(r"\b([а-яё]{1,3})-([а-яё]{1,3})\b", re.IGNORECASE)  # кол-во, кл-т
_GLUED = re.compile(r"^([a-z]{3,})(id|no|name|date|time|type|status|stage|amount|value|source|owner)$")
_COUNT = re.compile(r"\b(?:number|no|num) of |^num (?=.*s$)")
_NET = re.compile(
    r"\b(?:со? (?:учетом )?скидк\w+|за вычетом скидк\w+|(?:after|less|net of|incl\w*) discounts?)\b"
)
_TAX = re.compile(
    r"\b(?:(?:с учетом|в т ч|включая|с|без) ндс|ндс включ\w+"
    r"|(?:incl\w*|excl\w*|exc?|inc|net of|before|after|plus|with|without|w o) (?:the )?(?:vat|gst|tax(?:es)?)"
    r"|(?:vat|gst|tax(?:es)?) (?:incl\w*|excl\w*)|(?:inc|ex)vat)\b"
)
_SHORTENED = re.compile(r"\b(rec|req|del|desp|ret)['’]d\b", re.IGNORECASE)
_NAME = re.compile(r"\b(full|first|last) name\b")
_ORDERS = {DATETIME: "date", NUMBER: "number", MONEY: "number"}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a header and what it may mean; `misspelt` where that had to be guessed."""

    text: str
    means: frozenset[str]
    misspelt: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Meanings that name a field together, and how surely they do."""

    means: tuple[str, ...]
    sure: float


@cache
def _written() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _vocabulary() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Whole words and stems, each with what it may mean."""
    whole: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for meaning, listed in _written()["words"].items():
        for word in listed.split():
            known, form = (stems, word[:-1]) if word.endswith("*") else (whole, word)
            known.setdefault(form, set()).add(meaning)
    return _frozen(whole), _frozen(stems)


def _frozen(known: Mapping[str, set[str]]) -> Mapping[str, frozenset[str]]:
    return {word: frozenset(means) for word, means in known.items()}


@cache
def _phrases() -> re.Pattern[str]:
    """Words that mean something only together, the longest first: "с кем", "spoke to"."""
    listed = sorted((word for word in _vocabulary()[0] if "_" in word), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(listed).replace('_', ' ')})\b")


@lru_cache(maxsize=8192)
def _word(text: str) -> Word:
    """What a word may mean: as it is listed, else by its stems, else as the nearest word by letters."""
    means = _listed(text) or _cut_short(text)
    if means or len(text) < _SHORTEST or not text.isalpha():
        return Word(text, means)
    near = _nearest(text)
    return Word(text, _listed(near), misspelt=True) if near else Word(text, frozenset())


def _cut_short(text: str) -> frozenset[str]:
    """What all listed words that begin so may mean: "Дата регистр.", "Resp."; nothing where they differ."""
    if len(text) < _CUT_SHORT or not text.isalpha():
        return frozenset()
    begun = [
        means
        for known in _vocabulary()
        for word, means in known.items()
        if word.startswith(text) and "_" not in word
    ]
    return frozenset.intersection(*begun) if begun else frozenset()


def _nearest(text: str) -> str:
    """The listed word, or the stem, that differs least by letters; empty where all differ too much."""
    whole, stems = _vocabulary()
    allowed = 1 + (len(text) >= _LONG)
    likely = [word for word in (*whole, *stems) if word[0] == text[0] and len(word) >= _STEM]
    apart = {
        word: min(
            OSA.distance(text[: len(word) + more] if word in stems else text, word, score_cutoff=allowed)
            for more in (-1, 0, 1)
        )
        for word in likely
    }
    near = min(apart, key=lambda word: (apart[word], -len(word)), default="")
    return near if near and apart[near] <= min(allowed, len(near) // 4) else ""


def _listed(text: str) -> frozenset[str]:
    """The meanings of a word as it is listed, with those of its longest stem and of stems nearly as long."""
    whole, stems = _vocabulary()
    begun = [n for n in range(len(text), 1, -1) if text[:n] in stems]
    told = whole.get(text, frozenset())
    if not begun or (told and begun[0] < len(text) - _ENDING):
        return told
    return told.union(*(stems[text[:n]] for n in begun if n >= begun[0] - _ONE_STEM))


@lru_cache(maxsize=8192)
def words(header: str) -> tuple[Word, ...]:
    """The words of a header, numbers left out."""
    plain = _COUNT.sub("count ", normal(_SHORTENED.sub(r"\1d", _CUT.sub(r"\1\2", header))))
    plain = _NET.sub("net", _TAX.sub("gross", _NAME.sub(r"\1name", plain)))
    plain = _phrases().sub(lambda phrase: phrase[0].replace(" ", "_"), plain)
    parts = (part for text in plain.split() if not text.isdigit() for part in _unglued(text))
    return tuple(_word(part) for part in parts)


def _unglued(text: str) -> tuple[str, ...]:
    """`dealname` as `deal`, `name`: where the first part is known, or the second is `id`."""
    glued = _GLUED.match(text)
    if glued and text not in _vocabulary()[0] and (glued[2] == "id" or _listed(glued[1])):
        return glued[1], glued[2]
    return (text,)


@cache
def _patterns(table: str, field: str) -> tuple[_Pattern, ...]:
    listed = _written()["patterns"].get(table, {}).get(field, "").split(";")
    found = []
    for place, one in enumerate(part.strip() for part in listed if part.strip()):
        marks = len(one) - len(one.lstrip("~"))
        found.append(_Pattern(tuple(one.lstrip("~").split()), _STRENGTHS[marks] - _LATER * min(place, 12)))
    return tuple(found)


@cache
def _denied(table: str, field: str) -> frozenset[str]:
    return frozenset(_written()["not"].get(table, {}).get(field, "").split())


@lru_cache(maxsize=65536)
def denies(table: str, field: str, header: str) -> bool:
    """Whether a word of the header rules the field out: "Modified by" is not who entered a record."""
    denied = _denied(table, field)
    return any(word.means & denied for word in words(header) if not word.misspelt)


@cache
def _ranks(kind: str) -> Mapping[str, int]:
    listed = _written()["order"][_ORDERS.get(kind, "text")].split(",")
    return {meaning.strip(): place for place, meaning in enumerate(listed)}


@cache
def _beside(table: str) -> frozenset[str]:
    return frozenset(_written()["beside"].get(table, "").split())


@cache
def called(table: str) -> frozenset[str]:
    """The meanings of which one stands in the name of a file or sheet with this table."""
    return frozenset(_written()["called"].get(table, "").split())


@cache
def _value_words(table: str) -> tuple[str, ...]:
    return tuple(_written()["values"].get(table, "").split())


def speaking(table: str, values: Sequence[str]) -> float:
    """The share of the values that have a word which speaks for the table."""
    begun = _value_words(table)
    said = sum(any(word.startswith(begun) for word in normal(value).split()) for value in values)
    return said / len(values) if begun and values else 0.0


def says(header: str, meaning: str) -> bool:
    """Whether a word of the header may mean this."""
    return any(meaning in word.means for word in words(header))


_NEUTRAL = {"unit", "date", "on", "name", "id", "when", "by", "title"}  # what any header may say


@lru_cache(maxsize=65536)
def says_only(table: str, field: str, header: str) -> bool:
    """Whether no word of the header speaks of anything but this field."""
    own = {meaning for one in _patterns(table, field) for meaning in one.means} | _beside(table) | _NEUTRAL
    return all(not word.means or word.misspelt or word.means & own for word in words(header))


@lru_cache(maxsize=65536)
def meant(table: str, field: str, header: str) -> float:
    """How surely the words of a header name the field, 0 … 1."""
    said = words(header)
    if not said:
        return 0.0
    ranks = _ranks(TABLES[table][field].kind)
    return max((_fits(one, said, ranks, _beside(table)) for one in _patterns(table, field)), default=0.0)


def _fits(pattern: _Pattern, said: Sequence[Word], ranks: Mapping[str, int], beside: frozenset[str]) -> float:
    """How surely these words say the pattern; 0 where they do not, or say something more decisive."""
    rest = list(said)
    sure = pattern.sure
    for meaning in pattern.means:
        word = min(
            (word for word in rest if meaning in word.means), key=lambda word: len(word.means), default=None
        )
        if word is None:
            return 0.0
        rest.remove(word)
        sure *= _MISSPELT if word.misspelt else 1
    decisive = min(ranks.get(meaning, len(ranks)) for meaning in pattern.means)
    for word in rest:
        if word.means & {*pattern.means, *beside}:
            continue
        ranked = [ranks[meaning] for meaning in word.means if meaning in ranks]
        if ranked and max(ranked) < decisive:
            return 0.0
        sure *= _OTHER if word.means else _UNKNOWN
    return sure
