"""What changed since a saved assessment: which errors are mended, which are new, which measures moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from crmeval.analyses.accuracy import evidence
from crmeval.analyses.base import Results
from crmeval.analyses.metrics import metrics
from crmeval.analyses.progress import Progress, progress_since
from crmeval.assessment import Assessment
from crmeval.results import Measure, Result
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
    """What changed: measures that both assessments have, those that only one has, and wrong cells.

    `measures` has the columns `COLUMNS`; `moved` says whether the difference is beyond what chance makes of
    two independent sets of rows, and is empty where a measure has no interval. `apart` has the measures that
    cannot be compared, and why (`measure`, `why`). `created`: when the other assessment was made.
    """

    created: datetime | None
    measures: pd.DataFrame
    apart: pd.DataFrame
    cells: Progress

    @property
    def moved(self) -> Text:
        """How many measures moved by more than chance, in a sentence."""
        known = self.measures["moved"]
        judged, beyond = int((known != "").sum()), int(known.isin([LESS, MORE]).sum())
        return text("since.moved", n=beyond, judged=judged, all=len(known))

    @property
    def told(self) -> Text:
        """What became of the errors, in a sentence."""
        return self.cells.told


def since(then: Assessment, tables: Tables, settings: Settings, results: Results) -> Since:
    """What changed between a saved assessment and the tables and results of now.

    Both are judged by the settings of now (checks, targets, rates, working hours), so that only the data
    differ; when the data end and how many people use the CRM are facts of their own time.
    """
    as_now = settings.with_(
        observed_until=then.settings.observed_until, users=then.settings.users or settings.users
    )
    then = replace(then, settings=as_now)
    before, now = (evidence(one, settings).wrong for one in (then.tables, tables))
    cells = progress_since(before.cells, tables, now)
    earlier = then.assessed().results
    apart = _apart(earlier, results)
    rows = [row for row in _compared(earlier, results) if row[0] not in apart]
    compared = pd.DataFrame(_in_order(rows, settings), columns=list(COLUMNS))
    reasons = pd.DataFrame(list(apart.items()), columns=["measure", "why"])
    return Since(then.created, compared, reasons, cells)


def with_since(results: Results, found: Since) -> Results:
    """The results with what changed where reports look for it.

    Errors stand beside the accuracy, measures beside the scorecard, or the accuracy where there is none.
    """
    home = "scorecard" if "scorecard" in results else "accuracy"
    errors = {"cells_since": found.cells.cells, "people_since": found.cells.people}
    measures = {"measures_since": found.measures, "not_compared": found.apart}
    with_errors = _with(results, "accuracy", errors, text("since.note", then=found.created, told=found.told))
    said = text("since.note", then=found.created, told=found.moved)
    return _with(with_errors, home, measures, said)


def _with(results: Results, name: str, frames: Mapping[str, pd.DataFrame], note: Text) -> Results:
    """The results with these tables and this note beside one of them, where it is there."""
    if name not in results:
        return results
    shown = {title: frame for title, frame in frames.items() if len(frame)}
    one = results[name]
    more = replace(one, tables={**one.tables, **shown}, notes=(*one.notes, note))
    return {**results, name: more}


def _known(results: Results) -> dict[str, Measure]:
    """Every number by its id."""
    measures = (one for result in results.values() for one in result.measures)
    return {one.id: one for one in measures if not isinstance(one.value, str)}


def _apart(before: Results, now: Results) -> dict[str, Text]:
    """The measures that cannot be compared, and why: of one time only, or not of the same thing."""
    earlier, later = _known(before), _known(now)
    found = {}
    for name in {**later, **earlier}:
        if name not in earlier:
            found[name] = text("since.not_then", reason=_reason(before, name))
        elif name not in later:
            found[name] = text("since.not_now", reason=_reason(now, name))
        elif earlier[name].text_id != later[name].text_id:
            found[name] = text("since.other_kind")
        elif name.startswith("score.") and _parts(before, name) != _parts(now, name):
            found[name] = text("since.other_parts")
    return found


def _reason(results: Results, name: str) -> Text:
    """Why a measure was not measured."""
    reasons = (result.not_measured[name] for result in results.values() if name in result.not_measured)
    return next(reasons, text("since.no_data"))


def _parts(results: Results, score: str) -> set[tuple[str, str]]:
    """The measures that a score is made of, each with its kind: checked or verified."""
    card: Result | None = results.get("scorecard")
    if card is None:
        return set()
    rows = card.tables["scores"]
    mine = (rows["area"] == score.removeprefix("score.")) & rows["score"].notna() & (rows["weight"] > 0)
    known = _known(results)
    return {(name, known[name].text_id) for name in rows.loc[mine, "measure"]}


def _compared(before: Results, now: Results) -> Iterator[tuple[object, ...]]:
    """The numbers that both have, in the order of now."""
    earlier = _known(before)
    for measure in _known(now).values():
        if (one := earlier.get(measure.id)) is None:
            continue
        yield (
            measure.id, measure.unit, one.value, one.low, one.high,
            measure.value, measure.low, measure.high,
            float(measure.value) - float(one.value), *_moved(one, measure),
        )  # fmt: skip


def _in_order(rows: list[tuple[object, ...]], settings: Settings) -> list[tuple[object, ...]]:
    """The scores first, then what they are made of, then all others."""
    weighed = {metric.id for metric in metrics(settings)}
    return sorted(rows, key=lambda row: (not str(row[0]).startswith("score."), row[0] not in weighed))


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
