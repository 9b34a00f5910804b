"""Days per stage of a process still on its way: by hand, as it must always be, and against a known truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_process import OPEN, STAGES, WON, observed, truth

from crmeval.analyses.ranking import errors
from crmeval.stats.bootstrap import draws, interval, share_first, some
from crmeval.stats.multistate import Stays, finest, sums
from crmeval.stats.time_in_stages import days


def stays(case, stage, lasted, leads, stages, entry=None):
    case = np.asarray(case)
    return Stays(
        case=case, stage=np.asarray(stage), days=np.asarray(lasted, float), exit=np.asarray(leads),
        entry=np.zeros(len(case)) if entry is None else np.asarray(entry, float),
        whole=np.ones(case.max() + 1, bool), stages=stages,
    )  # fmt: skip


def of_log(log):
    _, case = np.unique(log.case, return_inverse=True)
    return stays(case, log.stage, log.days, log.exit, len(STAGES))


def test_an_open_deal_counts_with_its_chance_by_hand():
    # One deal goes A 2 days, B 4 days, won; one A 2 days, lost; one is in A for a day. The open one goes on
    # to B, and is won, with a chance of one half: it adds half a win, 1 day of A and 2 of B.
    found = days(sums(stays([0, 0, 1, 2], [0, 1, 0, 0], [2, 4, 2, 1], [1, 2, 3, OPEN], 2), finest(2)))
    assert found.wins.tolist() == pytest.approx([1.5])
    assert found.won[0].tolist() == pytest.approx([2, 4])
    assert found.every[0].tolist() == pytest.approx([2, 2])
    assert found.visits[0].tolist() == pytest.approx([1, 0.5])
    assert found.undecided[0].tolist() == pytest.approx([0, 0], abs=1e-8)


def test_how_long_an_open_deal_has_been_there_tells_its_end_by_hand():
    # Of 40 won deals half leave after 1 day, half after 3; of 40 lost ones half after 3, half after 5. One is
    # there for 2 days: had it been won, it would still be there with a chance that is 20 / (40 + p) less than
    # one; had it been lost, for sure. Its own chance p is what Bayes' rule makes of that, itself counted.
    lasted = [1] * 20 + [3] * 40 + [5] * 20 + [2]
    found = days(sums(stays(range(81), [0] * 81, lasted, [1] * 40 + [2] * 40 + [OPEN], 1), finest(1)))
    p = 0.5
    for _ in range(50):
        won = (40 + p) / 81 * (1 - 20 / (40 + p))
        p = won / (won + (41 - p) / 81)
    assert found.chance[0, 0] == pytest.approx(p, rel=0.02)
    assert found.wins[0] == pytest.approx(40 + p, rel=0.001)
    # Half of the won deals that outlast day 2 are this one's like: they stay 3 days.
    assert found.won[0, 0] == pytest.approx((20 * 1 + (20 + p) * 3) / (40 + p), rel=0.001)


def test_what_a_deal_went_through_long_before_tells_its_end():
    # Won deals are quick in the first of three stages, lost ones slow there, and else they are alike.
    ended = [(case, [1, 5, 5], 3) for case in range(40)] + [(case, [9, 5, 5], 4) for case in range(40, 80)]
    rows = [row for case, lasted, end in ended
            for row in zip([case] * 3, range(3), lasted, [1, 2, end], strict=True)]  # fmt: skip
    for case, first in ((80, 9), (81, 1)):
        rows += [(case, 0, first, 1), (case, 1, 5, 2), (case, 2, 2, OPEN)]
    slow, quick = days(sums(stays(*(np.array(column) for column in zip(*rows, strict=True)), 3), 64)).chance[
        0
    ]
    assert slow < 0.05
    assert quick > 0.95


def test_what_outlasts_all_that_were_seen_to_end_is_told():
    found = days(sums(stays([0, 1, 2, 3], [0] * 4, [1, 1, 5, 9], [1, 1, OPEN, OPEN], 1), finest(1)))
    assert found.undecided[0, 0] == pytest.approx(0.5)
    assert found.every[0, 0] == pytest.approx(0.5 * 1 + 0.5 * 9)  # at least so long


def test_going_back_counts_every_visit():
    # Of two deals one goes A, B, A, B, won, the other A, B, won: each stage 1.5 visits of 2 days.
    case, stage = [0] * 4 + [1] * 2, [0, 1, 0, 1, 0, 1]
    found = days(sums(stays(case, stage, [2] * 6, [1, 0, 1, 2, 1, 2], 2), finest(2)))
    assert found.visits[0].tolist() == pytest.approx([1.5, 1.5])
    assert found.won[0].tolist() == pytest.approx([3, 3])


@st.composite
def finished(draw):
    """Deals that have all ended, each with its stages, days and end."""
    rows = []
    for case in range(draw(st.integers(1, 12))):
        path = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=5))
        leads = [stage for stage, _ in path[1:]] + [draw(st.sampled_from([3, 4]))]
        rows += [(case, stage, lasted, to) for (stage, lasted), to in zip(path, leads, strict=True)]
    return stays(*(np.array(column) for column in zip(*rows, strict=True)), 3)


@settings(max_examples=40, deadline=None)
@given(finished())
def test_where_nothing_is_open_the_days_are_those_that_passed(seen):
    found = days(sums(seen, finest(3)))
    cases = len(seen.whole)
    won = np.isin(np.arange(cases), seen.case[seen.exit == 3])
    assert found.every[0] == pytest.approx(np.bincount(seen.stage, seen.days, 3) / cases, rel=1e-5, abs=1e-6)
    if won.any():
        of_won = won[seen.case]
        mean = np.bincount(seen.stage[of_won], seen.days[of_won], 3) / won.sum()
        assert found.won[0] == pytest.approx(mean)


def test_coarse_bins_of_time_change_little():
    seen = of_log(observed(1500, 7, age=365, doomed=False))
    fine, coarse = days(sums(seen, finest(5))), days(sums(seen, 64))
    assert coarse.won[0] == pytest.approx(fine.won[0], rel=0.03)


def test_a_case_drawn_twice_counts_twice():
    seen = of_log(observed(1500, 7, age=365, doomed=False))
    twice = np.concatenate([np.arange(len(seen.case))] * 2)
    again = Stays(
        np.concatenate([seen.case, seen.case + len(seen.whole)]), seen.stage[twice], seen.days[twice],
        seen.exit[twice], seen.entry[twice], np.ones(2 * len(seen.whole), bool), seen.stages,
    )  # fmt: skip
    drawn, doubled = days(sums(seen, 64), np.full((1, len(seen.whole)), 2.0)), days(sums(again, 64))
    assert drawn.wins[0] == pytest.approx(doubled.wins[0], rel=1e-3)
    assert drawn.won[0] == pytest.approx(doubled.won[0], rel=1e-2)


def test_of_some_cases_there_are_all_stays_and_no_others():
    seen = of_log(observed(300, 7, age=365, doomed=False))
    mine = np.array([2, 3, 250])
    part = seen.of(mine)
    assert part.days.tolist() == seen.days[np.isin(seen.case, mine)].tolist()
    assert np.unique(part.case).tolist() == [0, 1, 2]


def test_samples_are_the_same_every_time_and_of_the_right_size():
    one, other = (np.concatenate(list(draws(250, at_once=150))) for _ in range(2))
    assert np.array_equal(one, other)
    assert one.shape == (500, 250)
    assert (one.sum(axis=1) == 250).all()


def test_errors_of_a_part_are_scaled_to_those_of_all():
    assert some(7)[0].tolist() == list(range(7))
    chosen, scale = some(8000, most=2000)
    assert len(np.unique(chosen)) == 2000
    assert scale == pytest.approx(0.5)


def test_intervals_hold_the_estimate_and_shares_of_being_first_are_one_together():
    drawn = np.array([[1.0, 2], [3, 1], [1, 5], [2, 4]])
    low, high = interval(drawn, np.array([9.0, 3]))
    assert (high[0], low[1] <= 3 <= high[1]) == (9, True)
    assert share_first(drawn).tolist() == [0.25, 0.75]


SEEN = {}


def runs(age, doomed):
    """Forty young CRMs: days per won deal, per deal, and what finished deals alone say."""
    if (age, doomed) not in SEEN:
        found = []
        for seed in range(100, 140):
            seen = of_log(observed(1500, seed, age=age, doomed=doomed))
            estimate = days(sums(seen, finest(5)))
            won = np.isin(np.arange(len(seen.whole)), seen.case[seen.exit == WON])[seen.case]
            over = seen.exit != OPEN
            naive_won = np.bincount(seen.stage[won], seen.days[won], 5) / (seen.exit == WON).sum()
            naive = np.bincount(seen.stage[over], seen.days[over], 5) / len(seen.whole)
            found.append((estimate.won[0], estimate.every[0], naive_won, naive))
        SEEN[age, doomed] = tuple(np.array(column) for column in zip(*found, strict=True))
    return SEEN[age, doomed]


@pytest.mark.slow
@pytest.mark.parametrize("doomed", [False, True])
@pytest.mark.parametrize("age", [120, 365])
def test_days_per_deal_are_within_five_percent_of_the_truth_and_the_naive_ones_are_not(age, doomed):
    won, every, naive_won, naive = (found.mean(axis=0).sum() for found in runs(age, doomed))
    true_won, true_every = (days_.sum() for days_ in truth(doomed=doomed))
    assert won == pytest.approx(true_won, rel=0.05)
    assert every == pytest.approx(true_every, rel=0.05)
    assert naive_won < 0.95 * true_won
    assert naive < 0.85 * true_every


@pytest.mark.slow
@pytest.mark.parametrize(("age", "doomed"), [(120, False), (365, False), (120, True), (365, True)])
def test_the_first_bottleneck_of_won_deals_is_found(age, doomed):
    won, every, _, naive = runs(age, doomed)
    true_won, true_every = truth(doomed=doomed)
    first = STAGES.index("Negotiation")
    assert true_won.argmax() == first
    assert (won.argmax(axis=1) == first).sum() >= 38
    if not doomed:  # over all deals the offer takes longest, but only for those that are lost there
        assert STAGES[int(true_every.argmax())] == "Offer"
        assert (naive.argmax(axis=1) == first).sum() < 38
        assert (every.argmax(axis=1) == STAGES.index("Offer")).sum() >= 38


@pytest.mark.slow
@pytest.mark.parametrize(("age", "doomed"), [(365, False), (120, True)])
def test_intervals_hold_the_truth_about_as_often_as_they_say(age, doomed):
    true_won, _ = truth(doomed=doomed)
    held = []
    for seed in range(300, 330):
        seen = of_log(observed(1000, seed, age=age, doomed=doomed))
        estimate, off = days(sums(seen, finest(5))).won[0], errors(seen)
        low, high = interval(estimate + off, estimate)
        held.append((low <= true_won) & (true_won <= high))
    assert np.mean(held) > 0.88
