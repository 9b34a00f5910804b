"""How far two judges agree beyond chance."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from crmeval.stats.intervals import Z


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa with its 95 % interval, the share of cases in which both judge alike, and the cases.

    `kappa` and its limits are None where both judges gave the same verdict everywhere: then chance explains
    any agreement.
    """

    kappa: float | None
    low: float | None
    high: float | None
    alike: float
    n: int


def kappa(counts: ArrayLike) -> Agreement:
    """Cohen's (1960) kappa of a square table of counts, first judge by second.

    The standard error is that of Fleiss, Cohen and Everitt (1969) for a kappa that is not zero; the interval
    is cut off at −1 and 1.
    """
    table = np.asarray(counts, dtype=float)
    n = float(table.sum())
    if n <= 0:
        return Agreement(None, None, None, float("nan"), 0)
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    alike, chance = float(np.trace(p)), float(rows @ columns)
    if chance >= 1:
        return Agreement(None, None, None, alike, int(n))
    found = (alike - chance) / (1 - chance)
    diagonal = np.diag(p) * (1 - (rows + columns) * (1 - found)) ** 2
    others = p * (columns[:, None] + rows[None, :]) ** 2
    off = float(others.sum() - np.trace(others))
    variance = diagonal.sum() + (1 - found) ** 2 * off - (found - chance * (1 - found)) ** 2
    half = Z * float(np.sqrt(max(variance, 0.0) / n)) / (1 - chance)
    return Agreement(found, max(found - half, -1.0), min(found + half, 1.0), alike, int(n))
