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
    ONLY_DIGITS_PATTERN,
    PLACEHOLDER_PATTERN,
    PUNCTUATION_PATTERN,
    SIMPLE_EMAIL_PATTERN,
    TELLING_SIGNS,
    UNLIKELY_NUMBER_PATTERN,
    Judge,
)
from crmeval.tables import Tables

# A Latin and a Cyrillic letter side by side are looked for in one go with the placeholders.
_ODD_TEXT = rf"(?i)^\s*({PLACEHOLDER_PATTERN[1:-1]})\s*$|{MIXED_PATTERN}"


def values_worth_a_look(
    tables: Tables, rows: ir.Table, columns: Mapping[str, tuple[str, Judge | None]]
) -> dict[str, dict[str, int]]:
    """Column → values that a check may find fault with, and their counts.

    `columns`: the check of each column's format, and its judge, where it has one. Left out are addresses and
    telephone numbers that are fine for sure, and texts that are neither placeholders nor of two alphabets.
    """
    found = {}
    for name, (kind, judge) in columns.items():
        held = rows.filter(filled(rows, name))
        if kind == PHONE and judge is not None:
            counts = _odd_numbers(tables, held, name, judge)
        else:
            counts = tables.frame(_counted(held.filter(_is_odd(held[name], kind)), name))
        counts = counts.sort_values("value")
        found[name] = dict(zip(counts["value"], counts["n"].astype(int), strict=True))
    return found


def _counted(rows: ir.Table, name: str) -> ir.Table:
    return rows.group_by(value=rows[name]).aggregate(n=rows.count())


def _is_odd(cell: ir.StringValue, kind: str) -> ir.BooleanValue:
    if kind == TAX_NUMBER:
        return ibis.literal(True)
    if kind != EMAIL:
        return cell.re_search(_ODD_TEXT)
    plain = cell.re_search(f"(?i){SIMPLE_EMAIL_PATTERN}")
    return plain.ifelse(cell.re_search(f"(?i){EMAIL_STOPGAP_PATTERN}"), True)


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
