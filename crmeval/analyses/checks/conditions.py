"""What each check looks for, as a condition on a row that the engine evaluates."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import day_text, filled, sought
from crmeval.analyses.checks.model import (
    ABSURD,
    AGAINST_FLAG,
    BEFORE_CREATED,
    CASE,
    CONTRADICTS,
    IN_FUTURE,
    LATE,
    MISSING,
    NEGATIVE,
    NO_AMOUNT,
    NOT_UNDERSTOOD,
    ODD_FORM,
    OTHER_COUNTRY,
    OUT_OF_ORDER,
    REPEATED,
    RULE,
    SEPARATOR,
    SPACES,
    SWAPPED,
    TOO_EARLY,
    WRONG_COLUMN,
    Check,
)
from crmeval.analyses.checks.rules import broken
from crmeval.fields import LOST, WON
from crmeval.tables import IMPORT, ROW

EARLIEST_YEAR = 1980  # an earlier date is a system's zero (1900, 1970), not a day a CRM saw
TELLING_PREFIX = 4  # signs of a telephone number that hold the code of its country
_FEW_VALUES = 50  # more are matched as a table: a long list is slow to compile
_ROW_SPACE = 2**40
_SPARE_SPACES = r"^\s|\s$|\s\s"


def condition(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """Whether a row's cell has the problem a check looks for."""
    if check.among is not None:
        met = is_one_of(rows[check.column], check.among)
    else:
        met = _CONDITIONS.get(check.code, _is_wrong)(rows, check)
    return sought(met, rows, check.table, check.column)


def is_one_of(column: ir.StringValue, values: Sequence[str]) -> ir.BooleanValue:
    """Whether a cell is one of the values, by comparison or, for many of them, by a table of them."""
    if len(values) <= _FEW_VALUES:
        return column.isin(values) if values else ibis.literal(False)
    return column.isin(ibis.memtable(pd.DataFrame({"value": values})).value)


def looked_for(check: Check) -> str:
    """The pattern (of RE2) by which a check of forms finds a value; one of odd forms finds what lacks it."""
    if check.code == SPACES:
        return _SPARE_SPACES
    if check.code == CASE:
        return check.pattern
    whole = _among_blanks(check.pattern)
    return f"(?i){whole}" if check.code == WRONG_COLUMN else whole


def with_few(check: Check, values: Iterable[str]) -> Check:
    """A check of forms with those of a column's few values that it finds: cells need not be looked at."""
    texts = pa.array(list(values), pa.string())
    like = pc.match_substring_regex(texts, looked_for(check))
    found = texts.filter(pc.invert(like) if check.code == ODD_FORM else like)
    return replace(check, among=tuple(found.to_pylist()))


def _among_blanks(pattern: str) -> str:
    """A pattern of a whole cell that may stand among blanks: to strip every cell is slower."""
    return rf"^\s*(?:{pattern.removeprefix('^').removesuffix('$')})\s*$"


def together(one: ir.Value, other: ir.Value) -> ir.StringValue:
    """The cells of two columns as one text; null where one of them is."""
    return one.cast("string") + SEPARATOR + other.cast("string")


def _is_wrong(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """One of the values that were judged to be wrong."""
    return is_one_of(rows[check.column], list(check.wrong))


def _missing(rows: ir.Table, check: Check) -> ir.BooleanValue:
    empty = ~filled(rows, check.column)
    if check.outcomes:
        empty &= rows.outcome.isin(list(check.outcomes))
    return empty & rows[IMPORT].isin(list(check.imports)) if check.imports else empty


def _in_rows(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """The rows that a check names; of those that are late, the ones later than the limit."""
    chosen = (place for place, held in check.rows.items() if check.limit is None or float(held) > check.limit)
    places = [number * _ROW_SPACE + row for number, row in chosen]
    place = rows[IMPORT].cast("int64") * _ROW_SPACE + rows[ROW].cast("int64")
    if len(places) <= _FEW_VALUES:
        return place.isin(places) if places else ibis.literal(False)
    return place.isin(ibis.memtable(pd.DataFrame({"place": places})).place)


def _absurd(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """Farther from the middle than the limit, in spreads of the logarithm: both told by `pattern`."""
    middle, spread = map(float, check.pattern.split())
    column = rows[check.column]
    far = (column.cast("float64").ln() - middle).abs() > (check.limit or 0) * spread
    return (column > 0).ifelse(far, False)


def _swapped(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """First and last name changed places: each is common in the other column and not in its own."""
    firsts = [value for value, kind in check.wrong.items() if kind == check.other]
    lasts = [value for value, kind in check.wrong.items() if kind == check.column]
    return is_one_of(rows[check.column], firsts) & is_one_of(rows[check.other], lasts)


def _against_flag(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """A column that says by yes or no whether a deal ended (or was won) against its outcome."""
    flag = is_one_of(rows[check.column].strip().lower(), list(check.wrong))
    plain = is_one_of(rows[check.column].strip().lower(), check.outcomes[1:])
    ends = [WON] if check.outcomes[0] == WON else [WON, LOST]
    ended = rows.outcome.isin(ends).fill_null(False)
    return (flag & ~ended) | (plain & ended)


def _too_early(rows: ir.Table, check: Check) -> ir.BooleanValue:
    return rows[check.column].year() < round(check.limit or EARLIEST_YEAR)


def _in_future(rows: ir.Table, check: Check) -> ir.BooleanValue:
    now = datetime.now(UTC).replace(tzinfo=None)
    return rows[check.column] > now + timedelta(days=check.limit or 1)


def _before_created(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """By days: one of the two may lack the time of day."""
    return rows[check.column].date() < rows.created_at.date()


def _out_of_order(rows: ir.Table, check: Check) -> ir.BooleanValue:
    return day_text(rows[check.column]) < day_text(rows[check.other])


def _negative(rows: ir.Table, check: Check) -> ir.BooleanValue:
    return rows[check.column] < 0


def _no_amount(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """An amount of zero; a deal may have none until it is won."""
    zero = rows[check.column] == 0
    return zero & (rows.outcome == WON) if check.table == "deals" else zero


def _found(rows: ir.Table, check: Check) -> ir.BooleanValue:
    """The pattern is found in the cell."""
    return rows[check.column].re_search(looked_for(check))


def _odd_form(rows: ir.Table, check: Check) -> ir.BooleanValue:
    return filled(rows, check.column) & ~_found(rows, check)


def _contradicts(rows: ir.Table, check: Check) -> ir.BooleanValue:
    return is_one_of(together(rows[check.other], rows[check.column]), list(check.wrong))


def _other_country(rows: ir.Table, check: Check) -> ir.BooleanValue:
    begins = rows[check.column].strip().left(TELLING_PREFIX)
    return is_one_of(together(rows[check.other], begins), list(check.wrong))


# Checks that are not here look for the values that were judged to be wrong.
_CONDITIONS: Mapping[str, Callable[[ir.Table, Check], ir.BooleanValue]] = {
    MISSING: _missing,
    **dict.fromkeys((NOT_UNDERSTOOD, REPEATED, LATE), _in_rows),
    TOO_EARLY: _too_early,
    IN_FUTURE: _in_future,
    BEFORE_CREATED: _before_created,
    OUT_OF_ORDER: _out_of_order,
    NEGATIVE: _negative,
    NO_AMOUNT: _no_amount,
    ABSURD: _absurd,
    **dict.fromkeys((WRONG_COLUMN, CASE, SPACES), _found),
    ODD_FORM: _odd_form,
    SWAPPED: _swapped,
    CONTRADICTS: _contradicts,
    OTHER_COUNTRY: _other_country,
    AGAINST_FLAG: _against_flag,
    RULE: broken,
}
