"""Little's law over a window of time: is the work in progress what comes in, times how long it takes?"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crmeval.stats.intervals import mean_t

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Balance:
    """L = λW over a window. Times are in the unit of the moments given.

    `in_progress` is L, the mean number in progress; `rate` is λ, how many ended per unit of time; `lasts` is
    W, how long those took on average. `expected` is λW corrected for the edges of the window: had those in
    progress at its beginning and end the mean age of a process in balance, E[W²] / 2E[W], the number would
    differ from λW by the change of their count times that age, per unit of time. `gap` = (in_progress −
    expected) / in_progress: above zero, what is open at the end has been open for longer than what ended
    lets expect. The interval of the gap is of batch means.
    """

    in_progress: float
    rate: float
    lasts: float
    expected: float
    gap: float
    low: float | None
    high: float | None
    ended: int


_BATCHES = 5  # as few as Student's interval bears: long batches depend on each other less
_FEW = 20  # ended in a batch


def balance(begins: ArrayLike, ends: ArrayLike, window: tuple[float, float]) -> Balance | None:
    """Little's law over a window, with the correction for its edges (Kim and Whitt 2013, sections 3 and 5).

    Args:
        begins: when each case began.
        ends: when it ended; missing (nan) where it had not when last seen.
        window: from when until when; cases may begin before it and end after it.

    Returns:
        None where fewer than 20 ended in the window, or the window is empty.
    """
    begun, ended = np.asarray(begins, dtype=float), np.asarray(ends, dtype=float)
    found = _over(begun, ended, *window)
    if found is None:
        return None
    edges = np.linspace(*window, _BATCHES + 1)
    parts = [_over(begun, ended, a, b) for a, b in pairwise(edges)]
    low, high = None, None
    if all(part is not None for part in parts):
        gaps = [part[0] - part[3] for part in parts if part is not None]
        around = mean_t(gaps)
        if around is not None:
            centre = float(np.mean(gaps))
            low, high = ((bound - centre) / found[0] + (found[0] - found[3]) / found[0] for bound in around)
    in_progress, rate, lasts, expected, n = found
    return Balance(in_progress, rate, lasts, expected, (in_progress - expected) / in_progress, low, high, n)


def _over(begun: Floats, ended: Floats, a: float, b: float) -> tuple[float, float, float, float, int] | None:
    """L, λ, W, the corrected λW and how many ended, between two moments."""
    over = np.where(np.isnan(ended), np.inf, ended)
    inside = np.clip(np.minimum(over, b) - np.maximum(begun, a), 0, None)
    done = (over > a) & (over <= b)
    if b <= a or done.sum() < _FEW or inside.sum() <= 0:
        return None
    took, length = over[done] - begun[done], b - a
    at_first = int(((begun <= a) & (over > a)).sum())
    at_last = int(((begun <= b) & (over > b)).sum())
    age = float((took**2).sum() / (2 * took.sum())) if took.sum() > 0 else 0.0
    rate, lasts = float(done.sum() / length), float(took.mean())
    expected = rate * lasts + (at_last - at_first) * age / length
    return float(inside.sum() / length), rate, lasts, expected, int(done.sum())
