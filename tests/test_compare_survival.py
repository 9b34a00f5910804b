"""Groups with unfinished durations compared: against published figures, by hand, and as it must always be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.stats.compare_survival import life_tables, log_rank, log_rank_pairs, restricted_means
from crmeval.stats.funnel import limits, over_dispersion
from crmeval.stats.many import holm
from crmeval.stats.survival import kaplan_meier

# Weeks in remission of children with leukaemia (Freireich 1963; Cox 1972): drug, then placebo.
DRUG = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
RELAPSED = [True] * 9 + [False] * 12 + [True] * 21


@pytest.fixture
def leukaemia():
    return life_tables(DRUG + PLACEBO, RELAPSED, [0] * 21 + [1] * 21, 2)


def test_log_rank_as_published(leukaemia):
    chi_square, freedom, p = log_rank(leukaemia)
    assert (round(chi_square, 2), freedom) == (16.79, 1)
    assert p == pytest.approx(4.17e-5, rel=0.01)
    pairs, p_values = log_rank_pairs(leukaemia, leukaemia.rest())
    assert pairs == pytest.approx([chi_square] * 2)
    assert p_values == pytest.approx([p] * 2)


def test_medians_and_restricted_mean_as_published(leukaemia):
    assert leukaemia.median() == pytest.approx([23, 8])
    means, variances = restricted_means(leukaemia, 35)
    assert means[0] == pytest.approx(23.29, abs=0.005)  # survfit of R: rmean 23.29, se 2.83
    assert np.sqrt(variances[0]) == pytest.approx(2.83, abs=0.005)


def test_without_unfinished_cases_the_restricted_mean_is_the_mean(leukaemia):
    means, variances = restricted_means(leukaemia, 40)
    assert means[1] == pytest.approx(np.mean(PLACEBO))
    assert variances[1] == pytest.approx(np.var(PLACEBO) / len(PLACEBO))


lives = st.lists(
    st.tuples(st.integers(0, 30), st.booleans(), st.integers(0, 2)), min_size=4, max_size=60
)  # fmt: skip


@given(lives)
def test_each_group_has_its_own_kaplan_meier_curve(rows):
    days, ended, group = map(np.array, zip(*rows, strict=True))
    found = life_tables(days, ended, group, 3)
    for number in set(group):
        alone = kaplan_meier(days[group == number], ended[group == number])
        until = float(days[group == number].max())
        if until > 0:
            assert restricted_means(found, until)[0][number] == pytest.approx(alone.restricted_mean(until))


@given(lives)
def test_a_group_and_its_rest_are_everybody_and_order_does_not_matter(rows):
    days, ended, group = map(np.array, zip(*rows, strict=True))
    found = life_tables(days, ended, group, 3)
    assert (found.at_risk[0] + found.rest().at_risk[0] == len(rows)).all()
    back = life_tables(days[::-1], ended[::-1], group[::-1], 3)
    assert log_rank(found) == pytest.approx(log_rank(back))
    assert 0 <= log_rank(found)[2] <= 1


def test_two_equal_groups_do_not_differ():
    chi_square, _, p = log_rank(life_tables([1, 2, 3] * 2, [True] * 6, [0] * 3 + [1] * 3, 2))
    assert (chi_square, p) == pytest.approx((0, 1))


@pytest.mark.parametrize("days", [[-1.0], [float("nan")]])
def test_a_duration_must_be_one(days):
    with pytest.raises(ValueError, match="duration"):
        life_tables(days, [True], [0], 1)


def test_holm_rejects_as_in_the_textbook_example():
    found = holm([0.01, 0.04, 0.03, 0.005])  # the standard example: only the first and the last are rejected
    assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_lowers_a_p_and_lies_under_bonferroni(p):
    found = holm(p)
    assert (found >= np.array(p) - 1e-12).all()
    assert (found <= np.minimum(np.array(p) * len(p), 1) + 1e-12).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= -1e-12).all()


def test_a_comparison_that_was_not_made_does_not_count():
    assert holm([0.02, np.nan, 0.03])[[0, 2]] == pytest.approx([0.04, 0.04])


def test_chance_alone_is_not_over_dispersed_and_the_funnel_narrows():
    rng = np.random.default_rng(5)
    trials = np.full(2000, 200)
    by_chance = over_dispersion(rng.binomial(trials, 0.3), trials)
    assert by_chance == pytest.approx(1, abs=0.15)
    spread = rng.beta(9, 21, 2000)  # shares that truly differ: variance 0.21/31 beside 0.21/200 by chance
    assert over_dispersion(rng.binomial(trials, spread), trials) > 4
    low, high = limits(np.array([20, 200, 2000]), 0.3, 1.0, 0.95)
    assert (np.diff(high - low) < 0).all()
