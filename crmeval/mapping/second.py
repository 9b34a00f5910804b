"""A second opinion on which column is which field, learned from labelled header sets.

`assign` knows words and rules; this knows none, only how often what a header and its values say went with a
field in the sets of `tests/headers`: a logistic regression per field, its weights written by
`benchmarks/fit_columns.py`. The two err in different places, so where they agree the mapping is sure, and
where they differ it is asked.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from crmeval.fields import TABLES
from crmeval.mapping.assign import Assignment, cannot_be, may_share
from crmeval.mapping.concepts import words
from crmeval.mapping.contents import LOOKS
from crmeval.mapping.presets import Preset
from crmeval.mapping.profiles import Profile
from crmeval.mapping.weighing import written

_FILE = Path(__file__).with_name("column_weights.toml")
_AGREED, _NOT_SURE = 0.85, 0.79
_LIKELY, _ODDS = 0.6, 3.0  # what both must reach to be sure together: the second's odds are of 95 in 100
_SURE, _MOSTLY = 0.8, 0.5
_WORDS = 5  # a header of more words is merely long
# Their columns are told by the questions, or by the headers that the app itself wrote.
NOT_LEARNED = {"usability", "fix_list"}

Odds = Mapping[tuple[str, str], float]  # (field, header) → log-odds


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    return written(_FILE)


def features(table: str, found: Mapping[str, Profile]) -> Iterator[tuple[str, dict[str, float]]]:
    """Every header with what it and its values say, 0 … 1 each, by kind and name."""
    dates = [header for header, one in found.items() if LOOKS["date"](one)]
    last = max(len(found) - 1, 1)
    for place, (header, one) in enumerate(found.items()):
        said = words(header)
        told = {f"word {word.text}": 1.0 for word in said}
        for word in said:
            for meaning in word.means:
                sign = f"says {meaning}"
                told[sign] = max(told.get(sign, 0.0), 1 / len(word.means) ** 0.5)
        for kind, ends in (("first", said[:1]), ("last", said[-1:])):
            told |= {f"{kind} {meaning}": 1.0 for word in ends for meaning in word.means}
        told |= {f"shows {look}": 1.0 for look, like in LOOKS.items() if like(one)}
        told |= {
            f"table {table}": 1.0,
            "is always": 1.0,
            "is unknown": float(any(not word.means for word in said)),
            "is long": min(len(said), _WORDS) / _WORDS,
            "is filled": one.filled,
            "is distinct": one.unique,
            "is number": one.numbers,
            "is date": one.dates,
            "is counted": one.counted,
            "is late": place / last,
            "is first": float(place == 0),
            "is first date": float(header in dates[:1]),
            "is last date": float(header in dates[-1:]),
            "is only date": float(dates == [header]),
        }
        yield header, told


def sum_of(weights: Mapping[str, float], told: Mapping[str, float]) -> float:
    """The log-odds: what each sign weighs, added up."""
    return sum(weights.get(sign, 0.0) * value for sign, value in told.items())


def odds(table: str, found: Mapping[str, Profile]) -> Odds:
    """The log-odds that a column is a field of the table, of those whose values suit it."""
    told = dict(features(table, found))
    return {
        (one.name, header): sum_of(weights, signs)
        for one in TABLES[table].fields if (weights := _weights().get(one.name))
        for header, signs in told.items()
        if found[header].fits(one.kind) and not cannot_be(one.name, one.kind, header, found[header])
    }  # fmt: skip


def likeliest(told: Odds) -> dict[str, str]:
    """Field → header: the likeliest pair first, each field and column once, none that is likelier not."""
    columns: dict[str, str] = {}
    for (field, header), sure in sorted(told.items(), key=lambda one: -one[1]):
        if sure > 0 and field not in columns and _is_free(header, field, columns):
            columns[field] = header
    return columns


def _is_free(header: str, field: str, columns: Mapping[str, str]) -> bool:
    return all(may_share(field, other) for other, taken in columns.items() if taken == header)


def seconded(first: Assignment, found: Mapping[str, Profile], preset: Preset) -> Assignment:
    """The assignment with a second opinion heard.

    Where both name the same column as likely it is sure. A column that only the second opinion names is taken
    where the first names none, or is not sure of its own; else the first stands, and is no longer sure. What
    a known system writes needs no second opinion.
    """
    if first.table not in TABLES or first.table in NOT_LEARNED:
        return first
    told = odds(first.table, found)
    second = likeliest(told)
    columns, confidence = dict(first.columns), dict(first.confidence)
    known = {field for field in preset.columns if field in columns} if first.table == "deals" else set()
    for field, header in second.items():
        if columns.get(field) == header and confidence[field] >= _LIKELY and told[field, header] >= _ODDS:
            confidence[field] = max(confidence[field], _AGREED)
        if columns.get(field) == header or field in known or found[header].counted >= _MOSTLY:
            continue  # numbers that might be days are no date because nothing else is
        likely = round(min(1 / (1 + math.exp(-told[field, header])), _NOT_SURE), 2)
        holders = [other for other, taken in columns.items() if taken == header]
        if confidence.get(field, 0.0) < _SURE and not any(
            confidence[other] >= _SURE or second.get(other) == header or other in known for other in holders
        ):
            for other in holders:
                del columns[other], confidence[other]
            columns[field], confidence[field] = header, likely
    for field, header in columns.items():
        if second.get(field) != header and field in _weights() and field not in known:
            confidence[field] = min(confidence[field], _NOT_SURE)
    order = [one.name for one in TABLES[first.table].fields if one.name in columns]
    return replace(
        first,
        columns={name: columns[name] for name in order},
        confidence={name: confidence[name] for name in order},
    )
