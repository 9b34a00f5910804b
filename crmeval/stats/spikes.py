"""Days on which much more happened than on others: a clean-up or an import, not the course of business."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_LEAST, _SHARE, _TIMES = 10, 0.05, 8.0  # our convention: events, share of all, times those of a usual day


def spikes(days: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The days (whole numbers) with a spike of events, the largest first, and how many each has.

    It has at least ten events, 5 % of them all, and eight times as many as other days with any have.
    """
    found, n = np.unique(np.asarray(days, dtype=np.int64), return_counts=True)
    usual = (n.sum() - n) / max(len(n) - 1, 1)
    high = (n >= _LEAST) & (n >= _SHARE * n.sum()) & (n >= _TIMES * np.maximum(usual, 1))
    order = np.argsort(-n[high], kind="stable")
    return found[high][order], n[high][order]
