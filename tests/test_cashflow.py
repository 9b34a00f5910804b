"""Cash flows against published figures: a TEI study, spreadsheet documentation, issue threads."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.stats import cashflow

# Forrester TEI of SalesLoft: the risk-adjusted table, initial and three year-ends, at 10 %.
TEI_COSTS = [53_150, 666_715, 636_772, 647_783]
TEI_BENEFITS = [0, 1_606_511, 3_061_331, 4_229_760]


def test_a_published_tei_study_is_reproduced_to_the_dollar():
    costs, benefits = cashflow.npv(0.1, TEI_COSTS), cashflow.npv(0.1, TEI_BENEFITS)
    assert costs == pytest.approx(1_672_201, abs=1)
    assert benefits == pytest.approx(7_168_371, abs=1)
    assert benefits - costs == pytest.approx(5_496_170, abs=1)
    assert cashflow.roi(benefits, costs) == pytest.approx(3.29, abs=0.005)
    years = cashflow.payback(np.subtract(TEI_BENEFITS, TEI_COSTS))
    assert years * 12 == pytest.approx(0.68, abs=0.005)


@pytest.mark.parametrize(
    ("rate", "flows", "published", "tolerance"),
    [
        (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500], 1_922.06, 0.005),
        (0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500, -9_000], -3_749.47, 0.005),
        (0.10, [-100_000, 40_000, 40_000, 40_000, 40_000], 26_794.62, 0.005),
        (0.05, [-160_000, *[200_000] * 5], 705_895, 0.5),
    ],
)
def test_published_net_present_values(rate, flows, published, tolerance):
    assert cashflow.npv(rate, flows) == pytest.approx(published, abs=tolerance)


def test_a_spreadsheets_npv_is_ours_one_period_later():
    assert cashflow.npv(0.1, [-10_000, 3_000, 4_200, 6_800]) / 1.1 == pytest.approx(1_188.44, abs=0.005)


@pytest.mark.parametrize(
    ("flows", "published", "tolerance"),
    [
        ([-70_000, 12_000, 15_000, 18_000, 21_000], [-0.021], 0.0005),
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], [0.087], 0.0005),
        ([-70_000, 12_000, 15_000], [-0.444], 0.0005),
        ([-100_000, 40_000, 40_000, 40_000, 40_000], [0.2186], 0.0005),
        ([-50, -100, 600, 300, -100], [-0.769, 1.854], 0.0005),
        ([100, -230, 132], [0.10, 0.20], 1e-9),
        ([100, -200, 100.01], [], 0),
        ([-100, -10], [], 0),
        ([0, 0], [], 0),
    ],
)
def test_every_internal_rate_of_return_is_found(flows, published, tolerance):
    assert cashflow.irr_roots(flows) == pytest.approx(published, abs=tolerance)


def test_the_rate_that_a_well_known_library_misses_is_among_the_roots():
    flows = [-1678.87, 771.96, 1814.05, 3520.30, 3552.95, 3584.99, 4789.91, -1]
    assert cashflow.irr_roots(flows)[-1] == pytest.approx(1.004269848720547, abs=1e-9)


def test_the_modified_rate_of_the_spreadsheet_documentation():
    flows = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
    assert cashflow.mirr(flows, 0.10, 0.12) == pytest.approx(0.1261, abs=5e-5)
    assert cashflow.mirr([100, 100], 0.1, 0.1) is None


@pytest.mark.parametrize(
    ("flows", "periods"),
    [
        ([-100, 40, 40, 40, 40], 2.5),
        ([-100, 40], None),
        ([-100, 100], 1.0),
        ([5, 5], 0.0),
        ([-100, 110, -20, 20], 3 - 10 / 20),  # in the black, in the red again, then for good
    ],
)
def test_payback_is_when_the_plan_stays_in_the_black(flows, periods):
    assert cashflow.payback(flows) == (periods if periods is None else pytest.approx(periods))


def test_twelve_months_compound_to_a_year():
    assert (1 + cashflow.monthly_rate(0.1)) ** 12 == pytest.approx(1.1)
    assert cashflow.annual_rate(cashflow.monthly_rate(0.23)) == pytest.approx(0.23)


def test_nothing_spent_has_no_return():
    assert cashflow.roi(100, 0) is None


@given(
    st.floats(1, 1e6),
    st.lists(st.floats(0, 1e5), min_size=1, max_size=60).filter(lambda flows: sum(flows) > 1),
)
def test_money_spent_first_and_earned_later_has_one_rate_at_which_it_is_worth_nothing(outlay, earned):
    (rate,) = cashflow.irr_roots([-outlay, *earned])
    worth = cashflow.discounted(rate, [-outlay, *earned])
    assert worth.sum() == pytest.approx(0, abs=1e-6 * outlay)
