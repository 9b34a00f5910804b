"""Days of bulk closing are told from busy ones."""

import numpy as np

from crmeval.stats.spikes import spikes


def test_a_clean_up_is_seen():
    usual = np.repeat(np.arange(100), 2)
    days, n = spikes(np.concatenate([usual, np.full(60, 50)]))
    assert (days.tolist(), n.tolist()) == ([50], [62])


def test_busy_month_ends_are_none():
    usual = np.repeat(np.arange(100), 2)
    assert spikes(np.concatenate([usual, np.repeat([29, 59, 89], 6)]))[0].tolist() == []


def test_a_few_deals_closed_on_one_day_are_none():
    assert spikes([5] * 9)[0].tolist() == []
    assert spikes([])[0].tolist() == []
