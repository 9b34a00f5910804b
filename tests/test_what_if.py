"""What a faster stage would bring: by hand, exactly linear, and into the plan of costs and benefits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.analyses import stages
from crmeval.analyses.costs import lines
from crmeval.analyses.plan import ASSUMED
from crmeval.analyses.what_if import CAPACITY, FORWARD, Change, answered, benefit_line, money, process
from crmeval.charts.what_if import STAGES
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

START = pd.Timestamp("2024-01-01")
SETTINGS = Settings(gross_margin=0.5)


def company(n=20):
    """`n` deals won, one every ten days: 10 days in Offer, then 30 (every other 50) in Contract; 100 each."""
    begun = [START + pd.Timedelta(days=10 * number) for number in range(n)]
    second = [30 if number % 2 == 0 else 50 for number in range(n)]
    rows = [
        (str(number), stage, at)
        for number, at in enumerate(begun)
        for stage, at in (
            ("Offer", at), ("Contract", at + pd.Timedelta(days=10)),
            ("Closed won", at + pd.Timedelta(days=10 + second[number])),
        )
    ]  # fmt: skip
    deals = pd.DataFrame(
        {
            "deal_id": [str(number) for number in range(n)], "created_at": begun, "outcome": "won",
            "closed_at": [at + pd.Timedelta(days=10 + days) for at, days in zip(begun, second, strict=True)],
            "amount": 100.0,
        }
    )  # fmt: skip
    events = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])
    tables = Tables.from_frames(deals=deals, stage_events=events)
    return process(tables, SETTINGS, {"stages": stages.run(tables, SETTINGS, {})})


KNOWN = company()


@pytest.fixture
def known():
    return KNOWN


def cut(known, use=FORWARD, filled=0.5, **by_stage):
    return Change(tuple(by_stage.get(stage, 0.0) for stage in known.stages), use, filled)


def test_days_medians_and_money_by_hand(known):
    said = answered(known, cut(known, Contract=0.5), SETTINGS)
    assert said["what_if.mean"].facts["before"] == pytest.approx(50)
    assert said["what_if.saved"].value == pytest.approx(20)
    assert said["what_if.mean"].value == pytest.approx(30)
    assert said["what_if.median"].value == pytest.approx(30)  # 25 and 35 days by turns
    assert said["what_if.throughput"].value == pytest.approx(50 / 30 - 1)
    a_year = known.revenue
    assert a_year == pytest.approx(known.wins * 100)
    assert said["what_if.sales"].value == pytest.approx(a_year * 20 / 365)
    more = answered(known, cut(known, CAPACITY, 0.5, Contract=0.5), SETTINGS)
    assert more["what_if.sales"].value == pytest.approx(a_year / 12 * (50 / 30 - 1) * 0.5)


@given(st.floats(0, 0.8), st.floats(0, 0.8))
def test_the_mean_is_linear_and_each_stage_adds_its_own(one, other):
    known = KNOWN
    both = answered(known, cut(known, Offer=one, Contract=other), SETTINGS)["what_if.saved"].value
    alone = [answered(known, cut(known, **{stage: share}), SETTINGS)["what_if.saved"].value
             for stage, share in (("Offer", one), ("Contract", other))]  # fmt: skip
    assert both == pytest.approx(sum(alone))
    assert both == pytest.approx(10 * one + 40 * other, abs=1e-4)


def test_nothing_moved_changes_nothing(known):
    said = answered(known, cut(known), SETTINGS)
    assert said["what_if.saved"].value == 0
    assert said["what_if.throughput"].value == 0
    assert money(known, cut(known)) == (0.0, "once")
    assert benefit_line(known, cut(known), Words("en")) is None


def test_without_stages_or_with_few_sales_there_is_no_answer():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": [START], "outcome": ["won"]})
    tables = Tables.from_frames(deals=deals)
    assert process(tables, SETTINGS, {}) is None
    assert company(n=9) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("use", "period", "times"), [(FORWARD, "once", 1), (CAPACITY, "month", 12)])
def test_the_plan_takes_it_as_assumed_revenue_at_its_margin(known, language, use, period, times):
    change = cut(known, use, Contract=0.5)
    line = benefit_line(known, change, Words(language))
    assert line["period"] == period
    tables = Tables.from_frames(costs=pd.DataFrame([line]))
    found = lines(tables, SETTINGS)
    assert not found.costs
    (benefit,) = found.benefits
    assert benefit.kind == ASSUMED
    assert benefit.amount == pytest.approx(money(known, change)[0] * 0.5, abs=0.01)
    flows = benefit.schedule.flows(benefit.amount, 12)
    assert np.count_nonzero(flows) == times
    assert lines(tables, Settings()).benefits == ()  # without a margin sales are no gain, and that is said


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_it_says_can_be_said_and_drawn(known, language):
    words = Words(language)
    for use in (FORWARD, CAPACITY):
        for settings in (SETTINGS, Settings()):
            said = answered(known, cut(known, use, Contract=0.2), settings)
            assert words(said.answer)
            assert all(words(note) for note in said.notes)
            assert all(words(measure.definition) and words(measure.name) for measure in said.measures)
            assert STAGES.draw(said, words).to_dict()
