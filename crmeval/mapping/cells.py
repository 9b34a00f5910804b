"""A column of text → a typed column, with the cells that were not understood and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import DATETIME, MONEY, NUMBER, OPEN, OUTCOME
from crmeval.mapping import numbers, swaps
from crmeval.mapping.columns import Column
from crmeval.mapping.dates import Dates
from crmeval.mapping.distinct import Distinct, in_one
from crmeval.mapping.orders import NOTHING, Told, how_read
from crmeval.mapping.outcomes import outcome_of
from crmeval.mapping.swaps import Dated
from crmeval.mapping.zones import in_one_zone
from crmeval.words import Text, text

_ZERO = (
    r"^(?:1899-12-3[01]|3[01]\.12\.1899|12/3[01]/1899|0000-00-00|00\.00\.0000|0001-01-01"
    r"|0?1[./]0?1[./]0001)\b"
)
_YEAR_1 = np.datetime64("2001-01-01", "us"), np.datetime64("2001-01-02", "us")  # the first of January 01


@dataclass(frozen=True, slots=True)
class Cells:
    """A typed column, for each row the code of its problem (null where there is none), its notes.

    `texts` are the cells as they were, to be shown beside a problem (null in all rows where there is none).
    """

    typed: pa.Array
    problems: pa.Array
    texts: pa.Array
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How the cells of a column are to be read, where the mapping says more than their kind.

    `told` is the order of day and month, `outcomes` what the values of an outcome column mean, `meant` which
    value stands for another; `swapped` and `unclear` are those of the mapping.
    """

    told: Told | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    meant: Mapping[str, str] = field(default_factory=dict)
    swapped: Mapping[str, str] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()


def typed(header: str, column: Column, kind: str, way: Way | None = None) -> Cells:
    """A column as its field's kind."""
    way = way or Way()
    if kind == DATETIME:
        return _dates(header, column, way)
    if kind in (NUMBER, MONEY):
        return _numbers(header, column.texts, numbers.said_by_header(header) if kind == MONEY else 1.0)
    if kind == OUTCOME:
        return _outcomes(column.distinct, way.outcomes)
    if way.meant:
        return _texts(header, column.distinct, way.meant)
    texts = in_one(column.cells)
    return Cells(texts, pa.nulls(len(texts), pa.string()), texts)


def _texts(header: str, values: Distinct, meant: Mapping[str, str]) -> Cells:
    """Texts as they are, but for those that the user says stand for another."""
    said = values.texts.to_pylist()
    changed = [meant.get(value, value) for value in said]
    n = int(sum(count for count, old, new in zip(values.counts, said, changed, strict=True) if old != new))
    notes = (text("import_notes.values_meant", column=header, n=n),) if n else ()
    return Cells(values.spread(pa.array(changed, pa.string())), *_problems(values), notes=notes)


def _problems(values: Distinct, *codes: tuple[str, np.ndarray]) -> tuple[pa.Array, pa.Array]:
    """For each row its problem and the text to show beside it; rows are looked at only if there is any."""
    if not any(mask.any() for _code, mask in codes):
        nothing = pa.nulls(values.rows, pa.string())
        return nothing, nothing
    said = np.full(len(values.texts), None, dtype=object)
    for code, mask in codes:
        said[mask] = code
    return values.spread(pa.array(said, pa.string())), values.spread(values.texts)


def _numbers(header: str, values: Distinct, times: float) -> Cells:
    read = numbers.parse(values, times)
    unknown = np.isnan(read.values)
    notes = _unlike_amounts(header, read, times)
    if read.unsure:
        notes.append(text("import_notes.decimal_unsure", column=header, n=read.unsure))
    if read.decimal == ",":
        notes.append(text("import_notes.decimal_comma", column=header))
    return Cells(
        values.spread(pa.array(read.values, pa.float64(), from_pandas=True)),
        *_problems(values, ("number", unknown)),
        tuple(notes),
    )


def _unlike_amounts(header: str, read: numbers.Numbers, times: float) -> list[Text]:
    """What makes the numbers of a column unlike each other: currencies, thousands beside units, percents."""
    notes = []
    if times > 1 and read.bare:
        notes.append(text("import_notes.header_unit", column=header, n=read.bare, times=times))
    elif read.scaled and read.bare:
        notes.append(text("import_notes.units_mixed", column=header, n=read.scaled, bare=read.bare))
    if read.percents and read.bare:
        notes.append(text("import_notes.percents_mixed", column=header, n=read.percents, bare=read.bare))
    if len(read.currencies) > 1:
        notes.append(currencies_mixed(header, read.currencies))
    return notes


def currencies_mixed(header: str, counts: Mapping[str, int]) -> Text:
    """Amounts in several currencies: their sum means nothing."""
    said = ", ".join(f"{code} ({n})" for code, n in counts.items())
    return text("import_notes.currencies", column=header, currencies=said)


def _outcomes(values: Distinct, outcomes: Mapping[str, str]) -> Cells:
    texts = values.texts.to_pylist()
    said = [outcomes.get(value) or outcome_of(value) or None for value in texts]
    unknown = np.array([one is None for one in said], dtype=bool)
    return Cells(
        values.spread(pa.array([one or OPEN for one in said], pa.string())),
        *_problems(values, ("outcome", unknown)),
    )


def _dates(header: str, cells: Column, way: Way) -> Cells:
    """Dates read in the order told, with day and month changed back where the user says so."""
    found = way.told or Told("", NOTHING, cells.order)
    values, read = cells.texts, cells.dates(found.chosen)
    zero = _zeros(values, read)
    read = replace(read, values=np.where(zero, np.datetime64("NaT", "us"), read.values))
    moments, zones = in_one_zone(header, values, read)
    read = replace(read, values=moments)
    unknown = np.isnat(read.values) & ~read.impossible
    column = Dated(values, read.values, read.year_last, header not in way.unclear)
    notes = [*how_read(header, found), *_other_ways(header, values, read), *zones]
    turned = values.spread(pa.array(read.values, pa.timestamp("us")))
    which = way.swapped.get(header, "")
    if which in swaps.WHICH and which != swaps.NONE:
        moments, changed = swaps.put_back(column, which)
        turned = pa.array(moments, pa.timestamp("us"))
        notes.append(text("import_notes.swapped_back", column=header, n=int(changed.sum())))
    elif doubt := swaps.suspicion(header, column):
        notes.append(doubt.text)
    return Cells(
        turned,
        *_problems(values, ("date", unknown), ("impossible_date", read.impossible), ("zero_date", zero)),
        notes=tuple(notes),
    )


def _zeros(values: Distinct, read: Dates) -> np.ndarray:
    """Which texts are the first day of a system's calendar, that stands where there is no date.

    Zoho's and Excel's 1899-12-30 and 31, MySQL's 0000-00-00, 1C's and .NET's 01.01.0001. All of them are read
    as no date or, the last, as one of the year 01: only such texts are looked at.
    """
    zero = np.isnat(read.values) | ((read.values >= _YEAR_1[0]) & (read.values < _YEAR_1[1]))
    if zero.any():
        asked = values.texts.filter(pa.array(zero))
        zero[zero] = pc.match_substring_regex(asked, _ZERO).to_numpy(zero_copy_only=False)
    return zero


def _other_ways(header: str, values: Distinct, read: Dates) -> list[Text]:
    """Other ways of writing a date that were met."""
    counts = {
        name: int(values.counts[mask].sum())
        for name, mask in (("serials", read.serial), ("epochs", read.epoch))
    }
    return [text(f"import_notes.{name}", column=header, n=n) for name, n in counts.items() if n]
