"""Survival estimates against published numbers and the properties they must have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.stats.survival import cumulative_incidence, incidence_variance, kaplan_meier

# Remission of leukaemia under 6-MP, weeks (Freireich et al. 1963), the textbook example of Kaplan–Meier
# estimates; the figures are those of Kleinbaum and Klein, Survival Analysis, and of Stata's manual.
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_GOING = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
REMISSION = np.array(ENDED + STILL_GOING, dtype=float)
OVER = np.array([True] * len(ENDED) + [False] * len(STILL_GOING))
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], dtype=float)

observations = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 2)), min_size=1, max_size=60).map(
    lambda pairs: (np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs]))
)


@pytest.mark.parametrize(
    ("week", "share", "low", "high"),
    [
        (6, 0.8571, 0.6197, 0.9516),
        (7, 0.8067, 0.5631, 0.9228),
        (10, 0.7529, 0.5032, 0.8894),
        (13, 0.6902, 0.4316, 0.8491),
        (16, 0.6275, 0.3675, 0.8049),
        (22, 0.5378, 0.2678, 0.7468),
        (23, 0.4482, 0.1881, 0.6801),
    ],
)
def test_remission_of_leukaemia_as_published(week, share, low, high):
    curve = kaplan_meier(REMISSION, OVER)
    place = list(curve.times).index(week)
    assert (curve.share[place], curve.low[place], curve.high[place]) == pytest.approx(
        (share, low, high), abs=5e-5
    )


def test_medians_as_published():
    curve = kaplan_meier(REMISSION, OVER)
    assert curve.median == 23
    assert curve.median_interval == (13, None)
    placebo = kaplan_meier(PLACEBO, np.ones(21, bool))
    assert placebo.median == 8
    assert placebo.median_interval == (4, 11)


def test_a_median_that_is_not_reached_is_none():
    curve = kaplan_meier([1, 5, 5, 5], [True, False, False, False])
    assert curve.median is None
    assert curve.at(0) == 1
    assert curve.at(100) == 0.75


def test_without_open_cases_the_curve_is_the_share_still_going_and_its_area_the_mean():
    curve = kaplan_meier(PLACEBO, np.ones(21, bool))
    for week in (0, 1, 8, 22, 23):
        assert curve.at(week) == pytest.approx((week < PLACEBO).mean())
    assert curve.restricted_mean(23) == pytest.approx(PLACEBO.mean())


def test_open_cases_lengthen_the_median():
    days = np.arange(1, 101, dtype=float)
    naive = kaplan_meier(days[:60], np.ones(60, bool)).median
    assert kaplan_meier(days, days <= 60).median == 50 > naive == 30


@pytest.mark.parametrize("durations", [[1.0, -1.0], [1.0, np.nan]])
def test_durations_that_cannot_be_are_refused(durations):
    with pytest.raises(ValueError, match="missing or negative"):
        kaplan_meier(durations, [True, True])


def test_two_ways_to_end_by_hand():
    # Four cases: one won on day 1, one lost on day 2, one open on day 2, one won on day 3.
    # won: 1/4, then 1/4, then 1/4 + S(2) * 1/1 = 1/4 + 3/4 * 2/3; lost: 3/4 * 1/3.
    incidence = cumulative_incidence([1, 2, 2, 3], [1, 2, 0, 1])
    assert incidence[1].tolist() == pytest.approx([0.25, 0.25, 0.75])
    assert incidence[2].tolist() == pytest.approx([0, 0.25, 0.25])


@given(observations)
def test_those_ended_each_way_and_those_still_going_are_everyone(observed):
    durations, causes = observed
    going = kaplan_meier(durations, causes > 0).share
    ended = cumulative_incidence(durations, causes).sum(axis=1)
    assert np.allclose(going + ended, 1)


@given(observations, st.randoms())
def test_the_order_of_the_cases_does_not_matter(observed, chance):
    durations, causes = observed
    order = list(range(len(durations)))
    chance.shuffle(order)
    one, other = kaplan_meier(durations, causes > 0), kaplan_meier(durations[order], causes[order] > 0)
    assert np.array_equal(one.share, other.share)
    assert one.median == other.median


def test_the_restricted_mean_of_remission_and_its_standard_error_as_published():
    curve = kaplan_meier(REMISSION, OVER)  # as R's survfit prints them: rmean 23.29, se 2.83
    assert curve.restricted_mean(35) == pytest.approx(23.287, abs=5e-4)
    assert curve.restricted_variance(35) ** 0.5 == pytest.approx(2.827, abs=5e-4)


def test_without_open_cases_the_variance_of_the_restricted_mean_is_that_of_a_mean():
    curve = kaplan_meier(PLACEBO, np.ones(21, bool))
    assert curve.restricted_variance(23) == pytest.approx(PLACEBO.var() / 21)


# Acute myeloid leukaemia after transplantation, months (Scrucca, Santucci and Aversa 2007): 1 is relapse, 2
# death in remission. The figures are those of scikit-survival (Dinse and Larson's approximate variance).
MONTHS = [67, 70, 4, 7, 68, 10, 7, 3, 4, 4, 3, 3, 8, 2, 35, 2, 8, 32]
CAUSES = [0, 0, 0, 0, 0, 2, 2, 1, 1, 1, 1, 1, 1, 2, 0, 0, 0, 0]


def test_relapse_and_death_in_remission_with_their_variances():
    shares, variances = cumulative_incidence(MONTHS, CAUSES), incidence_variance(MONTHS, CAUSES)
    assert shares.loc[[3, 4, 8], 1].tolist() == pytest.approx([0.17708333, 0.29513889, 0.36818576])
    assert shares.loc[[2, 7, 10], 2].tolist() == pytest.approx([0.05555556, 0.12048611, 0.20570747])
    assert variances.loc[[3, 4, 8], 1].tolist() == pytest.approx([0.00859541, 0.01226187, 0.01460508])
    assert variances.loc[[2, 7, 10], 2].tolist() == pytest.approx([0.00291495, 0.00644208, 0.01165257])


def test_without_open_cases_the_variance_is_that_of_a_share():
    causes = [1, 2, 1, 1, 2, 2, 1, 2]
    share = cumulative_incidence([1, 1, 2, 3, 3, 4, 5, 6], causes).loc[4, 1]
    variance = incidence_variance([1, 1, 2, 3, 3, 4, 5, 6], causes).loc[4, 1]
    assert (share, variance) == pytest.approx((3 / 8, 3 / 8 * 5 / 8 / 8))


def test_delayed_entry_by_hand():
    # On day 2 two of three are watched and one ends; on day 4 two and one; on day 5 the last.
    curve = kaplan_meier([2, 4, 5], [True] * 3, entry=[0, 3, 0])
    assert curve.at_risk.tolist() == [2, 2, 1]
    assert curve.share.tolist() == pytest.approx([0.5, 0.25, 0])
    assert cumulative_incidence([2, 4, 5], [1, 2, 1], entry=[0, 3, 0])[1].tolist() == pytest.approx(
        [0.5, 0.5, 0.75]
    )


def test_survivors_of_the_time_before_the_file_begins_do_not_lengthen_it():
    # Stays of 1 to 100 days begin every day; the file begins on day 100 and has only what was there then.
    begun = np.repeat(np.arange(200), 100)
    days = np.tile(np.arange(1, 101), 200).astype(float)
    kept = begun + days > 100
    naive = kaplan_meier(days[kept], np.ones(kept.sum(), bool)).restricted_mean(100)
    right = kaplan_meier(days[kept], np.ones(kept.sum(), bool), entry=np.maximum(100 - begun[kept], 0))
    assert right.restricted_mean(100) == pytest.approx(50.5, rel=0.02)
    assert naive > 53
