"""Which words distinguish two bodies of text."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

PRIOR_WORDS = 100.0


def log_odds(first: ArrayLike, second: ArrayLike, background: ArrayLike) -> NDArray[np.float64]:
    """How much more a word is used in the first body than in the second, in standard errors.

    Log odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, equations 15–22):
    the prior spreads 100 words as the background does, so that a rare word needs more evidence than a
    frequent one.

    Args:
        first: uses of each word in the first body.
        second: uses of each word in the second.
        background: uses of each word anywhere; none may be zero.
    """
    ones, twos = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    everywhere = np.asarray(background, dtype=float)
    prior = PRIOR_WORDS * everywhere / everywhere.sum()
    ones_and_prior, twos_and_prior = ones + prior, twos + prior
    odds_1 = ones_and_prior / (ones.sum() + PRIOR_WORDS - ones_and_prior)
    odds_2 = twos_and_prior / (twos.sum() + PRIOR_WORDS - twos_and_prior)
    difference = np.log(odds_1) - np.log(odds_2)
    spread: NDArray[np.float64] = np.sqrt(1 / ones_and_prior + 1 / twos_and_prior)
    return difference / spread
