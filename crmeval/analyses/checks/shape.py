"""Checks of how values look: unlike nearly all others of the column, of another column, badly spaced."""

import re
from collections import Counter
from collections.abc import Iterator

from crmeval.analyses.checks.conditions import with_few
from crmeval.analyses.checks.distinct import Column
from crmeval.analyses.checks.model import (
    CASE,
    EMAIL,
    ODD_FORM,
    PHONE,
    SPACES,
    TAX_NUMBER,
    WRONG_COLUMN,
    Check,
)
from crmeval.analyses.checks.values import SIMPLE_EMAIL_PATTERN
from crmeval.words import text

_NEARLY_ALL = 0.97  # of the sampled values have the form, for another to be odd
_FEWEST, _FEWEST_FORMS = 30, 10  # cells, different values
_SELDOM = 0.05  # of the cells: more are no slips, the column is meant for both
_LONGEST = 24  # signs of a form; longer texts are prose
_PHONE_PATTERN = r"^\+?[0-9][0-9 ()./\-–]{8,18}[0-9]$"
_ADDRESS = r"^\S+@\S+\.\S+$"
_ONE_CASE = r"^[^a-zа-яё]*[A-ZА-ЯЁ][^a-zа-яё]{3,}$|^[^A-ZА-ЯЁ]*[a-zа-яё][^A-ZА-ЯЁ]*$"
_NAME = re.compile(r"[A-ZА-ЯЁ](?=.*[a-zа-яё]).*")


def shape_checks(table: str, column: Column) -> Iterator[Check]:
    """The checks that a column's look suggests."""
    if column.coded:
        return
    if 0 < column.spaced <= _SELDOM * column.filled:
        yield _check(SPACES, table, column, n=column.spaced)
    if not column.kind:
        yield from _of_another_column(table, column)
        yield from _form(table, column)
    elif column.kind == EMAIL:
        yield _check(WRONG_COLUMN, table, column, pattern=_PHONE_PATTERN)
    elif column.addressed and column.kind in (PHONE, TAX_NUMBER):
        yield _check(WRONG_COLUMN, table, column, pattern=_ADDRESS)
    if column.people and not column.kind and len(column.sample) >= _FEWEST:
        names = sum(bool(_NAME.fullmatch(value.strip())) for value in column.sample)
        if names >= _NEARLY_ALL * len(column.sample):
            yield _check(CASE, table, column, pattern=_ONE_CASE, share=names / len(column.sample))


def _check(code: str, table: str, column: Column, *, pattern: str = "", **facts: object) -> Check:
    reason = text(f"accuracy.reasons.{code}", **facts)
    check = Check(code, table, column.name, reason, on=code != ODD_FORM, pattern=pattern)
    return with_few(check, column.counts) if column.few else check


def _of_another_column(table: str, column: Column) -> Iterator[Check]:
    """Addresses in a column that has hardly any; telephone numbers among names of people."""
    if 0 < column.addressed <= _SELDOM * column.filled:
        yield _check(WRONG_COLUMN, table, column, pattern=SIMPLE_EMAIL_PATTERN)
    elif column.people and _share(_PHONE_PATTERN, column.sample) <= _SELDOM:
        yield _check(WRONG_COLUMN, table, column, pattern=_PHONE_PATTERN)


def _share(pattern: str, values: tuple[str, ...]) -> float:
    return sum(bool(re.search(pattern, value.strip())) for value in values) / max(len(values), 1)


def _form(table: str, column: Column) -> Iterator[Check]:
    """A form that nearly all values have: digits and letters in the same places, or runs of them."""
    values = Counter(value.strip() for value in column.sample)
    total = values.total()
    if total < _FEWEST or len(values) < _FEWEST_FORMS:
        return
    for mask in (_mask, _runs):
        masks = {value: mask(value) for value in values}
        forms: Counter[str] = Counter()
        for value, n in values.items():
            forms[masks[value]] += n
        form, often = forms.most_common(1)[0]
        if often >= _NEARLY_ALL * total and "9" in form and len(form) <= _LONGEST:
            example = next(value for value in values if masks[value] == form)
            share = often / total
            yield _check(
                ODD_FORM, table, column, pattern=_pattern(form), share=share, example=example[:_LONGEST]
            )
            return


def _mask(value: str) -> str:
    """A value with 9 for each digit, A for each letter."""
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", value))


def _runs(value: str) -> str:
    """The same with each run of digits or letters as one, and decimals left out: numbers are alike."""
    return re.sub(r"^(-?)9[.,]9$", r"\g<1>9", re.sub(r"([9A])\1+", r"\1", _mask(value)))


def _pattern(form: str) -> str:
    """What the engine looks for; digits and letters of the form stand for runs of the same length or any."""
    runs = form == _runs(form)
    said = "".join(_sign(sign, run=runs) for sign in form)
    return f"^{said.replace('[0-9]+', '[0-9]+([.,][0-9]+)?') if form in ('9', '-9') else said}$"


def _sign(sign: str, *, run: bool) -> str:
    several = "+" if run else ""
    if sign == "9":
        return f"[0-9]{several}"
    return f"\\pL{several}" if sign == "A" else re.escape(sign)
