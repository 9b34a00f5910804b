"""What became of a fix list: which of its cells are mended, which are not, and which are newly wrong."""

from dataclasses import dataclass

import pandas as pd

from crmeval.analyses.checks.columns import checkable
from crmeval.analyses.cure import Wrong
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

FIXED, NOT_FIXED, GONE, NEW = "fixed", "not_fixed", "gone", "new"
STATES = (FIXED, NOT_FIXED, GONE, NEW)
_CELL = ["record_id", "field"]
_SHOWN = [*_CELL, "value", "problem", "person"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Each cell that was or is wrong, in one state, and how many of each person's are in each.

    listed = fixed + not fixed + gone; wrong now = not fixed + new. `gone`: the record or its column is no
    longer there, or no check looks at it any more.
    """

    cells: pd.DataFrame
    people: pd.DataFrame

    def count(self, state: str) -> int:
        """How many cells are in a state."""
        return int((self.cells["change"] == state).sum())

    @property
    def told(self) -> Text:
        """How many are in each state, in a sentence."""
        counts = {state: self.count(state) for state in STATES}
        listed, now = len(self.cells) - counts[NEW], counts[NOT_FIXED] + counts[NEW]
        return text("cure.since", n=listed, now=now, **counts)


def progress(tables: Tables, wrong: Wrong) -> Progress | None:
    """The fix list among the tables compared with the cells that are wrong now; None where there is none."""
    if not tables.has("fix_list", "record_id", "field"):
        return None
    return progress_since(tables.frame(tables["fix_list"].select(*_SHOWN)), tables, wrong)


def progress_since(before: pd.DataFrame, tables: Tables, wrong: Wrong) -> Progress:
    """Cells that were wrong before (record, field, value, problem, person), compared with those wrong now."""
    before, now = (
        cells[_SHOWN].dropna(subset="record_id").drop_duplicates(_CELL) for cells in (before, wrong.cells)
    )
    both = before.merge(now, on=_CELL, how="outer", suffixes=("_before", ""), indicator="side")
    known, fields = _records(tables), set(wrong.judged.spread["field"])
    there = both["record_id"].isin(known) & both["field"].isin(fields)
    listed, still = both["side"] != "right_only", both["side"] != "left_only"
    change = pd.Series(NEW, index=both.index).mask(listed & still, NOT_FIXED)
    change = change.mask(listed & ~still & there, FIXED).mask(listed & ~still & ~there, GONE)
    cells = both[_CELL].assign(
        **{name: both[name].fillna(both[f"{name}_before"]) for name in ("value", "problem", "person")},
        change=change,
    )
    order = cells["change"].map({NOT_FIXED: 0, NEW: 1, FIXED: 2, GONE: 3})
    cells = cells.iloc[order.argsort(kind="stable")].reset_index(drop=True)
    return Progress(cells, _by_person(cells))


def _records(tables: Tables) -> set[str]:
    found: set[str] = set()
    for one in checkable(tables):
        if one.id:
            ids = tables.frame(tables[one.name].select(id=tables[one.name][one.id].cast("string")))
            found |= set(ids["id"].dropna())
    return found


def _by_person(cells: pd.DataFrame) -> pd.DataFrame:
    """Each person's cells by state, and the share of the listed ones that are fixed, with its interval."""
    counts = pd.crosstab(cells["person"].fillna(""), cells["change"]).reindex(columns=STATES, fill_value=0)
    counts = counts[counts.index != ""].rename_axis(columns=None).reset_index()
    asked = counts[FIXED] + counts[NOT_FIXED]
    limits = [wilson(fixed, n) for fixed, n in zip(counts[FIXED], asked, strict=True)]
    return counts.assign(
        share=counts[FIXED] / asked.where(asked > 0),
        low=[low for low, _ in limits],
        high=[high for _, high in limits],
    ).sort_values(["not_fixed", "person"], ascending=[False, True], ignore_index=True)
