"""Scores of standard usability questionnaires, and what a score is worth by published conventions."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from crmeval.stats.intervals import CONFIDENCE

SUS, UMUX_LITE, LIKERT = "sus", "umux_lite", "likert"
SUS_AVERAGE = 68.0  # the mean of 500 studies (Sauro & Lewis 2016), by convention the middle
MOST_MISSING = 2
_SUS_NAMES = tuple(f"q{number}" for number in range(1, 11))
LEARNABLE = ("q4", "q10")  # the two items of SUS on learning; the other eight are on use (Lewis & Sauro 2009)
_FIT = 0.95  # a scale fits where so many answers lie on it; the rest are slips of the pen
_ENDS = (5, 7, 10, 100)

# Lower bounds of the grades and of their percentile bands (Sauro & Lewis 2016, curved grading scale).
GRADES = (
    (0.0, "F"), (51.7, "D"), (62.7, "C−"), (65.0, "C"), (71.1, "C+"), (72.6, "B−"), (74.1, "B"),
    (77.2, "B+"), (78.9, "A−"), (80.8, "A"), (84.1, "A+"),
)  # fmt: skip
# Mean score of the systems that people described by each word (Bangor, Kortum & Miller 2009).
ADJECTIVES = (
    (12.5, "worst"), (20.3, "awful"), (35.7, "poor"), (50.9, "ok"), (71.4, "good"), (85.5, "excellent"),
    (90.9, "best"),
)  # fmt: skip
# Score and the share of systems that score lower, in per cent (Sauro & Lewis 2016; straight between).
_SCORES = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76,
           77, 78, 79, 80, 85, 90, 100)  # fmt: skip
_PERCENTILES = (0, 0.3, 0.4, 0.7, 1, 1.5, 2, 4, 6, 8, 13, 19, 29, 41, 44, 47, 50, 53, 56, 60, 63, 67, 70, 73,
                77, 80, 83, 86, 88, 97, 99.8, 100)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire: its items in order, the ends of its answers, and which items are worded negatively."""

    kind: str
    items: tuple[str, ...]
    lowest: int
    highest: int
    negative: tuple[str, ...] = ()

    @property
    def scale(self) -> tuple[float, float]:
        """The worst and the best score there can be."""
        return (self.lowest, self.highest) if self.kind == LIKERT else (0, 100)

    def contributions(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Each answer as 0 (worst) … 1 (best): negative items turned round, empty answers kept empty."""
        worth = (answers[list(self.items)] - self.lowest) / (self.highest - self.lowest)
        for item in self.negative:
            worth[item] = 1 - worth[item]
        return worth

    def scores(self, answers: pd.DataFrame) -> pd.Series:
        """One score for each form: 0 … 100, or on the scale of the answers where the form is no standard one.

        SUS is 2.5 · [Σ odd (x − 1) + Σ even (5 − x)] (Brooke 1996), the same as the mean contribution × 100;
        UMUX-Lite is (q1 + q2 − 2) · 100 / 12 (Lewis, Utesch & Maher 2013). An empty answer counts as the
        centre where it is at most one of each five (so two in SUS); other forms get no score.
        """
        worth = self.contributions(answers)
        usable = worth.isna().sum(axis=1) <= min(MOST_MISSING, len(self.items) // 5)
        # Rounded to the ninth digit: sums of tenths must not fall short of a grade's bound.
        return self.points(worth.fillna(0.5).mean(axis=1)).round(9).where(usable)

    def points(self, worth: pd.Series) -> pd.Series:
        """Contributions of 0 … 1 in the units of the score."""
        lowest, highest = self.scale
        return lowest + worth * (highest - lowest)


def detect(answers: pd.DataFrame) -> Form:
    """The questionnaire that columns q1, q2, … are, by their number and the range of the answers."""
    items = tuple(answers.columns)
    if items == _SUS_NAMES and _fits(answers, 1, 5):
        return Form(SUS, items, 1, 5, negative=items[1::2])
    if items == _SUS_NAMES[:2] and _fits(answers, 1, 7):
        return Form(UMUX_LITE, items, 1, 7)
    highest = next((end for end in _ENDS if _fits(answers, 0, end)), 100)
    return Form(LIKERT, items, 0 if (answers == 0).any(axis=None) else 1, highest)


def _fits(answers: pd.DataFrame, lowest: int, highest: int) -> bool:
    given = answers.to_numpy(dtype=float).ravel()
    given = given[~np.isnan(given)]
    return len(given) > 0 and float(((given >= lowest) & (given <= highest)).mean()) >= _FIT


def straight_lines(answers: pd.DataFrame) -> pd.Series:
    """Forms with the same answer to every one of three or more items, none of them empty."""
    if answers.shape[1] < 3:  # noqa: PLR2004 - agreeing with two statements is no pattern
        return pd.Series(False, index=answers.index)
    return answers.notna().all(axis=1) & (answers.min(axis=1) == answers.max(axis=1))


def cronbach_alpha(worth: pd.DataFrame) -> float | None:
    """Cronbach's α of items all worded one way: k/(k − 1) · (1 − Σ item variances / variance of the sum).

    Only forms without an empty answer count. None where there are fewer than two items or three forms, or
    where all sums are equal.
    """
    complete = worth.dropna()
    forms, items = complete.shape
    total = complete.sum(axis=1).var(ddof=1)
    if items < 2 or forms < 3 or np.isclose(total, 0):  # noqa: PLR2004 - said in the docstring
        return None
    return float(items / (items - 1) * (1 - complete.var(ddof=1).sum() / total))


def alpha_interval(alpha: float, forms: int, items: int) -> tuple[float, float]:
    """Feldt's (1965) interval for Cronbach's α, from the F distribution."""
    degrees = (forms - 1, (forms - 1) * (items - 1))
    tail = (1 - CONFIDENCE) / 2
    low, high = (1 - (1 - alpha) * float(stats.f.ppf(at, *degrees)) for at in (1 - tail, tail))
    return low, high


def grade(score: float) -> str:
    """The letter of a mean SUS score on the curved scale of Sauro & Lewis (2016)."""
    return GRADES[bisect_right([bound for bound, _ in GRADES], score) - 1][1]


def percentile(score: float) -> float:
    """The share of systems with a lower mean SUS score, by the norms of Sauro & Lewis (2016)."""
    return float(np.interp(score, _SCORES, _PERCENTILES)) / 100


def adjective(score: float) -> str:
    """The word whose systems have the nearest mean SUS score (Bangor, Kortum & Miller 2009)."""
    return min(ADJECTIVES, key=lambda pair: abs(pair[0] - score))[1]


def sus_from_umux_lite(score: ArrayLike) -> np.ndarray:
    """The SUS score a UMUX-Lite score foretells: 0.65 · u + 22.9 (Lewis, Utesch & Maher 2013)."""
    return 0.65 * np.asarray(score, dtype=float) + 22.9
