"""Quantiles of many groups at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def quantiles(
    group: NDArray[np.integer], values: NDArray[np.integer], groups: int, shares: Sequence[float]
) -> NDArray[np.float64]:
    """The quantiles of whole numbers in each group, linear between neighbours (Hyndman and Fan 1996, type 7).

    Args:
        group: the code of each value's group, below `groups`.
        values: whole numbers whose range times `groups` is below 2 ** 63.
        groups: how many groups there are.
        shares: which quantiles: 0.5 is the median.

    Returns:
        A row per group and a column per share, NaN where a group has no values.
    """
    found = np.full((groups, len(shares)), np.nan)
    if not len(values):
        return found
    least = int(values.min())
    width = int(values.max()) - least + 1
    short = groups * width <= np.iinfo(np.int32).max  # short numbers are sorted in half the time
    keys: Any = group.astype(np.int32 if short else np.int64)
    keys *= width
    keys += (values - least).astype(keys.dtype)
    keys.sort()
    n = np.bincount(group, minlength=groups)
    some = np.flatnonzero(n)
    first = (np.cumsum(n) - n)[some]
    for column, share in enumerate(shares):
        place = (n[some] - 1) * share
        below = first + np.floor(place).astype(np.int64)
        above = first + np.ceil(place).astype(np.int64)
        low, high = (keys[at].astype(np.int64) - some * width + least for at in (below, above))
        found[some, column] = low + (high - low) * (place % 1)
    return found
