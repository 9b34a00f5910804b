"""A sales process whose truth is known, seen as a young CRM sees it: most deals are still on their way."""

import math
from dataclasses import dataclass

import numpy as np

STAGES = ("New", "Qualified", "Offer", "Negotiation", "Legal")
WON, LOST = 5, 6  # exits besides the stages
OPEN = -1
_MEAN = np.array([3.0, 8, 9, 32, 6])
_SHAPE = np.array([1.0, 1.5, 1, 1.3, 1])  # Weibull
_BACK = np.array([0, 0.05, 0.1, 0.15, 0.1])
_LOST = np.array([0.2, 0.15, 0.45, 0.15, 0.05])
_LOST_DOOMED = np.array([0.1, 0.1, 0.25, 0.5, 0.9])
_LOST_OTHERS = np.array([0.05, 0.05, 0.03, 0.05, 0.05])
_SLOWER = 5.0


@dataclass(frozen=True)
class Log:
    """Stays in order: case, stage, days, exit (the next stage, WON, LOST or OPEN), and the day of entry."""

    case: np.ndarray
    stage: np.ndarray
    days: np.ndarray
    exit: np.ndarray
    entered: np.ndarray


def complete(n, seed, *, doomed):
    """`n` deals from beginning to end. Offers of deals that get lost lie five times as long.

    `doomed`: half the deals are lost causes from the start, slow in the offer and lost anywhere after it;
    else a deal is slow in the offer only where it is lost right there.
    """
    rng = np.random.default_rng(seed)
    hopeless = rng.random(n) < 0.5
    scale = _MEAN / np.array([math.gamma(1 + 1 / shape) for shape in _SHAPE])
    case, stage, parts = np.arange(n), np.zeros(n, int), []
    while len(case):
        lose = np.where(hopeless[case], _LOST_DOOMED[stage], _LOST_OTHERS[stage]) if doomed else _LOST[stage]
        days = scale[stage] * rng.weibull(_SHAPE[stage])
        back, lost = rng.random(len(case)) < _BACK[stage], rng.random(len(case)) < lose
        on = np.where(back, stage - 1, np.where(stage == len(STAGES) - 1, WON, stage + 1))
        left = np.where(lost, LOST, on)
        slow = (stage == 2) & (hopeless[case] if doomed else left == LOST)
        parts.append((case, stage, np.where(slow, _SLOWER, 1.0) * days, left))
        case, stage = case[left < WON], left[left < WON]
    case, stage, days, left = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(case, kind="stable")
    return case[order], stage[order], days[order], left[order]


def truth(n=200_000, **kind):
    """Days per stage of a deal that is won, and of any deal."""
    case, stage, days, left = complete(n, 1, **kind)
    won = np.zeros(n, bool)
    won[case[left == WON]] = True
    of_won = won[case]
    return np.bincount(stage[of_won], days[of_won], 5) / won.sum(), np.bincount(stage, days, 5) / n


def observed(n, seed, *, age, **kind):
    """The deals that began on any of `age` days, as the CRM shows them on the last: dates, no times."""
    case, stage, days, left = complete(n, seed, **kind)
    begun = np.random.default_rng(seed + 10_000).uniform(0, age, n)
    total = np.cumsum(days) - days
    first = np.concatenate(([True], case[1:] != case[:-1]))
    entered = begun[case] + total - total[first][case]
    ended = np.floor(entered + days)
    entered = np.floor(entered)
    seen, last = entered < age, age - 1
    over = ended <= last
    days = np.where(over, ended, last) - entered
    left = np.where(over, left, OPEN)
    return Log(*(column[seen] for column in (case, stage, days, left, entered)))
