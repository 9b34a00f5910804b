"""The stages ranked by the days a deal loses in each on its way to the end that is hoped for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmeval.analyses.followed import Followed
from crmeval.stats.bootstrap import draws, interval, share_first, some
from crmeval.stats.multistate import Stays, finest, sums
from crmeval.stats.time_in_stages import days

_BINS = 64  # of time, in the samples: what is lost by rounding is put right by the finer estimate
_ROUNDS = 15  # of the search for the chances of open deals in a sample: it begins where the deals' own are
_AT_ONCE = 1_000_000  # numbers held of all samples drawn together


@dataclass(frozen=True, slots=True)
class Ranking:
    """Stages, the one with most days first, and all of them together.

    Columns of `stages`: `stage`; `days_won` in it per deal that comes to the end hoped for, with its interval
    (`days_low`, `days_high`); `naive`, the same over deals that have come to it, and its `bias`;
    `probability` that it is the first; `every`, the days per deal that begins, which is `per_deal` × the mean
    `stay`; `undecided`, the share of stays that outlast all that were seen to end. `share` is of all days.
    `total` are the days in all stages, with `low` and `high`; `naive` over deals that have ended so;
    `wins` how many do, open ones with their chance; `n` deals are at the base of it all.
    """

    stages: pd.DataFrame
    total: float
    low: float
    high: float
    naive: float
    wins: float
    n: int


def ranking(found: Followed, wanted: tuple[str, ...]) -> Ranking:
    """Ranks the stages for deals with these outcomes; open deals count with their chance of them."""
    stays = found.with_hope(wanted)
    estimate = days(sums(stays, finest(stays.stages)))
    point = estimate.won[0]
    drawn = np.maximum(point + errors(stays), 0)
    low, high = interval(drawn, point)
    total_low, total_high = interval(drawn.sum(axis=1, keepdims=True), point.sum(keepdims=True))
    naive = _naive(stays)
    visits, every = estimate.visits[0], estimate.every[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame(
            {
                "stage": found.stages, "days_won": point, "days_low": low, "days_high": high,
                "share": point / point.sum(), "probability": share_first(drawn), "naive": naive,
                "bias": naive / point - 1, "every": every, "per_deal": visits,
                "stay": np.where(visits > 0, every / visits, np.nan), "undecided": estimate.undecided[0],
            }
        )  # fmt: skip
    frame = frame.sort_values(["days_won", "stage"], ascending=[False, True], ignore_index=True)
    return Ranking(
        frame, float(point.sum()), float(total_low[0]), float(total_high[0]), float(naive.sum()),
        float(estimate.wins[0]), int(stays.whole.sum()),
    )  # fmt: skip


def errors(stays: Stays) -> NDArray[np.float64]:
    """By how much the days per stage of each sample of deals are off those of the deals it was drawn from."""
    cases, scale = some(len(stays.whole))
    coarse = sums(stays.of(cases), _BINS)
    everybody = days(coarse)
    at_once = max(1, _AT_ONCE // max(len(coarse.place), coarse.stages * len(coarse.times)))
    drawn = [
        days(coarse, batch, everybody.chance, rounds=_ROUNDS).won
        for batch in draws(len(cases), at_once=at_once)
    ]
    return (np.concatenate(drawn) - everybody.won) * scale


def _naive(stays: Stays) -> NDArray[np.float64]:
    """Days per stage of the deals that have come to the end hoped for, as anybody would average them."""
    won = np.zeros(len(stays.whole), dtype=bool)
    won[stays.case[stays.exit == stays.stages]] = True
    won &= stays.whole
    mine = won[stays.case]
    return np.bincount(stays.stage[mine], stays.days[mine], stays.stages) / max(int(won.sum()), 1)
