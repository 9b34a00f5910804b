"""What wrong data cost, the fewest fixes that mend most of them, and what was mended since the last list."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmeval.analyses.accuracy_findings import minutes_for, money
from crmeval.analyses.cells import Judged
from crmeval.settings import Settings
from crmeval.words import Text, text

LISTED = 200_000  # wrong cells looked at one by one; a workbook holds five times as many
MINUTES_OF_A_FIX = 10.0  # for one replacement in all records at once: an assumption, said on the page
_IN_ONE_GO = 5  # cells from which a replacement is worth a fix of its own
_MOSTLY = 0.8  # of a problem's cells must be one person's (or source's) for the fix to be about them
_MOST_FIXES = 500
REPLACE, SUGGESTED, PERSON, SOURCE, ALL = "replace", "suggested", "person", "source", "all"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Every wrong cell that the checks find (at most `LISTED`), how many there are, and what was judged."""

    cells: pd.DataFrame
    judged: Judged

    @property
    def capped(self) -> bool:
        """Whether there are more than are listed."""
        return len(self.cells) < self.judged.wrong_cells


def by_problem(wrong: Wrong, settings: Settings) -> pd.DataFrame:
    """Wrong cells by kind of error: how many, minutes each, hours and money to mend them by hand."""
    counted = wrong.cells.groupby("problem", as_index=False).size().rename(columns={"size": "wrong"})
    each = counted["problem"].map(lambda problem: minutes_for(problem, settings)).astype(float)
    counted = counted.assign(minutes=each, hours=counted["wrong"] * each / 60)
    costs = counted["hours"].map(lambda hours: money(hours, settings))
    return counted.assign(costs=costs.astype(float)).sort_values(
        ["hours", "wrong"], ascending=False, ignore_index=True
    )


def fixes(wrong: Wrong, settings: Settings) -> pd.DataFrame:
    """What to do, each wrong cell in one fix only, the fix that mends most first (greedy cover).

    Columns: fix (in words), way, field, problem, value, suggestion, person, source, wrong (cells it mends),
    hours it takes, costs, share of all wrong cells, running_share. As no cell is in two fixes, the first k
    are the best k there are.
    """
    found = pd.DataFrame(_fixes(wrong.cells), columns=[
        "way", "field", "problem", "value", "suggestion", "person", "source", "wrong",
    ])  # fmt: skip
    if found.empty:
        return found
    by_hand = found["wrong"] * found["problem"].map(lambda problem: minutes_for(problem, settings))
    at_once = found["way"].isin([REPLACE, SUGGESTED])
    hours = np.where(at_once, np.minimum(by_hand, MINUTES_OF_A_FIX), by_hand) / 60
    found = found.assign(hours=hours, costs=hours * (settings.hourly_cost or np.nan))
    found = found.sort_values(["wrong", "hours"], ascending=[False, True], ignore_index=True)
    share = found["wrong"] / found["wrong"].sum()
    found = found.assign(share=share, running_share=share.cumsum()).head(_MOST_FIXES)
    told = [_told(dict(zip(found.columns, fix, strict=True))) for fix in found.itertuples(index=False)]
    return found.assign(fix=pd.Series(told, index=found.index, dtype=object))


def tables_of(wrong: Wrong, settings: Settings) -> dict[str, pd.DataFrame]:
    """What mending takes by kind of error, and the fixes that mend most, as a report shows them."""
    shown = ["fix", "wrong", "running_share", "hours", "costs"]
    found = fixes(wrong, settings)
    return {
        "errors_by_problem": by_problem(wrong, settings),
        "fix_rules": found[shown] if len(found) else found,
    }


def needed(found: pd.DataFrame, share: float) -> int:
    """How many fixes mend at least this share of the wrong cells."""
    return int((found["running_share"] < share - 1e-9).sum()) + 1 if len(found) else 0


def _fixes(cells: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    cells = cells.fillna({"suggestion": "", "value": ""})
    people = cells["person"].nunique()
    for (field, problem), mine in cells.groupby(["field", "problem"], sort=True):
        known = mine[mine["suggestion"] != ""]
        pairs = known.groupby(["value", "suggestion"], as_index=False).size()
        often = pairs[pairs["size"] >= _IN_ONE_GO]
        for value, suggestion, count in often.itertuples(index=False):
            yield REPLACE, field, problem, value, suggestion, "", "", int(count)
        if (rest := len(known) - int(often["size"].sum())) > 0:
            yield SUGGESTED, field, problem, "", "", "", "", rest
        open_ = mine[mine["suggestion"] == ""]
        if len(open_):
            way, whose = _whose(open_, people)
            place = {PERSON: (whose, ""), SOURCE: ("", whose)}.get(way, ("", ""))
            chosen = len(open_) if way == ALL else int((open_[way] == whose).sum())
            yield way, field, problem, "", "", *place, chosen
            if chosen < len(open_):
                yield ALL, field, problem, "", "", "", "", len(open_) - chosen


def _whose(cells: pd.DataFrame, people: int) -> tuple[str, str]:
    """Whether nearly all of these cells are one person's, or come from one source."""
    if len(cells) >= _IN_ONE_GO and people > 1:
        for way in (PERSON, SOURCE):
            counts = cells[way].value_counts()
            if len(counts) and counts.iloc[0] >= _MOSTLY * len(cells):
                return way, str(counts.index[0])
    return ALL, ""


def _told(fix: dict[str, Any]) -> Text:
    facts = {name: fix[name] for name in ("field", "value", "suggestion", "person", "source")}
    return text(f"cure.fix.{fix['way']}", problem=text(f"codes.problem.{fix['problem']}"), **facts)
