"""95 % intervals for shares, means and medians."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

CONFIDENCE = 0.95
Z = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
_SMALLEST_SAMPLE = 2


def wilson(successes: float, n: float) -> tuple[float, float]:
    """Wilson's score interval for a share (Wilson 1927, as in Newcombe 1998), without continuity correction.

    `n` may be an effective sample size. Nothing is known from no trials: the interval is then 0 … 1.
    """
    if n <= 0:
        return 0.0, 1.0
    share = successes / n
    centre = share + Z**2 / (2 * n)
    half = Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    low, high = (centre - half) / (1 + Z**2 / n), (centre + half) / (1 + Z**2 / n)
    return 0.0 if successes <= 0 else max(0.0, float(low)), 1.0 if successes >= n else min(1.0, float(high))


def log_log(share: float, variance: float) -> tuple[float, float]:
    """The interval of a cumulative incidence, within 0 … 1 (Choudhury 2002): on the scale of log(-log)."""
    if not 0 < share < 1:
        return share, share
    spread = Z * np.sqrt(variance) / (share * np.log(share))
    low, high = sorted((share ** np.exp(spread), share ** np.exp(-spread)))
    return float(low), float(high)


def newcombe(successes_1: float, n_1: float, successes_2: float, n_2: float) -> tuple[float, float]:
    """The interval of a difference of two independent shares, first minus second (Newcombe 1998, 10)."""
    one, other = wilson(successes_1, n_1), wilson(successes_2, n_2)
    return of_difference(successes_1 / n_1, one, successes_2 / n_2, other)


def of_difference(
    one: float, limits_1: tuple[float, float], other: float, limits_2: tuple[float, float]
) -> tuple[float, float]:
    """The interval of a difference, first minus second, from the intervals of two independent values.

    Recovered from how far each limit lies from its value (Zou and Donner 2008); symmetric or not.
    """
    below = np.hypot(one - limits_1[0], limits_2[1] - other)
    above = np.hypot(limits_1[1] - one, other - limits_2[0])
    return float(one - other - below), float(one - other + above)


def mean_t(values: ArrayLike) -> tuple[float, float] | None:
    """Student's interval for a mean; None where fewer than two values, for then nothing is known of it."""
    sample = np.asarray(values, dtype=float)
    if len(sample) < _SMALLEST_SAMPLE:
        return None
    half = stats.t.ppf((1 + CONFIDENCE) / 2, len(sample) - 1) * stats.sem(sample)
    return float(sample.mean() - half), float(sample.mean() + half)


def median_order(values: ArrayLike) -> tuple[float, float] | None:
    """The distribution-free interval of a median from order statistics (binomial; Conover 1999, 3.2).

    None where the sample is too small (fewer than six values) to reach 95 %.
    """
    sample = np.sort(np.asarray(values, dtype=float))
    lower = int(stats.binom.ppf((1 - CONFIDENCE) / 2, len(sample), 0.5))
    if len(sample) == 0 or lower < 1:
        return None
    return float(sample[lower - 1]), float(sample[len(sample) - lower])


def welch(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """The interval of a difference of two means, first minus second (Welch 1947).

    Each is given as (mean, variance, n). Without variance in either group it is the difference itself.
    """
    (mean_1, variance_1, n_1), (mean_2, variance_2, n_2) = one, other
    error_1, error_2 = variance_1 / n_1, variance_2 / n_2
    difference, error = mean_1 - mean_2, error_1 + error_2
    if error == 0:
        return float(difference), float(difference)
    freedom = error**2 / (error_1**2 / (n_1 - 1) + error_2**2 / (n_2 - 1))
    half = stats.t.ppf((1 + CONFIDENCE) / 2, freedom) * np.sqrt(error)
    return float(difference - half), float(difference + half)


def ratio_of_sums(parts: ArrayLike, wholes: ArrayLike) -> tuple[float, float, float]:
    """Sum of the parts / sum of the wholes with its interval, by linearisation (Cochran 1977, 2.11)."""
    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    ratio = float(part.sum() / whole.sum())
    spread = np.sqrt(np.sum((part - ratio * whole) ** 2) / (len(part) - 1) / len(part)) / whole.mean()
    return ratio, ratio - Z * float(spread), ratio + Z * float(spread)
