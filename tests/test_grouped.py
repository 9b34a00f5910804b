"""Quantiles of groups: those that numpy finds for each group alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.stats.grouped import quantiles

rows = st.lists(st.tuples(st.integers(0, 4), st.integers(-(10**6), 10**12)), max_size=40)


@given(rows, st.sampled_from([0.1, 0.5, 0.9]))
def test_quantiles_are_those_of_each_group_alone(pairs, share):
    group = np.array([code for code, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs], dtype=np.int64)
    found = quantiles(group, values, 5, (share,))[:, 0]
    for code in range(5):
        mine = values[group == code]
        expected = np.quantile(mine, share) if len(mine) else np.nan
        assert found[code] == pytest.approx(expected, nan_ok=True)


def test_several_quantiles_at_once_in_short_numbers():
    found = quantiles(np.array([1, 1, 1, 0]), np.array([4, 1, 10, 3]), 2, (0, 0.5, 1))
    assert found.tolist() == [[3, 3, 3], [1, 4, 10]]
