"""The interval of a share of cells when cells come in records: errors gather in bad records."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from crmeval.stats.intervals import CONFIDENCE, Z, wilson

_SMALLEST_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class ClusteredShare:
    """A share of cells, its 95 % interval, and how much wider than for independent cells (design effect)."""

    share: float
    low: float
    high: float
    design_effect: float


def clustered_share(cells: ArrayLike, hits: ArrayLike, records: ArrayLike | None = None) -> ClusteredShare:
    """The share `sum(hits) / sum(cells)` over records of `cells` cells, of which `hits` hit.

    `records` says how many records are alike in both. The variance is that of a ratio of totals over
    clusters (Cochran 1977, 2.11); Wilson's interval is then taken on the effective number of cells, reduced
    by the t quantile of the records (Korn and Graubard 1998). A share of none or all shows no spread: then
    each record counts as one trial. Nothing is known from no cells (NaN, 0 … 1).
    """
    size, found = np.asarray(cells, dtype=float), np.asarray(hits, dtype=float)
    weight = np.ones_like(size) if records is None else np.asarray(records, dtype=float)
    total, clusters = float(weight @ size), float(weight[size > 0].sum())
    if total <= 0:
        return ClusteredShare(float("nan"), 0.0, 1.0, 1.0)
    share = float(weight @ found) / total
    effect = _design_effect(size, found, weight, share, clusters)
    effective = total / effect
    if clusters >= _SMALLEST_SAMPLE:
        effective *= (Z / stats.t.ppf((1 + CONFIDENCE) / 2, clusters - 1)) ** 2
    low, high = wilson(share * effective, effective)
    return ClusteredShare(share, low, high, effect)


def _design_effect(
    size: np.ndarray, found: np.ndarray, weight: np.ndarray, share: float, clusters: float
) -> float:
    """Variance over records / variance of as many independent cells; never less than 1, for caution."""
    total = float(weight @ size)
    if clusters < _SMALLEST_SAMPLE or share in (0.0, 1.0):
        return total / max(clusters, 1.0)
    spread = float(weight @ (found - share * size) ** 2) * clusters / (clusters - 1) / total**2
    return max(1.0, spread / (share * (1 - share) / total))
