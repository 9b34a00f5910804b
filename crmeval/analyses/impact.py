"""What changed when the CRM went live? Monthly figures before and after, as a description.

A difference between before and after is no effect: trend, season and everything else that happened are in
it. What it would take to tell them apart is said instead of a number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from crmeval.analyses import impact_series
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.impact_series import Kpi
from crmeval.results import EFFECTIVENESS, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.detectable import detectable_difference
from crmeval.tables import Tables
from crmeval.words import Text, text

BEFORE, RAMP_UP, AFTER = "before", "ramp_up", "after"
FEWEST_BEFORE, FEWEST_AFTER = 6, 3  # months under which nothing but a description is honest
TREND_BEFORE, TREND_ALL = 12, 24  # months from which trend and season can be told from the go-live


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure's months before and after the go-live; the ramp-up, until `settled`, is in neither."""

    kpi: Kpi
    before: pd.Series
    after: pd.Series
    go_live: pd.Timestamp
    settled: pd.Timestamp

    @property
    def possible(self) -> bool:
        """Whether there is a month on either side."""
        return len(self.before) > 0 and len(self.after) > 0

    @property
    def naive(self) -> float:
        """Mean month after minus mean month before."""
        return float(self.after.mean() - self.before.mean())

    @property
    def detectable(self) -> float | None:
        """The smallest difference these months could show, if they were independent."""
        return detectable_difference(self.before.to_numpy(), self.after.to_numpy())

    @property
    def facts(self) -> dict[str, object]:
        """What the sentences about it tell."""
        return {
            "kpi": self.kpi.name, "before": self.kpi.said(float(self.before.mean())),
            "after": self.kpi.said(float(self.after.mean())), "change": self.kpi.said(self.naive),
            "n_before": len(self.before), "n_after": len(self.after),
            "go_live": self.go_live, "settled": self.settled,
        }  # fmt: skip


def phases(months: pd.Series, go_live: date, ramp_up_months: int) -> pd.Series:
    """Each month's phase: before the go-live's month, ramp-up, or after.

    The month of a go-live within it belongs to the ramp-up, for it is neither before nor after.
    """
    start, settled = _limits(go_live, ramp_up_months)
    phase = np.select([months < start.replace(day=1), months < settled], [BEFORE, RAMP_UP], AFTER)
    return pd.Series(phase, index=months.index)


def _limits(go_live: date, ramp_up_months: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    start = pd.Timestamp(go_live)
    return start, start + pd.DateOffset(months=ramp_up_months)


def _comparison(kpi: Kpi, settings: Settings) -> Comparison | None:
    if settings.go_live is None:
        return None
    phase = phases(kpi.months["month"], settings.go_live, settings.ramp_up_months)
    values = kpi.months["value"]
    limits = _limits(settings.go_live, settings.ramp_up_months)
    return Comparison(kpi, values[phase == BEFORE], values[phase == AFTER], *limits)


def _measures(found: Comparison) -> Iterator[Measure]:
    n = len(found.before) + len(found.after)
    unit = found.kpi.unit
    yield Measure(
        f"impact.{found.kpi.id}.naive", found.naive, unit, n, facts=found.facts, text_id="impact.naive"
    )
    if found.detectable is not None:
        yield Measure(
            f"impact.{found.kpi.id}.detectable", found.detectable, unit, n, facts=found.facts,
            text_id="impact.detectable",
        )  # fmt: skip


def _not_measured(kpi: Kpi, found: Comparison | None) -> dict[str, Text]:
    if found is None:
        return {f"impact.{kpi.id}.{what}": text("impact.needs_go_live") for what in ("naive", "effect")}
    n_before, n_after = len(found.before), len(found.after)
    needs = {"before": TREND_BEFORE, "all": TREND_ALL, "n_before": n_before, "n_after": n_after}
    reasons = {f"impact.{kpi.id}.effect": text("impact.effect_later", **needs)}
    if not found.possible:
        side = "before" if n_before == 0 else "after"
        reasons[f"impact.{kpi.id}.naive"] = text(f"impact.no_months_{side}")
    return reasons


def _by_month(kpis: tuple[Kpi, ...], settings: Settings) -> pd.DataFrame:
    frames = []
    for kpi in kpis:
        months = kpi.months
        phase = phases(months["month"], settings.go_live, settings.ramp_up_months) if settings.go_live else ""
        frames.append(months.assign(kpi=kpi.id, header=kpi.header, phase=phase))
    return pd.concat(frames, ignore_index=True)[["kpi", "header", "month", "value", "phase"]]


def _summary(found: list[Comparison]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kpi": one.kpi.id,
            "header": one.kpi.header,
            "n_before": len(one.before),
            "n_after": len(one.after),
            "mean_before": one.before.mean(),
            "mean_after": one.after.mean(),
            "change": one.naive,
            "relative": one.naive / one.before.mean() if one.before.mean() > 0 else np.nan,
            "detectable": np.nan if one.detectable is None else one.detectable,
        }
        for one in found
    )


def _answer(found: list[Comparison], settings: Settings) -> Text:
    if settings.go_live is None:
        return text("impact.needs_go_live")
    if not found:
        return text("impact.no_months_to_compare")
    first = found[0]
    return text("impact.answer", **first.facts, n=len(found))


def _notes(found: list[Comparison], settings: Settings) -> tuple[Text, ...]:
    if settings.go_live is None or not found:
        return ()
    notes = [text("impact.note_description"), text("impact.note_ramp_up", n=settings.ramp_up_months)]
    few = [one for one in found if len(one.before) < FEWEST_BEFORE or len(one.after) < FEWEST_AFTER]
    if few:
        notes.append(text("impact.note_few_months", n=len(few), before=FEWEST_BEFORE, after=FEWEST_AFTER))
    return tuple(notes)


def run(tables: Tables, settings: Settings, results: Results) -> Result:
    """Describes every monthly figure before and after the go-live."""
    kpis = impact_series.monthly(tables, settings, results)
    if not kpis:
        reason = text("impact.no_series")
        return Result(answer=reason, not_measured=dict.fromkeys(ANALYSIS.measures, reason))
    compared = {kpi.id: _comparison(kpi, settings) for kpi in kpis}
    found = [one for one in compared.values() if one is not None and one.possible]
    return Result(
        answer=_answer(found, settings),
        measures=tuple(measure for one in found for measure in _measures(one)),
        not_measured={
            measure_id: reason
            for kpi in kpis
            for measure_id, reason in _not_measured(kpi, compared[kpi.id]).items()
        },
        tables={"impact_by_month": _by_month(kpis, settings), "impact_summary": _summary(found)},
        notes=_notes(found, settings),
    )


ANALYSIS = Analysis(
    name="impact",
    area=EFFECTIVENESS,
    page="impact",
    needs=("kpis", "deals"),
    measures=tuple(
        f"impact.{kpi}.{what}" for kpi in impact_series.FROM_DEALS for what in ("naive", "effect")
    ),
    run=run,
)
