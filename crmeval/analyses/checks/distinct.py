"""The different values of text columns, as many as the checks must see, and what kind of values they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import CheckedTable, filled, header, is_id, is_text
from crmeval.analyses.checks.model import EMAIL, PHONE, TAX_NUMBER
from crmeval.analyses.checks.values import (
    EMAIL_STOPGAP_PATTERN,
    MIXED_PATTERN,
    PLACEHOLDER_PATTERN,
    SIMPLE_EMAIL_PATTERN,
    Judge,
    email,
    phone,
    tax_number,
    vat_number,
)
from crmeval.tables import ROW, Tables

FEW = 300  # different values up to which a column is read as a category
_SAMPLE_ROWS, _SAMPLE_VALUES = 2000, 200
_MOST = 0.5  # of the sampled values must have a format for it to be the column's
_NEARLY_ALL = 0.8  # the first country whose numbers these may be; some countries allow any length
_FOREIGN = ("RU", "US", "GB", "DE", "FR", "KZ", "BY", "UA")
_PHONE_HEADER = re.compile(r"phone|mobile|\btel\b|телефон|моб\b|моб\.|\bтел\b", re.IGNORECASE)
_PHONE_LIKE = re.compile(r"\+?[\d\s().\-–]{6,}(доб.*|ext.*|x\d+)?")
_PERSON_HEADER = re.compile(
    r"first.?name|last.?name|given|surname|full.?name|contact|manager|owner|agent|user|entered|created.?by"
    r"|менеджер|ответств|сотрудник|фамил|отчеств|^имя|фио|автор|контакт|создал",
    re.IGNORECASE,
)
_PERSON_FIELDS = ("owner", "entered_by")


@dataclass(frozen=True, slots=True)
class Column:
    """A text column: its values with the count of each (where many, only those worth a look).

    `few`: all its values are here, for there are few; `kind`: the check of its format, empty where it has
    none, with the judge of values and the share of sampled values that pass; `people`: it names people;
    `coded`: a code of the system, which nobody types; `sample`: some of its filled cells, as they are;
    `spaced`: cells with spare spaces; `addressed`: cells with an at sign.
    """

    name: str
    counts: Mapping[str, int]
    filled: int
    few: bool
    people: bool
    coded: bool
    kind: str = ""
    judge: Judge | None = None
    share: float = 0.0
    sample: tuple[str, ...] = ()
    spaced: int = 0
    addressed: int = 0


def columns_of(tables: Tables, checked: CheckedTable, country: str) -> Iterator[Column]:
    """The text columns of a table, with the values that the checks must see."""
    rows = tables[checked.name]
    names = [column for column in checked.columns if is_text(rows, column)]
    if not names:
        return
    step = max(1, tables.count(checked.name) // _SAMPLE_ROWS)
    sample = tables.frame(
        rows.filter(rows[ROW] % step == 0 if step > 1 else rows[ROW].notnull()).select(names)
    )
    sizes = tables.frame(
        rows.aggregate(
            **{f"d_{name}": rows[name].approx_nunique() for name in names},
            **{f"f_{name}": filled(rows, name).ifelse(1, 0).sum() for name in names},
            **{f"s_{name}": _spaced(rows[name]).ifelse(1, 0).sum() for name in names},
            **{f"a_{name}": rows[name].contains("@").ifelse(1, 0).sum() for name in names},
        )
    ).iloc[0]
    formats = {
        name: _format(sample[name].dropna(), header(tables, checked.name, name), country) for name in names
    }
    few = {name: sizes[f"d_{name}"] <= FEW for name in names}
    values = _values(tables, checked, {name: _worth(formats[name][0], all_of=few[name]) for name in names})
    for name in names:
        kind, judge, share = formats[name]
        yield Column(
            name, values.get(name, {}), int(sizes[f"f_{name}"]), bool(few[name]),
            people=name in _PERSON_FIELDS or bool(_PERSON_HEADER.search(header(tables, checked.name, name))),
            coded=is_id(checked.name, name), kind=kind, judge=judge, share=share,
            sample=tuple(value for value in sample[name].dropna().astype(str) if value.strip()),
            spaced=_whole(sizes[f"s_{name}"]), addressed=_whole(sizes[f"a_{name}"]),
        )  # fmt: skip


def _spaced(column: ir.StringValue) -> ir.BooleanValue:
    return (column != column.strip()) | column.contains("  ")


def _whole(number: float) -> int:
    return 0 if pd.isna(number) else int(number)


def _worth(kind: str, *, all_of: bool) -> str:
    """The pattern of the values worth a look; empty: all of them. Plain addresses need none."""
    if all_of or kind in (PHONE, TAX_NUMBER):
        return ""
    return kind if kind == EMAIL else f"{PLACEHOLDER_PATTERN}|{MIXED_PATTERN}"


def _values(tables: Tables, checked: CheckedTable, patterns: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Column → its different values and their counts, one question for all columns."""
    rows = tables[checked.name]
    cells = rows.select(list(patterns)).pivot_longer(list(patterns), names_to="column", values_to="value")
    held = cells.filter(filled(cells, "value"))
    every, emails = ([name for name, given in patterns.items() if given == kind] for kind in ("", EMAIL))
    lower = held.value.lower()
    odd_address = lower.re_search(EMAIL_STOPGAP_PATTERN).ifelse(True, ~lower.re_search(SIMPLE_EMAIL_PATTERN))
    odd = held.value.strip().lower().re_search(PLACEHOLDER_PATTERN) | held.value.re_search(MIXED_PATTERN)
    asked = ibis.cases(  # not | and &: engines evaluate both sides of those for every cell
        (held.column.isin(every), True), (held.column.isin(emails), odd_address), else_=odd
    )
    worth = held.filter(asked)
    counts = tables.frame(worth.group_by("column", "value").aggregate(n=worth.count()))
    return {
        str(name): dict(zip(mine["value"], mine["n"].astype(int), strict=True))
        for name, mine in counts.sort_values(["column", "value"]).groupby("column")
    }


def _format(sample: pd.Series, name: str, country: str) -> tuple[str, Judge | None, float]:
    """The format that most values of a column have: the check, its judge, the share that pass."""
    values = pd.Series(sample.astype(str).str.strip().unique())
    values = values[values != ""].head(_SAMPLE_VALUES)
    if values.empty:
        return "", None, 0.0
    if values.str.contains("@", regex=False).mean() >= _MOST:
        return _if_most(EMAIL, email, values)
    for form, judge in ((r"\d{9,15}(\.0)?", tax_number), (r"[A-Za-z]{2} ?[0-9A-Za-z]{8,12}", vat_number)):
        if values.str.fullmatch(form).mean() >= _MOST:
            found = _if_most(TAX_NUMBER, judge, values)
            if found[0]:
                return found
    like_phones = values.str.fullmatch(_PHONE_LIKE)
    if like_phones.mean() >= _MOST and (_PHONE_HEADER.search(name) or _international(values)):
        regions = [country, *_FOREIGN] if country else list(_FOREIGN)
        tried = []
        for region in regions:
            tried.append(_if_most(PHONE, phone(region), values[like_phones]))
            if tried[-1][2] >= _NEARLY_ALL:
                return tried[-1]
        return max(tried, key=lambda found: found[2])
    return "", None, 0.0


def _international(values: pd.Series) -> bool:
    return bool(values.str.startswith("+").mean() >= _MOST)


def _if_most(kind: str, judge: Judge, values: pd.Series) -> tuple[str, Judge | None, float]:
    share = sum(judge(value) is None or bool(judge(value)) for value in values) / len(values)
    return (kind, judge, share) if share >= _MOST else ("", None, 0.0)
