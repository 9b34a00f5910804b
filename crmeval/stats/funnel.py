"""The limits of a funnel plot: between which shares chance alone keeps groups of each size."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

WARNING, ACTION = 0.95, 0.998  # Spiegelhalter 2005
_TAIL = 0.1  # of the groups at each end do not tell how far the others are spread
_FEWEST = 10  # groups; of fewer the tails are less than one group, and an outlier would widen its own limits


def limits(trials: ArrayLike, overall: ArrayLike, spread: float, level: float) -> tuple[Any, Any]:
    """The shares between which chance keeps that many trials: quantiles of the binomial, interpolated.

    Spiegelhalter 2005, A.1.1. Trials that come several together, or groups that differ by more than chance,
    count as `spread` times fewer.
    """
    counted = np.maximum(np.round(np.asarray(trials, dtype=float) / spread), 1)

    def quantile(tail: float) -> np.ndarray:
        whole = stats.binom.ppf(tail, counted, overall)
        reached = stats.binom.cdf(whole, counted, overall)
        part = (reached - tail) / stats.binom.pmf(whole, counted, overall)
        return np.clip((whole - part) / counted, 0, 1)

    return quantile((1 - level) / 2), quantile((1 + level) / 2)


def over_dispersion(successes: ArrayLike, trials: ArrayLike) -> float:
    """How many times the shares are spread as widely as chance alone would spread them; 1 where not more.

    The mean of squared z-scores, a tenth of the groups at each end drawn in (Spiegelhalter 2005, 3.1).
    """
    won, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    overall = won.sum() / n.sum()
    if not 0 < overall < 1:
        return 1.0
    scores = (won / n - overall) / np.sqrt(overall * (1 - overall) / n)
    inner = np.clip(scores, *np.quantile(scores, [_TAIL, 1 - _TAIL]))
    return max(float(np.mean(inner**2)), 1.0)


def dispersion(successes: ArrayLike, trials: ArrayLike, design_effect: float = 1.0) -> float:
    """The factor φ by which limits are widened because groups truly differ; 1 where chance may explain it.

    Multiplicative over-dispersion (Spiegelhalter 2005: variances times φ̂, estimated from winsorised
    z-scores), beyond the `design_effect` of trials that come several together. Without over-dispersion φ̂ has
    mean 1 and, as a mean of I squared z-scores, variance 2/I: limits are widened only where it is two
    standard deviations above, and there are ten groups or more.
    """
    groups = len(np.atleast_1d(trials))
    if groups < _FEWEST:
        return 1.0
    effective = (np.asarray(counts, dtype=float) / design_effect for counts in (successes, trials))
    estimate = over_dispersion(*effective)
    return estimate if estimate > 1 + 2 * np.sqrt(2 / groups) else 1.0
