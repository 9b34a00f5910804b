"""How many days a case spends in each stage, where many cases are still on their way.

A semi-Markov process without a shape for its stays: per state, how long a stay lasts and where it leads
(Aalen and Johansen 1978, exact with ties), from that the expected visits e (I - P)^-1, and for each open case
what is still to come, given where it stands and for how long. Cases that have ended count as they were.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from crmeval.stats.multistate import Floats, Sums

_LATE_EXITS = 10  # a stay that outlasts all that were seen to end ends as the last so many of them did
_ALMOST_ONE = 1 - 1e-9  # a loop that nothing was ever seen to leave has an end all the same
_NEVER = 1e-12
_ONCE = np.ones((1, 1))


@dataclass(frozen=True, slots=True)
class Days:
    """Days per case in each stage; the first axis of every array are the draws of a bootstrap.

    `won`: of a case that comes to the end hoped for. `every`: of a case that begins, however it ends, which
    is its expected `visits` × the mean stay. `wins`: how many of the cases come to that end, open ones with
    their chance. `undecided`: the share of the stays in a stage that outlast all that were seen to end.
    """

    won: Floats
    every: Floats
    visits: Floats
    wins: Floats
    undecided: Floats


@dataclass(frozen=True, slots=True)
class _Kernel:
    """Per draw and state: `ends` the probability to leave it at each time by each exit, what outlasts `left`.

    `lately` are the exits of the last that left, by which also those are taken to leave that outlast them.
    """

    ends: Any
    left: Any
    lately: Any


def days(sums: Sums, draws: Any = _ONCE) -> Days:
    """The estimate for each draw: a row of how often each bundle of cases is in it.

    By default it is the estimate itself: everybody in one bundle, drawn once.
    """
    kernel = _kernel(sums, draws)
    by_exit = kernel.ends.sum(axis=2)
    inner = by_exit[..., : sums.states] * _ALMOST_ONE
    identity = np.eye(sums.states, dtype=inner.dtype)
    passes = np.linalg.inv(identity - inner)
    hope = (passes @ by_exit[..., sums.states, None])[..., 0]  # the chance to win from each state
    chances = np.concatenate([hope, np.ones_like(hope[:, :1]), np.zeros_like(hope[:, :1])], axis=1)
    winning = np.einsum("rstj,rj->rst", kernel.ends, chances)
    stay = kernel.ends.sum(axis=3) @ sums.times
    won_stay = winning @ sums.times
    first = draws @ sums.first
    visits = (first[:, None, :] @ passes)[:, 0] / np.maximum(first.sum(axis=1, keepdims=True), _NEVER)
    won, wins = (draws @ sums.won_days), (draws @ sums.won)[:, 0]
    if len(sums.open_cells):
        ahead = _ahead(sums, kernel, chances, winning, _by_stage(passes * won_stay[:, None, :]))
        standing = draws @ sums.standing
        behind = (draws @ sums.behind).reshape(*standing.shape, sums.stages)
        chance, to_come = ahead
        won = won + np.einsum("rc,rcs->rs", standing, to_come) + np.einsum("rc,rcs->rs", chance, behind)
        wins = wins + (standing * chance).sum(axis=1)
    entered = _by_stage(visits)
    undecided = _by_stage(visits * kernel.left) / np.maximum(entered, _NEVER)
    return Days(won / np.maximum(wins, _NEVER)[:, None], _by_stage(visits * stay), entered, wins, undecided)


def _by_stage(states: Any) -> Any:
    """The numbers of a stage's states added up; the last axis are the states."""
    return states.reshape(*states.shape[:-1], -1, 2).sum(axis=-1)


def _kernel(sums: Sums, draws: Any) -> _Kernel:
    shape = (len(draws), sums.states, len(sums.times))
    counts = np.zeros((len(draws), sums.states * len(sums.times) * (sums.exits + 1)), dtype=draws.dtype)
    counts[:, sums.cells] = draws @ sums.stays
    counts = counts.reshape(*shape, sums.exits + 1)
    at_risk = _from_here(counts.sum(axis=3))
    if len(sums.late):
        late = np.zeros((len(draws), shape[1] * shape[2]), dtype=draws.dtype)
        late[:, sums.late] = draws @ sums.late_in
        at_risk = at_risk - _after(late.reshape(shape))
    exits = counts[..., 1:]
    ended = exits.sum(axis=3)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(at_risk > 0, ended / at_risk, 0)
        going = np.cumprod(1 - hazard, axis=2)
        before = np.concatenate([np.ones_like(going[..., :1]), going[..., :-1]], axis=2)
        ends = exits * np.where(at_risk > 0, before / at_risk, 0)[..., None]
    left = going[..., -1]
    lately = (ends * (_after(ended) < _LATE_EXITS)[..., None]).sum(axis=2)
    lately /= np.maximum(lately.sum(axis=2, keepdims=True), _NEVER)
    last = shape[2] - 1 - np.argmax((at_risk > 0)[..., ::-1], axis=2)
    rows, states = np.indices(last.shape)
    ends[rows, states, last] += left[..., None] * lately
    return _Kernel(ends, left, lately)


def _from_here(values: Any) -> Any:
    """Per time, the sum from it on; time is the third axis."""
    return values[:, :, ::-1].cumsum(axis=2)[:, :, ::-1]


def _after(values: Any) -> Any:
    """Per time, the sum of what comes later; time is the third axis."""
    later = np.zeros_like(values)
    later[:, :, :-1] = _from_here(values)[:, :, 1:]
    return later


def _ahead(sums: Sums, kernel: _Kernel, chances: Any, winning: Any, from_state: Any) -> tuple[Any, Any]:
    """Per draw and place where open cases stand: the chance to win, and the days to come in each stage if so.

    The days of the stay they are in are counted whole, for the days so far are part of it.
    """
    state, place = np.divmod(sums.open_cells, len(sums.times))
    exits = _after(kernel.ends)[:, state, place]
    going = exits.sum(axis=2, keepdims=True)
    known = going > _NEVER
    exits = np.where(known, exits / np.where(known, going, 1), kernel.lately[:, state])
    chance = (exits @ chances[:, :, None])[..., 0]
    whole = _after(winning * sums.times)[:, state, place]
    here = np.where(
        known[..., 0], whole / np.where(known[..., 0], going[..., 0], 1), chance * sums.times[place]
    )
    to_come = exits[..., : sums.states] @ from_state
    to_come[:, np.arange(len(state)), state // 2] += here
    return chance, to_come
