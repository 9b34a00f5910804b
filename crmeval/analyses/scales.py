"""The scales customers answer on, what a good answer is on each, and the score of a group."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from crmeval.stats.intervals import Z, newcombe, wilson

_PRO, _CON, _ALL = 0.75, 0.75, 3.0  # what the adjusted Wald interval adds to the counts
_IN_RANGE = 0.98


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of one group's answers: bad ones, good ones, all."""

    bad: float
    good: float
    n: float


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale from `lowest` to `highest`; answers up to `bad` are bad, from `good` on good.

    `signs` are what people call it in a column that names the scale.
    """

    name: str
    lowest: int
    highest: int
    bad: int
    good: int
    signs: tuple[str, ...]

    @property
    def unit(self) -> str:
        """NPS is in points from −100 to 100; every other score is a share."""
        return "points" if self.name == "nps" else "share"

    def estimate(self, group: Group) -> tuple[float, float, float]:
        """The score of a group and its 95 % interval.

        NPS: share of 9–10 less share of 0–6, with the adjusted Wald interval (Rocks 2016), clipped to the
        scale. Others: the share of good answers, with Wilson's.
        """
        if self.name != "nps":
            return group.good / group.n, *wilson(group.good, group.n)
        centre, variance = _adjusted(group)
        half = Z * np.sqrt(variance)
        score = (group.good - group.bad) / group.n
        return 100 * score, 100 * float(max(centre - half, -1)), 100 * float(min(centre + half, 1))

    def difference(self, one: Group, other: Group) -> tuple[float, float, float]:
        """The score of one group less that of another, and its 95 % interval (adjusted Wald, or Newcombe)."""
        value = self.estimate(one)[0] - self.estimate(other)[0]
        if self.name != "nps":
            return value, *newcombe(one.good, one.n, other.good, other.n)
        (centre_1, variance_1), (centre_2, variance_2) = _adjusted(one), _adjusted(other)
        half = Z * np.sqrt(variance_1 + variance_2)
        return value, 100 * float(centre_1 - centre_2 - half), 100 * float(centre_1 - centre_2 + half)

    def p_value(self, one: Group, other: Group) -> float:
        """How likely a difference as large as this is if there is none: z on adjusted estimates."""
        (centre_1, variance_1), (centre_2, variance_2) = (
            _adjusted(group) if self.name == "nps" else _adjusted_share(group) for group in (one, other)
        )
        return float(2 * stats.norm.sf(abs(centre_1 - centre_2) / np.sqrt(variance_1 + variance_2)))

    def group(self, counts: pd.DataFrame) -> Group:
        """The group of these answers: a frame with `score` and how many gave it, `n`."""
        score, n = counts["score"], counts["n"]
        return Group(float(n[score <= self.bad].sum()), float(n[score >= self.good].sum()), float(n.sum()))


def _adjusted(group: Group) -> tuple[float, float]:
    good, bad = (group.good + _PRO) / (group.n + _ALL), (group.bad + _CON) / (group.n + _ALL)
    return good - bad, (good + bad - (good - bad) ** 2) / (group.n + _ALL)


def _adjusted_share(group: Group) -> tuple[float, float]:
    """Agresti and Caffo's (2000) share: one success and one failure more."""
    share = (group.good + 1) / (group.n + 2)
    return share, share * (1 - share) / (group.n + 2)


NPS = Scale("nps", 0, 10, 6, 9, ("nps", "recommend", "рекоменд"))
CSAT = Scale("csat", 1, 5, 2, 4, ("csat", "satisf", "удовл"))
CES = Scale("ces", 1, 7, 3, 5, ("ces", "effort", "усили", "лёгк", "легк"))
STARS = Scale("stars", 1, 5, 2, 4, ("star", "звезд", "звёзд", "rating", "рейтинг"))
SCALES = {scale.name: scale for scale in (NPS, CSAT, CES, STARS)}


def detect(counts: pd.DataFrame) -> Scale | None:
    """The shortest scale that holds 98 % of the scores; None where none does.

    `counts` has `score` and how many gave it, `n`. A zero does not make a scale of five one of ten: it is
    how many forms say "no answer".
    """
    score, n = counts["score"], counts["n"]
    for scale in (CSAT, CES, NPS):
        if n.sum() and n[score.between(0, scale.highest)].sum() >= _IN_RANGE * n.sum():
            return scale
    return None
