"""Sheets that add columns to the rows of another: lookups, and files with more about the same deals."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import LOOKUP, OPEN
from crmeval.mapping.distinct import distinct, trim
from crmeval.mapping.names import normal
from crmeval.mapping.parts import OTHER, Part
from crmeval.tables import IMPORT, ROW
from crmeval.words import text

_NAMED = 5  # spellings named in the receipt, the most frequent ones


@dataclass(frozen=True, slots=True)
class Match:
    """Where the rows of a table find their row in another sheet.

    `places` has one index into the other sheet per row of the table (null: none). `repeats` marks rows of the
    other sheet whose key an earlier one bears, `unasked` those whose key the table does not have.
    """

    places: pa.Array
    repeats: np.ndarray
    unasked: np.ndarray


def match(keys: pa.ChunkedArray, other: pa.ChunkedArray) -> Match:
    """Match keys exactly, spaces around them aside; a key that repeats is found in its first row."""
    asked, offered = distinct(keys), trim(pa.concat_arrays(other.chunks or [pa.array([], pa.string())]))
    encoded = offered.dictionary_encode()
    filled = np.flatnonzero(pc.is_valid(offered).to_numpy(zero_copy_only=False))
    codes = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
    _, first_of = np.unique(codes, return_index=True)
    first = filled[first_of]
    repeats = np.ones(len(offered), dtype=bool)
    repeats[first] = False
    repeats &= pc.is_valid(offered).to_numpy(zero_copy_only=False)
    found = pc.index_in(asked.texts, value_set=encoded.dictionary)
    places = pa.array(first, pa.int64()).take(found) if len(first) else pa.nulls(len(asked.texts), pa.int64())
    known = pc.fill_null(pc.is_in(offered, value_set=asked.texts), False)
    return Match(asked.spread(places), repeats, ~known.to_numpy(zero_copy_only=False))


def _note_orphans(part: Part, table: pa.Table, on: str, found: Match) -> None:
    """Tell which keys of the table the sheet does not have, and which of them it has in another spelling."""
    keys = table[on].combine_chunks()
    lost = keys.filter(pc.and_(pc.is_valid(keys), pc.is_null(found.places)))
    if not len(lost):
        return
    part.notes.append(
        text("import_notes.orphans", column=part.mapping.key, n=len(lost), example=lost[0].as_py())
    )
    spelled = {_letters(key): key for key in trim(_key(part)).drop_null().unique().to_pylist()}
    values = distinct(pa.chunked_array([lost]))
    counted = sorted(zip(values.counts.tolist(), values.texts.to_pylist(), strict=True), reverse=True)
    alike = [(rows, value) for rows, value in counted if _letters(value) in spelled]
    for rows, value in alike[:_NAMED]:
        like = spelled[_letters(value)]
        part.notes.append(text("import_notes.spelled_otherwise", value=value, like=like, n=rows))


def _letters(key: str) -> str:
    return normal(key).replace(" ", "")


def _key(part: Part) -> pa.Array:
    """The key column as text, wherever the mapping put it."""
    return pa.concat_arrays(part.sheet.table[part.mapping.key].cast(pa.string()).chunks)


def join(table: pa.Table, part: Part, on: str) -> pa.Table:
    """The table with the columns of a sheet added where its key is found (a left join: no row is lost)."""
    found = match(table[on], pa.chunked_array([_key(part)]))
    if found.repeats.any():
        part.notes.append(
            text("import_notes.repeated_keys", column=part.mapping.key, n=int(found.repeats.sum()))
        )
    if part.mapping.table == LOOKUP:
        _note_orphans(part, table, on, found)
    for column in part.rows.column_names:
        if column in (ROW, IMPORT, on, OTHER + part.mapping.key):
            continue
        table = _with(table, column, part.rows[column].combine_chunks().take(found.places), part.sheet.title)
    if part.mapping.table != LOOKUP:
        _set_aside_unused(part, found)
    return table


def _with(table: pa.Table, column: str, values: pa.Array, title: str) -> pa.Table:
    """The table with this column; what it has already stays, and gains only where it is empty."""
    if column not in table.column_names:
        return table.append_column(column, values)
    if column.startswith(OTHER):
        return table.append_column(f"{column} ({title})", values)
    had = table[column]
    if column == "outcome":
        had = pc.if_else(pc.and_(pc.equal(had, OPEN), pc.is_valid(values)), pa.scalar(None, pa.string()), had)
    return table.set_column(table.column_names.index(column), column, pc.coalesce(had, values))


def _set_aside_unused(part: Part, found: Match) -> None:
    """Set aside the rows of a file about the same deals that no deal could use."""
    keys = _key(part).to_pylist()
    part.drop(found.unasked, "orphan", keys)
    kept = ~found.unasked
    part.drop(found.repeats[kept], "repeated_key", np.array(keys, dtype=object)[kept])
