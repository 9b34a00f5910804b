"""Records entered twice: the same when normalised, or alike in nearly everything."""

from dataclasses import dataclass
from functools import reduce

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import filled, is_text
from crmeval.analyses.checks.values import PLACEHOLDER_PATTERN
from crmeval.fields import TABLES
from crmeval.tables import IMPORT, ROW, Tables

THRESHOLD = 80.0  # likeness of 100 from which two records are one (rapidfuzz token_sort_ratio)
_LARGEST_BLOCK = 20  # a value that more records share picks out nobody
_MOST_PAIRS = 500_000  # compared by likeness; beyond, only equal records are found
_LARGEST_GROUP = 10  # more records alike are rows about one thing, not one record entered again
_FEWEST_FIELDS = 2
_TELLING = 0.2  # different values per filled cell, for a field to tell records apart
_EQUAL = 100.0
_LEGAL_FORMS = "ооо|оао|зао|пао|ао|ип|llc|ltd|inc|gmbh|corp|co|plc|sa|srl|bv|ag"
_BETWEEN_WORDS, _NOT_PLAIN = "[^a-zа-я0-9@]+", "[^a-zа-я0-9@ ]|  "
_NO_PAIRS = pd.DataFrame({"first": [], "second": [], "score": []})
COLUMNS = ["record_id", "duplicate_of", "score"]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Records that repeat an earlier one, with their likeness (0 … 1).

    `repeating`: records left out because more than ten are alike, as rows about one thing are;
    `equal_only`: the table is too large to compare all that may be alike, so only equal ones are here.
    """

    pairs: pd.DataFrame
    repeating: int = 0
    equal_only: bool = False


def duplicates(tables: Tables) -> Duplicates | None:
    """Duplicates among the records; None where there are too few fields to tell records apart."""
    if "records" not in tables:
        return None
    rows = tables["records"]
    own = {field.name for field in TABLES["records"].fields} | {ROW, IMPORT}
    columns = [
        column
        for column in rows.columns
        if column not in own and tables.has("records", column) and is_text(rows, column)
    ]
    if len(columns) < _FEWEST_FIELDS:
        return None
    with tables.kept(_normalised(rows, columns)) as plain:
        equal, alike = _equal(tables, plain), _alike(tables, plain, columns)
    pairs = equal if alike is None else pd.concat([equal, alike], ignore_index=True)
    found, repeating = _grouped(pairs)
    return Duplicates(_named(tables, found), repeating, equal_only=alike is None)


def normalised(value: ir.StringValue) -> ir.StringValue:
    """A text without case, punctuation, legal forms and ё; words one space apart."""
    lower = value.fill_null("").lower().replace("ё", "е")
    words = _replaced(lower, _BETWEEN_WORDS, only_where=_NOT_PLAIN)
    return _replaced(" " + words + " ", f" ({_LEGAL_FORMS}) ", only_where=f" ({_LEGAL_FORMS}) ").strip()


def _replaced(value: ir.StringValue, pattern: str, *, only_where: str) -> ir.StringValue:
    """The pattern as a space; most values have none, and to look is cheaper than to replace."""
    return value.re_search(only_where).ifelse(value.re_replace(pattern, " "), value)


def _stands_for_nothing(value: ir.StringValue) -> ir.BooleanValue:
    return value.strip().lower().re_search(PLACEHOLDER_PATTERN).fill_null(False)


def _normalised(rows: ir.Table, columns: list[str]) -> ir.Table:
    """Each record's place, its fields normalised, and all of them as one text."""
    plain = rows.select(
        place=_place(rows),
        **{
            column: (filled(rows, column) & ~_stands_for_nothing(rows[column])).ifelse(
                normalised(rows[column]), ""
            )
            for column in columns
        },
    )
    whole = reduce(lambda one, other: one + "|" + other, [plain[column] for column in columns])
    return plain.mutate(whole=whole, text=whole.replace("|", " ").strip())


def _place(rows: ir.Table) -> ir.IntegerValue:
    return rows[IMPORT].cast("int64") * 2**40 + rows[ROW].cast("int64")


def _equal(tables: Tables, plain: ir.Table) -> pd.DataFrame:
    """Records that are the same in every field, each with the first of them."""
    held = plain.filter(plain.text != "")
    first = held.mutate(first=held.place.min().over(ibis.window(group_by=held.whole)))
    pairs = first.filter(first.place > first["first"]).select("first", second=first.place)
    return tables.frame(pairs).assign(score=_EQUAL)


def _alike(tables: Tables, plain: ir.Table, columns: list[str]) -> pd.DataFrame | None:
    """Pairs that share a telling value, where their whole texts are alike; None: too many pairs.

    Where no field tells records apart, rows are about the same few things and likeness says nothing.
    """
    telling = _telling(tables, plain, columns)
    if len(telling) < _FEWEST_FIELDS:
        return _NO_PAIRS
    pairs = tables.frame(_candidates(plain, telling).limit(_MOST_PAIRS + 1))
    if len(pairs) > _MOST_PAIRS:
        return None
    return _scored(tables, plain, pairs) if len(pairs) else _NO_PAIRS


def _scored(tables: Tables, plain: ir.Table, pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs that are alike enough to be one record."""
    from rapidfuzz import fuzz, process

    wanted = ibis.memtable(pd.DataFrame({"place": pd.unique(pairs.to_numpy().ravel())}))
    texts = tables.frame(plain.select("place", "text").semi_join(wanted, "place")).set_index("place")["text"]
    one, other = (texts.loc[pairs[side]].to_list() for side in ("first", "second"))
    pairs = pairs.assign(score=process.cpdist(one, other, scorer=fuzz.token_sort_ratio))
    return pairs[pairs["score"] >= THRESHOLD]


def _telling(tables: Tables, plain: ir.Table, columns: list[str]) -> list[str]:
    """The fields whose values mostly belong to few records."""
    held = {column: (plain[column] != "") for column in columns}
    counts = tables.frame(
        plain.aggregate(
            **{f"f_{column}": given.ifelse(1, 0).sum() for column, given in held.items()},
            **{f"d_{column}": plain[column].nunique(where=given) for column, given in held.items()},
        )
    ).iloc[0]
    return [column for column in columns if counts[f"d_{column}"] > _TELLING * counts[f"f_{column}"]]


def _candidates(plain: ir.Table, columns: list[str]) -> ir.Table:
    """Pairs of places with the same value in some field, where no more than a block of records has it."""
    keys = ibis.union(
        *(
            plain.filter(plain[column] != "").select("place", field=ibis.literal(column), key=plain[column])
            for column in columns
        )
    )
    sized = keys.mutate(shared=keys.count().over(ibis.window(group_by=[keys.field, keys.key])))
    blocks = sized.filter((sized.shared > 1) & (sized.shared <= _LARGEST_BLOCK))
    other = blocks.view()
    pairs = blocks.inner_join(
        other,
        [blocks.field == other.field, blocks.key == other.key, blocks.place < other.place],
    )
    return pairs.select(first=blocks.place, second=other.place).distinct()


def _grouped(pairs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each record beside the first of its group, with its best likeness; and how many repeat too often."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if pairs.empty:
        return pd.DataFrame({"place": [], "original": [], "score": []}, dtype="int64"), 0
    places, codes = np.unique(pairs[["first", "second"]].to_numpy(dtype="int64"), return_inverse=True)
    codes = codes.reshape(-1, 2)
    links = coo_array((np.ones(len(codes)), (codes[:, 0], codes[:, 1])), shape=(len(places),) * 2)
    groups = pd.Series(connected_components(links, directed=False)[1], index=places)
    best = pairs.groupby("second")["score"].max()
    found = pd.DataFrame({"place": places, "group": groups.to_numpy()})
    found["original"] = found.groupby("group")["place"].transform("min")
    found["members"] = found.groupby("group")["place"].transform("size")
    repeating = int((found["members"] > _LARGEST_GROUP).sum())
    found = found[(found["place"] > found["original"]) & (found["members"] <= _LARGEST_GROUP)]
    return found.assign(score=found["place"].map(best).to_numpy())[["place", "original", "score"]], repeating


def _named(tables: Tables, found: pd.DataFrame) -> pd.DataFrame:
    """The duplicates by the ids of their records, most alike first."""
    if found.empty:
        return pd.DataFrame(columns=COLUMNS)
    rows = tables["records"]
    wanted = ibis.memtable(
        pd.DataFrame({"wanted": pd.unique(found[["place", "original"]].to_numpy().ravel())})
    )
    places = rows.select(place=_place(rows), record_id=rows.record_id)
    ids = tables.frame(places.filter(places.place.isin(wanted.wanted))).set_index("place")["record_id"]
    named = pd.DataFrame(
        {
            "record_id": found["place"].map(ids),
            "duplicate_of": found["original"].map(ids),
            "score": found["score"] / _EQUAL,
        }
    )
    return named.sort_values("score", ascending=False, kind="stable", ignore_index=True)
