"""Near-duplicates of a category: one thing written in two ways, or a known word misspelt."""

import re
from collections.abc import Iterable, Mapping

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

# Separators say nothing (`GTX Pro` is `GTXPro`), except between digits (`1.5` is not `15`).
_SEPARATORS = re.compile(r"(?<!\d)[\s\-_.,'\"«»]+|[\s\-_.,'\"«»]+(?!\d)")
_SHORTEST = 6  # shorter words a letter apart are too often two words
_LONG, _MOST_SLIPS = 9, 2  # from here on two letters may differ
_RARER = 0.5  # a slip is at most half as common as what was meant
_KNOWN_VALUES, _KNOWN_SHARE = 3, 0.3


def spelling(value: str) -> str:
    """What is left of a value when case, separators and ё are ignored."""
    return _SEPARATORS.sub("", value.strip().casefold().replace("ё", "е"))


def twins(counts: Mapping[str, int], *, people: bool = False) -> dict[str, str]:
    """Rarer ways to write a commoner value, with that value. Names of people are not held to be misspelt."""
    found = _respelt(counts)
    if people:
        return found
    values = [value for value in counts if value not in found]
    spelt = [spelling(value) for value in values]
    distance = process.cdist(spelt, spelt, scorer=OSA.distance, score_cutoff=_MOST_SLIPS)
    near = zip(*np.nonzero((distance > 0) & (distance <= _MOST_SLIPS)), strict=True)
    for rare, common in sorted(near, key=lambda pair: counts[values[pair[1]]]):  # the commonest comes last
        slip, meant = values[rare], values[common]
        if counts[slip] <= _RARER * counts[meant] and misspelt(slip, meant):
            found[slip] = meant
    return {slip: found.get(meant, meant) for slip, meant in found.items()}


def _respelt(counts: Mapping[str, int]) -> dict[str, str]:
    """Values that differ from a commoner one only in case, separators or ё."""
    commonest: dict[str, str] = {}
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        commonest.setdefault(spelling(value), value)
    return {
        value: commonest[spelling(value)]
        for value in counts
        if spelling(value) and commonest[spelling(value)] != value
    }


def misspelt(value: str, meant: str) -> bool:
    """Whether a value is another one with a slip in one word.

    Digits and the first letter must agree, and neither word may hold the other (`active`, `inactive`).
    """
    words, others = (re.findall(r"[^\W_]+", text.casefold()) for text in (value, meant))
    if len(words) != len(others):
        return False
    differing = [(one, other) for one, other in zip(words, others, strict=True) if one != other]
    if len(differing) != 1:
        return False
    word, other = differing[0]
    shortest = min(len(word), len(other))
    if shortest < _SHORTEST or word[0] != other[0] or word in other or other in word:
        return False
    if re.search(r"\d", word + other):
        return False
    return bool(OSA.distance(word, other) <= (_MOST_SLIPS if shortest >= _LONG else 1))


def closest(value: str, known: Iterable[str]) -> str:
    """The known value that this one is a way to write, or empty."""
    spelt = {spelling(name): name for name in known}
    if spelling(value) in spelt:
        return spelt[spelling(value)]
    return next((name for name in spelt.values() if misspelt(value, name)), "")


def misspelt_known(values: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Values one slip away from a known word, in a column that mostly speaks of such words."""
    values = list(values)
    names = {name.casefold(): name for name in known}
    strange = [value for value in values if value.strip().casefold() not in names]
    understood = len(values) - len(strange)
    if understood < _KNOWN_VALUES or understood < _KNOWN_SHARE * len(values):
        return {}
    found = {value: closest(value, names.values()) for value in strange}
    return {
        value: name.lower() if value.islower() else name
        for value, name in found.items()
        if name and spelling(name) != spelling(value)
    }
