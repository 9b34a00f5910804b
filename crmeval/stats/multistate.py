"""Stays of cases in stages, many of them not over, as sums that any sample of cases can be drawn from.

What is estimated from the sums: `crmeval.stats.time_in_stages`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN = -1  # the exit of a stay that is not over
_GROUPS = 5  # of stays of a stage by their length, in which the past of a case is told
_ENOUGH = 20  # stays in such a group
_MOST_PLACES = 40_000  # stages × bins of time
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

    def of(self, cases: Codes) -> "Stays":
        """The stays of some cases, which are in order."""
        place = np.full(len(self.whole), -1)
        place[cases] = np.arange(len(cases))
        mine = place[self.case] >= 0
        return Stays(
            place[self.case[mine]], self.stage[mine], self.days[mine], self.exit[mine], self.entry[mine],
            self.whole[cases], self.stages,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sums:
    """The stays as matrices with a column per case, so that cases can be weighted.

    Time is in bins that stand for the mean of their stays, `times`. A place is a stage and a bin. `cells` has
    a row for each place and exit that occurs: the place is in `place`, the exit in `exit`: a stage, or
    `stages` for the end of the case, whichever it is; OPEN is no exit. `spent` has the days of the stays of
    each cell. `late` has a row per place: stays under observation only from there on. `first` has the first
    stages of whole cases.

    `won` and `lost` tell of each case how it ended; those that did neither are `open`. Of open cases, `now`
    is the place where they stand (-1: not known), and `past` counts their stays that are over by stage,
    length in groups, and exit; `group` tells which row of it belongs to a cell (-1: an open stay).
    """

    stages: int
    times: Floats
    cells: Any
    spent: Any
    place: Codes
    exit: Codes
    late: Any
    first: Any
    whole: Flags
    won: Flags
    lost: Flags
    open: Codes
    now: Codes
    past: Any
    group: Codes

    @property
    def stage(self) -> Codes:
        """The stage of each cell."""
        return self.place // len(self.times)


def finest(stages: int) -> int:
    """Into how many bins time can be divided without asking for too much memory."""
    return int(np.clip(_MOST_PLACES // max(stages, 1), _FEWEST_BINS, _MOST_BINS))


def sums(stays: Stays, bins: int) -> Sums:
    """The stays as sums over cases, time in so many bins at most; with as few times, time as it is.

    A bin stands for the mean of its stays, so that no day is lost.
    """
    cases, stages = len(stays.whole), stays.stages
    times, bin_of = _binned(stays.days, bins)
    place = stays.stage * len(times) + bin_of
    leads = np.where(stays.exit == OPEN, OPEN, np.minimum(stays.exit, stages))
    cells, cell = np.unique(place * (stages + 2) + leads + 1, return_inverse=True)
    cell_place, cell_exit = np.divmod(cells, stages + 2)
    cell_exit = cell_exit - 1
    begins = np.minimum(np.searchsorted(times, stays.entry, side="right"), bin_of)
    is_late = (stays.entry > 0) & (begins > 0)
    begun = stays.whole[stays.case] & firsts(stays.case)
    won, lost = np.zeros(cases, dtype=bool), np.zeros(cases, dtype=bool)
    won[stays.case[stays.exit == stages]] = True
    lost[stays.case[stays.exit > stages]] = True
    lost &= ~won
    still = np.flatnonzero(~won & ~lost)
    now = np.full(cases, -1)
    last = np.append(firsts(stays.case)[1:], True)[: len(stays.case)] & (stays.exit == OPEN)
    now[stays.case[last]] = place[last]
    group = _groups(stays, bin_of, len(times))[cell_place] * (stages + 1) + cell_exit
    group = np.where(cell_exit == OPEN, OPEN, np.unique(group, return_inverse=True)[1])
    rows = group[cell]
    over = (rows != OPEN) & ~(won | lost)[stays.case]
    past = _matrix(rows[over], stays.case[over], (int(group.max(initial=0)) + 1, cases))
    shape = (len(cells), cases)
    return Sums(
        stages, times, _matrix(cell, stays.case, shape), _matrix(cell, stays.case, shape, stays.days),
        cell_place, cell_exit,
        late=_matrix(stays.stage[is_late] * len(times) + begins[is_late], stays.case[is_late],
                     (stages * len(times), cases)),
        first=_matrix(stays.stage[begun], stays.case[begun], (stages, cases)),
        whole=stays.whole, won=won, lost=lost, open=still, now=now[still],
        past=past[:, still], group=group,
    )  # fmt: skip


def _matrix(row: Codes, column: Codes, shape: tuple[int, int], weight: Floats | None = None) -> Any:
    """How often each row and column occur together, or the sum of their weights."""
    return csr_array((np.ones(len(row)) if weight is None else weight, (row, column)), shape=shape)


def firsts(case: Codes) -> Flags:
    """Which stay is the first of its case."""
    return np.concatenate((np.ones(min(len(case), 1), dtype=bool), case[1:] != case[:-1]))


def _binned(days: Floats, bins: int) -> tuple[Floats, Codes]:
    """The times there are and the place of each duration among them, or bins.

    Half of the edges are between equally many durations, half between equally long times: where stays are
    few, in the long ones, much is still decided.
    """
    times, place = np.unique(days, return_inverse=True)
    if len(times) <= bins:
        return times, place
    inner = np.linspace(0, 1, bins // 2 + 1)[1:-1]
    edges = np.union1d(np.quantile(days, inner, method="lower"), inner * days.max())
    _, place = np.unique(np.searchsorted(edges, days, side="left"), return_inverse=True)
    return np.bincount(place, days) / np.bincount(place), place


def _groups(stays: Stays, bin_of: Codes, bins: int) -> Codes:
    """Of each place, the group of its stage's finished stays by their length: fifths, if there are enough."""
    group = np.zeros((stays.stages, bins), dtype=np.int64)
    for stage in range(stays.stages):
        ended = bin_of[(stays.stage == stage) & (stays.exit != OPEN)]
        parts = int(np.clip(len(ended) // _ENOUGH, 1, _GROUPS))
        edges = np.empty(0)
        if parts > 1:
            edges = np.quantile(ended, np.arange(1, parts) / parts, method="lower")
        group[stage] = stage * _GROUPS + np.searchsorted(edges, np.arange(bins), side="left")
    return group.ravel()
