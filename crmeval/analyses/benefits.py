"""What the CRM brings: measured in the results of other analyses, or assumed by the user."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crmeval.analyses.base import Results
from crmeval.analyses.plan import ASSUMED, KINDS, MEASURED, WEEKS_IN_MONTH, Benefit, Schedule
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.words import Text, text

# The names of benefits in the catalogue, under `benefits.`
MARGIN, TIME, ERRORS, SYSTEMS = "margin", "time", "errors", "systems"
_MINUTES_IN_HOUR = 60
_EFFECT_ON_REVENUE = re.compile(r"impact\..*(revenue|turnover|выручк|оборот|доход).*\.effect", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the user supposes the CRM brings; nothing, until the user says so.

    `hours_saved` per user and week, of which the share `recapture` is put to productive use (our convention:
    half); `extra_sales` in money a month; `errors_avoided` a month; `systems_retired` in money a month;
    `attribution` is the share of all this that is owed to the CRM.
    """

    hours_saved: float = 0.0
    recapture: float = 0.5
    extra_sales: float = 0.0
    errors_avoided: float = 0.0
    systems_retired: float = 0.0
    attribution: float = 1.0


def assumed(assumptions: Assumptions, settings: Settings) -> tuple[Benefit, ...]:
    """The assumptions in money a month; one that lacks an hourly cost, a margin or users is left out.

    They climb to their full height over the months of ramp-up.
    """
    hour, margin = settings.hourly_cost or 0.0, settings.gross_margin or 0.0
    hours = assumptions.hours_saved * WEEKS_IN_MONTH * (settings.users or 0)
    minutes = assumptions.errors_avoided * settings.minutes_per_error
    amounts = {
        TIME: hours * hour,
        MARGIN: assumptions.extra_sales * margin,
        ERRORS: minutes / _MINUTES_IN_HOUR * hour,
        SYSTEMS: assumptions.systems_retired,
    }
    return tuple(
        Benefit(
            name=stream,
            amount=amount,
            kind=ASSUMED,
            schedule=Schedule(ramp_up=settings.ramp_up_months),
            attribution=assumptions.attribution,
            recapture=assumptions.recapture if stream in (TIME, ERRORS) else 1.0,
            stream=stream,
        )
        for stream, amount in amounts.items()
        if amount > 0
    )


def measured(results: Results, settings: Settings) -> tuple[tuple[Benefit, ...], tuple[Text, ...]]:
    """Benefits that the data show, and notes on those that they do not show well enough.

    A change in monthly revenue around go-live is a benefit of revenue × gross margin, but only if its whole
    95 % interval lies above zero. Where several revenues rose they are the same money seen twice: the most
    cautious counts.
    """
    impact = results.get("impact")
    effects = [measure for measure in impact.measures if _is_revenue(measure)] if impact else []
    certain = [measure for measure in effects if measure.low is not None and measure.low > 0]
    if not certain:
        return (), tuple(text("roi.notes.effect_uncertain", kpi=effect.name) for effect in effects)
    if settings.gross_margin is None:
        return (), (text("roi.notes.effect_without_margin", kpi=certain[0].name),)
    return (_margin(min(certain, key=lambda measure: measure.value), settings),), ()


def _is_revenue(measure: Measure) -> bool:
    return measure.unit == "money" and _EFFECT_ON_REVENUE.fullmatch(measure.id) is not None


def _margin(effect: Measure, settings: Settings) -> Benefit:
    """The gross margin of a change in monthly revenue, with its interval."""
    share = settings.gross_margin or 0.0
    ends = [None if end is None else end * share for end in (effect.low, effect.high)]
    schedule = Schedule(ramp_up=settings.ramp_up_months)
    amount = float(effect.value) * share
    return Benefit(MARGIN, amount, MEASURED, schedule, low=ends[0], high=ends[1], stream=MARGIN)


def counted_once(benefits: Iterable[Benefit]) -> tuple[Benefit, ...]:
    """The benefits with each stream of money once, by the best evidence there is of it.

    Measured goes before reported, and reported before assumed; lines without a stream stand for themselves.
    """
    kept: dict[object, Benefit] = {}
    for position, benefit in enumerate(sorted(benefits, key=lambda line: KINDS.index(line.kind))):
        kept.setdefault(benefit.stream or position, benefit)
    return tuple(kept.values())
