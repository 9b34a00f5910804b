"""Which records to verify: how many, of which groups, which ones, and what the answer will be worth."""

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses import months
from crmeval.analyses.checks.columns import CheckedTable, checkable, headers, is_id, is_text
from crmeval.results import Result
from crmeval.stats.sampling import Expected, allocate, draw, likeness, margin, weighting
from crmeval.tables import IMPORT, ROW, Tables

PERSON, SOURCE, QUARTER = "person", "source", "quarter"
OTHERS = ""  # the small groups, drawn from together
_MOST_GROUPS = 20
_LEAST_SHARE, _MOST_SHARE = 0.01, 0.5
_TOLD_OF_A_RECORD = 3
_QUARTER_MONTHS = 3
_STEPS = (30, 50, 75, 100, 150, 200, 300, 400, 600, 800)


@dataclass(frozen=True, slots=True)
class Plan:
    """A sample to draw: `records` of `table`, whose `columns` are verified.

    `by` names the groups it is drawn from (empty: from all together), in proportion to their size or `equal`
    from each; `twice` of the records are given to a second checker; the same `seed` draws the same records.
    """

    table: str
    columns: tuple[str, ...]
    records: int
    by: str = ""
    equal: bool = False
    twice: int = 0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """The sample: `groups` (stratum, held, records, stands_for) and `cells` to verify, one row each.

    `cells` has record_id, about (what else tells the record), field, entered, stratum, weight, and `turn`,
    the number of the record in the sheet. `second` has those of the second check.
    """

    groups: pd.DataFrame
    cells: pd.DataFrame
    second: pd.DataFrame


def subjects(tables: Tables) -> tuple[CheckedTable, ...]:
    """The tables whose records can be found again by an id, records before deals."""
    return tuple(one for one in checkable(tables) if one.id and columns_of(one))


def columns_of(checked: CheckedTable) -> tuple[str, ...]:
    """The columns that a person could ask about: no ids, not who entered the record and when."""
    machine = {checked.id, checked.person, checked.date}
    return tuple(
        column for column in checked.columns if column not in machine and not is_id(checked.name, column)
    )


def groupings(tables: Tables, checked: CheckedTable) -> tuple[str, ...]:
    """What the records of a table can be grouped by."""
    known = {
        PERSON: bool(checked.person),
        SOURCE: tables.has(checked.name, SOURCE),
        QUARTER: bool(checked.date),
    }
    return tuple(name for name, there in known.items() if there)


def expected(said: Result, cells: int, population: int, share: float | None = None) -> Expected:
    """What is known beforehand: from an earlier verified sample, else from what the checks flag.

    The checks see only a part of what is wrong, so their share is a lower bound; `share` overrules it.
    """
    verified, flagged = said.get("accuracy.verified_rate"), said.get("accuracy.flagged_rate")
    known, alike = _LEAST_SHARE, 0.0
    if verified is not None:
        known, records = 1 - float(verified.value), said["accuracy.cells"].n
        alike = likeness(verified.facts["effect"], verified.n / max(records, 1))
    elif flagged is not None:
        known = float(flagged.value)
        alike = likeness(flagged.facts["effect"], flagged.n / max(flagged.facts["records"], 1))
    known = float(np.clip(known, _LEAST_SHARE, _MOST_SHARE))
    return Expected(known if share is None else share, max(cells, 1), alike, population)


def groups_of(tables: Tables, checked: CheckedTable, by: str) -> pd.DataFrame:
    """Every record of a table once (`import`, `row`, `stratum`), in the order of the files."""
    rows = tables[checked.name]
    said = rows.select(IMPORT, ROW, record=rows[checked.id].cast("string"), group=_group(rows, checked, by))
    found = tables.frame(said.order_by(IMPORT, ROW)).rename(columns={IMPORT: "import", ROW: "row"})
    found = found.dropna(subset="record").drop_duplicates("record", ignore_index=True)
    group = found["group"]
    if by == QUARTER:
        group = _quarters(group)
    group = group.fillna(OTHERS).astype(str)
    largest = group.value_counts().index[:_MOST_GROUPS]
    return found[["import", "row"]].assign(stratum=group.where(group.isin(largest), OTHERS))


def _group(rows: ir.Table, checked: CheckedTable, by: str) -> ir.Value:
    if by == PERSON:
        return rows[checked.person]
    if by == SOURCE:
        return rows[SOURCE]
    if by == QUARTER:
        return months.month_number(rows[checked.date])
    return ibis.literal(OTHERS)


def _quarters(numbers: pd.Series) -> pd.Series:
    """Month numbers as `2025 Q1`."""
    known = numbers.dropna().astype("int64")
    said = (known // 12).astype(str) + " Q" + (known % 12 // _QUARTER_MONTHS + 1).astype(str)
    return said.reindex(numbers.index)


def groups_to_draw(records: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """How many records of each group are drawn, and how many each of them stands for."""
    groups = records.groupby("stratum", as_index=False).size().rename(columns={"size": "held"})
    drawn = allocate(groups["held"], plan.records, equal=plan.equal)
    return groups.assign(records=drawn, stands_for=groups["held"] / np.maximum(drawn, 1))


def unequal(groups: pd.DataFrame) -> float:
    """How much wider the interval gets because groups are drawn at different rates."""
    return weighting(groups["held"], groups["records"])


def drawn(tables: Tables, plan: Plan) -> Drawn:
    """The sample of a plan: which records, and what stands in the cells to verify."""
    checked = next(one for one in subjects(tables) if one.name == plan.table)
    records = groups_of(tables, checked, plan.by)
    groups = groups_to_draw(records, plan)
    codes = pd.Categorical(records["stratum"], categories=groups["stratum"]).codes
    chosen = records.iloc[draw(codes, groups["records"], plan.seed)].reset_index(drop=True)
    known = groups[["stratum", "stands_for"]].rename(columns={"stands_for": "weight"})
    chosen = chosen.merge(known, on="stratum", how="left")
    cells = _cells(tables, checked, plan, chosen)
    turns = np.random.default_rng(plan.seed + 1).permutation(len(chosen))[: plan.twice]
    return Drawn(groups, cells, cells[cells["turn"].isin(turns)].reset_index(drop=True))


def _cells(tables: Tables, checked: CheckedTable, plan: Plan, chosen: pd.DataFrame) -> pd.DataFrame:
    """One row for each cell to verify, record by record."""
    rows = tables[plan.table]
    shown = {f"c{place}": _said(rows, column) for place, column in enumerate(checked.columns)}
    wanted = ibis.memtable(chosen[["import", "row"]].rename(columns={"import": IMPORT, "row": ROW}))
    listed = rows.select(IMPORT, ROW, record_id=rows[checked.id].cast("string"), **shown)
    found = tables.frame(listed.semi_join(wanted, [IMPORT, ROW]).order_by(IMPORT, ROW))
    found = found.rename(columns={IMPORT: "import", ROW: "row"}).merge(chosen, on=["import", "row"])
    found = found.assign(turn=np.arange(len(found)), about=_about(rows, checked, found))
    named = headers(tables, checked, checkable(tables))
    kept = ["record_id", "about", "stratum", "weight", "turn"]
    parts = [
        found[kept].assign(
            field=named[column], entered=found[f"c{checked.columns.index(column)}"], place=place
        )
        for place, column in enumerate(plan.columns)
    ]
    cells = pd.concat(parts, ignore_index=True).sort_values(["turn", "place"], ignore_index=True)
    return cells[["record_id", "about", "field", "entered", "stratum", "weight", "turn"]]


def _said(rows: ir.Table, column: str) -> ir.StringValue:
    """A cell as text; a moment at midnight as its day."""
    said = rows[column].cast("string")
    return said if is_text(rows, column) else said.re_replace(r"( 00:00:00|\.0+)$", "")


def _about(rows: ir.Table, checked: CheckedTable, found: pd.DataFrame) -> pd.Series:
    """The first texts of a record, for the checker to know whom to ask."""
    texts = [
        place for place, column in enumerate(checked.columns)
        if column in columns_of(checked) and is_text(rows, column)
    ]  # fmt: skip
    parts = found[[f"c{place}" for place in texts[:_TOLD_OF_A_RECORD]]].fillna("")
    return pd.Series([" · ".join(filter(None, row)) for row in parts.to_numpy()], index=found.index)


def margins(wanted: Expected, price: float, records: int) -> pd.DataFrame:
    """What other numbers of records would buy: `calls`, `margin` in points, and whether it is the `plan`."""
    steps = [n for n in _STEPS if n < wanted.population] + [min(wanted.population, _STEPS[-1])]
    calls = sorted({*steps, records})
    return pd.DataFrame(
        {
            "calls": calls,
            "margin": [margin(n, wanted, price) * 100 for n in calls],
            "plan": [n == records for n in calls],
        }
    )
