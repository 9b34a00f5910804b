"""Of columns with many different values, those worth a look by checks that only Python has."""

from collections.abc import Mapping

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import filled
from crmeval.analyses.checks.model import EMAIL, PHONE, TAX_NUMBER
from crmeval.analyses.checks.values import (
    BARE_NUMBER_PATTERN,
    EMAIL_STOPGAP_PATTERN,
    MIXED_PATTERN,
    OGRN_PATTERN,
    ONLY_DIGITS_PATTERN,
    PLACEHOLDER_PATTERN,
    PUNCTUATION_PATTERN,
    SIMPLE_EMAIL_PATTERN,
    TELLING_SIGNS,
    UNLIKELY_NUMBER_PATTERN,
    Judge,
    tax_number,
)
from crmeval.tables import Tables

# A Latin and a Cyrillic letter side by side are looked for in one go with the placeholders.
_ODD_TEXT = rf"(?i)^\s*({PLACEHOLDER_PATTERN[1:-1]})\s*$|{MIXED_PATTERN}"

_INN_OR_OGRN = rf"\d{{10}}|\d{{12}}|{OGRN_PATTERN}"
_FIRM, _PERSON, _REGISTERED = 10, 12, 13  # digits of an INN, of a person's, of an OGRN
_WEIGHTS = (8, 6, 4, 9, 5, 3, 10, 4, 2, 7, 3)  # of the tax service's order; an INN's from its last digit on


def values_worth_a_look(
    tables: Tables, rows: ir.Table, columns: Mapping[str, tuple[str, Judge | None]]
) -> dict[str, dict[str, int]]:
    """Column → values that a check may find fault with, and their counts.

    `columns`: the check of each column's format, and its judge, where it has one. Left out are addresses,
    telephone and tax numbers that are fine for sure, and texts that are neither placeholders nor of two
    alphabets.
    """
    found = {}
    for name, (kind, judge) in columns.items():
        held = rows.filter(filled(rows, name))
        if kind == PHONE and judge is not None:
            counts = _odd_numbers(tables, held, name, judge)
        else:
            counts = tables.frame(_counted(held.filter(_is_odd(held[name], kind, judge)), name))
        counts = counts.sort_values("value")
        found[name] = dict(zip(counts["value"], counts["n"].astype(int), strict=True))
    return found


def _counted(rows: ir.Table, name: str) -> ir.Table:
    return rows.group_by(value=rows[name]).aggregate(n=rows.count())


def _is_odd(cell: ir.StringValue, kind: str, judge: Judge | None) -> ir.BooleanValue:
    if kind == TAX_NUMBER and judge is not tax_number:
        return ibis.literal(True)
    if kind == TAX_NUMBER:
        return agree(cell).ifelse(cell.re_search(_ODD_TEXT), True)
    if kind != EMAIL:
        return cell.re_search(_ODD_TEXT)
    plain = cell.re_search(f"(?i){SIMPLE_EMAIL_PATTERN}")
    return plain.ifelse(cell.re_search(f"(?i){EMAIL_STOPGAP_PATTERN}"), True)


def agree(cell: ir.StringValue) -> ir.BooleanValue:
    """Whether the check digits of an INN or OGRN agree: as `tax_number` asks, for all at once.

    False where a cell is anything else, with spaces or signs too.
    """
    number = cell.re_search(f"^({_INN_OR_OGRN})$").ifelse(cell, ibis.null()).cast("int64")
    before, last, length = number // 10, number % 10, cell.length()
    inn = _weighed(before) == last
    second = _weighed(before // 10) == before % 10
    met = ibis.cases(
        (length == _FIRM, inn),
        (length == _PERSON, inn & second),
        (length == _REGISTERED, before % 11 % 10 == last),
        else_=before % 13 % 10 == last,
    )
    return met.fill_null(False)


def _weighed(number: ir.IntegerValue) -> ir.IntegerValue:
    """The check digit of an INN's digits: of their sum, weighed from the last one on, by 11."""
    return sum(number // 10**place % 10 * weight for place, weight in enumerate(_WEIGHTS)) % 11 % 10


def _odd_numbers(tables: Tables, held: ir.Table, name: str, judge: Judge) -> pd.DataFrame:
    """All that is not plainly a number, and the numbers of which one that begins alike is not fine.

    Numbers with the same first signs and length are all possible or none is: one of each is judged.
    """
    cell = held[name]
    bare = cell.re_search(BARE_NUMBER_PATTERN)
    plain = bare.ifelse(cell, cell.re_replace(PUNCTUATION_PATTERN, ""))
    digits = bare.ifelse(True, cell.re_search(ONLY_DIGITS_PATTERN))
    number = digits & ~plain.re_search(UNLIKELY_NUMBER_PATTERN)
    keyed = held.select(
        value=cell, number=number, begins=number.ifelse(plain.left(TELLING_SIGNS), cell),
        length=number.ifelse(plain.length(), 0),
    )  # fmt: skip
    sort = ["number", "begins", "length"]
    sorts = tables.frame(keyed.group_by(sort).aggregate(value=keyed.value.min(), n=keyed.count()))
    others, numbers = sorts[~sorts["number"]], sorts[sorts["number"]]
    bad = numbers[[judge(value) is not None for value in numbers["value"]]]
    if bad.empty:
        return others
    alike = keyed.semi_join(ibis.memtable(bad[sort]), sort)
    return pd.concat([others, tables.frame(_counted(alike, "value"))], ignore_index=True)
