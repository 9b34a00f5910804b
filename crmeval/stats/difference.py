"""Difference in differences of people treated at different times, with a permutation test over people."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from crmeval.stats.intervals import CONFIDENCE

NEVER = 2**31 - 1  # a column no panel has, exact also as a float
WINDOW = 3
_MOST_ASSIGNMENTS = 5_000
_SEED = 20_240_229
_STEPS = 60
_WIDEST = 100.0
_CLOSE = 1e-12


@dataclass(frozen=True, slots=True)
class Panel:
    """People (rows) by months (columns): what is counted, out of how many, and when each was treated.

    `counts / totals` is a person's share (or mean) in a month; a month without totals says nothing. `start`
    is the column of the month of treatment, `NEVER` for those not treated within the months.
    """

    counts: np.ndarray
    totals: np.ndarray
    start: np.ndarray


@dataclass(frozen=True, slots=True)
class Difference:
    """The estimate, its p value and test-inversion interval (None where no p can be that small).

    `treated` and `controls` are people who could be compared; `assignments` is how many ways of choosing the
    treated were tried, so no p can be smaller than `smallest_p`.
    """

    value: float
    p: float
    smallest_p: float
    low: float | None
    high: float | None
    treated: int
    controls: int
    assignments: int

    @property
    def as_large(self) -> int:
        """How many of the assignments, the true one among them, give a difference at least as large."""
        return round(self.p * self.assignments)


def changes(panel: Panel, month: int, window: int = WINDOW) -> np.ndarray:
    """Each person's share in the months after `month` minus before it, at most `window` on each side.

    The month itself is left out, for nobody knows on which side of it an entry stands. Empty (nan) where a
    side has no totals.
    """
    sides = slice(max(month - window, 0), month), slice(month + 1, month + 1 + window)
    with np.errstate(invalid="ignore", divide="ignore"):
        before, after = (
            panel.counts[:, side].sum(axis=1) / panel.totals[:, side].sum(axis=1) for side in sides
        )
    return np.asarray(after - before)


def not_yet_treated(panel: Panel, starts: np.ndarray, month: int, window: int) -> np.ndarray:
    """Who is not yet treated until the end of the months after `month`."""
    return starts > min(month + window, panel.totals.shape[1] - 1)


def _statistics(panel: Panel, assignments: np.ndarray, window: int) -> np.ndarray:
    """The difference for each row of `assignments`, which gives every person a start.

    It is the mean over the treated of their change less the mean change of those not yet treated; empty
    (nan) where nobody can be compared.
    """
    total, people = np.zeros(len(assignments)), np.zeros(len(assignments))
    for month in np.unique(panel.start[panel.start != NEVER]):
        change = changes(panel, int(month), window)
        known, change = np.isfinite(change), np.nan_to_num(change)
        treated = (assignments == month) & known
        controls = not_yet_treated(panel, assignments, int(month), window) & known
        compared = np.where(controls.any(axis=1), treated.sum(axis=1), 0)
        usual = (controls @ change) / np.maximum(controls.sum(axis=1), 1)
        total += np.where(compared > 0, treated @ change - compared * usual, 0)
        people += compared
    return np.divide(total, people, out=np.full(len(total), np.nan), where=people > 0)


def ways(start: np.ndarray) -> int:
    """In how many different ways these starts can be given to these people."""
    left, product = len(start), 1
    for size in np.unique(start, return_counts=True)[1]:
        product *= comb(left, int(size))
        left -= int(size)
    return product


def _every(sizes: dict[int, int], people: tuple[int, ...]) -> Iterator[dict[int, tuple[int, ...]]]:
    if not sizes:
        yield {}
        return
    (start, size), *others = sizes.items()
    for chosen in combinations(people, size):
        left = tuple(person for person in people if person not in chosen)
        for rest in _every(dict(others), left):
            yield {start: chosen, **rest}


def assignments_of(start: np.ndarray) -> np.ndarray:
    """The true starts first, then all other ways to give them out, or a fixed random choice of many."""
    if ways(start) > _MOST_ASSIGNMENTS:
        draw = np.random.default_rng(_SEED)
        return np.array([start, *(draw.permutation(start) for _ in range(_MOST_ASSIGNMENTS - 1))])
    values, counts = np.unique(start, return_counts=True)
    sizes = dict(zip(values.tolist(), counts.tolist(), strict=True))
    found = [start]
    for groups in _every(sizes, tuple(range(len(start)))):
        other = np.empty_like(start)
        for value, chosen in groups.items():
            other[list(chosen)] = value
        if not np.array_equal(other, start):
            found.append(other)
    return np.array(found)


def _treated_months(panel: Panel) -> Panel:
    """The same panel if treatment were all there is: a share of one in every month after the start."""
    months = np.arange(panel.totals.shape[1])
    after = months[np.newaxis, :] > panel.start[:, np.newaxis]
    return Panel(panel.totals * after, panel.totals, panel.start)


def difference_in_differences(panel: Panel, window: int = WINDOW) -> Difference | None:
    """How much more the treated changed than those not yet treated; None where nobody can be compared.

    The p value is the share of all ways to give the same starts to the people (or of 5,000 random ones,
    with the true one among them) whose difference is at least as large: Fisher's randomisation test. The
    interval holds every constant change that the same test would not reject.
    """
    if panel.totals.size == 0:
        return None
    assignments = assignments_of(panel.start)
    found = _statistics(panel, assignments, window)
    if np.isnan(found[0]):
        return None
    known = np.isfinite(found)
    unit = _statistics(_treated_months(panel), assignments, window)[known]
    low, high = _interval(found[known], unit)
    return Difference(
        value=float(found[0]),
        p=_p(found[known], unit, 0.0),
        smallest_p=1 / int(known.sum()),
        low=low,
        high=high,
        treated=_compared(panel, window, treated=True),
        controls=_compared(panel, window, treated=False),
        assignments=int(known.sum()),
    )


def _compared(panel: Panel, window: int, *, treated: bool) -> int:
    """People on one side of at least one comparison."""
    taken = np.zeros(len(panel.start), dtype=bool)
    for month in np.unique(panel.start[panel.start != NEVER]):
        known = np.isfinite(changes(panel, int(month), window))
        controls = not_yet_treated(panel, panel.start, int(month), window) & known
        chosen = (panel.start == month) & known if treated else controls
        taken |= chosen & controls.any()
    return int(taken.sum())


def _p(found: np.ndarray, unit: np.ndarray, change: float) -> float:
    """The p value of the hypothesis that treatment changes every share by `change`."""
    adjusted = np.abs(found - change * unit)
    return float((adjusted >= adjusted[0] - _CLOSE).mean())


def _interval(found: np.ndarray, unit: np.ndarray) -> tuple[float | None, float | None]:
    reach = _WIDEST * max(float(np.abs(found).max()), _CLOSE)
    low, high = _edge(found, unit, -reach), _edge(found, unit, reach)
    return (low, high) if low is not None and high is not None else (None, None)


def _edge(found: np.ndarray, unit: np.ndarray, reach: float) -> float | None:
    """The change furthest from the estimate, on the side of `reach`, that is not rejected; by bisection."""
    inside, outside = float(found[0]), float(found[0]) + reach
    if _p(found, unit, outside) > 1 - CONFIDENCE:
        return None
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if _p(found, unit, middle) > 1 - CONFIDENCE:
            inside = middle
        else:
            outside = middle
    return inside
