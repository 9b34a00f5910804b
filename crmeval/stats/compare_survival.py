"""Groups whose durations are partly unfinished, compared: log-rank test, difference in restricted means.

All groups are counted in one table of moments × groups, so that each can be set against the rest at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LifeTables:
    """Per moment (rows) and group (columns): how many ended then, how many were at risk just before."""

    times: Floats
    events: Floats
    at_risk: Floats

    def rest(self) -> "LifeTables":
        """For each group, all the others together."""
        return LifeTables(
            self.times,
            self.events.sum(axis=1, keepdims=True) - self.events,
            self.at_risk.sum(axis=1, keepdims=True) - self.at_risk,
        )

    def only(self, group: int) -> "LifeTables":
        """The table of one group, as a column that stands for all the others to be set against it."""
        return LifeTables(self.times, self.events[:, [group]], self.at_risk[:, [group]])

    @property
    def share(self) -> Floats:
        """The Kaplan–Meier share still going just after each moment."""
        with np.errstate(divide="ignore", invalid="ignore"):
            hazard = np.where(self.at_risk > 0, self.events / self.at_risk, 0.0)
        return np.cumprod(1 - hazard, axis=0)

    def median(self) -> Floats:
        """The first moment by which half have ended, per group; missing where that is not reached."""
        reached = self.share <= 0.5 + 1e-12
        return np.where(reached.any(axis=0), self.times[reached.argmax(axis=0)], np.nan)

    def last_seen(self, at_least: int = 1) -> Floats:
        """The last moment at which at least so many of each group were still being watched."""
        watched = self.at_risk >= at_least
        last = len(self.times) - 1 - watched[::-1].argmax(axis=0)
        return np.where(watched.any(axis=0), self.times[last], 0.0)


def life_tables(durations: ArrayLike, ended: ArrayLike, group: ArrayLike, groups: int) -> LifeTables:
    """Counts durations by group.

    Args:
        durations: how long each case was observed; none may be negative or missing.
        ended: whether it ended then (True) or was still going when last seen (False).
        group: the number of its group, 0 … `groups` − 1.
        groups: how many groups there are; one may be empty.
    """
    length = np.asarray(durations, dtype=float)
    if np.isnan(length).any() or (length < 0).any():
        raise ValueError("a duration is missing or negative")
    column, over = np.asarray(group, dtype=int), np.asarray(ended, dtype=bool)
    times, row = np.unique(length, return_inverse=True)
    place = row * groups + column
    shape = (len(times), groups)
    seen = np.bincount(place, minlength=len(times) * groups).reshape(shape)
    events = np.bincount(place[over], minlength=len(times) * groups).reshape(shape)
    return LifeTables(times, events.astype(float), seen[::-1].cumsum(axis=0)[::-1].astype(float))


def restricted_means(tables: LifeTables, until: float) -> tuple[Floats, Floats]:
    """The mean duration counted up to `until` and its variance, per group (Klein and Moeschberger 2003, 4.5).

    The variance is the sum over moments of (area still to come)² · d / (n (n − d)).
    """
    inside = tables.times < until
    if not inside.any():
        return np.full(tables.events.shape[1], until), np.zeros(tables.events.shape[1])
    share, events, at_risk = tables.share[inside], tables.events[inside], tables.at_risk[inside]
    moments = tables.times[inside]
    steps = np.diff(np.append(moments, until))[:, None]
    to_come = (share * steps)[::-1].cumsum(axis=0)[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
    return moments[0] + to_come[0], np.sum(to_come**2 * weight, axis=0)


def log_rank(tables: LifeTables) -> tuple[float, int, float]:
    """Whether all groups end at the same pace: chi-square, degrees of freedom, p (Mantel 1966).

    Groups without cases do not count.
    """
    seen = tables.at_risk[0] > 0
    events, at_risk = tables.events[:, seen], tables.at_risk[:, seen]
    total, everybody = events.sum(axis=1), at_risk.sum(axis=1)
    part = at_risk / everybody[:, None]
    apart = (events - total[:, None] * part).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ties = np.where(everybody > 1, total * (everybody - total) / (everybody - 1), 0.0)
    weighted = part * ties[:, None]
    covariance = np.diag(weighted.sum(axis=0)) - weighted.T @ part
    freedom = int(seen.sum()) - 1
    if freedom < 1 or not total.any():
        return 0.0, max(freedom, 0), 1.0
    chi_square = float(apart[:-1] @ np.linalg.pinv(covariance[:-1, :-1]) @ apart[:-1])
    return chi_square, freedom, float(stats.chi2.sf(chi_square, freedom))


def log_rank_pairs(ones: LifeTables, others: LifeTables) -> tuple[Floats, Floats]:
    """The log-rank test of each group against its other, column by column: chi-squares and p."""
    events, everybody = ones.events + others.events, ones.at_risk + others.at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(everybody > 0, ones.at_risk / everybody, 0.0)
        ties = np.where(everybody > 1, (everybody - events) / (everybody - 1), 0.0)
    apart = (ones.events - events * part).sum(axis=0)
    variance = (events * part * (1 - part) * ties).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        chi_square = np.where(variance > 0, apart**2 / variance, 0.0)
    return chi_square, stats.chi2.sf(chi_square, 1)
