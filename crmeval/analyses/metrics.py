"""The metrics of the scorecard, and where each scores 0 and 100 until the company sets its own targets.

Nearly all of these floors and targets are conventions of ours, to be replaced by what the company agrees on
before it looks. Anchored elsewhere are: a SUS of 50 and 80 (not acceptable, and the best grade: Bangor 2008,
Sauro & Lewis 2016), a net revenue retention of 1 (as much revenue kept as there was), a return of 0 (the
costs are just earned back) and an effect of 0 (nothing changed). What depends wholly on the trade (how many
deals are won, how many customers come back, how long a sale takes) has no target until the company sets one;
shares among them score 0 at 0 until it sets the floor too.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crmeval.results import EFFECTIVENESS, EFFICIENCY
from crmeval.settings import Settings


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure on the scorecard: the value that scores 0 (`floor`) and the one that scores 100 (`target`).

    A target below the floor means that less is better. Metrics of one `aspect` tell the same thing in
    different ways: together they weigh as much as any other aspect, and one of them is enough.
    """

    id: str
    area: str
    aspect: str
    floor: float | None = None
    target: float | None = None

    def score(self, value: float) -> float | None:
        """clip((value − floor) / (target − floor), 0, 1) × 100; None where floor or target say nothing."""
        if self.floor is None or self.target is None or self.floor == self.target:
            return None
        share = (value - self.floor) / (self.target - self.floor)
        return min(max(share, 0.0), 1.0) * 100 if math.isfinite(share) else None


METRICS = (
    Metric("deals.win_rate", EFFICIENCY, "output", floor=0.0),
    Metric("response.km_median_hours", EFFICIENCY, "time", floor=24.0, target=1.0),
    Metric("cycle.won.median", EFFICIENCY, "time"),
    Metric("accuracy.rate", EFFICIENCY, "accuracy", floor=0.90, target=0.99),
    Metric("usability.sus_mean", EFFICIENCY, "ease", floor=50.0, target=80.0),
    Metric("adoption.active_share", EFFICIENCY, "adoption", floor=0.50, target=0.90),
    Metric("retention.rate", EFFECTIVENESS, "retention", floor=0.0),
    Metric("retention.repeat_rate", EFFECTIVENESS, "retention", floor=0.0),
    Metric("retention.nrr", EFFECTIVENESS, "retention", floor=0.80, target=1.0),
    Metric("feedback.nps", EFFECTIVENESS, "satisfaction", floor=0.0, target=50.0),
    Metric("feedback.csat", EFFECTIVENESS, "satisfaction", floor=0.60, target=0.90),
    Metric("roi.roi", EFFECTIVENESS, "roi", floor=0.0, target=1.0),
)
_EFFECTIVE = ("retention.", "feedback.", "impact.", "roi.")
_OWN_FLOORS = {"impact.": 0.0}
_TELL_THE_SAME = {"accuracy.verified_rate": "accuracy", "response.median_hours": "time"}


def metrics(settings: Settings) -> tuple[Metric, ...]:
    """All metrics with the company's floors and targets in the place of ours, and those it has added.

    Any measure may be added by giving it a target; it is then an aspect of its own, unless it tells the same
    as another.
    """
    known = {metric.id: metric for metric in METRICS}
    added = [_own(name) for name in settings.targets if name not in known]
    return tuple(
        replace(
            metric,
            floor=given(settings.floors, metric.id, metric.floor),
            target=given(settings.targets, metric.id, metric.target),
        )
        for metric in (*METRICS, *added)
    )


def _own(measure_id: str) -> Metric:
    area = EFFECTIVENESS if measure_id.startswith(_EFFECTIVE) else EFFICIENCY
    floor = next((floor for start, floor in _OWN_FLOORS.items() if measure_id.startswith(start)), None)
    return Metric(measure_id, area, _TELL_THE_SAME.get(measure_id, measure_id), floor)


def given(values: Mapping[str, Any], measure_id: str, default: float | None) -> float | None:
    """What the company set for a measure, where it is a number; else the default."""
    value = values.get(measure_id)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else default
