"""Who is faster, who wins more: groups of deals against the rest at equal follow-up, and how sure that is.

A young group must not look faster, or worse, because its slow deals are still open: shares are counted among
the deals that were watched for the whole horizon, and days up to a horizon that all groups reach.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray
from scipy import stats

from crmeval.analyses.groups import Population
from crmeval.fields import LOST, WON
from crmeval.stats.compare_survival import log_rank_pairs, restricted_means
from crmeval.stats.funnel import ACTION, WARNING, limits, over_dispersion
from crmeval.stats.intervals import Z, newcombe
from crmeval.stats.many import holm
from crmeval.tables import Tables

WINS, DAYS = "wins", "days"
FEWEST, FEW = 10, 30  # under the first a group is not shown, under the second with a warning
MORE, LESS, CHANCE, TOO_FEW, TOO_YOUNG = "more", "less", "chance", "too_few", "too_young"
_SURE = 0.05
_WATCHED = 5  # of a group must be watched up to the horizon
_HALF = 0.5  # of the horizon: a group that is not watched even so long is too young
_USUAL, _NEARLY_ALL = 0.9, 0.99  # of the closed deals are closed within the horizon, if the data reach it
_SHORTEST = 7  # days
_TWO_SHARES = ("within", "difference", "low", "high", "p")
_SMALL = 5  # expected in a cell: below it the exact test is asked


@dataclass(frozen=True, slots=True)
class Question:
    """What is compared: `wins` or `days`, within how many days, against the rest or against one group."""

    what: str
    horizon: float
    against: int | None = None


def horizon_of(every: Population, what: str) -> float:
    """The horizon to begin with, in whole days.

    Of shares: nine in ten closed deals end within it, and it is shorter where a quarter of the groups could
    not be watched for so long, for half of their deals. Of days: nearly all end within it, and five of every
    group that is not too young could be watched for as long.
    """
    closed = every.length[every.ended]
    usual, most = np.quantile(closed, [_USUAL, _NEARLY_ALL]) if len(closed) else (_SHORTEST, _SHORTEST)
    if what == DAYS:
        return float(max(np.floor(reached(every, float(most))[0]), _SHORTEST))
    watched = [float(np.median(followed)) for followed in every.watched if len(followed) >= FEW]
    quarter = float(np.quantile(watched, 0.25, method="lower")) if watched else usual
    return float(max(round(min(usual, quarter)), _SHORTEST))


def compared(every: Population, asked: Question) -> pd.DataFrame:
    """One row per group: its figure, the difference with its 95 % interval, and what may be said of it.

    `group`, `n` (entries the figure rests on), the figure (`within`, the share won, or `days_within`, the
    mean days up to the horizon, with the Kaplan–Meier `median`), `difference`, `low`, `high`, `p` (corrected
    after Holm for all groups shown), of days also `p_log_rank` (of the whole curves, corrected likewise), and
    `judgement`. Groups of fewer than ten have no figure.
    """
    frame = _wins(every, asked) if asked.what == WINS else _days(every, asked)
    hidden = frame["judgement"].isin([TOO_FEW, TOO_YOUNG])
    figures = [name for name in frame.columns if name not in ("group", "n", "judgement")]
    frame.loc[hidden, figures] = np.nan
    tests = [name for name in ("p", "p_log_rank") if name in frame]
    if asked.against is not None:
        frame.loc[asked.against, ["difference", "low", "high", *tests]] = np.nan
    for name in tests:
        frame[name] = holm(frame[name])
    sure = frame["p"] < _SURE
    way = np.where(frame["difference"] > 0, MORE, LESS)
    shown = frame["judgement"] == ""
    frame["judgement"] = frame["judgement"].mask(shown, np.where(sure, way, CHANCE))
    if asked.against is not None:
        frame.loc[asked.against, "judgement"] = ""
    return frame


def _wins(every: Population, asked: Question) -> pd.DataFrame:
    """The share won within the horizon among those watched for all of it."""
    watched = every.followed >= asked.horizon
    won = watched & every.won & (every.length <= asked.horizon)
    size = len(every.names)
    seen, wins = (_counts(every.group[chosen], size) for chosen in (watched, won))
    if asked.against is None:
        others = np.full(size, int(watched.sum())) - seen, np.full(size, int(won.sum())) - wins
    else:
        others = np.full(size, seen[asked.against]), np.full(size, wins[asked.against])
    rows = [_two_shares(*map(int, four)) for four in zip(wins, seen, others[1], others[0], strict=True)]
    young = (every.n >= FEWEST) & (seen < FEWEST)
    return pd.DataFrame(rows, columns=_TWO_SHARES).assign(
        group=every.names, n=seen, judgement=np.select([young, seen < FEWEST], [TOO_YOUNG, TOO_FEW], "")
    )[["group", "n", *_TWO_SHARES, "judgement"]]


def _counts(group: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    return np.bincount(group[group >= 0], minlength=size)


def _two_shares(won: int, n: int, other_won: int, other_n: int) -> dict[str, float]:
    """Share, difference with Newcombe's interval, and p: chi-square, or Fisher's where few are expected."""
    if not n or not other_n:
        return dict.fromkeys(_TWO_SHARES, np.nan)
    low, high = newcombe(won, n, other_won, other_n)
    overall = (won + other_won) / (n + other_n)
    expected = min(overall, 1 - overall) * min(n, other_n)
    if expected < _SMALL:
        p = stats.fisher_exact([[won, n - won], [other_won, other_n - other_won]])[1]
    else:
        spread = np.sqrt(overall * (1 - overall) * (1 / n + 1 / other_n))
        p = 2 * stats.norm.sf(abs(won / n - other_won / other_n) / spread)
    return {"within": won / n, "difference": won / n - other_won / other_n, "low": low, "high": high,
            "p": float(p)}  # fmt: skip


def reached(every: Population, horizon: float) -> tuple[float, NDArray[np.bool_]]:
    """The horizon, or as much of it as five of every group could be watched for; and the groups too young.

    A group that could not be watched for half the horizon is too young, and does not shorten it for others.
    """
    last = np.array([
        followed[-_WATCHED] if len(followed) >= FEWEST else 0.0 for followed in every.watched
    ])  # fmt: skip
    young = last < horizon * _HALF
    return float(min([horizon, *last[~young]])), young & (every.n >= FEWEST)


def _days(every: Population, asked: Question) -> pd.DataFrame:
    """The mean days up to the horizon, with what goes on counted for as long as it was seen."""
    until, young = reached(every, asked.horizon)
    lives = every.lives
    others = lives.rest() if asked.against is None else lives.only(asked.against)
    means, variances = restricted_means(lives, until)
    other_means, other_variances = restricted_means(others, until)
    error = np.sqrt(variances + other_variances)
    difference = means - other_means
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.norm.sf(np.abs(difference) / error)
    return pd.DataFrame(
        {
            "group": every.names, "n": every.n, "days_within": means[:-1], "median": lives.median()[:-1],
            "difference": difference[:-1], "low": (difference - Z * error)[:-1],
            "high": (difference + Z * error)[:-1], "p": p[:-1],
            "p_log_rank": log_rank_pairs(lives, others)[1][:-1],
            "judgement": np.select([young, every.n < FEWEST], [TOO_YOUNG, TOO_FEW], ""),
        }
    )  # fmt: skip


def plain_rates(tables: Tables, by: str) -> pd.DataFrame:
    """The shares as reports print them, of all deals alike: `deals`, `won`, `win_rate`, `win_rate_all`.

    `win_rate` is won / (won + lost), missing where no deal is marked as lost. Follow-up is not equal.
    """
    deals = tables["deals"]
    grouped = deals.filter(deals[by].notnull()).group_by(group=deals[by])
    frame = tables.frame(
        grouped.agg(
            deals=_.count(), won=(_.outcome == WON).fill_null(False).ifelse(1, 0).sum(),
            lost=(_.outcome == LOST).fill_null(False).ifelse(1, 0).sum(),
        )
    )  # fmt: skip
    frame["win_rate"] = frame["won"] / (frame["won"] + frame["lost"]).where(frame["lost"] > 0)
    frame["win_rate_all"] = frame["won"] / frame["deals"]
    return frame.sort_values(["deals", "group"], ascending=[False, True], ignore_index=True)


def funnel(rates: pd.DataFrame) -> pd.DataFrame:
    """The funnel plot of people: the share won of those with ten closed deals or more, and chance's limits.

    `closed` deals, `win_rate`, the `overall` one, `spread` (how many times chance's own the spread is; limits
    are widened by it), and `standing` at the 99.8 % limit. All deals count where none is marked as lost.
    """
    closed = rates["won"] + rates["lost"] if rates["lost"].sum() else rates["deals"]
    frame = rates.assign(closed=closed)[["group", "closed", "won"]]
    frame = frame[frame["closed"] >= FEWEST].reset_index(drop=True)
    if len(frame) < 2 or not frame["won"].sum():  # noqa: PLR2004 - one is no comparison
        return frame.iloc[0:0]
    spread = over_dispersion(frame["won"], frame["closed"])
    overall = frame["won"].sum() / frame["closed"].sum()
    frame = frame.assign(win_rate=frame["won"] / frame["closed"], overall=overall, spread=spread)
    for name, level in (("95", WARNING), ("998", ACTION)):
        frame[f"low_{name}"], frame[f"high_{name}"] = limits(frame["closed"], overall, spread, level)
    out = [frame["win_rate"] > frame["high_998"], frame["win_rate"] < frame["low_998"]]
    return frame.assign(standing=np.select(out, ["above", "below"], "within"))
