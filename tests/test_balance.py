"""Little's law: by hand, on queues whose truth is known, and where deals are forgotten."""

import numpy as np
import pytest

from crmeval.stats.balance import balance
from crmeval.stats.intervals import welch

NAN = float("nan")


def queue(seed, rate=10.0, lasts=30.0, n=12_000):
    """Arrivals at random, each lasting for an exponential time: on average rate × lasts are in progress."""
    chance = np.random.default_rng(seed)
    begins = np.cumsum(chance.exponential(1 / rate, n))
    ends = begins + chance.exponential(lasts, n)
    return begins, np.where(ends > begins[-1], NAN, ends), begins[-1]


def test_by_hand():
    # 40 deals, one a day, each open for two days: two are in progress once it runs.
    begins = np.arange(40.0)
    found = balance(begins, begins + 2, (2.0, 39.0))
    assert found.in_progress == pytest.approx(2)
    assert (found.rate, found.lasts) == (1.0, 2.0)
    assert found.expected == pytest.approx(2)
    assert found.gap == pytest.approx(0)


@pytest.mark.parametrize("seed", range(5))
def test_a_process_in_balance_has_no_gap_at_its_start_or_later(seed):
    begins, ends, until = queue(seed)
    for window in ((0.0, until), (200.0, until)):
        found = balance(begins, ends, window)
        assert abs(found.gap) < 0.01
        assert found.low < found.gap < found.high
    assert found.in_progress == pytest.approx(300, rel=0.1)


def test_forgotten_deals_show_as_a_gap():
    begins, ends, until = queue(1)
    forgotten = np.random.default_rng(2).random(len(begins)) < 0.1
    found = balance(begins, np.where(forgotten, NAN, ends), (200.0, until))
    assert found.expected == pytest.approx(300, rel=0.1)  # what the closings let expect, as before
    assert found.gap > 0.5


def test_too_few_endings_say_nothing():
    assert balance(np.arange(19.0), np.arange(19.0) + 1, (0.0, 30.0)) is None
    assert balance(np.arange(40.0), np.full(40, NAN), (0.0, 50.0)) is None
    assert balance(np.arange(40.0), np.arange(40.0) + 1, (5.0, 5.0)) is None


def test_welch_as_published():
    # Welch's t for the extra sleep of two groups of ten (Student 1908): 95 % interval −3.365 to 0.205.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    groups = [(np.mean(group), np.var(group, ddof=1), len(group)) for group in (first, second)]
    assert welch(*groups) == pytest.approx((-3.3654832, 0.2054832))
    assert welch((3.0, 0.0, 5), (1.0, 0.0, 5)) == (2.0, 2.0)
