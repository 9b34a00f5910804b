"""How many days a case spends in each stage, where many cases are still on their way.

Cases that will be won differ from those that will not, often from the beginning: they go other ways, at
another pace. So each of the two is a semi-Markov process without a shape for its stays: per stage, how long a
stay lasts and where it leads (Aalen and Johansen 1978, exact with ties), from that the expected visits
e (I - P)^-1. Which of the two an open case belongs to is not known: it counts for each with its chance, given
the way it came and how long it has been where it is (a mixture over the latent end, Larson and Dinse 1985,
fitted by the EM algorithm, Dempster, Laird and Rubin 1977). A process that remembers nothing but its stage is
covered too: given its end it is semi-Markov again (Doob 1957).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from crmeval.stats.multistate import OPEN, Codes, Floats, Sums

_LATE_EXITS = 10  # a stay that outlasts all that were seen to end ends as the last so many of them did
_ALMOST_ONE = 1 - 1e-9  # a loop that nothing was ever seen to leave has an end all the same
_NEVER = 1e-12
_LIKE_ANY = (
    0.01  # share of the cases of either end that go their way like any case, so that none is impossible
)
_MOST_ROUNDS, _CLOSE = 200, 1e-3


@dataclass(frozen=True, slots=True)
class Days:
    """Days per case in each stage; the first axis of every array are the draws of a bootstrap.

    `won`: of a case that comes to the end hoped for. `every`: of a case that begins, however it ends, which
    is its expected `visits` × the mean stay. `wins`: how many of the cases come to that end, open ones with
    their `chance`. `undecided`: the share of the stays in a stage that outlast all that were seen to end.
    """

    won: Floats
    every: Floats
    visits: Floats
    wins: Floats
    undecided: Floats
    chance: Floats


@dataclass(frozen=True, slots=True)
class _Kernel:
    """Of cases with one end; the last axis are the draws.

    `ends`: per cell, the probability that a stay in its stage ends so. `going`: per stage and time, that it
    still goes on just after; `last`: the bin of the last stay that was still going. `lately`: per stage and
    exit, how the last stays ended. `first`: per stage, that a case begins there.
    """

    ends: Any
    going: Any
    last: Any
    lately: Any
    first: Any


def days(
    sums: Sums, draws: Floats | None = None, chance: Floats | None = None, rounds: int = _MOST_ROUNDS
) -> Days:
    """The estimate for each draw: a row of how often each case is in it; by default each case once.

    `chance` is where the search for the chances of open cases begins: by default the share won of those that
    have ended. It ends after so many `rounds` at the latest.
    """
    weights = (np.ones((1, len(sums.won))) if draws is None else np.asarray(draws, float)).T
    if chance is None:
        ended = max(int((sums.won | sums.lost).sum()), 1)
        chance = np.full((1, len(sums.open)), sums.won.sum() / ended)
    chance = np.repeat(chance[:1].T, weights.shape[1], axis=1)
    for _round in range(rounds if len(sums.open) else 0):
        before, chance = chance, _chances(sums, list(_kernels(sums, weights, chance)), weights, chance)
        if np.abs(chance - before).max() < _CLOSE:
            break
    return _estimate(sums, weights, chance)


def _shares(sums: Sums, weights: Any, chance: Any) -> tuple[Any, Any]:
    """The weights of the cases as ones that are not won, and as ones that are."""
    won = weights * sums.won[:, None]
    won[sums.open] = weights[sums.open] * chance
    return weights - won, won


def _kernels(sums: Sums, weights: Any, chance: Any) -> Iterator[_Kernel]:
    """How cases go that are not won, and how those go that are."""
    over = sums.exit != OPEN
    shape = (sums.stages, len(sums.times), weights.shape[1])
    for share in _shares(sums, weights, chance):
        counts = sums.cells @ share
        ended = _sum_by(sums.place[over], counts[over], shape)
        at_risk = _from_here(_sum_by(sums.place, counts, shape))
        if sums.late.nnz:
            at_risk -= _after((sums.late @ share).reshape(shape))
        some = at_risk > _NEVER
        safe = np.where(some, at_risk, 1)
        going = np.cumprod(1 - np.where(some, ended / safe, 0).clip(0, 1), axis=1)
        before = np.concatenate([np.ones_like(going[:, :1]), going[:, :-1]], axis=1)
        rate = np.where(some, before / safe, 0).reshape(-1, shape[2])
        ends = counts * rate[sums.place] * over[:, None]
        late = _after(ended).reshape(-1, shape[2])[sums.place] < _LATE_EXITS
        lately = _by_exit(sums, ends * late)
        first = sums.first @ share
        yield _Kernel(
            ends, going, shape[1] - 1 - np.argmax(some[:, ::-1], axis=1),
            lately / np.maximum(lately.sum(axis=1, keepdims=True), _NEVER),
            first / np.maximum(first.sum(axis=0), _NEVER),
        )  # fmt: skip


def _sum_by(place: Codes, values: Any, shape: tuple[int, ...]) -> Any:
    """The values of the cells added up by place; the cells are in the order of their places."""
    found = np.zeros((shape[0] * shape[1], shape[2]))
    at, begins = np.unique(place, return_index=True)
    if len(at):
        found[at] = np.add.reduceat(values, begins, axis=0)
    return found.reshape(shape)


def _by_exit(sums: Sums, ends: Any) -> Any:
    """The values of the cells added up by stage and exit, the end of the case being the last of the exits."""
    found = np.zeros((sums.stages * (sums.stages + 1), ends.shape[1]))
    over = sums.exit != OPEN
    np.add.at(found, (sums.stage * (sums.stages + 1) + sums.exit)[over], ends[over])
    return found.reshape(sums.stages, sums.stages + 1, -1)


def _from_here(values: Any) -> Any:
    """Per time, the sum from it on; time is the second axis."""
    return values[:, ::-1].cumsum(axis=1)[:, ::-1]


def _after(values: Any) -> Any:
    """Per time, the sum of what comes later; time is the second axis."""
    later = np.zeros_like(values)
    later[:, :-1] = _from_here(values)[:, 1:]
    return later


def _chances(sums: Sums, kernels: list[_Kernel], weights: Any, chance: Any) -> Any:
    """The chance of each open case to be won, by Bayes' rule: as often as cases go its way that are won.

    Of stays that outlast all that were seen to end nobody knows how they go on; that they do says nothing.
    """
    shares = [(share * sums.whole[:, None]).sum(axis=0) for share in _shares(sums, weights, chance)]
    every = np.maximum(shares[0] + shares[1], _NEVER)
    known = sums.now >= 0
    facts = []
    for kernel in kernels:
        left = kernel.going[:, -1:]
        seen = np.maximum(1 - left, _NEVER)
        past = np.zeros((sums.past.shape[0], weights.shape[1]))
        over = sums.group != OPEN
        np.add.at(past, sums.group[over], (kernel.ends / seen[sums.stage, 0])[over])
        now = ((kernel.going - left) / seen).reshape(-1, weights.shape[1])[sums.now]
        facts.append((past, np.where(known[:, None], now, 1), kernel.first))
    likely = []
    for own, share in zip(facts, shares, strict=True):
        past, now, first = (
            (1 - _LIKE_ANY) * mine + _LIKE_ANY * (facts[0][k] * shares[0] + facts[1][k] * shares[1]) / every
            for k, mine in enumerate(own)
        )
        logs = sums.past.T @ np.log(past + _NEVER) + np.log(now + _NEVER)
        logs += sums.first[:, sums.open].T @ np.log(first + _NEVER)
        likely.append(logs + np.log(share / every + _NEVER))
    return 1 / (1 + np.exp(np.clip(likely[0] - likely[1], -50, 50)))


def _estimate(sums: Sums, weights: Any, chance: Any) -> Days:
    """Days and visits of won cases and of all, from their kernels."""
    found = []
    shares = _shares(sums, weights, chance)
    for kernel, share in zip(_kernels(sums, weights, chance), shares, strict=True):
        lasted = (sums.spent @ share) / np.maximum(sums.cells @ share, _NEVER)  # in each cell
        left = kernel.going[:, -1]
        leads = _by_exit(sums, kernel.ends) + left[:, None] * kernel.lately
        stay = _by_exit(sums, kernel.ends * lasted).sum(axis=1)
        stay += left * sums.times[kernel.last]
        inner = np.moveaxis(leads[:, : sums.stages], -1, 0) * _ALMOST_ONE
        passes = np.linalg.inv(np.eye(sums.stages) - inner)
        visits = np.einsum("sr,rst->rt", kernel.first, passes)
        found.append((visits, visits * stay.T, visits * left.T))
    lost, won = (
        (share * sums.whole[:, None]).sum(axis=0)[:, None] for share in _shares(sums, weights, chance)
    )
    every = np.maximum(lost + won, _NEVER)
    visits, spent, outlast = ((lost * a + won * b) / every for a, b in zip(*found, strict=True))
    return Days(found[1][1], spent, visits, won[:, 0], outlast / np.maximum(visits, _NEVER), chance.T)
