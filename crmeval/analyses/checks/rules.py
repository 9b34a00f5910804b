"""Rules of the user: conditions on columns, built on the page, never text that is executed."""

from collections.abc import Callable, Iterator

import ibis
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import checkable, day_text, filled, headers, is_text
from crmeval.analyses.checks.model import RULE, Check
from crmeval.check_choices import (
    AT_LEAST,
    AT_MOST,
    CONTAINS,
    DIFFERS,
    EMPTY,
    EQUALS,
    FILLED,
    LESS,
    MATCHES,
    MORE,
    ONE_OF,
    STARTS,
    Condition,
    Rule,
)
from crmeval.tables import Tables
from crmeval.words import text

_NUMBER = "^[-+]?[0-9][0-9 \u00a0]*([.,][0-9]+)?$"
_COMPARED: dict[str, Callable[[ir.Value, ir.Value], ir.BooleanValue]] = {
    EQUALS: lambda one, other: one == other,
    DIFFERS: lambda one, other: one != other,
    MORE: lambda one, other: one > other,
    AT_LEAST: lambda one, other: one >= other,
    LESS: lambda one, other: one < other,
    AT_MOST: lambda one, other: one <= other,
}


def rule_checks(tables: Tables, rules: tuple[Rule, ...]) -> Iterator[Check]:
    """The rules as checks, those whose table and columns there are."""
    judged = checkable(tables)
    for rule in rules:
        one = next((one for one in judged if one.name == rule.table), None)
        if one is None:
            continue
        known = {said: column for column, said in headers(tables, one, judged).items()}
        known |= {column: column for column in one.columns}
        if any(name and name not in known for name in _names(rule)):
            continue
        placed = Rule(
            rule.name, rule.table, _placed(rule.must, known), rule.when and _placed(rule.when, known)
        )
        reason = text(f"accuracy.reasons.{RULE}")
        yield Check(RULE, rule.table, placed.must.column, reason, named=rule.must.column, rule=placed)


def _names(rule: Rule) -> Iterator[str]:
    for one in (rule.must, rule.when):
        if one is not None:
            yield from (one.column, one.other)


def _placed(one: Condition, known: dict[str, str]) -> Condition:
    return Condition(known[one.column], one.test, one.value, known.get(one.other, ""))


def can_be_asked(tables: Tables, rule: Rule) -> bool:
    """Whether the engine understands a rule: a pattern may be none, a number no number."""
    for check in rule_checks(tables, (rule,)):
        rows = tables[check.table]
        try:
            tables.value(rows.filter(broken(rows, check)).count())
        except Exception:  # noqa: BLE001 - each engine has its own errors for a pattern it cannot read
            return False
        return True
    return False


def broken(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """Whether a row breaks the rule of a check."""
    rule = check.rule
    if rule is None:
        return ibis.literal(False)
    fails = ~holds(rows, rule.must)
    if rule.must.test not in (FILLED, EMPTY):
        fails &= filled(rows, rule.must.column)
    return fails & holds(rows, rule.when) if rule.when else fails


def holds(rows: ir.Table, one: Condition) -> ir.BooleanValue:
    """Whether a condition holds; where a side is missing, it does not."""
    column = rows[one.column]
    said = column.cast("string").strip()
    if one.test in (FILLED, EMPTY):
        held = filled(rows, one.column)
        return held if one.test == FILLED else ~held
    if one.test in _COMPARED:
        return _compared(rows, one)
    folded, value = said.lower(), one.value.strip().lower()
    met = {
        STARTS: lambda: folded.startswith(value),
        CONTAINS: lambda: folded.contains(value),
        MATCHES: lambda: said.re_search(one.value),
        ONE_OF: lambda: folded.isin([part.strip().lower() for part in one.value.split(";")]),
    }[one.test]()
    return met.fill_null(False)


def _compared(rows: ir.Table, one: Condition) -> ir.BooleanValue:
    """Dates as days, numbers as numbers, anything else as text without regard to case."""
    column = rows[one.column]
    other = rows[one.other] if one.other else ibis.literal(one.value.strip())
    sides: tuple[ir.Value, ir.Value]
    if column.type().is_temporal():
        sides = day_text(column), day_text(other)
    elif (
        not is_text(rows, one.column) or _is_number(one.value) or (one.other and not is_text(rows, one.other))
    ):
        sides = _number(column), _number(other)
    else:
        sides = column.strip().lower(), other.cast("string").strip().lower()
    return _COMPARED[one.test](*sides).fill_null(False)


def _is_number(value: str) -> bool:
    try:
        float(value.replace(",", ".").replace(" ", ""))
    except ValueError:
        return False
    return True


def _number(value: ir.Value) -> ir.FloatingValue:
    if not value.type().is_string():
        return value.cast("float64")
    value = value.strip()
    plain = value.re_search(_NUMBER).ifelse(value, ibis.null().cast("string"))
    return plain.re_replace("[ \u00a0+]", "").replace(",", ".").cast("float64")
