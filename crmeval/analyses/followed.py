"""The stays of deals in stages as arrays of codes, ready to be reasoned on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from crmeval.analyses.clock import SECONDS_A_DAY
from crmeval.analyses.endings import ending
from crmeval.analyses.stage_visits import Visits
from crmeval.fields import LOST, OPEN, WON
from crmeval.stats.multistate import OPEN as GOES_ON
from crmeval.stats.multistate import Stays, firsts
from crmeval.stats.survival import kaplan_meier
from crmeval.tables import Tables

ANY_END = (WON, LOST, "closed")
_FEW = 20  # cases under which nothing is concluded
_MISSED = 10  # ends that should have been seen before the first one was: then they were not recorded


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


def followed(tables: Tables, seen: Visits) -> Followed | None:
    """All stays outside final stages; None where the data do not say which deals are still open."""
    if not seen.ends_known:
        return None
    rows = tables.frame(
        seen.visits.filter(~_.stage.isin(seen.final) if seen.final else True).select(
            "deal_id", "number", "stage", "next_stage", "at", "stay", "age", "outcome", "created"
        )
    )
    if rows.empty:
        return None
    case, deals = pd.factorize(rows["deal_id"], sort=True)
    order = np.lexsort((rows["number"].to_numpy(), case))
    rows, case = rows.iloc[order].reset_index(drop=True), case[order]
    stage, stages = pd.factorize(rows["stage"], sort=True)
    exits, outcomes = _exits(rows, case, pd.Index(stages), seen.final)
    known = (rows["stay"].notna() & (rows["stay"] >= 0)).to_numpy() & (exits != GOES_ON)
    is_open = (rows["stay"].isna() & rows["age"].notna()).to_numpy()
    days = rows["stay"].fillna(rows["age"]).fillna(0).clip(lower=0).to_numpy(float) / SECONDS_A_DAY
    exits = np.where(known, exits, GOES_ON)
    entered = rows["at"].to_numpy(float) / SECONDS_A_DAY
    ended = np.where(known, entered + days, np.nan)
    hidden = _hidden(rows, case, len(deals))
    unsure = _any(case, ~known & ~is_open, len(deals)) | _reopened(case, exits, len(stages), len(deals))
    entry, late_from = _late(stage, days, exits, entered, ended)
    began_late = np.zeros(len(deals), bool) if late_from is None else entered[firsts(case)] < late_from
    stays = Stays(
        case.astype(np.int64), stage.astype(np.int64), days, exits, entry,
        whole=_enough(~(hidden | unsure | began_late), ~unsure), stages=len(stages),
    )  # fmt: skip
    return Followed(
        stays, tuple(stages), np.asarray(deals, object), outcomes, entered, ended,
        int(hidden.sum()), int(_any(case, ~known & ~is_open, len(deals)).sum()),
        None if late_from is None else pd.Timestamp(late_from, unit="D"),
    )  # fmt: skip


def _exits(
    rows: pd.DataFrame, case: NDArray[np.int64], stages: pd.Index, final: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Where each stay leads to (a stage, or one past them for an end), and how each case ended."""
    said = {stage: ending(stage) or ANY_END[-1] for stage in final}
    at_end = rows["next_stage"].isin(final)
    closed = rows["outcome"].isin((WON, LOST))
    over = (at_end | (rows["next_stage"].isna() & closed & rows["stay"].notna())).to_numpy()
    how = rows["outcome"].where(closed, rows["next_stage"].map(said)).to_numpy(object)
    outcomes = np.full(case.max() + 1, OPEN, dtype=object)
    outcomes[case[over]] = how[over]
    return np.where(over, len(stages), stages.get_indexer(pd.Index(rows["next_stage"]))), outcomes


def _any(case: NDArray[np.int64], flagged: NDArray[np.bool_], cases: int) -> NDArray[np.bool_]:
    """Which cases have a flagged row."""
    return np.bincount(case[flagged], minlength=cases) > 0


def _reopened(
    case: NDArray[np.int64], exits: NDArray[np.int64], stages: int, cases: int
) -> NDArray[np.bool_]:
    """Cases that went on after an end: which of their days belong to which end cannot be told."""
    last = np.append(firsts(case)[1:], True)
    return _any(case, (exits == stages) & ~last, cases)


def _hidden(rows: pd.DataFrame, case: NDArray[np.int64], cases: int) -> NDArray[np.bool_]:
    """Cases that began before the log does, and of whose first days it therefore says nothing."""
    created = rows["created"].astype(float)
    before = created < rows["at"].min() - SECONDS_A_DAY
    silent = rows["at"] > created + SECONDS_A_DAY
    return _any(case, (before & silent).to_numpy() & firsts(case), cases)


def _late(
    stage: NDArray[np.int64],
    days: NDArray[np.float64],
    exits: NDArray[np.int64],
    entered: NDArray[np.float64],
    ended: NDArray[np.float64],
) -> tuple[NDArray[np.float64], float | None]:
    """The days of each stay that had passed when ends began to be recorded, and that day.

    It is the day of the first end there is, if by then ten or more should have been seen: of what began
    earlier only what lasted is in the file (left truncation). Else nothing, and None.
    """  # fmt: skip
    nothing = np.zeros_like(days)
    if np.isnan(ended).all():
        return nothing, None
    begins = float(np.nanmin(ended))
    entry = np.maximum(begins - entered, 0)
    missed = 0.0
    for code in np.unique(stage[entry > 0]):
        here = stage == code
        curve = kaplan_meier(days[here], exits[here] != GOES_ON, entry[here])
        waited = entry[here][entry[here] > 0]
        place = np.searchsorted(curve.times, waited, side="left")
        missed += float((1 - np.concatenate(([1.0], curve.share)))[place].sum())
    return (entry, begins) if missed > _MISSED else (nothing, None)


def _enough(whole: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cases followed from their beginning; where they are too few, all whose days are known."""
    return whole if whole.sum() >= _FEW else known
