"""The stays of deals in stages as arrays of codes, ready to be reasoned on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmeval.analyses.clock import SECONDS_A_DAY
from crmeval.analyses.endings import ending
from crmeval.analyses.event_order import Codes, Floats
from crmeval.analyses.stage_visits import NOTHING, Visits
from crmeval.fields import LOST, OPEN, WON
from crmeval.stats.delayed_entry import delayed_entry
from crmeval.stats.multistate import OPEN as GOES_ON
from crmeval.stats.multistate import Stays, firsts

ANY_END = (WON, LOST, "closed")
_FEW = 20  # cases under which nothing is concluded


@dataclass(frozen=True, slots=True)
class Followed:
    """The stays with the names of their stages, and what was found out about the file.

    `deals` and `outcomes` are those of each case; `entered` and `ended` are moments in days since 1970 (NaN
    where a stay has not ended). `hidden` are deals that began before the log does, `late_from` the day from
    which ends were recorded where that is later than the deals begin, `unknown` are closed deals whose last
    stay cannot be measured.
    """

    stays: Stays
    stages: tuple[str, ...]
    deals: NDArray[np.object_]
    outcomes: NDArray[np.object_]
    entered: NDArray[np.float64]
    ended: NDArray[np.float64]
    hidden: int
    unknown: int
    late_from: pd.Timestamp | None

    def with_hope(self, wanted: tuple[str, ...]) -> Stays:
        """The stays with these outcomes as the end that is hoped for."""
        stays, n = self.stays, self.stays.stages
        hoped = np.isin(self.outcomes, wanted)[stays.case]
        leads = np.where(stays.exit < n, stays.exit, np.where(hoped, n, n + 1))
        return Stays(stays.case, stays.stage, stays.days, leads, stays.entry, stays.whole, n)


def followed(seen: Visits) -> Followed | None:
    """All stays outside final stages; None where the data do not say which deals are still open."""
    timed, events = seen.passed, seen.passed.events
    waits = ~np.isin(events.stages, seen.final)
    rows = np.flatnonzero(waits[events.stage])
    if not seen.ends_known or not len(rows):
        return None
    case, ids = _by_id(events.cases.ids, events.case[rows])
    order = np.argsort(case, kind="stable")
    rows, case = rows[order], case[order]
    code = np.where(waits, np.cumsum(waits) - 1, GOES_ON)
    stage, stages = code[events.stage[rows]], int(waits.sum())
    exits, outcomes = _exits(seen, rows, case, code)
    stay, age = timed.stay[rows], timed.age[rows]
    known = (stay >= 0) & (exits != GOES_ON)
    is_open = np.isnan(stay) & np.isfinite(age)
    days = np.nan_to_num(np.where(np.isnan(stay), age, stay)).clip(min=0) / SECONDS_A_DAY
    exits = np.where(known, exits, GOES_ON)
    entered = events.at[rows] / SECONDS_A_DAY
    ended = np.where(known, entered + days, np.nan)
    created = events.cases.created[events.case[rows]] / SECONDS_A_DAY
    hidden = _any(case, _began_before(entered, created) & firsts(case), len(ids))
    unsure = _any(case, ~known & ~is_open, len(ids)) | _reopened(case, exits, stages, len(ids))
    entry, late_from = delayed_entry(entered, days, exits != GOES_ON, stage)
    began_late = np.zeros(len(ids), bool) if late_from is None else entered[firsts(case)] < late_from
    stays = Stays(
        case, stage.astype(np.int64), days, exits, entry,
        whole=_enough(~(hidden | unsure | began_late), ~unsure), stages=stages,
    )  # fmt: skip
    return Followed(
        stays, tuple(np.array(events.stages, object)[waits]), ids, outcomes, entered, ended,
        int(hidden.sum()), int(_any(case, ~known & ~is_open, len(ids)).sum()),
        None if late_from is None else pd.Timestamp(late_from, unit="D"),
    )  # fmt: skip


def _by_id(ids: pa.Array, case: Codes) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The cases that occur, in the order of their ids, whatever order the file is in; and these ids."""
    occurs = np.zeros(len(ids), dtype=bool)
    occurs[case] = True
    order = pc.sort_indices(ids).to_numpy()
    order = order[occurs[order]]
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place[case], ids.take(pa.array(order)).to_numpy(zero_copy_only=False)


def _exits(
    seen: Visits, rows: NDArray[np.int64], case: NDArray[np.int64], code: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Where each stay leads to (a stage, or one past them for an end), and how each case ended."""
    timed, names = seen.passed, seen.passed.events.stages
    following, outcome = timed.next_stage[rows], timed.outcome[rows]
    said = np.array([ending(stage) or ANY_END[-1] for stage in names], dtype=object)
    last, closed = following == NOTHING, np.isin(outcome, (WON, LOST))
    at_end = ~last & (code == GOES_ON)[following]
    over = at_end | (last & closed & np.isfinite(timed.stay[rows]))
    outcomes = np.full(case.max() + 1, OPEN, dtype=object)
    outcomes[case[over]] = np.where(closed, outcome, said[following])[over]
    leads = np.where(last, GOES_ON, code[following])
    return np.where(over, (code != GOES_ON).sum(), leads), outcomes


def _any(case: NDArray[np.int64], flagged: NDArray[np.bool_], cases: int) -> NDArray[np.bool_]:
    """Which cases have a flagged row."""
    return np.bincount(case[flagged], minlength=cases) > 0


def _reopened(
    case: NDArray[np.int64], exits: NDArray[np.int64], stages: int, cases: int
) -> NDArray[np.bool_]:
    """Cases that went on after an end: which of their days belong to which end cannot be told."""
    last = np.append(firsts(case)[1:], True)
    return _any(case, (exits == stages) & ~last, cases)


def _began_before(entered: Floats, created: Floats) -> NDArray[np.bool_]:
    """Cases that began before the log does, and of whose first days it therefore says nothing."""
    before = created < entered.min() - 1
    return before & (entered > created + 1)


def _enough(whole: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cases followed from their beginning; where they are too few, all whose days are known."""
    return whole if whole.sum() >= _FEW else known
