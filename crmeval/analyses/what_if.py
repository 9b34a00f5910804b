"""What if deals stayed a shorter time in a stage: days, deals in work, throughput and money.

Days per deal fall by exactly x times the days spent in the stage, returns included, for a mean is linear in
them. Medians are not: every won deal is replayed with its own stays made shorter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from crmeval.analyses.base import Results
from crmeval.analyses.clock import as_days
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.stage_visits import visited
from crmeval.fields import OPEN, WON
from crmeval.results import Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

FORWARD, CAPACITY = "forward", "capacity"
USES = (FORWARD, CAPACITY)
FASTER = 0.2  # to begin with: an example, not a forecast
_YEAR = 365.0
_SHORTEST = 60.0  # days of sales under which a year's are not foretold
_FEW = 10  # won deals under which nothing is replayed
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Process:
    """What a change is reckoned on, small enough to answer at once.

    `stages` with `days` per deal that begins and `won` days per deal that is won, its interval `low`, `high`
    (missing where open deals could not be counted: `estimated` is then not set). `stays` are the days of
    each won deal (rows) in each stage (columns), `took` its days from first contact to the sale. `wins` and
    `revenue` are those of a year, `open` deals are in work now. `hidden` is what the kind of source
    cannot show.
    """

    stages: tuple[str, ...]
    days: NDArray[np.float64]
    won: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    estimated: bool
    stays: NDArray[np.float32]
    took: NDArray[np.float32]
    wins: float | None
    revenue: float | None
    open: int
    hidden: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """The share by which stays in each stage are shorter, and what becomes of the time.

    `forward`: sales come earlier, once. `capacity`: as many deals are in work as before, so more come
    through; of that room, the share `filled` finds new deals.
    """

    cuts: tuple[float, ...]
    use: str = FORWARD
    filled: float = 0.5


def process(tables: Tables, settings: Settings, results: Results) -> Process | None:
    """The process as it is; None where no stage has time in it, or hardly any deal is won."""
    known = _days_per_deal(results)
    if known is None:
        return None
    stages = tuple(known["stage"])
    stays, took = _replayed(tables, settings, stages)
    if len(took) < _FEW:
        return None
    columns = {name: known[name].to_numpy(float) for name in ("every", "days_won", "days_low", "days_high")}
    estimated = bool(np.isfinite(columns["days_won"]).all())
    won = columns["days_won"] if estimated else stays.mean(axis=0).astype(float)
    wins, revenue = _a_year(tables)
    return Process(
        stages=stages, days=columns["every"], won=won, low=columns["days_low"], high=columns["days_high"],
        estimated=estimated, stays=stays, took=took, wins=wins, revenue=revenue, open=_open(tables),
        hidden=cannot_show(tables, settings),
    )  # fmt: skip


def _days_per_deal(results: Results) -> pd.DataFrame | None:
    """Days per deal and stage with open deals counted; else the days so far over all deals followed."""
    ranked = results.get("bottlenecks")
    if ranked is not None and "bottlenecks" in ranked.tables:
        return ranked.tables["bottlenecks"]
    plain = results.get("stages")
    if plain is None or "stages" not in plain.tables:
        return None
    timed = plain.tables["stages"].query("total > 0")
    every = timed["total"] / max(plain["cases.count"].n, 1)
    columns = {"stage": timed["stage"], "every": every}
    return None if timed.empty else pd.DataFrame(columns).assign(
        days_won=np.nan, days_low=np.nan, days_high=np.nan
    )  # fmt: skip


def _replayed(
    tables: Tables, settings: Settings, stages: tuple[str, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of every won deal: its days in each stage, and from first contact to the sale."""
    lives = lifetimes(tables, settings)
    won = lives.filter((_.outcome == WON) & (_.took >= 0)).select("deal_id", took=as_days(_.took))
    seen = visited(tables, settings)
    visits = seen.visits.filter(_.stage.isin(list(stages)) & (_.stay >= 0))
    spent = visits.group_by("deal_id", "stage").agg(days=as_days(_.stay.sum()))
    frame = tables.frame(spent.inner_join(won, "deal_id").select("deal_id", "stage", "days", "took"))
    row, deals = pd.factorize(frame["deal_id"])
    stays = np.zeros((len(deals), len(stages)), dtype=np.float32, order="F")  # asked by stage, at every slide
    took = np.zeros(len(deals), dtype=np.float32)
    stays[row, pd.Index(stages).get_indexer(pd.Index(frame["stage"]))] = frame["days"]
    took[row] = frame["took"]
    return stays, took


def _a_year(tables: Tables) -> tuple[float | None, float | None]:
    """Deals won and their revenue in the last year of sales, or at that pace where there is less."""
    if not tables.has("deals", "closed_at"):
        return None, None
    won = tables["deals"].filter((_.outcome == WON) & _.closed_at.notnull())
    ends = tables.frame(won.agg(first=_.closed_at.min(), last=_.closed_at.max())).iloc[0]
    if pd.isna(ends["last"]):
        return None, None
    span = min((ends["last"] - ends["first"]).total_seconds() / 86_400, _YEAR)
    if span < _SHORTEST:
        return None, None
    since = ends["last"] - pd.Timedelta(days=span)
    one = tables.frame(won.filter(_.closed_at > since).agg(wins=_.count(), revenue=_.amount.sum())).iloc[0]
    revenue = float(one["revenue"]) if pd.notna(one["revenue"]) and one["revenue"] > 0 else None
    return float(one["wins"]) * _YEAR / span, None if revenue is None else revenue * _YEAR / span


def _open(tables: Tables) -> int:
    if not tables.has("deals", "outcome"):
        return 0
    deals = tables["deals"]
    return int(tables.value(deals.outcome.fill_null(OPEN).isin([OPEN]).ifelse(1, 0).sum()) or 0)


def saved(known: Process, change: Change) -> float:
    """Days saved per won deal."""
    return float(known.won @ np.array(change.cuts))


def money(known: Process, change: Change) -> tuple[float, str] | None:
    """The revenue that comes on top, and how often: once, or each month; None where no year is known.

    Sales that come d days earlier bring the sales of d days within any horizon, once. If instead as many
    deals are kept in work, more come through: throughput is deals in work over their days (Little 1961).
    """
    if known.revenue is None:
        return None
    if change.use == FORWARD:
        return known.revenue * saved(known, change) / _YEAR, "once"
    return known.revenue / _MONTHS * _more(known, change) * change.filled, "month"


def _more(known: Process, change: Change) -> float:
    """The share by which throughput grows where as many deals are in work as before."""
    before = float(known.days.sum())
    after = before - float(known.days @ np.array(change.cuts))
    return before / after - 1 if after > 0 else 0.0


def answered(known: Process, change: Change, settings: Settings) -> Result:
    """The process after the change: measures, each beside what is now, and days per stage now and then."""
    cuts = np.array(change.cuts)
    days = saved(known, change)
    measures = [*_of_days(known, cuts, days), *_of_load(known, change)]
    amount = money(known, change)
    missing: dict[str, Text] = {}
    if amount is None:
        missing["what_if.sales"] = text("what_if.no_sales")
    else:
        facts = {
            "days": days,
            "filled": change.filled,
            "revenue": known.revenue,
            "margin": settings.gross_margin,
        }
        key = f"what_if.sales_{change.use}"
        n = round(known.wins or 0)
        measures.append(Measure("what_if.sales", amount[0], "money", n, facts=facts, text_id=key))
    frame = pd.DataFrame(
        {"stage": known.stages, "days_before": known.won, "days_after": known.won * (1 - cuts), "cut": cuts}
    )
    return Result(
        answer=_answer(known, change, days),
        measures=tuple(measures), not_measured=missing, tables={"what_if": frame},
        notes=tuple(_notes(known, change, settings)),
    )  # fmt: skip


def _of_days(known: Process, cuts: NDArray[np.float64], days: float) -> list[Measure]:
    """Mean days in stages per won deal, and the median from first contact to the sale, replayed."""
    n = len(known.took)
    mean = float(known.won.sum())
    replayed = known.took.copy()
    for stage in np.flatnonzero(cuts):
        replayed -= np.float32(cuts[stage]) * known.stays[:, stage]
    medians = float(np.median(known.took)), float(np.median(np.maximum(replayed, 0)))
    interval: tuple[float | None, float | None] = (None, None)
    if known.estimated and np.isfinite(known.low).all():
        interval = float((known.low * cuts).sum()), float((known.high * cuts).sum())
    return [
        Measure("what_if.saved", days, "days", n, *interval, facts={"before": mean}),
        Measure("what_if.mean", mean - days, "days", n, facts={"before": mean}),
        Measure("what_if.median", medians[1], "days", n, facts={"before": medians[0]}),
    ]


def _of_load(known: Process, change: Change) -> list[Measure]:
    """Deals in work at the same inflow, and throughput with the same number in work."""
    more = _more(known, change)
    found = [Measure("what_if.throughput", more, "share", len(known.took))]
    if known.open:
        facts = {"before": known.open}
        found.insert(0, Measure("what_if.open", known.open / (1 + more), "count", known.open, facts=facts))
    return found


def _answer(known: Process, change: Change, days: float) -> Text:
    if days <= 0:
        return text("what_if.answer_none", days=float(known.won.sum()))
    mean = float(known.won.sum())
    said = text("what_if.answer", saved=days, share=days / mean, before=mean, after=mean - days)
    amount = money(known, change)
    if amount is None:
        return said
    return text(f"what_if.worth_{change.use}", said=said, revenue=amount[0])


def _notes(known: Process, change: Change, settings: Settings) -> list[Text]:
    notes = [text("what_if.assumed"), text("what_if.same")]
    notes.append(text("what_if.estimated" if known.estimated else "what_if.naive", n=len(known.took)))
    if change.use == CAPACITY:
        notes.append(text("what_if.filled", share=change.filled))
    notes.append(text("what_if.forward_once" if change.use == FORWARD else "what_if.capacity_monthly"))
    if settings.gross_margin is None:
        notes.append(text("what_if.no_margin"))
    return [*notes, *known.hidden]


def benefit_line(known: Process, change: Change, words: Any) -> Mapping[str, Any] | None:
    """The line for the plan of costs and benefits: revenue, assumed, which the plan takes at its margin."""
    amount = money(known, change)
    if amount is None or amount[0] <= 0:
        return None
    faster = [
        words("what_if.one_faster", stage=stage, share=cut)
        for stage, cut in zip(known.stages, change.cuts, strict=True) if cut > 0
    ]  # fmt: skip
    return {
        "item": words(f"what_if.item_{change.use}", stages=", ".join(faster)),
        "category": words("what_if.category"), "amount": round(amount[0], 2), "period": amount[1],
    }  # fmt: skip
