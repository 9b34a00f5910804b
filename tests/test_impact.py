"""Before and after the go-live: a description, never an effect."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmeval.analyses import cycles, output
from crmeval.analyses.impact import AFTER, ANALYSIS, BEFORE, RAMP_UP, phases
from crmeval.settings import Settings
from crmeval.stats.detectable import detectable_difference
from crmeval.tables import Tables

LABELS = {"x1": "Revenue, k", "x2": "Team", "x3": "Выручка"}


def kpis(months=14):
    periods = pd.date_range("2024-01-01", periods=months, freq="MS")
    return pd.DataFrame(
        {"period": periods, "x1": [10.0] * 8 + [16.0] * (months - 8), "x2": ["North"] * months,
         "x3": [f"{1000 + number},5 руб." for number in range(months)]}
    )  # fmt: skip


def run(settings=None, **tables):
    labels = {"kpis": {column: LABELS[column] for column in tables["kpis"].columns[1:]}}
    return ANALYSIS.run(Tables.from_frames(labels=labels, **tables), settings or Settings(), {})


LIVE = Settings(go_live=date(2024, 9, 1), ramp_up_months=2)


def test_the_mean_month_after_less_the_mean_month_before_without_the_ramp_up():
    result = run(LIVE, kpis=kpis())
    naive = result["impact.revenue_k.naive"]
    assert (naive.value, naive.n) == (6.0, 8 + 4)
    assert (naive.low, naive.high) == (None, None)
    assert result.tables["impact_by_month"]["phase"].head(14).tolist() == (
        [BEFORE] * 8 + [RAMP_UP] * 2 + [AFTER] * 4
    )


def test_no_effect_is_claimed():
    result = run(LIVE, kpis=kpis())
    assert not [measure.id for measure in result.measures if measure.id.endswith(".effect")]
    assert result.not_measured["impact.revenue_k.effect"].key == "impact.effect_later"


def test_figures_written_as_text_are_understood_and_columns_of_names_are_none():
    kpi_ids = set(run(LIVE, kpis=kpis()).tables["impact_by_month"]["kpi"])
    assert kpi_ids == {"revenue_k", "выручка"}
    assert run(LIVE, kpis=kpis())["impact.выручка.naive"].value == pytest.approx(11.5 - 3.5)


def test_the_month_of_a_go_live_within_it_is_ramp_up():
    months = pd.Series(pd.date_range("2024-01-01", periods=4, freq="MS"))
    assert phases(months, date(2024, 2, 15), 0).tolist() == [BEFORE, RAMP_UP, AFTER, AFTER]
    assert phases(months, date(2024, 2, 1), 0).tolist() == [BEFORE, AFTER, AFTER, AFTER]
    assert phases(months, date(2024, 2, 15), 1).tolist() == [BEFORE, RAMP_UP, RAMP_UP, AFTER]


def test_without_a_go_live_it_is_asked_for():
    result = run(kpis=kpis())
    assert result.answer.key == "impact.needs_go_live"
    assert result.measures == ()
    assert result.not_measured["impact.revenue_k.naive"].key == "impact.needs_go_live"


@pytest.mark.parametrize(("go_live", "side"), [(date(2023, 1, 1), "before"), (date(2026, 1, 1), "after")])
def test_a_go_live_outside_the_data_leaves_nothing_to_compare(go_live, side):
    result = run(Settings(go_live=go_live), kpis=kpis())
    assert result.not_measured["impact.revenue_k.naive"].key == f"impact.no_months_{side}"


def test_few_months_are_said():
    result = run(Settings(go_live=date(2024, 12, 1), ramp_up_months=1), kpis=kpis())
    assert any(note.key == "impact.note_few_months" for note in result.notes)


def test_weeks_become_months_and_row_order_does_not_matter():
    weeks = pd.DataFrame(
        {"period": pd.to_datetime(["2024-01-01", "2024-01-08", "2024-02-05"]), "x1": [1.0, 3, 5]}
    )
    for rows in (weeks, weeks[::-1]):
        assert run(LIVE, kpis=rows).tables["impact_by_month"]["value"].tolist() == [2, 5]


def test_two_figures_of_one_name_are_kept_apart():
    tables = Tables.from_frames(
        kpis=kpis()[["period", "x1", "x3"]], labels={"kpis": {"x1": "NPS", "x3": "nps "}}
    )
    kpi_ids = ANALYSIS.run(tables, LIVE, {}).tables["impact_by_month"]["kpi"].unique().tolist()
    assert kpi_ids == ["nps", "nps_2"]


def test_figures_that_are_no_numbers_are_not_measured():
    result = run(LIVE, kpis=kpis()[["period", "x2"]])
    assert result.answer.key == "impact.no_series"


def test_deals_give_revenue_sales_and_cycle():
    """One deal of 100 is won on every 20th, ten days after its first contact."""
    closed = pd.date_range("2024-01-20", periods=16, freq="MS") + pd.Timedelta(days=19)
    deals = pd.DataFrame(
        {"deal_id": [str(number) for number in range(16)], "created_at": closed - pd.Timedelta(days=10),
         "closed_at": closed, "outcome": "won", "amount": 100.0}
    )  # fmt: skip
    tables = Tables.from_frames(deals=deals)
    results = {
        "output": output.ANALYSIS.run(tables, LIVE, {}),
        "cycles": cycles.ANALYSIS.run(tables, LIVE, {}),
    }
    summary = ANALYSIS.run(tables, LIVE, results).tables["impact_summary"].set_index("kpi")
    assert summary["mean_before"].to_dict() == {"revenue": 100, "won": 1, "cycle": 10}
    assert summary["change"].to_dict() == {"revenue": 0, "won": 0, "cycle": 0}


def test_the_detectable_difference_is_found_four_times_in_five():
    """Its definition, tried: of shifts of that size in normal noise, a t test finds 80 %."""
    draw = np.random.default_rng(5)
    size = np.mean([detectable_difference(draw.normal(0, 1, 12), draw.normal(0, 1, 6)) for _ in range(400)])
    found = sum(
        stats.ttest_ind(draw.normal(0, 1, 12), draw.normal(size, 1, 6)).pvalue < 0.05 for _ in range(1000)
    )
    assert found / 1000 == pytest.approx(0.8, abs=0.04)


def test_one_month_on_a_side_shows_no_noise():
    assert detectable_difference(np.array([1.0]), np.array([1.0, 2.0, 3.0])) is None
