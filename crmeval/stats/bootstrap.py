"""Samples of whole cases drawn again and again (Efron 1979), from sums over bundles of cases."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from crmeval.stats.intervals import CONFIDENCE

DRAWS = 500
MOST_BUNDLES = 1000  # the error of a standard error drawn from so many bundles is 1 / sqrt(2000), about 2 %
_SEED = 20240229

Floats = NDArray[np.float64]
Draws = NDArray[np.float32]


def bundles(cases: int, most: int = MOST_BUNDLES) -> NDArray[np.int64]:
    """The bundle each case is in, by chance and of equal sizes; a bundle of its own where cases are few.

    What is a sum over cases varies between samples of bundles as it does between samples of cases, since
    which cases share a bundle is left to chance; so the work does not grow with the cases.
    """
    return np.random.default_rng(_SEED).permutation(cases) % min(max(cases, 1), most)


def draws(bundle: NDArray[np.int64], times: int = DRAWS, at_once: int = DRAWS) -> Iterator[Draws]:
    """How often each bundle is in each sample, in batches of samples; always the same samples."""
    n = int(bundle.max(initial=0)) + 1
    rng = np.random.default_rng(_SEED + 1)
    for start in range(0, times, at_once):
        size = min(at_once, times - start)
        yield rng.multinomial(n, np.full(n, 1 / n), size=size).astype(np.float32)


def interval(drawn: Floats, estimate: Floats) -> tuple[Floats, Floats]:
    """The 95 % percentile interval of each column, never without the estimate itself."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def share_first(drawn: Floats) -> Floats:
    """In what share of the samples each column is the largest."""
    first = drawn.argmax(axis=1)
    return np.bincount(first, minlength=drawn.shape[1]) / len(drawn)
