"""Stays of cases in stages, many of them not over, as sums that any sample of cases can be drawn from.

What is estimated from the sums: `crmeval.stats.time_in_stages`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from crmeval.stats.survival import kaplan_meier

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN = -1  # the exit of a stay that is not over
_SLOW = 0.8  # a stay longer than this share of the stays in its stage is remembered in the next one
_MOST_CELLS = 4_000_000  # numbers in one array of counts
_SPARSE = 0.1  # share of filled cells under which a sparse matrix is the faster one
_FEWEST_BINS, _MOST_BINS = 64, 4096


@dataclass(frozen=True, slots=True)
class Stays:
    """The stays of all cases, those of a case together and in their order.

    `case` and `stage` are codes from 0; `days` how long a stay lasted or has lasted; `exit` the next stage,
    or `stages` for the end that is hoped for (won), `stages + 1` for any other end, or OPEN. `entry` are the
    days of a stay that had passed when it first could have been seen to end (delayed entry), as a rule 0.
    `whole` tells of each case whether it was followed from its beginning and all its stays are known.
    """

    case: Codes
    stage: Codes
    days: Floats
    exit: Codes
    entry: Floats
    whole: Flags
    stages: int


@dataclass(frozen=True, slots=True)
class Sums:
    """What the estimate rests on: matrices of sums over the cases of a bundle (a row).

    A state is a stage and whether the stay before was a slow one: what becomes of a deal often shows in how
    it dragged. `times` are the bins of time; `cells` tells of the columns of `stays` (state, bin, exit; 0 is
    open), `late` of those of `late_in` (state, bin from which a stay was under observation), `open_cells` of
    those of `standing` (state, bin). Of whole cases: `first` states, how many were `won`, days of won ones
    per stage, open ones by where they stand, and the days these have `behind` them, per place and stage.
    """

    stages: int
    times: Floats
    cells: Codes
    late: Codes
    open_cells: Codes
    stays: Any
    late_in: Any
    first: Any
    won: Any
    won_days: Any
    standing: Any
    behind: Any

    @property
    def states(self) -> int:
        """How many states there are."""
        return 2 * self.stages

    @property
    def exits(self) -> int:
        """How many ways there are to leave a state: to another, to the end hoped for, to any other end."""
        return self.states + 2


def finest(stages: int) -> int:
    """Into how many bins time can be divided without asking for too much memory."""
    return int(np.clip(_MOST_CELLS // (2 * stages * (2 * stages + 3)), _FEWEST_BINS, _MOST_BINS))


def sums(stays: Stays, bins: int, bundle: Codes | None = None) -> Sums:
    """The stays as sums over cases, time in so many bins at most; with as few times, time as it is.

    A bin holds about as many stays as any other and stands for their mean, so that no day is lost. `bundle`
    tells which bundle each case is in; without it all are in one.
    """
    bundle = np.zeros(len(stays.whole), dtype=np.int64) if bundle is None else bundle
    of = bundle[stays.case]
    times, place = _binned(stays.days, bins)
    state, leads_to = _states(stays)
    exits = 2 * stays.stages + 2
    begins = np.minimum(np.searchsorted(times, stays.entry, side="right"), place)
    is_late = (stays.entry > 0) & (begins > 0)
    cells, cell = np.unique((state * len(times) + place) * (exits + 1) + leads_to + 1, return_inverse=True)
    late, late_at = np.unique((state * len(times) + begins)[is_late], return_inverse=True)
    begun = stays.whole[stays.case] & firsts(stays.case)
    rows = int(bundle.max(initial=0)) + 1
    codes, of_whole = _of_whole(stays, state * len(times) + place, bundle)
    return Sums(
        stays.stages, times, cells, late, codes,
        stays=_matrix(of, cell, (rows, len(cells))),
        late_in=_matrix(of[is_late], late_at, (rows, len(late))),
        first=_matrix(of[begun], state[begun], (rows, 2 * stays.stages)),
        **of_whole,
    )  # fmt: skip


def _matrix(row: Codes, column: Codes, shape: tuple[int, int], weight: Floats | None = None) -> Any:
    """The sums of weights (ones) by row and column; sparse where most are nothing."""
    kind = np.float32 if shape[0] > 1 else np.float64
    if len(row) < _SPARSE * shape[0] * shape[1]:
        ones = np.ones(len(row), kind) if weight is None else weight.astype(kind)
        return csr_array((ones, (row, column)), shape=shape)
    return np.bincount(row * shape[1] + column, weight, shape[0] * shape[1]).reshape(shape).astype(kind)


def firsts(case: Codes) -> Flags:
    """Which stay is the first of its case."""
    return np.concatenate((np.ones(min(len(case), 1), dtype=bool), case[1:] != case[:-1]))


def _of_whole(stays: Stays, places: Codes, bundle: Codes) -> tuple[Codes, dict[str, Any]]:
    """The sums that rest on cases of which all is known, and the codes of where open ones stand."""
    won = np.zeros(len(stays.whole), dtype=bool)
    won[stays.case[stays.exit == stays.stages]] = True
    won &= stays.whole
    last = (stays.exit == OPEN) & stays.whole[stays.case]
    codes, at = np.unique(places[last], return_inverse=True)
    stands = np.full(len(stays.whole), -1)
    stands[stays.case[last]] = at
    of, of_won = bundle[stays.case], won[stays.case]
    past = (stands[stays.case] >= 0) & (stays.exit != OPEN)
    behind = stands[stays.case[past]] * stays.stages + stays.stage[past]
    winners, rows = bundle[won], int(bundle.max(initial=0)) + 1
    return codes, {
        "won": _matrix(winners, np.zeros_like(winners), (rows, 1)),
        "won_days": _matrix(of[of_won], stays.stage[of_won], (rows, stays.stages), stays.days[of_won]),
        "standing": _matrix(of[last], at, (rows, len(codes))),
        "behind": _matrix(of[past], behind, (rows, len(codes) * stays.stages), stays.days[past]),
    }


def _binned(days: Floats, bins: int) -> tuple[Floats, Codes]:
    """The times there are and the place of each duration among them, or bins of equally many durations."""
    times, place = np.unique(days, return_inverse=True)
    if len(times) <= bins:
        return times, place
    edges = np.unique(np.quantile(days, np.linspace(0, 1, bins + 1)[1:-1], method="lower"))
    place = np.searchsorted(edges, days, side="left")
    n = np.bincount(place)
    return np.bincount(place, days) / n, place


def _states(stays: Stays) -> tuple[Codes, Codes]:
    """The state of each stay, and where it leads to: a state, or one of the two ends; or OPEN."""
    slow = np.zeros(len(stays.case), dtype=bool)
    for stage in range(stays.stages):
        here = stays.stage == stage
        if here.any():
            curve = kaplan_meier(stays.days[here], stays.exit[here] != OPEN)
            limit = curve.time_when(1 - _SLOW)
            slow[here] = stays.days[here] > (np.inf if limit is None else limit)
    dragged = np.concatenate(([False], slow[:-1])) & ~firsts(stays.case)
    state = 2 * stays.stage + dragged
    following = np.append(state[1:], 0)
    ended = stays.exit >= stays.stages
    leads_to = np.where(ended, stays.exit + stays.stages, following)
    return state, np.where(stays.exit == OPEN, OPEN, leads_to)
