"""Where time goes: how long cases stay in each stage, how they move, and where they go back."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.clock import as_days
from crmeval.analyses.stage_visits import Visits, events_table, visited
from crmeval.fields import WON
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

_FEW = 20  # cases under which nothing is concluded
_VARIANTS_SHOWN = 20
_STEPS_SHOWN = 12
_HALF_HASH = 2**31


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Counts visits, moves and variants, and names the stage in which most days were spent."""
    if "stage_events" not in tables and not tables.has("activities", "kind"):
        return Result(text("stages.no_events"))
    with visited(tables, settings) as seen:
        stages = _stages(tables, seen)
        if stages.empty:
            return Result(text("stages.no_events"))
        moves = _moves(tables, seen)
        with tables.kept(_cases(seen)) as cases:
            totals = _totals(tables, seen, cases)
            variants = _variants(tables, seen, cases)
    worst = _worst(stages)
    backward, no_positions = _backward(tables, moves)
    return Result(
        answer=_answer(worst, totals),
        measures=(*_measures(totals), *backward),
        not_measured=no_positions,
        tables={"stages": stages, "transitions": moves.drop(columns="backward"), "variants": variants},
        notes=tuple(_notes(tables, seen, stages, totals)),
    )


def _stages(tables: Tables, seen: Visits) -> pd.DataFrame:
    """Per stage, the one with most time first.

    `n` entries as recorded, of which `open` still last; `median`, `mean` and `p90` of the days from an entry
    to the next entry of its case; `total` days spent, open stays up to where the data end, its `share`, and
    its `share_won` of the days of won deals alone; `stays` and `stay_median` with saves that repeat the stage
    taken as one stay; `reentries`.
    """
    days = as_days(_.stay)
    counted = tables.frame(
        seen.entries.group_by("stage").agg(
            n=_.count(), open=_.is_open.sum(), median=days.median(), mean=days.mean(), p90=days.quantile(0.9),
            won_total=as_days((_.outcome == WON).fill_null(False).ifelse(_.stay, 0).sum().fill_null(0)),
            total=as_days(_.stay.sum().fill_null(0) + _.age.sum().fill_null(0)),
        )
    )  # fmt: skip
    per_case = _per_case(tables, seen)
    again = tables.frame(per_case.group_by("stage").agg(stays=_.n.sum(), reentries=_.n.sum() - _.count()))
    stays = counted[["stage", "median"]].rename(columns={"median": "stay_median"})
    if seen.merged:
        stays = tables.frame(seen.visits.group_by("stage").agg(stay_median=days.median()))
    counted.loc[counted["stage"].isin(seen.final), ["total", "won_total"]] = np.nan
    counted["share"] = _of_all(counted["total"])
    counted["share_won"] = _of_all(counted.pop("won_total"))
    frame = counted.merge(again, on="stage").merge(stays, on="stage")
    return frame.sort_values(["total", "stage"], ascending=[False, True], ignore_index=True)


def _per_case(tables: Tables, seen: Visits) -> ir.Table:
    """How often each case was in each stage, counted once."""
    counted = seen.visits.group_by("deal_id", "stage").agg(n=_.count())
    return tables.lasting("visits by case and stage", lambda: counted)


def _of_all(days: pd.Series) -> pd.Series:
    """Each as a share of their sum; empty where they come to nothing."""
    every = days.sum()
    return days / every if every > 0 else days * np.nan


def _moves(tables: Tables, seen: Visits) -> pd.DataFrame:
    """Moves between stages: from, to, n, the median days spent in `from` before, and how many go backward."""
    moved = seen.visits.filter(_.next_stage.notnull())
    frame = tables.frame(
        moved.group_by("stage", "next_stage").agg(
            n=_.count(),
            median=as_days(_.next_at - _.at).median(),
            backward=(_.next_position < _.position).fill_null(False).ifelse(1, 0).sum(),
        )
    ).rename(columns={"stage": "from", "next_stage": "to"})
    return frame.sort_values(["n", "from", "to"], ascending=[False, True, True], ignore_index=True)


def _cases(seen: Visits) -> ir.Table:
    """Per case: its first and last moment, and two numbers that name its sequence of stages.

    Each pair of stage and step number has a hash; their sums are equal for equal sequences, and for others
    only by a chance of one in 2**62. So no engine has to join the names in order.
    """
    step: Any = seen.visits.stage.concat(" ", seen.visits.number.cast("string")).hash().cast("int64")
    return seen.visits.group_by("deal_id").agg(
        begun=_.at.min(), until=_.until.max(),
        key_1=(step % _HALF_HASH).sum().cast("int64"),
        key_2=((step // _HALF_HASH) % _HALF_HASH).sum().cast("int64"),
    )  # fmt: skip


def _totals(tables: Tables, seen: Visits, cases: ir.Table) -> pd.Series:
    """Numbers of the whole: cases, events, days per case, variants, rework, undecidable ties."""
    days = as_days(_.until - _.begun)
    of_cases = tables.frame(cases.agg(cases=_.count(), median=days.median(), mean=days.mean()))
    tied = (_.next_at == _.at) & (_.next_stage != _.stage)
    tied &= (_.next_position == _.position).fill_null(True)
    of_events = tables.frame(
        seen.entries.agg(events=_.count(), ties=tied.fill_null(False).ifelse(1, 0).sum())
    )
    rework = tables.value(_per_case(tables, seen).filter(_.n > 1).deal_id.nunique())
    variants = tables.value(cases.select("key_1", "key_2").distinct().count())
    totals = pd.concat([of_cases.iloc[0], of_events.iloc[0]])
    return pd.concat([totals, pd.Series({"rework": rework, "variants": variants})])


def _variants(tables: Tables, seen: Visits, cases: ir.Table) -> pd.DataFrame:
    """The most frequent sequences of stages: variant, n, share of cases, median days."""
    grouped = cases.group_by("key_1", "key_2").agg(
        n=_.count(), median=as_days(_.until - _.begun).median(), example=_.deal_id.min()
    )
    top = tables.frame(grouped.order_by([ibis.desc("n"), "example"]).limit(_VARIANTS_SHOWN))
    steps = seen.visits.filter(_.deal_id.isin(list(top["example"]))).select("deal_id", "number", "stage")
    named = tables.frame(steps).sort_values("number").groupby("deal_id")["stage"].agg(_sequence)
    return pd.DataFrame(
        {
            "variant": top["example"].map(named), "n": top["n"],
            "share": top["n"] / tables.value(cases.count()), "median": top["median"],
        }
    )  # fmt: skip


def _sequence(stages: pd.Series) -> str:
    shown = list(stages[:_STEPS_SHOWN]) + ["…"] * (len(stages) > _STEPS_SHOWN)
    return " → ".join(shown)


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


def _notes(tables: Tables, seen: Visits, stages: pd.DataFrame, totals: pd.Series) -> list[Text]:
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
    notes += _only_for_lost(stages)
    if not totals["rework"]:
        notes.append(text("stages.no_returns"))
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
