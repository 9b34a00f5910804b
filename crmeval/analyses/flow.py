"""What flows through the pipeline: what becomes of entries, what comes in and goes out, does it balance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses import velocity
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.conformance import Conformance, conformance
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.stage_flow import Path, accounts, fates, path
from crmeval.analyses.stage_visits import visited
from crmeval.analyses.weeks import Lives, bulk_days, by_stage, lives, weekly
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.balance import Balance, balance
from crmeval.stats.intervals import mean_t, wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

_FEW_WEEKS, _FEW = 8, 20  # whole weeks, and deals, under which nothing is concluded
_OUTCOMES = ("won", "lost", "closed")
_UNBALANCED = 0.1  # of the deals in progress
_MANY = 0.03  # share of deals that leave the path in one way, from which on it is worth a sentence


@dataclass(frozen=True, slots=True)
class _Ways:
    """What the log of stages tells."""

    path: Path
    accounts: pd.DataFrame
    kept: Conformance
    in_progress: pd.DataFrame


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Entries that add up, work in progress by week, Little's law, the intended path, sales velocity."""
    found = lives(tables, settings)
    if found is None or found.frame.empty:
        return Result(
            text("flow.no_dates"), not_measured=dict.fromkeys(ANALYSIS.measures, text("flow.no_dates"))
        )
    weeks = weekly(found)
    whole = weeks[weeks["edge"] == ""]
    balanced = balance(found.frame["begun"], found.frame["ended"], (found.settled, found.until + 1))
    ways = _ways(tables, settings, found)
    cohorts = velocity.followed(found)
    months = None if cohorts is None else velocity.by_period(cohorts, 1)
    measures, missing = _measures(found, whole, balanced, ways, months)
    return Result(
        answer=_answer(found, whole),
        measures=tuple(measures),
        not_measured=missing,
        tables=_tables(weeks, found, ways, cohorts, months),
        findings=_findings(ways),
        notes=(*_notes(found, weeks, balanced, ways), *cannot_show(tables, settings)),
    )


def _ways(tables: Tables, settings: Settings, found: Lives) -> _Ways | None:
    if "stage_events" not in tables:
        return None
    seen = visited(tables, settings)
    moves = fates(tables, seen)
    if moves.empty:
        return None
    intended = path(moves, seen, settings)
    return _Ways(
        intended,
        accounts(moves, intended, seen.final),
        conformance(tables, settings, seen, intended),
        by_stage(tables, seen, found.until),
    )


def _measures(
    found: Lives,
    whole: pd.DataFrame,
    balanced: Balance | None,
    ways: _Ways | None,
    months: pd.DataFrame | None,
) -> tuple[list[Measure], dict[str, Text]]:
    open_now = int(found.frame["ended"].isna().sum())
    measures = [Measure("flow.in_progress", open_now, "count", len(found.frame))]
    missing: dict[str, Text] = {}
    if len(whole) < _FEW_WEEKS:
        few = text("flow.few_weeks", n=len(whole))
        missing |= {"flow.arrivals_per_week": few, "flow.closed_per_week": few}
    else:
        closed = whole[[name for name in _OUTCOMES if name in whole]].sum(axis=1)
        for name, counts in (("arrivals", whole["arrived"]), ("closed", closed)):
            interval = mean_t(counts.to_numpy()) or (None, None)
            measures.append(
                Measure(f"flow.{name}_per_week", float(counts.mean()), "ratio", len(counts), *interval)
            )
    for measure_id, measure in (
        ("flow.little_ratio", _little(balanced)),
        ("flow.keeping_share", _keeping(ways)),
        ("flow.velocity", _velocity(months)),
    ):
        if isinstance(measure, Measure):
            measures.append(measure)
        else:
            missing[measure_id] = measure
    return measures, missing


def _little(found: Balance | None) -> Measure | Text:
    """The deals in progress, as a multiple of what Little's law lets expect."""
    if found is None or found.expected <= 0:
        return text("flow.too_few_closed")
    low, high = (
        None if bound is None or bound >= 1 else 1 / (1 - bound) for bound in (found.low, found.high)
    )
    facts = {
        "seen": found.in_progress, "expected": found.expected, "per_week": found.rate * 7, "days": found.lasts
    }  # fmt: skip
    if low is None or high is None:
        low = high = None
    ratio = found.in_progress / found.expected
    return Measure("flow.little_ratio", ratio, "ratio", found.ended, low, high, facts)


def _keeping(ways: _Ways | None) -> Measure | Text:
    if ways is None:
        return text("flow.needs_stages")
    if ways.kept.deals < _FEW:
        return text("stages.too_few", n=ways.kept.deals)
    share = ways.kept.keeping / ways.kept.deals
    facts = {"path": _path_said(ways.path), "source": text(f"flow.path_{ways.path.source}")}
    interval = wilson(ways.kept.keeping, ways.kept.deals)
    return Measure("flow.keeping_share", share, "share", ways.kept.deals, *interval, facts)


def _path_said(path: Path) -> str:
    return " → ".join(path.stages)


def _velocity(months: pd.DataFrame | None) -> Measure | Text:
    """The velocity of the last month whose deals were followed for long enough."""
    told = pd.DataFrame() if months is None else months.dropna(subset="velocity")
    if told.empty:
        return text("flow.needs_won_amounts")
    last = told.iloc[-1]
    facts = {
        "month": last["month"], "won": int(last["won"]), "share": last["win_share"],
        "size": last["size"], "days": last["cycle"],
    }  # fmt: skip
    return Measure("flow.velocity", float(last["velocity"]), "money", int(last["deals"]), facts=facts)


def _tables(
    weeks: pd.DataFrame, found: Lives, ways: _Ways | None, cohorts: velocity.Followed | None,
    months: pd.DataFrame | None,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    tables = {"weeks": weeks, "bulk_closings": bulk_days(found)}
    if ways is not None:
        tables |= {
            "stage_accounts": ways.accounts, "deviations": ways.kept.deviations,
            "stage_weeks": ways.in_progress,
        }  # fmt: skip
    if cohorts is not None and months is not None:
        quarters = velocity.by_period(cohorts, 3)
        told = quarters[quarters["velocity"] > 0]  # a change from nothing, or to it, cannot be taken apart
        tables |= {"velocity_months": months, "velocity_quarters": quarters}
        if len(told) > 1:
            tables["velocity_change"] = velocity.change(told.iloc[-2], told.iloc[-1])
        if found.frame["owner"].notna().any():
            owners = velocity.velocities(cohorts, "owner")
            tables["velocity_owners"] = owners.dropna(subset="velocity").reset_index(drop=True)
    return tables


def _answer(found: Lives, whole: pd.DataFrame) -> Text:
    open_now = int(found.frame["ended"].isna().sum())
    if len(whole) < _FEW_WEEKS:
        return text("flow.answer_few", n=len(whole), open=open_now)
    closed = whole[[name for name in _OUTCOMES if name in whole]].sum(axis=1).mean()
    return text(
        "flow.answer",
        arrived=float(whole["arrived"].mean()),
        closed=float(closed),
        n=open_now,
        weeks=len(whole),
    )


def _findings(ways: _Ways | None) -> tuple[Finding, ...]:
    """The deviation that goes with most days, all deals that make it taken together."""
    if ways is None or ways.kept.deals < _FEW:
        return ()
    rows = ways.kept.deviations
    costly = rows[
        (rows["share"] >= _MANY) & (rows["more_low"] > 0) & rows["deviation"].isin(["back", "skipped"])
    ]
    if costly.empty:
        return ()
    worst = costly.iloc[int((costly["deals"] * costly["more"]).argmax())]
    facts = {
        "begin": worst["from"],
        "end": worst["to"],
        "n": int(worst["deals"]),
        "days": float(worst["more"]),
    }
    return (
        Finding(
            area=EFFICIENCY,
            text=text(
                f"flow.found_{worst['deviation']}", **facts,
                low=float(worst["more_low"]), high=float(worst["more_high"]),
            ),
            action=text(f"flow.act_{worst['deviation']}", begin=worst["from"], end=worst["to"]),
            page="bottlenecks",
            evidence=("flow.keeping_share",),
        ),
    )  # fmt: skip


def _notes(found: Lives, weeks: pd.DataFrame, balanced: Balance | None, ways: _Ways | None) -> list[Text]:
    notes = []
    begun = weeks[weeks["edge"] == "start"]
    if len(begun):
        notes.append(text("flow.edge_start", until=begun["week"].max() + pd.Timedelta(weeks=1)))
    if balanced is not None and abs(balanced.gap) > _UNBALANCED:
        notes.append(_unbalanced(balanced))
    tidied = bulk_days(found)
    if len(tidied):
        facts = {
            "day": tidied["closed_on"].iloc[0],
            "n": int(tidied["n"].iloc[0]),
            "usual": float(tidied["usual"].iloc[0]),
        }
        notes.append(text("flow.bulk", **facts, days=len(tidied)))
    if ways is not None:
        notes.append(text(f"flow.from_{ways.path.source}", path=_path_said(ways.path)))
    for n, key in ((found.undated, "flow.undated"), (found.negative, "flow.negative")):
        if n:
            notes.append(text(key, n=n))
    return notes


def _unbalanced(found: Balance) -> Text:
    key = "flow.more_open" if found.gap > 0 else "flow.fewer_open"
    more = abs(found.in_progress - found.expected)
    return text(key, n=int(np.round(more)), seen=found.in_progress, expected=found.expected)


ANALYSIS = Analysis(
    name="flow",
    area=EFFICIENCY,
    page="bottlenecks",
    needs=("deals", "stage_events"),
    measures=(
        "flow.in_progress", "flow.arrivals_per_week", "flow.closed_per_week", "flow.little_ratio",
        "flow.keeping_share", "flow.velocity",
    ),
    run=run,
)  # fmt: skip
