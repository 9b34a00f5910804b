"""Estimates of several groups drawn towards their common mean, as far as their differences may be chance."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def between_variance(values: ArrayLike, variances: ArrayLike) -> float:
    """How much the groups themselves differ (DerSimonian and Laird 1986); 0 where chance explains it all."""
    found, weight = np.asarray(values, float), 1 / np.asarray(variances, float)
    common = (weight * found).sum() / weight.sum()
    beyond = (weight * (found - common) ** 2).sum() - (len(found) - 1)
    return float(max(beyond / (weight.sum() - (weight**2).sum() / weight.sum()), 0.0))


def shrunk(values: ArrayLike, variances: ArrayLike) -> Floats:
    """Each value drawn to the common mean by the share of its variance that is chance (empirical Bayes).

    So the best of many groups is not best by luck alone: without true differences all come out equal.
    """
    found, noise = np.asarray(values, float), np.asarray(variances, float)
    between = between_variance(found, noise)
    weight = 1 / (noise + between)
    common = (weight * found).sum() / weight.sum()
    shrunken: Floats = common + (found - common) * between / (between + noise)
    return shrunken
