"""Checks suggested from the data: a format is looked for only where most values of a column have it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import ibis
import pandas as pd

from crmeval.analyses.checks.between import checks_between
from crmeval.analyses.checks.columns import (
    CheckedTable,
    checkable,
    filled,
    header,
    headers,
    is_text,
    sought,
    wanted,
)
from crmeval.analyses.checks.distinct import Column, columns_of
from crmeval.analyses.checks.model import (
    LOOKALIKE,
    LOST_ZERO,
    MISSING,
    NEAR_DUPLICATE,
    NOT_IN_LIST,
    NOT_UNDERSTOOD,
    PLACEHOLDER,
    Check,
)
from crmeval.analyses.checks.numbers import typed_checks
from crmeval.analyses.checks.shape import shape_checks
from crmeval.analyses.checks.twins import closest, misspelt_known, twins
from crmeval.analyses.checks.values import INDUSTRIES, countries, lookalike, placeholders
from crmeval.fields import LOOKUP
from crmeval.tables import IMPORT, Tables
from crmeval.words import text

EXPECTED_FILL = 0.8  # a column filled this often is expected to be filled always
_APPLIES_FILL = 0.05  # below it a field is not used for deals of that outcome
_IN_LIST = 0.8  # of the different values, for a look-up to be the list of them
_LIST_VALUES = 3
_FREE_FROM = 20  # a column with fewer different values may mean «no» as an answer
_TWIN_SHARE, _TWIN_ROWS = 0.2, 20  # a category: few different values among enough rows


def suggest_checks(tables: Tables, country: str = "") -> tuple[Check, ...]:
    """The checks these tables suggest, on but for those that only point at what is worth a look.

    `country` (ISO code) is where telephone numbers without a country code are looked for first.
    """
    judged = checkable(tables)
    lists = _lists(tables, judged)
    found: list[Check] = []
    for checked in judged:
        found += _not_understood(tables, checked)
        found += _missing(tables, checked)
        found += typed_checks(tables, checked)
        columns = tuple(columns_of(tables, checked, country))
        for column in columns:
            found += _of_values(checked.name, column)
            found += shape_checks(checked.name, column)
            found += _listed(checked.name, column, lists)
        found += checks_between(tables, checked, columns)
    names = {one.name: headers(tables, one, judged) for one in judged}
    return tuple(replace(check, named=names[check.table][check.column]) for check in found)


def _check(code: str, table: str, column: str, wrong: Mapping[str, str], **facts: object) -> Check:
    return Check(code, table, column, text(f"accuracy.reasons.{code}", **facts), wrong=wrong)


def _not_understood(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Cells that the import could not read as the date or number they should be."""
    for column in checked.columns:
        names = {column, header(tables, checked.name, column)}
        mine = [number for number, one in enumerate(tables.imports) if one.table == checked.name]
        cells = tables.problems
        cells = cells[cells["import"].isin(mine) & cells["column"].isin(names)]
        if len(cells):
            places = zip(cells["import"].astype(int), cells["row"].astype(int), strict=True)
            rows = dict(zip(places, cells["value"].astype(str), strict=True))
            reason = text(f"accuracy.reasons.{NOT_UNDERSTOOD}")
            yield Check(NOT_UNDERSTOOD, checked.name, column, reason, rows=rows)


def _missing(tables: Tables, checked: CheckedTable) -> Iterator[Check]:
    """Columns filled so often that an empty cell is an omission, where they are used."""
    fills = _fills(tables, checked)
    for column in checked.columns:
        used = fills[fills.groupby(IMPORT)[f"f_{column}"].transform("sum") > 0]
        of_outcome = used.groupby("outcome")[[f"f_{column}", f"n_{column}"]].sum()
        applies = of_outcome[of_outcome[f"f_{column}"] > _APPLIES_FILL * of_outcome[f"n_{column}"]]
        share = applies[f"f_{column}"].sum() / max(applies[f"n_{column}"].sum(), 1)
        if share < EXPECTED_FILL:
            continue
        everywhere = len(applies) == fills["outcome"].nunique()
        imports = sorted(int(number) for number in used[IMPORT].unique())
        yield Check(
            MISSING,
            checked.name,
            column,
            text(f"accuracy.reasons.{MISSING}", share=float(share)),
            outcomes=() if everywhere else tuple(str(outcome) for outcome in applies.index),
            imports=() if len(imports) == fills[IMPORT].nunique() else tuple(imports),
        )


def _fills(tables: Tables, checked: CheckedTable) -> pd.DataFrame:
    """Rows in which each column is sought (`n_…`) and filled (`f_…`), by import and outcome."""
    rows = tables[checked.name]
    ends = rows.outcome.fill_null("") if "outcome" in rows.columns else ibis.literal("")
    rows = rows.mutate(outcome=ends)
    counts = {"n": rows.count()}
    for column in checked.columns:
        counts[f"f_{column}"] = sought(filled(rows, column), rows, checked.name, column).ifelse(1, 0).sum()
    fills = tables.frame(rows.group_by(IMPORT, "outcome").aggregate(**counts))
    asked = {column: wanted(fills["outcome"], checked.name, column) for column in checked.columns}
    return fills.assign(**{f"n_{column}": fills["n"].where(where, 0) for column, where in asked.items()})


def _of_values(table: str, column: Column) -> Iterator[Check]:
    """Checks of text that people type: formats, placeholders, look-alike letters, near-duplicates."""
    if column.coded:
        return
    if column.judge is not None:
        wrong = {value: meant for value in column.counts if (meant := column.judge(value)) is not None}
        lost = {value: meant for value, meant in wrong.items() if meant}
        rest = {value: meant for value, meant in wrong.items() if not meant}
        yield _check(column.kind, table, column.name, rest, share=column.share)
        if lost:
            yield _check(LOST_ZERO, table, column.name, lost)
    many = not column.few or (bool(column.kind) and len(column.counts) > _FREE_FROM)
    yield _check(PLACEHOLDER, table, column.name, placeholders(column.counts, many=many))
    mixed = {value: meant for value in column.counts if (meant := lookalike(value)) is not None}
    if mixed:
        yield _check(LOOKALIKE, table, column.name, mixed)
    if column.few and not column.kind:
        yield _check(NEAR_DUPLICATE, table, column.name, _near(column), n=len(column.counts))


def _near(column: Column) -> dict[str, str]:
    """Near-duplicates within the column, and slips in names of countries and industries."""
    found: dict[str, str] = {}
    for known in (countries(), INDUSTRIES):
        found |= misspelt_known(column.counts, known)
    if column.filled >= _TWIN_ROWS and len(column.counts) <= _TWIN_SHARE * column.filled:
        found |= twins(column.counts, people=column.people)
    return found


def _lists(tables: Tables, judged: Sequence[CheckedTable]) -> dict[tuple[str, str], frozenset[str]]:
    """The keys of the look-ups: the lists other tables' values should be in."""
    lists = {}
    for checked in judged:
        key = checked.id
        if checked.name.startswith(LOOKUP) and key and is_text(tables[checked.name], key):
            values = tables.frame(tables[checked.name].select(key))[key]
            lists[checked.name, key] = frozenset(values.str.strip())
    return lists


def _listed(table: str, column: Column, lists: dict[tuple[str, str], frozenset[str]]) -> Iterator[Check]:
    """Values missing in a look-up that has nearly all the others."""
    if not column.few or len(column.counts) < _LIST_VALUES:
        return
    for (lookup, _), known in lists.items():
        missing = [value for value in column.counts if value.strip() not in known]
        if lookup != table and missing and len(missing) <= (1 - _IN_LIST) * len(column.counts):
            values = {value: closest(value, known) for value in missing}
            yield _check(NOT_IN_LIST, table, column.name, values, list=lookup)
            return
