"""Contradictions between the fields of a row: rules the data nearly always keep, flags against outcomes."""

import re
from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np
import pandas as pd

from crmeval.analyses.checks.columns import CheckedTable, filled, header, is_id, is_text
from crmeval.analyses.checks.conditions import TELLING_PREFIX
from crmeval.analyses.checks.distinct import Column
from crmeval.analyses.checks.model import (
    AGAINST_FLAG,
    CONTRADICTS,
    OTHER_COUNTRY,
    PHONE,
    SEPARATOR,
    SWAPPED,
    Check,
)
from crmeval.analyses.checks.values import country_codes
from crmeval.fields import LOST, WON
from crmeval.tables import ROW, Tables
from crmeval.words import text

# A rule like «the post code tells the city»: kept by 98 rows in 100 (from 95 it is worth a look) where the
# first value is seen at least five times, and far better than always guessing the commonest city.
_KEPT, _SURELY, _OFTEN, _FEWEST_ROWS, _FEWEST_VALUES = 0.95, 0.98, 5, 50, 5
_COMMONEST = 0.8
_SAMPLE_ROWS, _MOST_RULES = 5000, 8
_NO_RULE = {"stage", "pipeline", "source", "owner", "team", "entered_by", "kind"}  # they change with time
_CLOSED = re.compile(r"is.?closed|^closed\??$|закрыт|завершен", re.IGNORECASE)
_WON = re.compile(r"is.?won|^won\??$|выигран|успешн", re.IGNORECASE)
_YES, _NO = ("true", "1", "yes", "y", "да", "истина", "д"), ("false", "0", "no", "n", "нет", "ложь", "н")
_FIRST = re.compile(r"first.?name|given.?name|^имя$|имя контакта|^name$", re.IGNORECASE)
_LAST = re.compile(r"last.?name|surname|family.?name|^фамилия|second.?name", re.IGNORECASE)
_COMMON, _STRANGE = 3, 0.1
_COUNTRIES = 0.8


def checks_between(tables: Tables, checked: CheckedTable, columns: Sequence[Column]) -> Iterator[Check]:
    """The contradictions that these columns of a table may hold."""
    yield from _dependent(tables, checked, columns)
    yield from _flags(tables, checked, columns)
    yield from _swapped(tables, checked)
    yield from _countries(tables, checked, columns)


def _dependent(tables: Tables, checked: CheckedTable, columns: Sequence[Column]) -> Iterator[Check]:
    """Columns whose value follows from another one's in nearly every row (approximate dependencies)."""
    usable = [
        column.name
        for column in columns
        if not (column.coded or column.people or column.name in _NO_RULE or is_id(checked.name, column.name))
        and column.kind == "" and column.filled >= _FEWEST_ROWS
    ]  # fmt: skip
    if len(usable) < 2:  # noqa: PLR2004 - one thing tells nothing about itself
        return
    rows = tables[checked.name]
    step = max(1, tables.count(checked.name) // _SAMPLE_ROWS)
    sample = tables.frame(
        rows.filter(rows[ROW] % step == 0).select(usable) if step > 1 else rows.select(usable)
    )
    codes = {name: pd.factorize(sample[name].where(sample[name].str.strip() != ""))[0] for name in usable}
    found = []
    for one, other in permutations(usable, 2):
        kept = _share_kept(codes[one], codes[other])
        if kept and (kept < 1 or step > 1):
            found.append((kept, len(np.unique(codes[one])), one, other))
    told: set[str] = set()  # of two columns that tell each other only one is doubted
    for _, _, one, other in sorted(found, reverse=True):
        if other not in told and len(told) < _MOST_RULES:
            check = _broken_rule(tables, checked.name, one, other)
            if check is not None:
                told |= {one, other}
                yield check


def _share_kept(ones: np.ndarray, others: np.ndarray) -> float:
    """The share of rows in which the first value's commonest partner stands; 0 where that says nothing."""
    both = (ones >= 0) & (others >= 0)
    ones, others = ones[both], others[both]
    if len(ones) < _FEWEST_ROWS:
        return 0.0
    keys, often = np.unique(ones.astype(np.int64) * (others.max() + 1) + others, return_counts=True)
    values, partners = keys // (others.max() + 1), keys % (others.max() + 1)
    totals = np.bincount(values, often)
    most = np.zeros(len(totals))
    np.maximum.at(most, values, often)
    counted = totals >= _OFTEN
    commonest = np.bincount(others).max() / len(others)
    best = partners[np.isin(values, np.flatnonzero(counted)) & (often == most[values])]
    if counted.sum() < _FEWEST_VALUES or commonest > _COMMONEST or len(np.unique(best)) < _FEWEST_VALUES - 2:
        return 0.0
    kept = most[counted].sum() / totals[counted].sum()
    return float(kept) if kept >= _KEPT and totals[counted].sum() >= _FEWEST_ROWS else 0.0


def _broken_rule(tables: Tables, name: str, one: str, other: str) -> Check | None:
    """The rows in which a rule that nearly all keep is broken."""
    rows = tables[name]
    held = rows.filter(filled(rows, one) & filled(rows, other))
    counts = tables.frame(held.group_by(one, other).aggregate(n=held.count()))
    counts["total"] = counts.groupby(one)["n"].transform("sum")
    counts = counts[counts["total"] >= _OFTEN].sort_values("n", ascending=False, kind="stable")
    counts["usual"] = counts.groupby(one)[other].transform("first")
    kept = counts[other] == counts["usual"]
    share = counts.loc[kept, "n"].sum() / max(counts["n"].sum(), 1)
    broken = counts[~kept]
    if broken.empty or share < _KEPT:
        return None
    wrong = dict(zip(broken[one] + SEPARATOR + broken[other], broken["usual"], strict=True))
    facts = {"other": header(tables, name, one), "share": float(share), "n": int(broken["n"].sum())}
    reason = text(f"accuracy.reasons.{CONTRADICTS}", **facts)
    return Check(CONTRADICTS, name, other, reason, on=bool(share >= _SURELY), wrong=wrong, other=one)


def _flags(tables: Tables, checked: CheckedTable, columns: Sequence[Column]) -> Iterator[Check]:
    """Columns of yes and no that say whether a deal is closed or won, against its outcome."""
    if checked.name != "deals" or not tables.has("deals", "outcome"):
        return
    for column in columns:
        said = {value.strip().lower() for value in column.counts}
        if not column.few or not said or not said <= {*_YES, *_NO}:
            continue
        named = header(tables, "deals", column.name)
        for meant, end in ((_WON, WON), (_CLOSED, LOST)):
            if meant.search(named):
                reason = text(f"accuracy.reasons.{AGAINST_FLAG}")
                wrong = dict.fromkeys(_YES, "")
                yield Check(AGAINST_FLAG, "deals", column.name, reason, wrong=wrong, outcomes=(end, *_NO))
                break


def _swapped(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """First names that are common as last names and the other way round, both in one row."""
    names = {column: header(tables, checked.name, column) for column in checked.columns}
    rows = tables[checked.name]
    texts = [column for column in checked.columns if is_text(rows, column)]
    first = next((column for column in texts if _FIRST.search(names[column])), "")
    last = next((column for column in texts if _LAST.search(names[column])), "")
    if not first or not last or first == last:
        return
    counts = {}
    for column in (first, last):
        found = tables.frame(rows.group_by(value=rows[column]).aggregate(n=rows.count()))
        counts[column] = found.dropna().set_index("value")["n"]
    both = pd.DataFrame(counts).dropna()
    lasts = both.index[(both[last] >= _COMMON) & (both[first] <= _STRANGE * both[last])]
    firsts = both.index[(both[first] >= _COMMON) & (both[last] <= _STRANGE * both[first])]
    if len(lasts) and len(firsts):
        wrong = dict.fromkeys(map(str, lasts), last) | dict.fromkeys(map(str, firsts), first)
        reason = text(f"accuracy.reasons.{SWAPPED}", other=names[last])
        yield Check(SWAPPED, checked.name, first, reason, wrong=wrong, other=last)


def _countries(tables: Tables, checked: CheckedTable, columns: Sequence[Column]) -> Iterator[Check]:
    """Telephone numbers with the code of another country than the one the row names."""
    codes = country_codes()
    phones = [column.name for column in columns if column.kind == PHONE]
    named = [
        column.name
        for column in columns
        if column.few and not column.kind and column.counts
        and np.mean([value.strip().casefold() in codes for value in column.counts]) >= _COUNTRIES
    ]  # fmt: skip
    if not phones or not named:
        return
    rows, phone, country = tables[checked.name], phones[0], named[0]
    held = rows.filter(filled(rows, country) & rows[phone].strip().startswith("+"))
    keyed = held.select(country=held[country], prefix=held[phone].strip().left(TELLING_PREFIX))
    found = tables.frame(keyed.group_by("country", "prefix").aggregate(n=keyed.count()))
    expected = found["country"].str.strip().str.casefold().map(codes)
    digits = found["prefix"].str.replace(r"\D", "", regex=True)
    strange = [
        isinstance(code, str) and not one.startswith(code) for code, one in zip(expected, digits, strict=True)
    ]
    if any(strange):
        wrong = dict.fromkeys(found["country"][strange] + SEPARATOR + found["prefix"][strange], "")
        reason = text(f"accuracy.reasons.{OTHER_COUNTRY}", other=header(tables, checked.name, country))
        yield Check(OTHER_COUNTRY, checked.name, phone, reason, on=False, wrong=wrong, other=country)
