"""One sheet under its mapping: typed fields, its other columns as text, and what could not be used."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import DATETIME, MONEY, NUMBER, TABLES, Field
from crmeval.mapping.cells import Cells, Way, currencies_mixed, typed
from crmeval.mapping.columns import Column, column_of
from crmeval.mapping.model import SheetMapping
from crmeval.mapping.names import normal
from crmeval.mapping.orders import Told, dated, told
from crmeval.reading.sheet import Sheet
from crmeval.tables import IMPORT, PROBLEM_COLUMNS, ROW, SET_ASIDE_COLUMNS, UNDATED_COLUMNS, Join
from crmeval.words import Text

OTHER, STAGE_DATE = "other:", "stage date:"  # before a header, so that no header can be taken for a field
_MOSTLY = 0.9
_CURRENCY_HEADER = re.compile(r"^(?:deal )?(?:currency(?: of value| code)?|(?:код )?валют[аы](?: сделки)?)$")
_CURRENCIES = 30  # a column with more values names no currencies


@dataclass(slots=True)
class Part:
    """A sheet on its way into a table.

    `rows` holds fields by name, other columns as `other:<header>`, dates of stages as `stage date:<header>`,
    and where each row stood. `set_aside` and `problems` gather what was not used and not understood.
    """

    place: int
    sheet: Sheet
    mapping: SheetMapping
    rows: pa.Table
    read_sums: dict[str, float] = field(default_factory=dict)
    used_sums: dict[str, float] = field(default_factory=dict)
    set_aside: list[pd.DataFrame] = field(default_factory=list)
    problems: list[pd.DataFrame] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    unmatched: list[pd.DataFrame] = field(default_factory=list)
    undated: list[pd.DataFrame] = field(default_factory=list)

    def drop(self, mask: np.ndarray, reason: str, values: Iterable[object]) -> None:
        """Set the rows of the mask aside; `values` (one per row) are shown beside the reason."""
        if mask.any():
            numbers = self.rows[ROW].to_numpy()[mask]
            shown = [value for value, out in zip(values, mask, strict=True) if out]
            self.set_aside.append(aside(self.place, numbers, reason, shown))
            self.rows = self.rows.filter(pa.array(~mask))

    @property
    def rows_set_aside(self) -> int:
        """How many rows of the sheet were not used."""
        return sum(len(frame) for frame in self.set_aside)


def aside(place: int, rows: np.ndarray, reason: str, values: Iterable[object]) -> pd.DataFrame:
    """A list of rows set aside, in the columns of `Tables.set_aside`."""
    frame = pd.DataFrame({"row": rows, "value": ["" if value is None else str(value) for value in values]})
    frame["import"], frame["reason"] = place, reason
    return frame[list(SET_ASIDE_COLUMNS)]


def _noted(part: Part, header: str, cells: Cells) -> pa.Array:
    """The values of a column, its notes and problems told to the part."""
    part.notes.extend(cells.notes)
    wrong = pc.is_valid(cells.problems)
    if pc.any(wrong).as_py():
        mask = wrong.to_numpy(zero_copy_only=False)
        problems = {
            "import": part.place,
            "row": part.sheet.rows[mask],
            "column": header,
            "value": cells.texts.filter(wrong).to_pylist(),
            "problem": cells.problems.filter(wrong).to_pylist(),
        }
        part.problems.append(pd.DataFrame(problems)[list(PROBLEM_COLUMNS)])
    return cells.typed


def _way(part: Part, header: str, name: str, found: Mapping[str, Told]) -> Way:
    """How the mapping says a column is to be read."""
    mapping = part.mapping
    return Way(
        told=found.get(header), outcomes=mapping.outcomes, meant=mapping.meanings.get(name, {}),
        swapped=mapping.swapped, unclear=mapping.unclear,
    )  # fmt: skip


def _field_column(part: Part, one: Field, found: Mapping[str, Told]) -> pa.Array | None:
    """The values of a field, from its column or its constant; None where it has neither."""
    header, sheet, mapping = part.mapping.columns.get(one.name), part.sheet, part.mapping
    if header is not None:
        way = _way(part, header, one.name, found)
        return _noted(part, header, typed(header, column_of(sheet, header), one.kind, way))
    if one.name in mapping.constants:
        repeated = Column(pa.chunked_array([pa.repeat(mapping.constants[one.name], sheet.table.num_rows)]))
        return typed(one.name, repeated, one.kind, Way(outcomes=mapping.outcomes)).typed
    return None


def _other_column(part: Part, header: str) -> pa.Array:
    """A column that is no field, as text; in a table of key figures as numbers, if they are numbers."""
    column = part.sheet.table[header]
    if part.mapping.table == "kpis":
        cells = typed(header, column_of(part.sheet, header), NUMBER)
        if cells.typed.null_count <= column.null_count + (1 - _MOSTLY) * (len(column) - column.null_count):
            return _noted(part, header, cells)
    return pa.concat_arrays(column.cast(pa.string()).chunks or [pa.array([], pa.string())])


def part_of(place: int, sheet: Sheet, mapping: SheetMapping, fields: tuple[Field, ...]) -> Part:
    """The sheet with its mapped fields typed; nothing is set aside yet but what the reader did."""
    part = Part(place, sheet, mapping, sheet.table.slice(0, 0))
    part.notes.extend((*sheet.notes, *mapping.notes))
    if len(sheet.set_aside):
        before = sheet.set_aside
        part.set_aside.append(pd.DataFrame({**before, "import": place})[list(SET_ASIDE_COLUMNS)])
    found = told(dated(sheet, mapping), mapping)
    columns: dict[str, pa.Array] = {}
    for one in fields:
        values = _field_column(part, one, found)
        if values is not None:
            columns[one.name] = values
        if values is not None and one.kind == MONEY:
            part.read_sums[one.name] = float(pc.sum(values).as_py() or 0)
    for header in mapping.stage_dates:
        cells = typed(header, column_of(sheet, header), DATETIME, _way(part, header, "", found))
        columns[STAGE_DATE + header] = _noted(part, header, cells)
    taken = {*mapping.columns.values(), *mapping.stage_dates}
    for header in sheet.columns:
        if header not in taken:
            columns[OTHER + header] = _other_column(part, header)
    _note_currency_column(part)
    columns[ROW] = pa.array(np.asarray(sheet.rows, dtype=np.int64))
    columns[IMPORT] = pa.array(np.full(len(sheet.rows), place, dtype=np.int64))
    part.rows = pa.table(columns)
    return part


def _note_currency_column(part: Part) -> None:
    """Tell where a column beside the amounts says that they are in several currencies."""
    fields = TABLES[part.mapping.table].fields if part.mapping.table in TABLES else ()
    amounts = [part.mapping.columns[one.name] for one in fields if one.name in part.read_sums
               and one.name in part.mapping.columns]  # fmt: skip
    named = [header for header in part.sheet.columns if _CURRENCY_HEADER.search(normal(header))]
    if not amounts or not named:
        return
    values = column_of(part.sheet, named[0]).few(_CURRENCIES)
    counts = dict(zip(values.texts.to_pylist(), values.counts.tolist(), strict=True)) if values else {}
    if len(counts) > 1:
        by_rows = dict(sorted(counts.items(), key=lambda one: -one[1]))
        part.notes.extend(currencies_mixed(header, by_rows) for header in amounts)


def _not_placed(rows: pa.Table) -> pd.DataFrame:
    """Which deals have steps without a date or a name, in the columns of `Tables.undated`."""
    return rows.select([IMPORT, ROW, "deal_id"]).to_pandas().set_axis(list(UNDATED_COLUMNS), axis=1)


def set_aside_incomplete(part: Part) -> None:
    """Set aside the rows in which a field that every row needs is empty or was not understood."""
    for one in TABLES[part.mapping.table].fields:
        header = part.mapping.columns.get(one.name)
        if not one.row_needs or header is None:
            continue
        mask = pc.is_null(part.rows[one.name]).to_numpy(zero_copy_only=False)
        if not mask.any():
            continue
        if part.mapping.table == "stage_events" and one.name in ("stage", "entered_at"):
            part.undated.append(_not_placed(part.rows.filter(pa.array(mask))))
        kept = pa.array(np.isin(np.asarray(part.sheet.rows), part.rows[ROW].to_numpy()))
        texts = part.sheet.table[header].filter(kept).to_pylist()
        empty = np.array([text is None or not text.strip() for text in texts])
        part.drop(mask & empty, "missing_value", [header] * len(mask))
        part.drop(
            (mask & ~empty)[~(mask & empty)], "not_understood", np.array(texts, object)[~(mask & empty)]
        )
