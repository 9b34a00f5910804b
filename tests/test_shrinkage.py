"""Groups drawn together as far as chance goes, against a published meta-analysis."""

import numpy as np
import pytest

from crmeval.stats.shrinkage import between_variance, shrunk

# Thirteen trials of the BCG vaccine (Colditz et al. 1994): log relative risks and their variances, as printed
# in the documentation of R's metafor, where DerSimonian and Laird's estimate is 0.3088.
RISKS = [-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394,
         0.4459, -0.0173]  # fmt: skip
VARIANCES = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325,
             0.0714]  # fmt: skip


def test_the_variance_between_trials_as_published():
    assert between_variance(RISKS, VARIANCES) == pytest.approx(0.3088, abs=5e-4)


def test_values_come_nearer_to_each_other_the_less_is_known_of_them():
    drawn = shrunk(RISKS, VARIANCES)
    assert np.ptp(drawn) < np.ptp(RISKS)
    assert abs(drawn[11] - RISKS[11]) > abs(drawn[7] - RISKS[7])


def test_groups_that_differ_by_chance_alone_come_out_equal():
    assert shrunk([10, 11, 9, 10], [4, 4, 4, 4]) == pytest.approx([10] * 4)
