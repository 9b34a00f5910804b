"""Sheets that add columns to the rows of another: lookups, and files with more about the same deals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import ID, LOOKUP, OPEN, TABLES
from crmeval.mapping.distinct import distinct, trim
from crmeval.mapping.names import normal
from crmeval.mapping.parts import OTHER, Part
from crmeval.tables import IMPORT, ROW, UNMATCHED_COLUMNS, Join
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


def match(keys: pa.ChunkedArray, other: pa.ChunkedArray, *, spelled: bool = False) -> Match:
    """Match keys exactly, spaces around them aside; a key that repeats is found in its first row.

    With `spelled`, a key that is not found so is found where but one key of the other side is written like
    it, but for a `.0` at its end, zeros before it, spaces inside it, and capitals.
    """
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
    if spelled and found.null_count:
        found = pc.coalesce(found, _found_by_form(asked.texts, encoded.dictionary))
    places = pa.array(first, pa.int64()).take(found) if len(first) else pa.nulls(len(asked.texts), pa.int64())
    known = np.zeros(len(encoded.dictionary), dtype=bool)
    known[found.drop_null().to_numpy(zero_copy_only=False)] = True
    unasked = np.ones(len(offered), dtype=bool)
    unasked[filled] = ~known[codes]
    return Match(asked.spread(places), repeats, unasked)


def _found_by_form(asked: pa.Array, offered: pa.Array) -> pa.Array:
    """For each key, the place of the only offered one with its form; null where there is none or several."""
    forms = form(offered).dictionary_encode()
    codes = forms.indices.to_numpy(zero_copy_only=False)
    single = np.bincount(codes, minlength=len(forms.dictionary)) == 1
    place = np.zeros(len(forms.dictionary), dtype=np.int32)
    place[codes] = np.arange(len(codes), dtype=np.int32)
    places = pa.array(place, pa.int32(), mask=~single)
    return places.take(pc.index_in(form(asked), value_set=forms.dictionary))


def form(keys: pa.Array) -> pa.Array:
    """A key without what spreadsheets add to it or take away."""
    plain = pc.replace_substring_regex(pc.utf8_lower(keys), r"\s+", "")
    return pc.replace_substring_regex(pc.replace_substring_regex(plain, r"\.0+$", ""), "^0+(.)", r"\1")


def _lost(keys: pa.Array, found: Match) -> pa.Array:
    """The keys that were not found."""
    return keys.filter(pc.and_(pc.is_valid(keys), pc.is_null(found.places)))


def _receipted(part: Part, way: str, on: tuple[str, str], keys: pa.Array, found: Match) -> None:
    """The receipt of a join: rows asked and matched, and every id without a partner."""
    lost = _lost(keys, found)
    rows = len(keys) - keys.null_count
    own = way != "refers"
    part.joins.append(Join(
        way, *on, part.mapping.key or part.mapping.columns.get(on[1], ""), rows, rows - len(lost),
        int(found.repeats.sum()) if own else 0, int(found.unasked.sum()) if own else 0,
    ))  # fmt: skip
    if len(lost) and way != "adds":
        values = distinct(pa.chunked_array([lost]))
        frame = pd.DataFrame({"value": values.texts.to_pylist(), "rows": values.counts})
        frame["import"], frame["column"] = part.place, part.joins[-1].column
        part.unmatched.append(frame.sort_values("rows", ascending=False)[list(UNMATCHED_COLUMNS)])


def _note_spelling(part: Part, keys: pa.Array, offered: pa.Array, found: Match) -> pa.Array:
    """The keys as the other side writes them; tells how many are written otherwise."""
    theirs = offered.take(found.places)
    other = pc.fill_null(pc.not_equal(theirs, keys), False)
    n = int(pc.sum(other.cast(pa.int64())).as_py() or 0)
    if n:
        at = int(np.flatnonzero(other.to_numpy(zero_copy_only=False))[0])
        facts = {"example": keys[at].as_py(), "like": theirs[at].as_py()}
        column = part.mapping.key or part.mapping.columns.get("deal_id", "")
        part.notes.append(text("import_notes.ids_aligned", column=column, n=n, **facts))
    return pc.coalesce(theirs, keys)


def refer(table: pa.Table, part: Part, whole: pa.Table, field: str) -> pa.Table:
    """The rows of a sheet with the ids of another table written as that table writes them (none is lost)."""
    keys, offered = (trim(one[field].combine_chunks()) for one in (table, whole))
    found = match(pa.chunked_array([keys]), pa.chunked_array([offered]), spelled=True)
    _receipted(part, "refers", ("deals", field), keys, found)
    aligned = _note_spelling(part, keys, offered, found)
    return table.set_column(table.column_names.index(field), field, aligned)


def written_as(ids: pd.Series, whole: pa.Table, field: str) -> pd.Series:
    """The ids as a table writes them; those it does not have stay as they are."""
    keys, offered = trim(pa.array(ids, pa.string())), trim(whole[field].combine_chunks())
    found = match(pa.chunked_array([keys]), pa.chunked_array([offered]), spelled=True)
    return pd.Series(pc.coalesce(offered.take(found.places), keys).to_pylist(), ids.index, dtype="str")


def _note_orphans(part: Part, keys: pa.Array, found: Match) -> None:
    """Tell which keys of the table the sheet does not have, and which of them it has in another spelling."""
    lost = _lost(keys, found)
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
    name = part.mapping.joins[0] if part.mapping.joins else part.mapping.table
    describes = part.mapping.table == LOOKUP
    keys, offered = trim(table[on].combine_chunks()), trim(_key(part))
    ids = TABLES[name][on].kind == ID
    found = match(pa.chunked_array([keys]), pa.chunked_array([offered]), spelled=ids)
    _receipted(part, "describes" if describes else "adds", (name, on), keys, found)
    _note_spelling(part, keys, offered, found)
    if found.repeats.any():
        part.notes.append(
            text("import_notes.repeated_keys", column=part.mapping.key, n=int(found.repeats.sum()))
        )
    if describes:
        _note_orphans(part, keys, found)
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
