"""A list of checked cells, as a check sheet comes back: field, what was entered, what is true, by whom."""

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.cells import LISTED, WRONG_COLUMNS, Judged
from crmeval.analyses.checks.columns import CheckedTable, checkable
from crmeval.analyses.checks.run import month_number
from crmeval.analyses.verified_model import BY_CELL, COUNTS, Verified, differs
from crmeval.stats.agreement import Agreement, kappa
from crmeval.tables import IMPORT, ROW, Tables

YES = ("yes", "y", "true", "right", "correct", "ok", "1", "+", "да", "верно", "правильно", "истина")
NO = ("no", "n", "false", "wrong", "incorrect", "0", "-", "нет", "неверно", "ложь")
_KEY = ["record_id", "field"]


def cell_by_cell(tables: Tables) -> Verified | None:
    """Each row is one checked cell; of several for one cell the first counts, the others are a second check.

    A cell is right or wrong as the verdict says; without one, wrong where the true value differs from what
    was entered. In a sheet that asks for a verdict, a row with neither was not checked. None where
    no row was.
    """
    rows = _judged(tables)
    left_out = int(rows["wrong"].isna().sum())
    known = rows.dropna(subset="wrong").astype({"wrong": "int64"})
    if known.empty:
        return None
    first = ~known.duplicated(_KEY) | known["record_id"].isna()
    cells = _reweighted(known[first], rows)
    agreement, disputed = _second_check(known[~known["record_id"].isna()])
    judged = _tallied(cells)
    ids = cells["record_id"].dropna().drop_duplicates()
    return Verified(
        judged,
        BY_CELL,
        judged.record_count,
        0,
        pd.DataFrame(),
        _counted(cells.assign(cells=1), "field"),
        _counted(_records(cells), "person"),
        cells.loc[cells["record_id"].notna(), _KEY].reset_index(drop=True),
        tuple(ids),
        left_out=left_out,
        agreement=agreement,
        disputed=disputed,
    )


def _judged(tables: Tables) -> pd.DataFrame:
    """The rows in their order, `wrong` 0 or 1, or empty where a row was not checked."""
    table = tables["verified"].filter(tables["verified"].field.notnull())
    said = table.verdict.lower().strip()
    blank = table.actual.isnull() & ibis.literal(_asks_for_verdict(tables))
    wrong = ibis.cases(
        (said.isin(NO), 1),
        (said.isin(YES), 0),
        (said.notnull(), None),
        (blank, None),
        else_=differs(table.entered, table.actual).ifelse(1, 0),
    )
    rows = table.select(
        ROW, IMPORT, "record_id", "field", "entered", "actual", "checked_by", "stratum", "weight",
        wrong=wrong.cast("float64"),
    ).order_by(IMPORT, ROW)  # fmt: skip
    found = tables.frame(rows).rename(columns={IMPORT: "import", ROW: "row"})
    found["record_id"] = found["record_id"].str.strip()
    return _with_person(tables, found)


def _asks_for_verdict(tables: Tables) -> bool:
    """Whether the sheet has a place for a verdict: then an empty true value is no statement."""
    asked = any("verdict" in one.mapping for one in tables.imports if one.table == "verified")
    return asked or tables.has("verified", "verdict")


def _with_person(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with who entered their record, and in which month."""
    ids = tuple(rows["record_id"].dropna().unique())
    known = [
        tables.frame(_whose(tables[checked.name], checked, ids))
        for checked in checkable(tables)
        if ids and checked.id and (checked.person or checked.date)
    ]
    if not known:
        return rows.assign(person=None, month=np.nan)
    people = pd.concat(known, ignore_index=True).drop_duplicates("record_id")
    return rows.merge(people, on="record_id", how="left")


def _whose(table: ir.Table, checked: CheckedTable, ids: tuple[str, ...]) -> ir.Table:
    record = table[checked.id].cast("string").strip()
    mine = table.filter(record.isin(ibis.memtable(pd.DataFrame({"id": list(ids)})).id))
    known = mine.select(
        record_id=mine[checked.id].cast("string").strip(),
        person=mine[checked.person] if checked.person else ibis.null().cast("string"),
        month=month_number(mine[checked.date]) if checked.date else ibis.null().cast("int64"),
    )
    return known.group_by("record_id").aggregate(person=known.person.max(), month=known.month.max())


def _reweighted(cells: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """The cells, each record standing for those of its group that could not be checked too."""
    if drawn["weight"].isna().all():
        return cells
    records = drawn.drop_duplicates("record_id")
    held = records.groupby(records["stratum"].fillna(""))["weight"].sum()
    reached = cells.drop_duplicates("record_id")
    checked = reached.groupby(reached["stratum"].fillna("")).size()
    return cells.assign(weight=cells["stratum"].fillna("").map(held / checked))


def _second_check(rows: pd.DataFrame) -> tuple[Agreement, pd.DataFrame]:
    """How far a second check of the same cells agrees with the first, and where it does not."""
    judge = rows["checked_by"].fillna("") + "\n" + rows["import"].astype(str)
    turn = rows.groupby(_KEY).cumcount()
    one = rows.assign(judge=judge)[turn == 0]
    other = rows.assign(judge=judge)[turn == 1]
    both = one.merge(other, on=_KEY, suffixes=("", "_2"))
    both = both[both["judge"] != both["judge_2"]]
    counts = pd.crosstab(both["wrong"], both["wrong_2"]).reindex(index=[0, 1], columns=[0, 1], fill_value=0)
    differ = both[both["wrong"] != both["wrong_2"]]
    shown = ["record_id", "field", "entered", "actual", "checked_by", "actual_2", "checked_by_2"]
    return kappa(counts), differ[shown].reset_index(drop=True)


def _record(cells: pd.DataFrame) -> pd.Series:
    """What tells records apart; a row without an id is a record of its own."""
    return cells["record_id"].fillna("\n" + cells["import"].astype(str) + ":" + cells["row"].astype(str))


def _records(cells: pd.DataFrame) -> pd.DataFrame:
    """One row for each record: its cells and the wrong ones."""
    by = cells.assign(record=_record(cells)).groupby("record", sort=False)
    return by.agg(
        person=("person", "first"), stratum=("stratum", "first"), weight=("weight", "first"),
        cells=("wrong", "size"), wrong=("wrong", "sum"),
    )  # fmt: skip


def _counted(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """How many records are alike, by field or person."""
    by = [name, *COUNTS]
    return rows.groupby(by, dropna=False, as_index=False).size().rename(columns={"size": "records"})


def _tallied(cells: pd.DataFrame) -> Judged:
    """The same cells in the form that all judged cells have."""
    spread = cells.groupby(["field", "person", "month"], dropna=False, as_index=False).agg(
        cells=("wrong", "size"), wrong=("wrong", "sum")
    )
    records = _records(cells).groupby(["cells", "wrong"], as_index=False).size()
    wrong = cells[cells["wrong"] > 0].rename(columns={"entered": "value", "actual": "suggestion"})
    return Judged(
        spread,
        records.rename(columns={"size": "records"}).astype("int64"),
        wrong.assign(problem="not_true").reindex(columns=WRONG_COLUMNS).head(LISTED),
    )
