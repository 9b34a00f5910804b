"""How long deals stay in a stage, by team or owner, against what the company's own best quarter does."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmeval.analyses.followed import Followed
from crmeval.stats.intervals import Z
from crmeval.stats.multistate import OPEN
from crmeval.stats.shrinkage import shrunk
from crmeval.stats.survival import Survival, kaplan_meier
from crmeval.words import Text, text

_FEWEST_STAYS = 20  # finished ones, of a group that is compared
_FEWEST_GROUPS = 4  # with fewer there is no quarter
_ENOUGH_AT_RISK = 5  # stays still going, up to where the groups are compared
_COLUMNS = ["group", "n", "stay", "stay_low", "stay_high", "likely", "best"]


@dataclass(frozen=True, slots=True)
class Best:
    """The groups, the quickest first, and the share of the stay that goes if all become like the best.

    Columns of `groups`: `group`, finished stays `n`, the mean `stay` in days up to a common limit, open stays
    counted, with its interval, the `likely` one after chance is taken out, and whether it is of the `best`
    quarter. `gain` is None where nothing can be said, for the reason `why`. `by` is `team` or `owner`.
    """

    groups: pd.DataFrame
    gain: float | None
    by: str
    why: Text | None = None


def best_quarter(found: Followed, stage: str, of_deals: Mapping[str, NDArray[np.object_]]) -> Best:
    """Compares the teams (or, where they are too few, the owners) of deals in this stage.

    `of_deals` has the teams and owners of all cases, None where one is not known.
    """
    reason = text("bottlenecks.no_groups")
    for by, names in of_deals.items():
        curves = _curves(found, found.stages.index(stage), names)
        if len(curves) >= _FEWEST_GROUPS:
            return _compared(curves, by)
        if pd.notna(names).any():
            reason = text("bottlenecks.few_groups", n=_FEWEST_GROUPS, stays=_FEWEST_STAYS)
    return Best(pd.DataFrame(columns=_COLUMNS), None, "", reason)


def _curves(found: Followed, stage: int, names: NDArray[np.object_]) -> dict[str, Survival]:
    """Kaplan–Meier of the stays of each group that has enough of them."""
    stays = found.stays
    here = stays.stage == stage
    group, called = pd.factorize(names[stays.case[here]], sort=True)
    days, over, entry = stays.days[here], stays.exit[here] != OPEN, stays.entry[here]
    enough = np.flatnonzero(np.bincount(group[over & (group >= 0)], minlength=len(called)) >= _FEWEST_STAYS)
    return {
        str(called[one]): kaplan_meier(days[group == one], over[group == one], entry[group == one])
        for one in enough
    }


def _known_until(curve: Survival) -> float:
    """The time up to which the stays of a group are known well enough; no limit where all have ended."""
    if curve.share[-1] <= 0:
        return float("inf")
    return float(curve.times[curve.at_risk >= _ENOUGH_AT_RISK].max())


def _compared(curves: dict[str, Survival], by: str) -> Best:
    limit = min(_known_until(curve) for curve in curves.values())
    limit = min(limit, max(float(curve.times[-1]) for curve in curves.values()))
    means = np.array([curve.restricted_mean(limit) for curve in curves.values()])
    variances = np.array([curve.restricted_variance(limit) for curve in curves.values()])
    counts = [int(curve.events.sum()) for curve in curves.values()]
    if not (variances > 0).all():
        return Best(pd.DataFrame(columns=_COLUMNS), None, by, text("bottlenecks.no_spread"))
    likely, half = shrunk(means, variances), Z * np.sqrt(variances)
    order = np.argsort(likely, kind="stable")
    best = np.isin(np.arange(len(means)), order[: max(1, round(len(means) / 4))])
    groups = pd.DataFrame(
        {
            "group": list(curves), "n": counts, "stay": means, "stay_low": np.maximum(means - half, 0),
            "stay_high": means + half, "likely": likely, "best": best,
        }
    ).iloc[order].reset_index(drop=True)  # fmt: skip
    if np.ptp(likely) <= 0:
        return Best(groups.assign(best=False), None, by, text("bottlenecks.groups_alike", n=len(groups)))
    gain = 1 - likely[best].mean() / np.average(likely, weights=counts)
    return Best(groups, float(max(gain, 0)), by)
