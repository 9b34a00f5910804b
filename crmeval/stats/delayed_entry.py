"""Whether a file has only those of its older cases that lasted until ends began to be recorded."""

import numpy as np
from numpy.typing import NDArray

from crmeval.stats.survival import kaplan_meier

Floats = NDArray[np.float64]

_MISSED = 10  # ends that should have been seen before the first one was: then they were not recorded


def delayed_entry(
    begun: Floats, days: Floats, over: NDArray[np.bool_], group: NDArray[np.int64] | None = None
) -> tuple[Floats, float | None]:
    """The days of each stay that had passed when ends began to be recorded, and that day.

    It is the day of the first end there is, if by then ten or more should have been seen: of what began
    earlier only what lasted is in the file (left truncation). Else nothing, and None.

    Args:
        begun: when each stay began, in days.
        days: how long it lasted, or has lasted.
        over: whether it has ended.
        group: stays of one group last alike; by default all do.
    """
    nothing = np.zeros_like(days)
    if not over.any():
        return nothing, None
    group = np.zeros(len(days), dtype=np.int64) if group is None else group
    begins = float((begun + days)[over].min())
    entry = np.maximum(begins - begun, 0)
    missed = 0.0
    for code in np.unique(group[entry > 0]):
        here = group == code
        curve = kaplan_meier(days[here], over[here], entry[here])
        waited = entry[here][entry[here] > 0]
        place = np.searchsorted(curve.times, waited, side="left")
        missed += float((1 - np.concatenate(([1.0], curve.share)))[place].sum())
    return (entry, begins) if missed > _MISSED else (nothing, None)
