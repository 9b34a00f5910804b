"""The return of a plan against a published study and plans small enough to check by hand."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.analyses import plan as plans
from crmeval.analyses import roi
from crmeval.analyses.benefits import Assumptions, assumed, counted_once, measured
from crmeval.analyses.plan import ASSUMED, MEASURED, REPORTED, Benefit, CostLine, Plan, Schedule, appraise
from crmeval.analyses.scenarios import SCENARIOS, break_even, scenarios, tornado
from crmeval.results import Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words, text

LINE = {"item": "Licences", "amount": 100.0, "category": "licence", "period": "month", "per_user": None,
        "from": pd.NaT, "to": pd.NaT}  # fmt: skip
YEAR = Settings(horizon_months=12, discount_rate=0.0)


def table(*changes):
    frame = pd.DataFrame([{**LINE, **change} for change in changes])
    for column in ("from", "to"):
        frame[column] = pd.to_datetime(frame[column])
    for column in ("per_user", "period", "category"):
        frame[column] = frame[column].astype("str").where(frame[column].notna())
    return Tables.from_frames(costs=frame)


def run(*changes, settings=YEAR, results=None):
    return roi.run(table(*changes), settings, results or {})


def once(amount, month, name="x"):
    return CostLine(name, amount, Schedule(plans.ONCE, month))


def test_a_published_tei_study_is_reproduced_through_monthly_flows():
    costs = tuple(once(paid, 12 * year) for year, paid in enumerate([53_150, 666_715, 636_772, 647_783]))
    gained = tuple(
        Benefit("b", got, REPORTED, Schedule(plans.ONCE, 12 * year))
        for year, got in enumerate([0, 1_606_511, 3_061_331, 4_229_760])
    )
    worth = appraise(Plan(costs, gained, 36, 0.10))
    assert worth.pv_costs == pytest.approx(1_672_201, abs=1)
    assert worth.pv_benefits == pytest.approx(7_168_371, abs=1)
    assert worth.npv == pytest.approx(5_496_170, abs=1)
    assert worth.roi == pytest.approx(3.29, abs=0.005)
    assert worth.irr_roots == pytest.approx([19.12], abs=0.01)
    assert (worth.irr, worth.irr_hidden) == (None, "small_outlay")


def test_costs_add_up_by_how_often_they_are_paid():
    result = run(
        {"item": "Setup", "amount": 5_000, "period": "once"},
        {"amount": 10, "period": "per month", "per_user": "yes"},
        {"item": "Support", "amount": 2_400, "period": "Yearly"},
        {"item": "Review", "amount": 300, "period": "quarter"},
        settings=YEAR.with_(users=20),
    )
    assert result["roi.pv_costs"].value == pytest.approx(5_000 + 10 * 20 * 12 + 2_400 + 4 * 300)
    flows = result.tables["cash_flows"]
    assert list(flows["month"]) == list(range(13))
    assert flows["costs"].iloc[0] == 5_000
    assert flows["costs"].iloc[1] == pytest.approx(200 + 200 + 100)


@pytest.mark.parametrize(
    ("said", "in_a_year"),
    [
        ("once", 1), ("one-time", 1), ("", 1), (None, 1), ("разово", 1), ("единовременно", 1),
        ("month", 12), ("Monthly", 12), ("ежемесячно", 12), ("в мес.", 12), ("раз в месяц", 12),
        ("year", 1), ("annual", 1), ("once a year", 1), ("год", 1), ("ежегодно", 1),
        ("ежеквартально", 4), ("полгода", 2), ("week", 52),
    ],
)  # fmt: skip
def test_periods_are_understood_in_both_languages(said, in_a_year):
    assert run({"period": said})["roi.pv_costs"].value == pytest.approx(100 * in_a_year)


def test_a_period_nobody_understands_counts_once_and_is_said():
    result = run({"period": "at full moon"})
    assert result["roi.pv_costs"].value == 100
    assert any("at full moon" in Words("en")(note) for note in result.notes)


def test_a_year_at_ten_percent_costs_a_tenth_less_at_its_end():
    result = run(
        {"amount": 110, "period": "once", "from": "2025-01-15"},
        {"item": "Start", "amount": 1, "period": "once", "from": "2024-01-01"},
        settings=Settings(horizon_months=12, discount_rate=0.10),
    )
    assert result["roi.pv_costs"].value == pytest.approx(100 + 1)


def test_a_line_runs_from_its_first_to_its_last_month():
    result = run({"from": "2024-01-01", "to": "2024-03-31"}, {"item": "B", "from": "2024-11-01"})
    assert result["roi.pv_costs"].value == pytest.approx(3 * 100 + 2 * 100)


def test_a_line_that_ends_before_it_starts_is_left_out_and_said():
    result = run({"from": "2024-05-01", "to": "2024-03-31"}, {"item": "B"})
    assert result["roi.pv_costs"].value == pytest.approx(1_200)
    assert any("Licences" in Words("en")(note) for note in result.notes)


def test_what_falls_after_the_horizon_is_left_out():
    lines = ({"period": "once", "from": "2024-01-01"}, {"period": "once", "from": "2026-01-01"})
    assert run(*lines)["roi.pv_costs"].value == 100


def test_costs_without_benefits_have_no_return_and_say_why():
    result = run({})
    assert result["roi.pv_costs"].value == 1_200
    assert result.get("roi.roi") is None
    assert set(result.not_measured) == set(roi.OF_BENEFITS)
    assert "tornado" not in result.tables


def test_prices_per_user_without_users_are_not_guessed():
    result = run({"per_user": "да"})
    assert result.measures == ()
    assert "roi.pv_costs" in result.not_measured


def test_users_come_from_the_usage_table_where_they_are_not_set():
    costs = table({"per_user": "yes"})
    usage = pd.DataFrame({"user": ["a", "b", "a"], "period": pd.to_datetime(["2024-01-01"] * 3)})
    both = Tables({"costs": costs.arrow("costs"), "usage": Tables.from_frames(usage=usage).arrow("usage")})
    assert roi.run(both, YEAR, {})["roi.pv_costs"].value == pytest.approx(2 * 1_200)


def test_a_reported_benefit_has_a_return_computed_by_hand():
    result = run(
        {"item": "Setup", "amount": 600, "period": "once"},
        {"item": "Old system", "amount": 100, "category": "Выгода", "period": "месяц"},
    )
    assert result["roi.npv"].value == pytest.approx(600)
    assert result["roi.roi"].value == pytest.approx(1.0)
    assert result["roi.payback_months"].value == pytest.approx(6.0)
    assert result["roi.measured_share"].value == 0
    assert result.answer.key == "roi.answer.gain_not_measured"  # what nobody measured is not claimed
    monthly = (1 + result["roi.irr"].value) ** (1 / 12)
    assert sum(100 / monthly**month for month in range(1, 13)) == pytest.approx(600)


def test_revenue_enters_with_its_margin_only():
    lines = ({"amount": 100, "period": "once"}, {"category": "revenue", "amount": 50, "period": "month"})
    with_margin = run(*lines, settings=YEAR.with_(gross_margin=0.4))
    assert with_margin["roi.pv_benefits"].value == pytest.approx(50 * 12 * 0.4)
    without = run(*lines)
    assert without.get("roi.pv_benefits") is None
    assert any("gross margin" in Words("en")(note) for note in without.notes)


@pytest.mark.parametrize("amount", [float("inf"), float("-inf"), float("nan")])
def test_amounts_that_are_no_numbers_are_no_costs(amount):
    assert run({"amount": amount}, {"item": "B"})["roi.pv_costs"].value == 1_200


def revenue_effect(low, high):
    effect = Measure("impact.revenue.effect", (low + high) / 2, "money", 24, low, high)
    return {"impact": Result(text("app.how"), measures=(effect,))}


def test_a_measured_rise_in_revenue_is_a_benefit_only_if_it_is_certain():
    settings = Settings(gross_margin=0.5, ramp_up_months=0)
    (benefit,), notes = measured(revenue_effect(100, 300), settings)
    assert (benefit.amount, benefit.low, benefit.high, benefit.kind) == (100, 50, 150, MEASURED)
    assert notes == ()
    uncertain, notes = measured(revenue_effect(-10, 300), settings)
    assert uncertain == ()
    assert len(notes) == 1
    assert measured(revenue_effect(100, 300), Settings())[0] == ()


def test_the_measured_share_is_of_the_money():
    lines = ({"period": "once", "amount": 10}, {"category": "benefit", "amount": 300})
    settings = YEAR.with_(gross_margin=0.5, ramp_up_months=0)
    result = run(*lines, settings=settings, results=revenue_effect(100, 300))
    assert result["roi.measured_share"].value == pytest.approx(100 / 400)
    assert result.tables["benefit_lines"]["share"].sum() == pytest.approx(1)


def test_the_same_money_is_counted_once_by_its_best_evidence():
    seen, supposed = Benefit("margin", 5, MEASURED, stream="margin"), Benefit("margin", 9, stream="margin")
    own, other = Benefit("Own", 1, REPORTED), Benefit("Other", 1, REPORTED)
    assert counted_once([supposed, own, other, seen]) == (seen, own, other)


def test_a_line_may_name_the_money_it_is():
    settings = YEAR.with_(gross_margin=0.5, ramp_up_months=0)
    lines = ({}, {"item": "More sales", "category": "Предполагаемая выгода: маржа", "amount": 900})
    assert run(*lines, settings=settings).tables["benefit_lines"]["kind"].tolist() == [ASSUMED]
    both = run(*lines, settings=settings, results=revenue_effect(100, 300))
    assert both.tables["benefit_lines"]["kind"].tolist() == [MEASURED]


def test_assumptions_are_hours_money_and_errors():
    settings = Settings(users=10, hourly_cost=600, gross_margin=0.3, minutes_per_error=5, ramp_up_months=0)
    supposed = Assumptions(hours_saved=3, extra_sales=1_000, errors_avoided=24, systems_retired=70)
    flows = {line.name: line.flows(1)[1] for line in assumed(supposed, settings)}
    assert flows == pytest.approx(
        {
            "time": 3 * 52 / 12 * 10 * 600 * 0.5,
            "margin": 300,
            "errors": 24 * 5 / 60 * 600 * 0.5,
            "systems": 70,
        }
    )
    assert assumed(Assumptions(hours_saved=3), Settings()) == ()


def test_ramp_up_climbs_in_even_steps():
    flows = Benefit("b", 30, schedule=Schedule(ramp_up=2)).flows(4)
    assert list(flows) == pytest.approx([0, 10, 20, 30, 30])


SMALL = Plan((once(600, 0, "Setup"),), (Benefit("Old system", 100, ASSUMED), Benefit("More", 50)), 12, 0.0)


def test_three_scenarios_by_hand():
    frame = scenarios(SMALL).set_index("scenario")
    assert list(frame.index) == list(SCENARIOS)
    assert list(frame["npv"]) == pytest.approx([900 - 720, 1_800 - 600, 2_700 - 600])


def test_break_even_makes_the_plan_worth_nothing():
    plan = Plan((once(1_500, 0),), SMALL.benefits, 12, 0.10)
    needed = break_even(plan).set_index("driver")["break_even"]
    changed = (Benefit("Old system", needed["Old system"]), SMALL.benefits[1])
    assert appraise(Plan(plan.costs, changed, 12, 0.10)).npv == pytest.approx(0, abs=1e-6)
    dear = (once(needed["costs"], 0),)
    assert appraise(Plan(dear, plan.benefits, 12, 0.10)).npv == pytest.approx(0, abs=1e-6)


def test_a_driver_nobody_needs_has_no_break_even():
    frame = break_even(SMALL).set_index("driver")
    assert pd.isna(frame.loc["More", "break_even"])  # 12 × 100 alone exceed 600


def test_the_tornado_turns_one_driver_at_a_time_widest_first():
    frame = tornado(SMALL)
    assert list(frame["driver"]) == ["Old system", "More", "Setup"]  # at 0 % the rate changes nothing
    assert list(frame.loc[0, ["npv_low", "npv_high"]]) == pytest.approx([600, 1_800])


amounts = st.floats(-1e5, 1e5).map(lambda amount: round(amount, 2))
schedules = st.builds(Schedule, st.sampled_from(["once", "month", "year"]), st.integers(0, 15))
random_plans = st.builds(
    Plan,
    st.lists(st.builds(CostLine, st.just("c"), amounts, schedules), max_size=4).map(tuple),
    st.lists(
        st.builds(Benefit, st.just("b"), amounts, st.sampled_from(plans.KINDS), schedules), max_size=4
    ).map(tuple),
    st.integers(1, 24),
    st.floats(0, 0.5),
)


@given(random_plans)
def test_no_scenario_overtakes_a_better_one(plan):
    worst, base, best = scenarios(plan)["npv"]
    slack = 1e-6 * (1 + abs(worst) + abs(best))
    assert worst <= base + slack
    assert base <= best + slack


@given(random_plans)
def test_cash_flows_add_up_to_the_worth(plan):
    flows, worth = plans.cash_flows(plan), appraise(plan)
    assert flows["discounted"].sum() == pytest.approx(worth.npv, abs=1e-3)
    assert flows["cumulative"].iloc[-1] == pytest.approx(flows["net"].sum(), abs=1e-3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "lines",
    [
        [{}],
        [{}, {"category": "benefit", "amount": 500}],
        [{}, {"category": "benefit", "amount": 5}],
        [{"category": "benefit"}],
        [{"period": "once", "amount": 5_000}, {"category": "benefit", "amount": 500}, {"per_user": "да"}],
        [{}, {"category": "benefit", "amount": 5_000, "period": "once"}],
    ],
)
def test_everything_can_be_said(language, lines):
    words = Words(language, "EUR")
    result = run(*lines, settings=Settings(go_live=date(2024, 1, 1)))
    said = [result.answer, *result.notes, *result.not_measured.values()]
    said += [one for measure in result.measures for one in (measure.name, measure.definition)]
    said += [one for finding in result.findings for one in (finding.text, finding.action)]
    assert all(words(one) for one in said)
    columns = {column for frame in result.tables.values() for column in frame.columns}
    shared = {"item", "amount", "period", "share", "month", "kind"}
    assert [column for column in columns - shared if not words.has(f"columns.{column}")] == []
    assert all(words.has(f"result_tables.{name}") for name in result.tables)
