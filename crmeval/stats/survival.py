"""Durations of which some are not over yet: Kaplan–Meier and Aalen–Johansen, exact with ties.

Dates from a CRM are nearly all ties, so every formula counts the events of one moment together.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmeval.stats.intervals import Z

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Survival:
    """The Kaplan–Meier curve: the share still going just after each of `times`, with its 95 % band.

    `at_risk` are still going just before each time, `events` ended at it.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    share: Floats
    low: Floats
    high: Floats

    @property
    def median(self) -> float | None:
        """The first time by which half have ended; None where that is not reached."""
        return self.time_when(0.5)

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """Brookmeyer and Crowley's interval of the median (1982); an end that is not reached is None."""
        return _first(self.times, self.low, 0.5), _first(self.times, self.high, 0.5)

    def time_when(self, still_going: float) -> float | None:
        """The first time at which at most this share is still going; None where it is not reached."""
        return _first(self.times, self.share, still_going)

    def at(self, time: float) -> float:
        """The share still going just after this time."""
        before = int(np.searchsorted(self.times, time, side="right"))
        return float(self.share[before - 1]) if before else 1.0

    def restricted_mean(self, until: float) -> float:
        """The mean duration counted up to `until`: the area under the curve."""
        return float(self._areas(until)[0])

    def restricted_variance(self, until: float) -> float:
        """The variance of the restricted mean (Klein and Moeschberger 2003, 4.5.2)."""
        inside = self.times < until
        ahead, events, at_risk = self._areas(until)[1:], self.events[inside], self.at_risk[inside]
        some = (at_risk > events) & (events > 0)
        terms = ahead[some] ** 2 * events[some] / (at_risk[some] * (at_risk[some] - events[some]))
        return float(terms.sum())

    def _areas(self, until: float) -> Floats:
        """The area under the curve up to `until`, from the beginning and from each time before it."""
        inside = self.times < until
        edges = np.concatenate(([0.0], self.times[inside], [until]))
        pieces = np.concatenate(([1.0], self.share[inside])) * np.diff(edges)
        return pieces[::-1].cumsum()[::-1]


def _first(times: Floats, curve: Floats, level: float) -> float | None:
    reached = np.flatnonzero(curve <= level + 1e-12)
    return float(times[reached[0]]) if len(reached) else None


def kaplan_meier(durations: ArrayLike, ended: ArrayLike, entry: ArrayLike | None = None) -> Survival:
    """The Kaplan–Meier estimate (1958) with Greenwood's variance and the log-log interval.

    Args:
        durations: how long each case was observed; none may be negative or missing.
        ended: whether it ended then (True) or was still going when last seen (False).
        entry: how long each had lasted when its end could first have been seen; 0 by default. A case is at
            risk only after that (delayed entry), and one that ends before it says nothing.
    """
    counts = _counts(durations, np.asarray(ended, dtype=bool).astype(int), entry)
    events = counts["any"].to_numpy(float)
    at_risk = counts["at_risk"].to_numpy(float)
    share = np.cumprod(1 - events / at_risk)
    low, high = _log_log_band(share, events, at_risk)
    return Survival(counts.index.to_numpy(float), at_risk, events, share, low, high)


def _log_log_band(share: Floats, events: Floats, at_risk: Floats) -> tuple[Floats, Floats]:
    """The band that stays within 0 … 1 (Kalbfleisch and Prentice 2002, 1.4); empty where all have ended."""
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(events / (at_risk * (at_risk - events)))
        spread = Z * np.sqrt(greenwood) / np.abs(np.log(share))
        low, high = share ** np.exp(spread), share ** np.exp(-spread)
    nothing_yet, nothing_left = share >= 1, share <= 0
    low = np.where(nothing_yet, 1.0, np.where(nothing_left, np.nan, low))
    high = np.where(nothing_yet, 1.0, np.where(nothing_left, np.nan, high))
    return low, high


def cumulative_incidence(
    durations: ArrayLike, causes: ArrayLike, entry: ArrayLike | None = None
) -> pd.DataFrame:
    """The share that has ended by each time, by how it ended (Aalen and Johansen 1978).

    Args:
        durations: how long each case was observed; none may be negative or missing.
        causes: how it ended: 1, 2, …; 0 where it was still going when last seen.
        entry: as for `kaplan_meier`.

    Returns:
        One row per time at which anything was seen (the index), one column per cause. At every time the
        columns and the Kaplan–Meier share sum to one.
    """
    counts = _counts(durations, np.asarray(causes, dtype=int), entry)
    by_cause = counts.drop(columns=["any", "at_risk"])
    return by_cause.mul(_before(counts) / counts["at_risk"], axis=0).cumsum()


def incidence_variance(
    durations: ArrayLike, causes: ArrayLike, entry: ArrayLike | None = None
) -> pd.DataFrame:
    """The variance of the cumulative incidence, in the same rows and columns.

    By the delta method (Dinse and Larson 1986; Marubini and Valsecchi 1995, 10.3). Where all still at risk
    end at one time, nothing is left to vary by what ends later.
    """
    counts = _counts(durations, np.asarray(causes, dtype=int), entry)
    at_risk, ended = counts["at_risk"].to_numpy(float), counts["any"].to_numpy(float)
    before = _before(counts).to_numpy(float)
    spread = np.divide(ended, at_risk * (at_risk - ended), out=np.zeros_like(ended), where=at_risk > ended)
    found = {}
    for cause in counts.columns.drop(["any", "at_risk"]):
        here = counts[cause].to_numpy(float)
        share = np.cumsum(before * here / at_risk)
        # the sums over earlier times of (share now - share then)² × spread, and of (share now - then) × pull
        own, pull = before**2 * here * (at_risk - here) / at_risk**3, before * here / at_risk**2
        squares = share**2 * spread.cumsum() - 2 * share * (share * spread).cumsum()
        squares += (share**2 * spread).cumsum()
        found[cause] = squares + own.cumsum() - 2 * (share * pull.cumsum() - (share * pull).cumsum())
    return pd.DataFrame(found, index=counts.index).clip(lower=0)


def _before(counts: pd.DataFrame) -> pd.Series:
    """The share still going just before each time."""
    return (1 - counts["any"] / counts["at_risk"]).cumprod().shift(fill_value=1.0)


def _counts(durations: ArrayLike, causes: NDArray[np.int_], entry: ArrayLike | None) -> pd.DataFrame:
    """Per time: how many ended by each cause, by `any`, and how many were `at_risk` just before."""
    times = np.asarray(durations, dtype=float)
    if np.isnan(times).any() or (times < 0).any():
        raise ValueError("a duration is missing or negative")
    begins = np.zeros_like(times) if entry is None else np.asarray(entry, dtype=float)
    seen_at_all = (begins <= 0) | (begins < times)
    times, begins, causes = times[seen_at_all], begins[seen_at_all], causes[seen_at_all]
    moments, place = np.unique(times, return_inverse=True)
    seen = np.bincount(place, minlength=len(moments))
    counts = pd.DataFrame(index=moments)
    for cause in range(1, int(causes.max(initial=0)) + 1):
        counts[cause] = np.bincount(place[causes == cause], minlength=len(moments))
    counts["any"] = counts.sum(axis=1)
    counts["at_risk"] = seen[::-1].cumsum()[::-1]
    if entry is not None:
        late = np.sort(begins[begins > 0])
        counts["at_risk"] -= len(late) - np.searchsorted(late, moments, side="left")
    return counts
