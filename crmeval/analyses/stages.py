"""Where time goes: how long cases stay in each stage, how they move, and where they go back."""

import numpy as np
import pandas as pd

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.stage_counts import durations, moves, per_stage, returns, ties, variants
from crmeval.analyses.stage_visits import Visits, events_table, visited
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

_FEW = 20  # cases under which nothing is concluded


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Counts visits, moves and variants, and names the stage in which most days were spent."""
    if "stage_events" not in tables and not tables.has("activities", "kind"):
        return Result(text("stages.no_events"))
    seen = visited(tables, settings)
    stages = per_stage(seen)
    if stages.empty:
        return Result(text("stages.no_events"))
    moved = moves(seen)
    totals, sequences = _totals(seen)
    worst = _worst(stages)
    backward, no_positions = _backward(tables, moved)
    return Result(
        answer=_answer(worst, totals),
        measures=(*_measures(totals), *backward),
        not_measured=no_positions,
        tables={"stages": stages, "transitions": moved.drop(columns="backward"), "variants": sequences},
        notes=tuple(_notes(tables, settings, seen, stages, totals)),
    )


def _totals(seen: Visits) -> tuple[pd.Series, pd.DataFrame]:
    """Cases, events, days per case, how many variants, rework and undecidable ties; and the variants."""
    took = durations(seen)
    different, sequences = variants(seen, took)
    totals = {
        "cases": len(took), "events": len(seen.recorded.events.case), "median": np.median(took),
        "mean": took.mean(), "variants": different, "rework": returns(seen)[1], "ties": ties(seen),
    }  # fmt: skip
    return pd.Series(totals), sequences


def _measures(totals: pd.Series) -> list[Measure]:
    n, events = int(totals["cases"]), int(totals["events"])
    return [
        Measure("cases.count", n, "count", n),
        Measure("events.count", events, "count", events),
        Measure("cases.duration_median", float(totals["median"]), "days", n),
        Measure("cases.duration_mean", float(totals["mean"]), "days", n),
        Measure("cases.variants", int(totals["variants"]), "count", n),
        Measure("cases.rework", int(totals["rework"]), "count", n),
    ]


def _backward(tables: Tables, moves: pd.DataFrame) -> tuple[list[Measure], dict[str, Text]]:
    """Moves to a stage with a lower position."""
    n = int(moves["n"].sum())
    if not n or not tables.has("stage_events", "position"):
        return [], {"cases.backward_moves": text("stages.needs_positions")}
    return [Measure("cases.backward_moves", int(moves["backward"].sum()), "count", n)], {}


def _worst(stages: pd.DataFrame) -> pd.Series | None:
    """The stage with the largest share of the time, where there are at least two to compare."""
    timed = stages[stages["total"] > 0]
    return timed.iloc[0] if len(stages["total"].dropna()) > 1 and len(timed) else None


def _answer(worst: pd.Series | None, totals: pd.Series) -> Text:
    n = int(totals["cases"])
    if worst is None:
        return text("stages.answer_no_bottleneck", n=n)
    if n < _FEW:
        return text("stages.answer_few", n=n)
    return text("stages.answer", stage=worst["stage"], share=worst["share"], rework=totals["rework"] / n, n=n)


def _notes(
    tables: Tables, settings: Settings, seen: Visits, stages: pd.DataFrame, totals: pd.Series
) -> list[Text]:
    notes = []
    if events_table(tables) == "activities":
        notes.append(text("stages.from_activities"))
    if seen.ends_known:
        notes.append(text("stages.open_counted", n=int(stages["open"].sum())))
    else:
        notes.append(text("stages.ends_unknown"))
    if seen.repeats:
        notes.append(text("stages.saves" if seen.merged else "stages.repeats", n=seen.repeats))
    if seen.copies:
        notes.append(text("stages.copies", n=seen.copies))
    gap = seen.recorded.events.gap
    if gap is not None and gap.any():
        notes.append(text("stages.undated", n=int(gap.sum())))
    notes += _only_for_lost(stages)
    notes += cannot_show(tables, settings) if events_table(tables) == "stage_events" else ()
    if totals["ties"]:
        notes.append(text("stages.ties", n=int(totals["ties"])))
    return notes


def _only_for_lost(stages: pd.DataFrame) -> list[Text]:
    """Said where another stage takes most of the time of the deals that were won."""
    if stages["share_won"].isna().all():
        return []
    first, of_won = stages.iloc[0], stages.nlargest(1, "share_won").iloc[0]
    if first["stage"] == of_won["stage"]:
        return []
    return [
        text(
            "stages.other_for_won", stage=first["stage"], share=float(first["share_won"]),
            other=of_won["stage"], other_share=float(of_won["share_won"]),
        )
    ]  # fmt: skip


ANALYSIS = Analysis(
    name="stages",
    area=EFFICIENCY,
    page="bottlenecks",
    needs=("stage_events", "activities"),
    measures=(
        "cases.count", "events.count", "cases.duration_median", "cases.duration_mean", "cases.variants",
        "cases.rework", "cases.backward_moves",
    ),
    run=run,
)  # fmt: skip
