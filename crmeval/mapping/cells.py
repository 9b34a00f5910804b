"""A column of text → a typed column, with the cells that were not understood and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crmeval.fields import DATETIME, MONEY, NUMBER, OPEN, OUTCOME
from crmeval.mapping import dates, numbers
from crmeval.mapping.dates import DMY, MDY, Order
from crmeval.mapping.distinct import Distinct, distinct
from crmeval.mapping.outcomes import outcome_of
from crmeval.words import Text, text

_MANY_DAYS = 20  # so many different dates do not all fall on days up to 12 by chance


@dataclass(frozen=True, slots=True)
class Cells:
    """A typed column, for each row the code of its problem (null where there is none), its notes.

    `texts` are the cells as they were, to be shown beside a problem.
    """

    typed: pa.Array
    problems: pa.Array
    texts: pa.Array
    notes: tuple[Text, ...] = ()


def typed(
    header: str,
    column: pa.ChunkedArray,
    kind: str,
    *,
    order: str = "",
    outcomes: Mapping[str, str] | None = None,
) -> Cells:
    """A column as its field's kind.

    `order` is the way to read days and months, where the user or another column of the sheet decides it;
    `outcomes` what the values of an outcome column mean.
    """
    values = distinct(column)
    if kind == DATETIME:
        return _dates(header, values, order)
    if kind in (NUMBER, MONEY):
        return _numbers(header, values)
    if kind == OUTCOME:
        return _outcomes(values, outcomes or {})
    texts = values.spread(values.texts)
    return Cells(texts, pa.nulls(values.rows, pa.string()), texts)


def _problems(values: Distinct, *codes: tuple[str, np.ndarray]) -> pa.Array:
    said = np.full(len(values.texts), None, dtype=object)
    for code, mask in codes:
        said[mask] = code
    return values.spread(pa.array(said, pa.string()))


def _numbers(header: str, values: Distinct) -> Cells:
    read = numbers.parse(values)
    unknown = np.isnan(read.values)
    notes = []
    if read.unsure:
        notes.append(text("import_notes.decimal_unsure", column=header, n=read.unsure))
    if read.decimal == ",":
        notes.append(text("import_notes.decimal_comma", column=header))
    return Cells(
        values.spread(pa.array(read.values, pa.float64(), from_pandas=True)),
        _problems(values, ("number", unknown)),
        values.spread(values.texts),
        tuple(notes),
    )


def _outcomes(values: Distinct, outcomes: Mapping[str, str]) -> Cells:
    texts = values.texts.to_pylist()
    said = [outcomes.get(value) or outcome_of(value) or None for value in texts]
    unknown = np.array([one is None for one in said], dtype=bool)
    return Cells(
        values.spread(pa.array([one or OPEN for one in said], pa.string())),
        _problems(values, ("outcome", unknown)),
        values.spread(values.texts),
    )


def _dates(header: str, values: Distinct, order: str) -> Cells:
    evidence = dates.order(values)
    chosen = order if order in (DMY, MDY) else evidence.best
    read = dates.parse(values.texts, chosen)
    unknown = np.isnat(read.values) & ~read.impossible
    return Cells(
        values.spread(pa.array(read.values, pa.timestamp("us"))),
        _problems(values, ("date", unknown), ("impossible_date", read.impossible)),
        values.spread(values.texts),
        (*_order_notes(header, evidence, chosen), *_date_notes(header, values, read)),
    )


def _order_notes(header: str, evidence: Order, chosen: str) -> list[Text]:
    """How day and month were told apart, and how many dates hang on it."""
    order = "day_first" if chosen == DMY else "month_first"
    proof, against = evidence.day_first, evidence.month_first
    if chosen == MDY:
        proof, against = against, proof
    notes = []
    if proof:
        notes.append(text(f"import_notes.{order}", column=header, n=proof))
    elif evidence.either:
        notes.append(text(f"import_notes.{order}_unsure", column=header, n=evidence.either))
    if against:
        notes.append(text("import_notes.other_order", column=header, n=against))
    return notes


def _date_notes(header: str, values: Distinct, read: dates.Dates) -> list[Text]:
    """Other ways of writing a date that were met, and dates whose days look like months."""
    counts = {
        name: int(values.counts[mask].sum())
        for name, mask in (("serials", read.serial), ("epochs", read.epoch), ("zones", read.zoned))
    }
    notes = [text(f"import_notes.{name}", column=header, n=n) for name, n in counts.items() if n]
    days = np.unique(read.values[~np.isnat(read.values) & read.textual].astype("M8[D]"))
    if len(days) >= _MANY_DAYS:
        day = (days - days.astype("M8[M]").astype("M8[D]")).astype(int) + 1
        if day.max() <= 12 and len(np.unique(day)) > 1:  # noqa: PLR2004 - months
            notes.append(text("import_notes.days_like_months", column=header))
    return notes


def orders(columns: Mapping[str, pa.ChunkedArray], chosen: Mapping[str, str]) -> dict[str, str]:
    """The order of day and month in each column: as chosen, as its rows tell, else as the others'."""
    told = {
        header: chosen[header] if chosen.get(header) in (DMY, MDY) else dates.order(distinct(column)).evident
        for header, column in columns.items()
    }
    known = {order for order in told.values() if order}
    shared = known.pop() if len(known) == 1 else ""
    return {header: order or shared for header, order in told.items()}
