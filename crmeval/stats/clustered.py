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


@dataclass(frozen=True, slots=True)
class _Sample:
    """Rows of records that are alike: their cells, hits, how many they are, their stratum and weight."""

    size: np.ndarray
    found: np.ndarray
    records: np.ndarray
    stratum: np.ndarray
    weight: np.ndarray

    @property
    def cells(self) -> float:
        return float(self.records @ self.size)

    @property
    def clusters(self) -> float:
        return float(self.records[self.size > 0].sum())

    @property
    def strata(self) -> int:
        return len(np.unique(self.stratum[self.size > 0]))


def clustered_share(
    cells: ArrayLike,
    hits: ArrayLike,
    records: ArrayLike | None = None,
    *,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> ClusteredShare:
    """The share `sum(hits) / sum(cells)` over records of `cells` cells, of which `hits` hit.

    `records` says how many records are alike in both. The variance is that of a ratio of totals over
    clusters (Cochran 1977, 2.11; within strata 5A.5); Wilson's interval is then taken on the effective number
    of cells, reduced by the t quantile of the records (Korn and Graubard 1998). A share of none or all shows
    no spread: then each record counts as one trial. Nothing is known from no cells (NaN, 0 … 1).

    `strata` are the groups the records were drawn from, `weights` how many records of the population each of
    them stands for; where they are given, the part of the population that was drawn narrows the interval.
    """
    size = np.asarray(cells, dtype=float)
    ones = np.ones_like(size)
    sample = _Sample(
        size,
        np.asarray(hits, dtype=float),
        ones if records is None else np.asarray(records, dtype=float),
        np.zeros(len(size), dtype=int) if strata is None else np.asarray(strata),
        ones if weights is None else np.asarray(weights, dtype=float),
    )
    stands_for = float((sample.records * sample.weight) @ sample.size)
    if stands_for <= 0:
        return ClusteredShare(float("nan"), 0.0, 1.0, 1.0)
    share = float((sample.records * sample.weight) @ sample.found) / stands_for
    effect = _design_effect(sample, share, stands_for)
    effective = sample.cells / effect
    if (degrees := sample.clusters - sample.strata) >= 1:
        effective *= (Z / stats.t.ppf((1 + CONFIDENCE) / 2, degrees)) ** 2
    if weights is not None:
        drawn = sample.clusters / float(sample.records[size > 0] @ sample.weight[size > 0])
        if drawn >= 1:
            return ClusteredShare(share, share, share, effect)
        effective /= 1 - drawn
    low, high = wilson(share * effective, effective)
    return ClusteredShare(share, low, high, effect)


def _design_effect(sample: _Sample, share: float, stands_for: float) -> float:
    """Variance over records / variance of as many independent cells; never less than 1, for caution."""
    if sample.clusters < _SMALLEST_SAMPLE or share in (0.0, 1.0):
        return sample.cells / max(sample.clusters, 1.0)
    residual = sample.weight * (sample.found - share * sample.size)
    spread = 0.0
    for stratum in np.unique(sample.stratum[sample.size > 0]):
        mine = (sample.stratum == stratum) & (sample.size > 0)
        count = sample.records[mine]
        n = float(count.sum())
        # A record alone in its stratum has no spread there: it is compared with what is expected of all.
        middle, factor = (count @ residual[mine] / n, n / (n - 1)) if n > 1 else (0.0, 1.0)
        spread += factor * float(count @ (residual[mine] - middle) ** 2)
    return max(1.0, spread / stands_for**2 / (share * (1 - share) / sample.cells))
