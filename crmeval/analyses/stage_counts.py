"""Stages, moves and sequences of stages, counted and timed over all cases."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crmeval.analyses.clock import as_days
from crmeval.analyses.event_order import Events, Floats
from crmeval.analyses.stage_visits import NOTHING, Timed, Visits
from crmeval.fields import WON
from crmeval.stats.grouped import quantiles

_VARIANTS_SHOWN = 20
_STEPS_SHOWN = 12
# The constants of splitmix64 (Steele, Lea and Flood 2014), which gives a number no one would guess for each.
_GOLDEN, _MIX = np.uint64(0x9E3779B97F4A7C15), ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


def per_stage(seen: Visits) -> pd.DataFrame:
    """Per stage, the one with most time first.

    `n` entries as recorded, of which `open` still last; `median`, `mean` and `p90` of the days from an entry
    to the next entry of its case; `total` days spent, open stays up to where the data end, its `share`, and
    its `share_won` of the days of won deals alone; `stays` and `stay_median` with saves that repeat the stage
    taken as one stay; `reentries`.
    """
    found, passed, names = seen.recorded, seen.passed, seen.recorded.events.stages
    stage, stages = found.events.stage, len(names)
    over = np.isfinite(found.stay)
    spent_in, days_spent = stage[over], as_days(found.stay[over])
    won = (found.events.cases.outcome == WON)[found.events.case[over]]
    n, ended = np.bincount(stage, minlength=stages), np.bincount(spent_in, minlength=stages)
    stays = np.bincount(passed.events.stage, minlength=stages)
    spent = _sums(spent_in, days_spent, stages)
    so_far = _sums(stage[found.is_open], as_days(found.age[found.is_open]), stages)
    ends = np.isin(names, seen.final)
    total, of_won = (
        np.where(ends, np.nan, days)
        for days in (spent + so_far, _sums(spent_in[won], days_spent[won], stages))
    )
    median, p90 = _stays(found, (0.5, 0.9)).T
    frame = pd.DataFrame(
        {
            "stage": names, "n": n, "open": np.bincount(stage[found.is_open], minlength=stages),
            "median": median, "mean": spent / np.where(ended, ended, np.nan), "p90": p90,
            "total": total, "share": _of_all(total), "share_won": _of_all(of_won), "stays": stays,
            "reentries": returns(seen)[0],
            "stay_median": _stays(passed, (0.5,))[:, 0] if seen.merged else median,
        }
    )  # fmt: skip
    return frame.sort_values(["total", "stage"], ascending=[False, True], ignore_index=True)


def moves(seen: Visits) -> pd.DataFrame:
    """Moves between stages: from, to, n, the median days spent in `from` before, and how many go backward."""
    events, names = seen.passed.events, np.array(seen.passed.events.stages, dtype=object)
    moved = (seen.passed.next_stage != NOTHING)[:-1]
    begun, ended = events.stage[:-1][moved], events.stage[1:][moved]
    move, pair = pd.factorize(begun * np.int64(len(names)) + ended)
    took = (events.at[1:] - events.at[:-1])[moved]
    backward = np.zeros(len(pair))
    if events.position is not None:
        backward = _sums(move, (events.position[1:] < events.position[:-1])[moved], len(pair))
    begin, end = np.divmod(pair, max(len(names), 1))
    frame = pd.DataFrame(
        {
            "from": names[begin], "to": names[end], "n": np.bincount(move, minlength=len(pair)),
            "median": as_days(quantiles(move, took, len(pair), (0.5,))[:, 0]),
            "backward": backward.astype(int),
        }
    )  # fmt: skip
    return frame.sort_values(["n", "from", "to"], ascending=[False, True, True], ignore_index=True)


def durations(seen: Visits) -> Floats:
    """The days of each case from its first event to when it was last seen."""
    events = seen.passed.events
    return as_days(events.last_seen - events.at[events.begins])


def ties(seen: Visits) -> int:
    """Pairs of events at one time in different stages whose order nothing in the file decides."""
    found, events = seen.recorded, seen.recorded.events
    tied = np.flatnonzero((found.next_stage != NOTHING) & (found.next_at == events.at))
    tied = tied[found.next_stage[tied] != events.stage[tied]]
    position = events.position
    if position is not None:
        here, there = position[tied], position[tied + 1]
        tied = tied[(here == there) | np.isnan(here) | np.isnan(there)]
    return len(tied)


def variants(seen: Visits, took: Floats) -> tuple[int, pd.DataFrame]:
    """How many sequences of stages there are, and the commonest: variant, n, share of cases, median days.

    `took` are the durations of the cases.
    """
    events = seen.passed.events
    first, length = np.flatnonzero(events.begins), events.lengths
    sequence, names = pd.factorize(_sequences(events, first))
    shown = np.lexsort((names, -np.bincount(sequence)))[:_VARIANTS_SHOWN]
    rows = []
    for variant in shown:
        mine = np.flatnonzero(sequence == variant)
        said = _steps(events, slice(first[mine[0]], first[mine[0]] + length[mine[0]]))
        more = ["…"] * (len(said) > _STEPS_SHOWN)
        rows.append(
            (
                " → ".join(said[:_STEPS_SHOWN] + more),
                len(mine),
                len(mine) / len(first),
                float(np.median(took[mine])),
            )
        )
    frame = pd.DataFrame(rows, columns=["variant", "n", "share", "median"])
    return len(names), frame.sort_values(["n", "variant"], ascending=[False, True], ignore_index=True)


def _steps(events: Events, mine: slice) -> list[str]:
    """The stages of a case, a question mark where a step may be missing."""
    said = []
    for at in range(mine.start, mine.stop):
        said.append(events.stages[events.stage[at]])
        if events.gap is not None and events.gap[at]:
            said.append("?")
    return said


def _sequences(events: Events, first: np.ndarray) -> np.ndarray:
    """A number for each case that is the same where the sequence of stages is.

    Each pair of step and stage has a number as if by chance; the sums of 64 bits are equal for others only by
    a chance of one in 2 ** 64 for each two. So no names have to be joined.
    """
    mixed = np.arange(len(events.case), dtype=np.uint64)
    mixed -= np.repeat(first.astype(np.uint64), events.lengths)
    mixed *= np.uint64(2 * len(events.stages))
    mixed += events.stage.astype(np.uint64)
    if events.gap is not None:  # a step that may be missing makes another sequence
        mixed[events.gap] += np.uint64(len(events.stages))
    mixed *= _GOLDEN
    for shift, factor in _MIX:
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return np.add.reduceat(mixed, first)


def returns(seen: Visits) -> tuple[np.ndarray, int]:
    """Of each stage, how many visits were not the case's first there; and how many cases had such a visit."""
    return seen.tables.once("returns to stages", lambda: _returns(seen.passed.events))


def _returns(events: Events) -> tuple[np.ndarray, int]:
    by_stage = np.argsort(events.stage.astype(np.min_scalar_type(len(events.stages))), kind="stable")
    case, stage = events.case[by_stage], events.stage[by_stage]
    again = np.flatnonzero((case[1:] == case[:-1]) & (stage[1:] == stage[:-1])) + 1
    return np.bincount(stage[again], minlength=len(events.stages)), len(pd.unique(case[again]))


def _stays(timed: Timed, shares: Sequence[float]) -> Floats:
    """The quantiles of the days of stays that are over, a row per stage."""
    over = np.isfinite(timed.stay)
    stage, stay = timed.events.stage[over], timed.stay[over].astype(np.int64)
    return as_days(quantiles(stage, stay, len(timed.events.stages), shares))


def _sums(group: np.ndarray, values: np.ndarray, groups: int) -> Floats:
    return np.bincount(group, values, groups).astype(float)


def _of_all(days: Floats) -> Floats:
    """Each as a share of their sum; empty where they come to nothing."""
    every = np.nansum(days)
    return days / every if every > 0 else days * np.nan
