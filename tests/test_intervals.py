"""Intervals against published numbers."""

import numpy as np
import pytest

from crmeval.stats.intervals import mean_t, median_order, newcombe, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes, n, low, high):
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


def test_wilson_of_nothing_says_nothing():
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_mirrors_and_stays_within_bounds():
    low, high = wilson(20, 20)
    assert (1 - high, 1 - low) == pytest.approx(wilson(0, 20))
    assert high == 1.0


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_as_published(first, second, low, high):
    assert newcombe(*first, *second) == pytest.approx((low, high), abs=5e-5)


def test_newcombe_turned_round_changes_sign():
    low, high = newcombe(56, 70, 48, 80)
    assert newcombe(48, 80, 56, 70) == pytest.approx((-high, -low))


def test_mean_with_students_interval_by_hand():
    # mean 2, standard deviation 1, n 3, t(0.975; 2) = 4.3027: 2 ± 4.3027 / sqrt(3)
    assert mean_t([1, 2, 3]) == pytest.approx((-0.4841, 4.4841), abs=1e-4)
    assert mean_t([5]) is None


def test_sus_of_the_toolkit_sample_as_published():
    # 20 forms with mean 79.875 and standard deviation 11.017: 74.72 … 85.03
    forms = np.linspace(-1, 1, 20)
    forms = forms / forms.std(ddof=1) * 11.017 + 79.875
    assert mean_t(forms) == pytest.approx((74.72, 85.03), abs=0.01)


@pytest.mark.parametrize(
    ("n", "lower", "upper"),
    [(6, 1, 6), (10, 2, 9), (20, 6, 15), (50, 18, 33)],
)
def test_median_between_the_tabulated_order_statistics(n, lower, upper):
    # Ranks of the 95 % interval of a median: Conover 1999, table A3 (and any table of the sign test)
    assert median_order(np.arange(1, n + 1)) == (lower, upper)


def test_median_of_too_few_is_not_bounded():
    assert median_order(range(5)) is None
    assert median_order([]) is None
