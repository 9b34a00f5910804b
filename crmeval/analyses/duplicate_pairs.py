"""Pairs of records that share a telling value, and how alike they are field by field."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir
from numpy.typing import NDArray

from crmeval.stats.linkage import DIFFERENT, EQUAL, OUTCOMES, SIMILAR, UNKNOWN, Compared
from crmeval.tables import Tables

_BLOCKS = (20, 8, 4, 2)  # a value that more records share picks out nobody; of large tables, fewer still
_MOST_PAIRS = 500_000
_TELLING = 0.2  # different values per filled cell, for a field to tell records apart
_FEWEST_FIELDS = 2
_SIMILAR = 75  # of 100 (rapidfuzz token_sort_ratio): a slip or two in a word, words in another order
_CHANCE_PAIRS = 5000
_POPULATION = 1000  # of a value that no third record has it is not known how rare it is: one in a thousand


def candidates(tables: Tables, plain: ir.Table, columns: Sequence[str]) -> tuple[pd.DataFrame, bool]:
    """Pairs (first, second) of places that share a value in a telling field, in the same one or another.

    Also whether pairs were left out, of values that several records share, because there are too many.
    Where no field tells records apart, rows are about the same few things, and there are no pairs.
    """
    telling = _telling(tables, plain, columns)
    nothing = pd.DataFrame({"first": [], "second": []}, dtype="int64")
    if len(telling) < _FEWEST_FIELDS:
        return nothing, False
    with tables.kept(_shared(plain, telling)) as shared:
        sizes = tables.frame(shared.group_by("records").aggregate(keys=shared.count())).astype("int64")
        for largest in _BLOCKS:
            fitting = sizes[sizes["records"] <= largest]
            if (fitting["keys"] * (fitting["records"] - 1) // 2).sum() <= _MOST_PAIRS:
                kept = shared.filter(shared.records <= largest)
                return tables.frame(_pairs(kept)).astype("int64"), largest < _BLOCKS[0]
    return nothing, True


def _telling(tables: Tables, plain: ir.Table, columns: Sequence[str]) -> list[str]:
    """The fields whose values mostly belong to few records."""
    held = {column: (plain[column] != "") for column in columns}
    counts = tables.frame(
        plain.aggregate(
            **{f"f_{column}": given.ifelse(1, 0).sum() for column, given in held.items()},
            **{f"d_{column}": plain[column].nunique(where=given) for column, given in held.items()},
        )
    ).iloc[0]
    return [column for column in columns if counts[f"d_{column}"] > _TELLING * counts[f"f_{column}"]]


def _shared(plain: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The values that more than one record and no more than a block has, beside each record's place."""
    keys = ibis.union(
        *(plain.filter(plain[column] != "").select("place", key=plain[column].hash()) for column in columns)
    )
    often = keys.group_by("key").aggregate(rows=keys.count())
    shared = keys.semi_join(often.filter(often.rows > 1), "key").distinct()
    sized = shared.mutate(records=shared.count().over(ibis.window(group_by=shared.key)))
    return sized.filter((sized.records > 1) & (sized.records <= _BLOCKS[0]))


def _pairs(shared: ir.Table) -> ir.Table:
    other = shared.view()
    pairs = shared.inner_join(other, [shared.key == other.key, shared.place < other.place])
    return pairs.select(first=shared.place, second=other.place).distinct()


def compared(tables: Tables, plain: ir.Table, columns: Sequence[str], pairs: pd.DataFrame) -> Compared:
    """The pairs field by field, with what chance does to any two records."""
    by_chance = _any_two(tables, plain)
    places = pd.unique(np.concatenate([pairs.to_numpy().ravel(), by_chance.ravel()]))
    wanted = ibis.memtable(pd.DataFrame({"place": places}))
    texts = tables.frame(plain.select("place", *columns).semi_join(wanted, "place")).set_index("place")
    sides = tuple(texts.loc[pairs[side]] for side in ("first", "second"))
    outcomes = _outcomes(sides[0], sides[1], columns)
    chance = _outcomes(texts.loc[by_chance[:, 0]], texts.loc[by_chance[:, 1]], columns)
    shares = np.stack([(chance == outcome).sum(axis=0) + 0.5 for outcome in range(OUTCOMES)], axis=1)
    records = int(tables.value(plain.count()))
    frequency = _frequency(tables, plain, columns, sides[0], outcomes == EQUAL) / records
    frequency = np.maximum(frequency, 1 / max(records, _POPULATION))
    return Compared(outcomes, shares / shares.sum(axis=1, keepdims=True), frequency, records)


def _any_two(tables: Tables, plain: ir.Table) -> NDArray[np.int64]:
    """Pairs of places drawn at random, always the same for the same table."""
    step = max(1, int(tables.value(plain.count())) // _CHANCE_PAIRS)
    places = tables.frame(plain.filter(plain.place % step == 0).select("place").order_by("place"))["place"]
    if len(places) < 2:  # noqa: PLR2004 - a pair
        places = tables.frame(plain.select("place").order_by("place").limit(_CHANCE_PAIRS))["place"]
    drawn = np.random.default_rng(0).integers(0, len(places), (_CHANCE_PAIRS, 2))
    return places.to_numpy()[drawn[drawn[:, 0] != drawn[:, 1]]]


def _frequency(
    tables: Tables, plain: ir.Table, columns: Sequence[str], first: pd.DataFrame, equal: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """How many other records have the value that a pair shares, where it shares one: pairs × fields."""
    shared = [first[column].to_numpy()[equal[:, place]] for place, column in enumerate(columns)]
    others = np.ones(equal.shape)
    for place, (column, values) in enumerate(zip(columns, shared, strict=True)):
        if len(values):
            known = ibis.memtable(pd.DataFrame({"value": pd.unique(values)}, dtype="str"))
            held = plain.filter(plain[column].isin(known.value))
            counts = tables.frame(held.group_by(value=held[column]).aggregate(n=held.count()))
            mine = counts.set_index("value")["n"]
            others[equal[:, place], place] = mine.reindex(values).to_numpy(dtype=float) - 2
    return others


def _outcomes(first: pd.DataFrame, second: pd.DataFrame, columns: Sequence[str]) -> NDArray[np.int8]:
    """Equal, similar, different or unknown: pairs × fields. Neighbours that changed places are similar."""
    found = np.stack([_outcome(first[column], second[column]) for column in columns], axis=1)
    for place, (one, other) in enumerate(pairwise(columns)):
        rows = np.flatnonzero(
            (found[:, [place, place + 1]] != EQUAL).all(axis=1)
            & (found[:, [place, place + 1]] == DIFFERENT).any(axis=1)
        )
        there = _outcome(first[one].iloc[rows], second[other].iloc[rows])
        back = _outcome(first[other].iloc[rows], second[one].iloc[rows])
        alike = [np.isin(way, (EQUAL, SIMILAR)) for way in (there, back)]
        fits = [like | (way == UNKNOWN) for like, way in zip(alike, (there, back), strict=True)]
        swapped = rows[(alike[0] & fits[1]) | (alike[1] & fits[0])]
        for moved in (place, place + 1):
            found[swapped, moved] = np.where(
                found[swapped, moved] == DIFFERENT, SIMILAR, found[swapped, moved]
            )
    return found


def _outcome(first: "pd.Series[str]", second: "pd.Series[str]") -> NDArray[np.int8]:
    from rapidfuzz import fuzz, process

    one, other = first.to_numpy(dtype=object), second.to_numpy(dtype=object)
    found = np.where(one == other, EQUAL, DIFFERENT).astype(np.int8)
    found[(one == "") | (other == "")] = UNKNOWN
    rows = np.flatnonzero(found == DIFFERENT)
    if len(rows):
        scorer = fuzz.token_sort_ratio
        alike = process.cpdist(one[rows], other[rows], scorer=scorer, score_cutoff=_SIMILAR)
        found[rows[alike >= _SIMILAR]] = SIMILAR
    return found


def whole(plain: ir.Table, columns: Sequence[str]) -> ir.StringValue:
    """All fields as one text, to tell records that are equal in every field."""
    return reduce(lambda one, other: one + "|" + other, [plain[column] for column in columns])
