"""What changed since a saved assessment: which errors are mended, which are new, which measures moved."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from crmeval.analyses import cure
from crmeval.analyses.base import Results
from crmeval.analyses.checks import chosen_checks, suggest_checks
from crmeval.analyses.cure import Wrong
from crmeval.analyses.progress import Progress, progress_since
from crmeval.assessment import Assessment
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.stats.intervals import of_difference
from crmeval.tables import Tables
from crmeval.words import Text, text

LESS, SAME, MORE = "less", "same", "more"
COLUMNS = (
    "measure", "unit", "before", "before_low", "before_high", "now", "now_low", "now_high",
    "difference", "difference_low", "difference_high", "moved",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Since:
    """What changed: measures that both assessments have, and cells that were or are wrong.

    `measures` has the columns `COLUMNS`; `moved` says whether the difference is beyond what chance makes of
    two independent sets of rows, and is empty where a measure has no interval. `created`: when the other
    assessment was made.
    """

    created: datetime | None
    measures: pd.DataFrame
    cells: Progress

    @property
    def told(self) -> Text:
        """What became of the errors, in a sentence."""
        return self.cells.told


def since(then: Assessment, tables: Tables, settings: Settings, results: Results) -> Since:
    """What changed between a saved assessment and the tables and results of now.

    Both are judged by the switches, thresholds and rules of now, so that only the data differ.
    """
    then = replace(then, settings=then.settings.with_(checks=settings.checks))
    before, now = (_wrong(one, settings) for one in (then.tables, tables))
    cells = progress_since(before.cells, tables, now)
    rows = list(_compared(then.assessed().results, results))
    return Since(then.created, pd.DataFrame(rows, columns=list(COLUMNS)), cells)


def with_since(results: Results, found: Since) -> Results:
    """The results with what changed beside the accuracy, where reports look for it."""
    if "accuracy" not in results:
        return results
    accuracy = results["accuracy"]
    frames = {
        "measures_since": found.measures, "cells_since": found.cells.cells,
        "people_since": found.cells.people,
    }  # fmt: skip
    shown = {name: frame for name, frame in frames.items() if len(frame)}
    notes = (*accuracy.notes, text("since.note", then=found.created, told=found.told))
    return {**results, "accuracy": replace(accuracy, tables={**accuracy.tables, **shown}, notes=notes)}


def _wrong(tables: Tables, settings: Settings) -> Wrong:
    suggested = suggest_checks(tables, settings.holiday_country)
    return cure.wrong_cells(tables, chosen_checks(tables, suggested, settings.checks))


def _compared(before: Results, now: Results) -> Iterator[tuple[object, ...]]:
    """The numbers that both have and mean alike, in the order of now."""
    known = {one.id: one for result in before.values() for one in result.measures}
    for measure in (one for result in now.values() for one in result.measures):
        earlier = known.get(measure.id)
        if earlier is None or earlier.text_id != measure.text_id:
            continue  # of another kind, as accuracy by checks is beside that of a verified sample
        if isinstance(measure.value, str) or isinstance(earlier.value, str):
            continue
        yield (
            measure.id, measure.unit, earlier.value, earlier.low, earlier.high,
            measure.value, measure.low, measure.high,
            measure.value - earlier.value, *_moved(earlier, measure),
        )  # fmt: skip


def _moved(earlier: Measure, later: Measure) -> tuple[float | None, float | None, str]:
    """The interval of the difference, and whether it leaves out none at all."""
    ends = [end for one in (later, earlier) for end in (one.low, one.high)]
    if None in ends:
        return None, None, ""
    low_now, high_now, low_before, high_before = (float(end) for end in ends if end is not None)
    low, high = of_difference(
        float(later.value), (low_now, high_now), float(earlier.value), (low_before, high_before)
    )
    return low, high, MORE if low > 0 else LESS if high < 0 else SAME
