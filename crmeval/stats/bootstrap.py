"""Samples of whole cases drawn again and again (Efron 1979)."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from crmeval.stats.intervals import CONFIDENCE

DRAWS = 500
MOST_CASES = 2000
_SEED = 20240229

Floats = NDArray[np.float64]


def some(cases: int, most: int = MOST_CASES) -> tuple[NDArray[np.int64], float]:
    """Cases taken by chance, in order, and by what errors seen in samples of them are those of all.

    All cases where they are few. Errors shrink with the square root of the cases (the m out of n bootstrap,
    Bickel, Götze and van Zwet 1997); so the work does not grow with the cases.
    """
    if cases <= most:
        return np.arange(cases), 1.0
    chosen = np.random.default_rng(_SEED).choice(cases, most, replace=False)
    return np.sort(chosen), float(np.sqrt(most / cases))


def draws(cases: int, times: int = DRAWS, at_once: int = DRAWS) -> Iterator[Floats]:
    """How often each case is in each sample, in batches of samples; always the same samples."""
    rng = np.random.default_rng(_SEED + 1)
    for start in range(0, times, at_once):
        size = min(at_once, times - start)
        yield rng.multinomial(cases, np.full(cases, 1 / cases), size=size).astype(float)


def interval(drawn: Floats, estimate: Floats) -> tuple[Floats, Floats]:
    """The 95 % percentile interval of each column, never without the estimate itself."""
    tail = (1 - CONFIDENCE) / 2
    low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def share_first(drawn: Floats) -> Floats:
    """In what share of the samples each column is the largest."""
    first = drawn.argmax(axis=1)
    return np.bincount(first, minlength=drawn.shape[1]) / len(drawn)
