"""How soon a new deal gets its first contact: those never contacted count for as long as they waited."""

import ibis
import numpy as np
import pandas as pd
from ibis import _

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.business_time import BUSINESS, CALENDAR, business_clock, calendar_clock, elapsed
from crmeval.analyses.clock import cutoff, dates_only, seconds
from crmeval.analyses.touches import contacts, linked
from crmeval.fields import LOST, WON
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.survival import Survival, kaplan_meier
from crmeval.tables import Tables
from crmeval.words import Text, text
from crmeval.working_time import HOUR

_FEW = 20  # deals under which nothing is concluded
_DAY_HOURS = 24
_CURVE_POINTS = 150
_SLOW = 24.0  # hours; a first contact that usually takes longer is worth a sentence


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Hours to the first contact on the calendar and in working hours, by Kaplan–Meier, and by month."""
    reason = _reason(tables)
    waits = pd.DataFrame() if reason else _waits(tables, settings)
    if reason or waits.empty:
        reason = reason or text("response.nothing")
        return Result(reason, not_measured=dict.fromkeys(ANALYSIS.measures, reason))
    calendar, business = _curve(waits, "waited", "watched"), _curve(waits, "worked", "watched_worked")
    never = int(waits["waited"].isna().sum())
    measures, missing = _measures(calendar, business, never)
    return Result(
        answer=_answer(calendar, never),
        measures=tuple(measures),
        not_measured=missing,
        tables={"response_curve": _points(calendar, business), "response_months": _by_month(waits)},
        findings=_findings(calendar),
        notes=(text("response.censored", n=never),) if never else (),
    )


def _reason(tables: Tables) -> Text | None:
    """Why nothing can be measured, where it cannot."""
    if not linked(tables):
        return text("output.needs_linked_activities")
    if dates_only(tables, tables["deals"].created_at) or dates_only(tables, tables["activities"].at):
        return text("output.needs_times_of_day")
    return None


def _waits(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Per deal: month, hours until the first contact (`waited`, `worked`; else missing), hours watched."""
    deals, until = tables["deals"], cutoff(tables, settings)
    if until is None:
        return pd.DataFrame()
    last = int(until.timestamp()) + (0 if settings.observed_until is None else 24 * HOUR)
    firsts = contacts(tables).group_by("deal_id").agg(first=seconds(_.at).min())
    is_closed = deals.outcome.isin([WON, LOST]).fill_null(False) & deals.closed_at.notnull()
    begun = seconds(deals.created_at)
    over = is_closed.ifelse(seconds(deals.closed_at), ibis.literal(last, "int64"))
    rows = deals.filter(deals.created_at.notnull()).select(
        "deal_id", month=deals.created_at.truncate("M"), begun=begun, over=ibis.greatest(over, begun)
    )
    rows = rows.left_join(firsts, "deal_id").drop("deal_id_right")
    rows = elapsed(
        rows, calendar_clock(tables, settings), waited=("begun", "first"), watched=("begun", "over")
    )
    spans = {"worked": ("begun", "first"), "watched_worked": ("begun", "over")}
    frame = tables.frame(elapsed(rows, business_clock(tables, settings), **spans))
    hours = ["waited", "watched", "worked", "watched_worked"]
    return frame.assign(**{name: frame[name] / HOUR for name in hours}).dropna(subset="watched_worked")


def _curve(waits: pd.DataFrame, waited: str, watched: str) -> Survival:
    return kaplan_meier(waits[waited].fillna(waits[watched]), waits[waited].notna())


def _measures(calendar: Survival, business: Survival, never: int) -> tuple[list[Measure], dict[str, Text]]:
    n = int(calendar.at_risk[0])
    facts = {"never": never}
    measures = [Measure("response.never", never, "count", n)]
    for name, hours in (("hour", 1.0), ("day", float(_DAY_HOURS))):
        low, high = _band(calendar, hours)
        measures.append(
            Measure(f"response.within_{name}", 1 - calendar.at(hours), "share", n, low, high, facts)
        )
    missing: dict[str, Text] = {}
    for measure_id, curve, share in (
        ("response.km_median_hours", calendar, 0.5), ("response.km_p90_hours", calendar, 0.1),
        ("response.median_business_hours", business, 0.5), ("response.p90_business_hours", business, 0.1),
    ):  # fmt: skip
        value = curve.time_when(share)
        if value is None:
            missing[measure_id] = text("response.not_reached", share=1 - share)
            continue
        interval = curve.median_interval if share == 0.5 else (None, None)  # noqa: PLR2004 - the median
        measures.append(Measure(measure_id, value, "hours", n, *interval, facts))
    return measures, missing


def _band(curve: Survival, hours: float) -> tuple[float | None, float | None]:
    """The interval of the share contacted within so many hours."""
    before = int(np.searchsorted(curve.times, hours, side="right")) - 1
    if before < 0 or np.isnan(curve.low[before]) or np.isnan(curve.high[before]):
        return None, None
    return 1 - float(curve.high[before]), 1 - float(curve.low[before])


def _points(calendar: Survival, business: Survival) -> pd.DataFrame:
    """The share contacted within so many hours, up to where nine in ten are: clock, hours, share."""
    parts = []
    for name, curve in ((CALENDAR, calendar), (BUSINESS, business)):
        end = curve.time_when(0.1) or (float(curve.times[-1]) if len(curve.times) else 0.0)
        hours = np.linspace(0, end, _CURVE_POINTS)
        shares = [1 - curve.at(hour) for hour in hours]
        parts.append(pd.DataFrame({"clock": name, "hours": hours, "share": shares}))
    return pd.concat(parts, ignore_index=True)


def _by_month(waits: pd.DataFrame) -> pd.DataFrame:
    """Per month of creation: n deals, contacted, median hours by the calendar and in working hours."""
    rows = []
    for month, of_month in waits.groupby("month"):
        medians = {
            name: _curve(of_month, *columns).median
            for name, columns in (
                ("median", ("waited", "watched")),
                ("working_hours", ("worked", "watched_worked")),
            )
        }
        rows.append(
            {
                "month": month,
                "n": len(of_month),
                "contacted": int(of_month["waited"].notna().sum()),
                **medians,
            }
        )
    table = pd.DataFrame(rows, columns=["month", "n", "contacted", "median", "working_hours"])
    few = table["n"] < _FEW
    return table.astype({"median": float, "working_hours": float}).assign(
        median=lambda shown: shown["median"].mask(few),
        working_hours=lambda shown: shown["working_hours"].mask(few),
    )


def _answer(curve: Survival, never: int) -> Text:
    n = int(curve.at_risk[0])
    if n < _FEW:
        return text("response.few", n=n)
    if curve.median is None:
        return text("response.answer_never", n=n, share=never / n)
    return text("response.answer", n=n, hours=curve.median, share=1 - curve.at(1.0))


def _findings(curve: Survival) -> tuple[Finding, ...]:
    median = curve.median
    if curve.at_risk[0] < _FEW or median is None or median <= _SLOW:
        return ()
    return (
        Finding(
            area=EFFICIENCY,
            text=text("response.found_slow", hours=median, share=1 - curve.at(float(_DAY_HOURS))),
            action=text("response.act"),
            page="time",
            evidence=("response.km_median_hours", "response.within_day"),
        ),
    )


ANALYSIS = Analysis(
    name="response",
    area=EFFICIENCY,
    page="time",
    needs=("activities",),
    measures=(
        "response.km_median_hours", "response.km_p90_hours", "response.within_hour", "response.within_day",
        "response.median_business_hours", "response.p90_business_hours", "response.never",
    ),
    run=run,
)  # fmt: skip
