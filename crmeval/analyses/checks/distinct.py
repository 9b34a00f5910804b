"""The different values of text columns, as many as the checks must see, and what kind of values they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import CheckedTable, filled, header, is_id, is_text
from crmeval.analyses.checks.model import EMAIL, PHONE, TAX_NUMBER
from crmeval.analyses.checks.values import Judge, email, phone, tax_number, vat_number
from crmeval.analyses.checks.worth import values_worth_a_look
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
_BLANKS, _FIRST_SIGN = " \t\n\v\f\r", "!"


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
    titles = {name: header(tables, checked.name, name) for name in names}
    formats = {name: _format(sample[name].dropna(), titles[name], country) for name in names}
    values = _all_values(tables, rows, [name for name in names if sample[name].nunique() <= FEW])
    few = set(values)
    many = [name for name in names if name not in few]
    typed = {name: formats[name][:2] for name in many if not is_id(checked.name, name)}
    values |= values_worth_a_look(tables, rows, typed)
    sizes = {name: _sizes(values[name]) for name in few}
    sizes |= _counted_sizes(tables, rows, many, {name: kind for name, (kind, _) in typed.items()}, values)
    for name in names:
        kind, judge, share = formats[name]
        cells, spaced, addressed = sizes[name]
        yield Column(
            name, values.get(name, {}), cells, name in few,
            people=name in _PERSON_FIELDS or bool(_PERSON_HEADER.search(titles[name])),
            coded=is_id(checked.name, name), kind=kind, judge=judge, share=share,
            sample=tuple(sample[name].dropna().astype(str)),
            spaced=spaced, addressed=addressed,
        )  # fmt: skip


def _all_values(tables: Tables, rows: ir.Table, names: Sequence[str]) -> dict[str, dict[str, int]]:
    """Column → its different values and their counts, of those columns that have no more than `FEW`."""
    if not names:
        return {}
    parts = []
    for name in names:
        grouped = rows.group_by(value=rows[name]).aggregate(n=rows.count()).limit(FEW + 2)
        parts.append(grouped.select(column=ibis.literal(name), value=grouped.value, n=grouped.n))
    counts = tables.frame(ibis.union(*parts) if len(parts) > 1 else parts[0])
    held = counts.dropna(subset="value").sort_values(["column", "value"])
    found = {}
    for name in names:
        mine = held[held["column"] == name]
        if len(mine) <= FEW:
            found[name] = dict(zip(mine["value"], mine["n"].astype(int), strict=True))
    return found


def _sizes(values: Mapping[str, int]) -> tuple[int, int, int]:
    """Filled cells, those with spare spaces, those with an at sign, told by the different values."""
    spaced = (n for value, n in values.items() if value != value.strip(_BLANKS) or "  " in value)
    return sum(values.values()), sum(spaced), sum(n for value, n in values.items() if "@" in value)


def _counted_sizes(
    tables: Tables,
    rows: ir.Table,
    names: Sequence[str],
    typed: Mapping[str, str],
    values: Mapping[str, Mapping[str, int]],
) -> dict[str, tuple[int, int, int]]:
    """The same, counted in the engine: spaces and signs of the columns that people type (with their format).

    Among addresses and telephone numbers what has one of these is among the values worth a look.
    """
    if not names:
        return {}
    met = {f"f_{name}": filled(rows, name) for name in names}
    met |= {f"s_{name}": _spaced(rows[name]) for name, kind in typed.items() if kind != EMAIL}
    met |= {f"a_{name}": rows[name].contains("@") for name, kind in typed.items() if not kind}
    sizes = tables.frame(rows.aggregate(**{name: one.ifelse(1, 0).sum() for name, one in met.items()})).iloc[
        0
    ]
    found = {}
    for name in names:
        _, spaced, addressed = _sizes(values.get(name, {}))
        found[name] = (
            int(sizes[f"f_{name}"]), int(sizes.get(f"s_{name}", spaced)),
            int(sizes.get(f"a_{name}", addressed)),
        )  # fmt: skip
    return found


def _spaced(cell: ir.StringValue) -> ir.BooleanValue:
    """Whether a text begins or ends with a blank, or has two spaces in a row; faster than a pattern."""
    return (cell < _FIRST_SIGN) | cell.right(1).isin(list(_BLANKS)) | cell.contains("  ")


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
