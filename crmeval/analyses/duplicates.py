"""Records entered twice: the same when normalised, or more likely than not one thing with slips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.checks.columns import header, is_text
from crmeval.analyses.checks.values import PLACEHOLDER_PATTERN
from crmeval.analyses.duplicate_pairs import candidates, compared, whole
from crmeval.fields import TABLES
from crmeval.stats.linkage import linked
from crmeval.tables import IMPORT, ROW, Tables

# Of ten pairs called one thing at least nine should be: a probability, so it is chosen, not fitted to data.
THRESHOLD, POSSIBLE = 0.9, 0.5
_LARGEST_GROUP = 10  # more records alike are rows about one thing, not one record entered again
_FEWEST_FIELDS = 2
_FIRST_ROWS, _REPEATED = 1000, 0.5  # a column that repeats itself there is normalised by its values
_FEWEST_RELATED = 10  # pairs; fewer are no relation worth a word
_LEGAL_FORMS = (
    "ооо|оао|зао|пао|нао|ао|ип|одо|тоо|фгуп|муп|гуп|чп|общество с ограниченной ответственностью"
    "|(публичное |закрытое |открытое )?акционерное общество|индивидуальный предприниматель"
    "|llc|ltd|limited|inc|incorporated|gmbh|corp|corporation|co|company|plc|llp|lp|sa|sas|sarl|srl|spa|sl|bv"
    "|nv|ag|kg|ohg|ug|oy|ab|aps|pty|pte|ooo|zao|oao|pao"
)
_BETWEEN_WORDS, _NOT_PLAIN = "[^a-zа-я0-9@]+", "[^a-zа-я0-9@ ]|  "
_STANDS_FOR_NOTHING = rf"(?i)^\s*({PLACEHOLDER_PATTERN[1:-1]})?\s*$"
_NUMBER = r"^\+?[\d\s().\-–]{7,24}$"
_TELLING_DIGITS = 10  # of a telephone number: before them stand the country (+7) or the trunk (8)
OPEN, CONFIRMED, REJECTED = "open", "confirmed", "rejected"
COLUMNS = ["record_id", "duplicate_of", "score"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """Pairs of records that may be one, likeliest first: places (one, other), ids (first, second), score.

    Attributes:
        records: how many were compared.
        related: pairs that share much but differ in these fields, as colleagues and relatives do: how many.
        some_left_out: the table is too large to compare all pairs that share a value.
    """

    pairs: pd.DataFrame
    records: int
    related: tuple[tuple[tuple[str, ...], int], ...] = ()
    some_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Records that repeat an earlier one.

    Attributes:
        pairs: record, the first record of its group, the probability that it repeats one (0 … 1).
        queue: pairs that may be one, likeliest first, in the same columns, with the verdict on each.
        repeating: records left out because more than ten are alike, as rows about one thing are.
    """

    pairs: pd.DataFrame
    queue: pd.DataFrame
    repeating: int
    likeness: Likeness


def alike(tables: Tables) -> Likeness | None:
    """Records that may be one; None where there are too few fields to tell records apart."""
    if "records" not in tables:
        return None
    rows = tables["records"]
    own = {known.name for known in TABLES["records"].fields} | {ROW, IMPORT}
    columns = [
        column
        for column in rows.columns
        if column not in own and tables.has("records", column) and is_text(rows, column)
    ]
    if len(columns) < _FEWEST_FIELDS:
        return None
    with tables.kept(_normalised(tables, rows, columns)) as plain:
        equal = _equal(tables, plain, columns)
        likely, related, some_left_out = _likely(tables, plain, columns)
    pairs = pd.concat([equal, likely], ignore_index=True)
    pairs = pairs.sort_values("score", ascending=False, kind="stable").drop_duplicates(["first", "second"])
    named = tuple(
        (tuple(header(tables, "records", column) for column in fields), number) for fields, number in related
    )
    return Likeness(_named(tables, pairs), tables.count("records"), named, some_left_out)


def decided(likeness: Likeness, same: Mapping[tuple[str, str], bool]) -> Duplicates:
    """The duplicates among records that may be one.

    `same`: for pairs of ids that somebody looked at, whether they are one; that counts more than likeness.
    """
    pairs = likeness.pairs.assign(verdict=_verdicts(likeness.pairs, same))
    likely = (pairs["verdict"] == OPEN) & (pairs["score"] >= THRESHOLD)
    found, repeating = _grouped(pairs[likely | (pairs["verdict"] == CONFIRMED)])
    queue = pairs.rename(columns={"second": "record_id", "first": "duplicate_of"})
    return Duplicates(found, queue[[*COLUMNS, "verdict"]].reset_index(drop=True), repeating, likeness)


def normalised(value: ir.StringValue) -> ir.StringValue:
    """A text without case, punctuation, legal forms and ё, words one space apart; of a number its digits."""
    lower = value.fill_null("").lower().replace("ё", "е")
    words = _replaced(lower, _BETWEEN_WORDS, only_where=_NOT_PLAIN)
    forms = f"(^| )({_LEGAL_FORMS})( |$)"
    digits = lower.re_replace("[^0-9]", "").right(_TELLING_DIGITS)
    return lower.re_search(_NUMBER).ifelse(digits, _replaced(words, forms, only_where=forms))


def _replaced(value: ir.StringValue, pattern: str, *, only_where: str) -> ir.StringValue:
    """The pattern as a space, not at the ends; most values have none: to look is cheaper than to replace."""
    return value.re_search(only_where).ifelse(value.re_replace(pattern, " ").strip(), value)


def _normalised(tables: Tables, rows: ir.Table, columns: list[str]) -> ir.Table:
    """Each record's place, its fields normalised, and a hash that is the same where all of them are."""
    first = tables.frame(rows.select(columns).limit(_FIRST_ROWS))
    repeated = [column for column in columns if first[column].nunique() <= _REPEATED * len(first)]
    said = {column: _said(rows[column]) for column in columns if column not in repeated}
    plain = rows.select(**{f"r_{column}": rows[column] for column in repeated}, place=_place(rows), **said)
    for column in repeated:  # each different value once
        values = rows.select(value=rows[column]).distinct()
        known = values.select(**{f"k_{column}": values.value, column: _said(values.value)})
        plain = plain.left_join(known, plain[f"r_{column}"] == known[f"k_{column}"])
    plain = plain.select("place", **{column: plain[column].fill_null("") for column in columns})
    telling = [column for column in columns if column not in repeated] or columns
    return plain.mutate(alike=whole(plain, telling).hash())


def _said(value: ir.StringValue) -> ir.StringValue:
    """A value normalised; empty where it stands for nothing."""
    return value.re_search(_STANDS_FOR_NOTHING).fill_null(True).ifelse("", normalised(value))


def _place(rows: ir.Table) -> ir.IntegerValue:
    return rows[IMPORT].cast("int64") * 2**40 + rows[ROW].cast("int64")


def _equal(tables: Tables, plain: ir.Table, columns: list[str]) -> pd.DataFrame:
    """Records that are the same in every field, each with the first of them."""
    often = tables.frame(plain.group_by("alike").having(plain.count() > 1).aggregate(n=plain.count()))
    alike = plain.filter(plain.alike.isin(ibis.memtable(often).alike))
    alike = alike.mutate(whole=whole(alike, columns)).filter(lambda rows: rows.whole.replace("|", "") != "")
    first = alike.mutate(first=alike.place.min().over(ibis.window(group_by=alike.whole)))
    pairs = first.filter(first.place > first["first"]).select("first", second=first.place)
    return tables.frame(pairs).astype("int64").assign(score=1.0)


def _likely(
    tables: Tables, plain: ir.Table, columns: Sequence[str]
) -> tuple[pd.DataFrame, list[tuple[list[str], int]], bool]:
    """Pairs that may be one record, relations among the others, and whether not all were compared."""
    pairs, some_left_out = candidates(tables, plain, columns)
    if pairs.empty:
        return pairs.assign(score=0.0), [], some_left_out
    score, relations = linked(compared(tables, plain, columns, pairs))
    related = [
        ([columns[place] for place in one.fields], round(one.pairs))
        for one in relations
        if one.pairs >= _FEWEST_RELATED
    ]
    return pairs.assign(score=score)[score >= POSSIBLE], related, some_left_out


def _named(tables: Tables, pairs: pd.DataFrame) -> pd.DataFrame:
    """The pairs with the ids of their records beside their places."""
    rows = tables["records"]
    wanted = ibis.memtable(
        pd.DataFrame({"wanted": pd.unique(pairs[["first", "second"]].to_numpy(dtype="int64").ravel())})
    )
    places = rows.select(place=_place(rows), record_id=rows.record_id)
    ids = tables.frame(places.filter(places.place.isin(wanted.wanted))).set_index("place")["record_id"]
    return pd.DataFrame(
        {
            "one": pairs["first"],
            "other": pairs["second"],
            "first": pairs["first"].map(ids),
            "second": pairs["second"].map(ids),
            "score": pairs["score"],
        }
    )


def _verdicts(pairs: pd.DataFrame, same: Mapping[tuple[str, str], bool]) -> list[str]:
    """What somebody said of each pair."""
    words = {True: CONFIRMED, False: REJECTED, None: OPEN}
    return [
        words[same.get((first, second), same.get((second, first)))]
        for first, second in zip(pairs["first"], pairs["second"], strict=True)
    ]


def _grouped(pairs: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Each record beside the first of its group, likeliest first; and how many repeat too often."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if pairs.empty:
        return pd.DataFrame(columns=COLUMNS), 0
    places, codes = np.unique(pairs[["one", "other"]].to_numpy(dtype="int64"), return_inverse=True)
    codes = codes.reshape(-1, 2)
    links = coo_array((np.ones(len(codes)), (codes[:, 0], codes[:, 1])), shape=(len(places),) * 2)
    found = pd.DataFrame({"place": places, "group": connected_components(links, directed=False)[1]})
    ids = pd.Series([*pairs["first"], *pairs["second"]], index=[*pairs["one"], *pairs["other"]])
    found["record_id"] = found["place"].map(ids[~ids.index.duplicated()])
    groups = found.groupby("group")
    found["duplicate_of"] = groups["record_id"].transform("first")
    found["members"] = groups["place"].transform("size")
    found["score"] = found["place"].map(pairs.groupby("other")["score"].max())
    repeating = int((found["members"] > _LARGEST_GROUP).sum())
    later = groups.cumcount() > 0
    found = found[later & (found["members"] <= _LARGEST_GROUP)]
    found = found.sort_values("score", ascending=False, kind="stable", ignore_index=True)
    return found[COLUMNS], repeating


def side_by_side(tables: Tables, first: str, second: str) -> pd.DataFrame:
    """Two records beside each other: field, first, equal (when normalised), second; not what both lack."""
    rows = tables["records"]
    columns = [
        column for column in rows.columns if column not in {ROW, IMPORT} and tables.has("records", column)
    ]
    texts = rows.select(rid=rows.record_id, **{column: rows[column].cast("string") for column in columns})
    plain = texts.filter(texts.rid.isin([first, second])).mutate(
        **{f"n_{column}": normalised(texts[column]) for column in columns}
    )
    found = tables.frame(plain).drop_duplicates("rid").set_index("rid").reindex([first, second])
    plainly = found[[f"n_{column}" for column in columns]]
    beside = pd.DataFrame(
        {
            "field": [header(tables, "records", column) for column in columns],
            "first": found[columns].iloc[0].to_numpy(),
            "equal": (plainly.iloc[0].fillna("") == plainly.iloc[1].fillna("")).to_list(),
            "second": found[columns].iloc[1].to_numpy(),
        }
    )
    return beside[beside["first"].notna() | beside["second"].notna()].reset_index(drop=True)
