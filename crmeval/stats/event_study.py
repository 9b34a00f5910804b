"""Month by month around a treatment: how far the treated are from the others, and what chance would give."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.stats.difference import NEVER, WINDOW, Panel, assignments_of, not_yet_treated
from crmeval.stats.intervals import CONFIDENCE


@dataclass(frozen=True, slots=True)
class EventStudy:
    """`path`: offset (months from the treatment), difference, low and high of what chance gives, people.

    Differences are against their own mean before the treatment. `trend` is how much more the treated changed
    than the others from the first to the last month before it, `trend_p` its permutation p value (None where
    fewer than two months before are known): where they already moved apart, the effect is no proof.
    """

    path: pd.DataFrame
    trend: float | None
    trend_p: float | None


def event_study(panel: Panel, window: int = WINDOW) -> EventStudy | None:
    """The differences by month from the treatment; None where nobody can be compared.

    In each month the mean share of those treated at one time less that of those not yet treated until the
    window ends, averaged over the treated. The band holds the middle 95 % of the differences that the same
    starts, given to the same people by chance, would show.
    """
    if panel.totals.size == 0:
        return None
    assigned = assignments_of(panel.start)
    offsets = np.arange(-window, window + 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = panel.counts / panel.totals
    paths, people = _paths(panel, share, assigned, offsets)
    before = offsets < 0
    with np.errstate(invalid="ignore"):
        level = _mean(paths[:, before])
        paths = paths - level[:, None]
    known = np.isfinite(paths[0])
    if not (known[before].any() and known[offsets > 0].any()):
        return None
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.nanpercentile(paths[:, known], [tail, 100 - tail], axis=0)
    path = pd.DataFrame(
        {"offset": offsets[known], "difference": paths[0, known], "low": low, "high": high,
         "people": people[known]}
    )  # fmt: skip
    return EventStudy(path, *_trend(paths[:, before]))


def _paths(
    panel: Panel, share: np.ndarray, assigned: np.ndarray, offsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Difference by assignment and offset, and how many treated people each offset truly rests on."""
    months = share.shape[1]
    total, weight = (np.zeros((len(assigned), len(offsets))) for _ in range(2))
    for month in np.unique(panel.start[panel.start != NEVER]):
        controls = not_yet_treated(panel, assigned, int(month), int(offsets[-1]))
        for place, offset in enumerate(offsets):
            at = int(month) + int(offset)
            if not 0 <= at < months:
                continue
            known, value = np.isfinite(share[:, at]), np.nan_to_num(share[:, at])
            treated, others = (assigned == month) & known, controls & known
            count = np.where(others.any(axis=1), treated.sum(axis=1), 0)
            usual = (others @ value) / np.maximum(others.sum(axis=1), 1)
            total[:, place] += np.where(count > 0, treated @ value - count * usual, 0)
            weight[:, place] += count
    differences = np.divide(total, weight, out=np.full(total.shape, np.nan), where=weight > 0)
    return differences, weight[0].astype(int)


def _mean(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    return np.where(known, values, 0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)


def _trend(before: np.ndarray) -> tuple[float | None, float | None]:
    """The change over the months before, first to last known, and how often chance gives one as large."""
    known = np.flatnonzero(np.isfinite(before[0]))
    if len(known) < 2:  # noqa: PLR2004 - a change has two ends
        return None, None
    change = before[:, known[-1]] - before[:, known[0]]
    change = np.abs(change[np.isfinite(change)])
    found = float(before[0, known[-1]] - before[0, known[0]])
    return found, float((change >= abs(found) - 1e-12).mean())
