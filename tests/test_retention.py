"""Retention: published figures, hand-counted small cases, and what must hold whatever the data."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from crmeval.analyses import contracts
from crmeval.analyses.at_risk import at_risk
from crmeval.analyses.cohorts import active_customers, curve, customers_of, triangle
from crmeval.analyses.purchases import date_of, day_of, month_of, purchases, totals
from crmeval.analyses.repeat import around_go_live, first_and_second
from crmeval.analyses.retention import ANALYSIS, period_kept, run
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

JANUARY_97 = 1997 * 12


def bought(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    return Tables.from_frames(
        orders=frame.assign(ordered_at=pd.to_datetime(frame["ordered_at"], format="ISO8601"), **columns)
    )


def run_on(tables, **said):
    return run(tables, Settings(**said), {})


def keys(result):
    return {note.key for note in result.notes}


@pytest.fixture(scope="module")
def cdnow(trial_data):
    frame = pd.read_csv(
        trial_data / "cdnow" / "CDNOW_master.txt", sep=r"\s+", dtype=str, header=0,
        names=["customer_id", "ordered_at", "cds", "amount"],
    )  # fmt: skip
    when = pd.to_datetime(frame["ordered_at"], format="%Y%m%d")
    orders = frame[["customer_id"]].assign(ordered_at=when, amount=frame["amount"].astype(float))
    return Tables.from_frames(orders=orders)


@pytest.mark.trial
def test_cdnow_gives_its_published_figures(cdnow):
    result = run_on(cdnow)
    assert result["retention.customers"].value == 23_570
    assert result["retention.orders"].value == 69_659
    assert result["retention.revenue"].value == pytest.approx(2_500_315.63, abs=0.005)
    assert result["retention.repeat_rate"].value == pytest.approx(0.4886, abs=5e-5)
    assert "retention.notes.for_nothing" in keys(result)
    cohorts = result.tables["cohorts"].set_index(["cohort", "age"])["rate"]
    starts = pd.to_datetime(["1997-01-01", "1997-02-01", "1997-03-01"])
    assert [round(100 * cohorts[start, 1], 1) for start in starts] == [14.7, 15.5, 14.2]
    assert [round(100 * cohorts[start, 2], 1) for start in starts] == [12.3, 11.6, 10.4]


@pytest.mark.trial
def test_cdnow_retention_rate_agrees_with_plain_sets(cdnow):
    orders = cdnow.arrow("orders").to_pandas()
    start, end = pd.Timestamp("1997-07-01"), pd.Timestamp("1998-07-01")
    before = set(orders.loc[orders["ordered_at"] < start, "customer_id"])
    inside = set(orders.loc[orders["ordered_at"].between(start, end), "customer_id"])
    rate = run_on(cdnow)["retention.rate"]
    assert (rate.value, rate.n) == (len(before & inside) / len(before), len(before))


def test_a_month_without_purchases_is_a_zero_in_its_place():
    found_in = bought(
        ("a", "2024-01-05", 1), ("b", "2024-01-09", 1), ("a", "2024-04-02", 1), ("c", "2024-04-30", 1)
    )
    with purchases(found_in, Settings()) as found:
        cohorts = triangle(active_customers(found_in, found), found)
    january = cohorts[cohorts["cohort"] == pd.Timestamp("2024-01-01")]
    assert january["active"].tolist() == [2, 0, 0, 1]
    assert january["age"].tolist() == [0, 1, 2, 3]


def test_only_complete_months_are_mature_and_enter_the_curve():
    tables = bought(
        ("a", "2024-01-05", 1), ("b", "2024-01-06", 1), ("a", "2024-02-03", 1), ("b", "2024-03-09", 1)
    )
    result = run_on(tables)
    cohorts = result.tables["cohorts"]
    assert cohorts.loc[cohorts["age"] == 2, "mature"].tolist() == [False]
    assert result.tables["retention_curve"]["age"].tolist() == [0, 1]
    assert "retention.notes.unfinished" in keys(result)


def test_the_curve_pools_customers_not_cohorts():
    cohorts = pd.DataFrame(
        {"age": [1, 1], "cohort": [1, 2], "customers": [1, 99], "active": [1, 0], "mature": [True, True]}
    )
    assert curve(cohorts)["rate"].tolist() == [0.01]


def test_returns_are_taken_off_and_are_no_purchases():
    result = run_on(bought(("a", "2024-01-05", 100), ("a", "2024-02-05", -40), ("b", "2024-02-28", -5)))
    assert result["retention.customers"].value == 1
    assert result["retention.orders"].value == 1
    assert result["retention.revenue"].value == 55
    assert result["retention.repeat_rate"].value == 0


def test_two_purchases_on_one_day_are_one_visit():
    result = run_on(
        bought(("a", "2024-01-05 10:00", 1), ("a", "2024-01-05 20:00", 1), ("b", "2024-01-07", 1))
    )
    assert result["retention.repeat_rate"].value == 0


def test_rows_of_one_order_are_one_purchase():
    tables = bought(
        ("a", "2024-01-05", 1), ("a", "2024-01-05", 2), ("b", "2024-01-07", 4), order_id=["7", "7", None]
    )
    assert run_on(tables)["retention.orders"].value == 2


@pytest.mark.parametrize("nobody", [None, "", "  ", "Guest", "гость", "0"])
def test_purchases_without_a_customer_are_said_with_their_share(nobody):
    result = run_on(bought(("a", "2024-01-05", 75), (nobody, "2024-01-06", 25), (nobody, "2024-01-07", -10)))
    note = next(note for note in result.notes if note.key == "retention.notes.nobody")
    assert (note.facts["n"], note.facts["share"]) == (1, 0.25)
    assert result["retention.customers"].value == 1
    assert result["retention.revenue"].value == 90
    assert "retention.findings.nobody" in {finding.text.key for finding in result.findings}


def test_an_id_that_reads_na_is_an_id():
    assert (
        run_on(bought(("NA", "2024-01-05", 1), ("NA", "2024-02-05", 1)))["retention.repeat_rate"].value == 1
    )


def test_an_infinite_amount_does_not_spoil_the_sum():
    result = run_on(
        bought(("a", "2024-01-05", 5.0), ("b", "2024-01-06", np.inf), ("c", "2024-01-07", np.nan))
    )
    assert result["retention.revenue"].value == 5
    assert result["retention.orders"].value == 3


def test_won_deals_are_purchases_where_there_are_no_orders():
    deals = pd.DataFrame(
        {
            "deal_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"], "outcome": ["won", "won", "lost"],
            "created_at": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"]),
            "closed_at": pd.to_datetime(["2024-01-20", "2024-03-20", "2024-03-21"]),
            "amount": [10.0, 20.0, 40.0],
        }
    )  # fmt: skip
    result = run_on(Tables.from_frames(deals=deals))
    assert result["retention.customers"].value == 1
    assert result["retention.revenue"].value == 30
    assert "retention.notes.from_deals" in keys(result)


def test_deals_without_a_customer_are_not_measured_and_said():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": pd.to_datetime(["2024-01-01"]), "outcome": ["won"]})
    result = run_on(Tables.from_frames(deals=deals))
    assert result.measures == ()
    assert set(ANALYSIS.measures) == set(result.not_measured)


def test_orders_that_name_nobody_still_have_a_revenue():
    result = run_on(bought((None, "2024-01-05", 7), (None, "2024-01-06", 8)))
    assert result["retention.revenue"].value == 15
    assert "retention.repeat_rate" in result.not_measured


def test_the_day_the_data_end_can_be_set():
    tables = bought(("a", "2024-01-05", 1), ("a", "2024-06-05", 1))
    assert run_on(tables, observed_until=date(2024, 5, 31))["retention.orders"].value == 1
    with purchases(tables, Settings(observed_until=date(2023, 1, 1))) as found:
        assert found is None


def test_retention_rate_by_hand():
    """Four months: two to start from, two to come back in; c is new, d had bought before and stays away."""
    rows = [
        ("a", "2024-01-05"),
        ("d", "2024-01-06"),
        ("b", "2024-02-07"),
        ("a", "2024-03-08"),
        ("c", "2024-04-30"),
    ]
    result = run_on(bought(*((who, when, 1) for who, when in rows)))
    rate = result["retention.rate"]
    assert (rate.value, rate.n, rate.facts["months"]) == (pytest.approx(1 / 3), 3, 2)
    assert "retention.notes.short_period" in keys(result)


def test_the_period_is_the_last_twelve_complete_months():
    tables = bought(("a", "2023-01-05", 1), ("a", "2024-12-20", 1))
    with purchases(tables, Settings()) as found:
        assert period_kept(found) == (2023 * 12 + 11, 2024 * 12 + 10)


def test_customers_silent_for_twice_their_usual_gap_are_at_risk():
    weekly = [("weekly", day, 10) for day in ("2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22")]
    monthly = [("monthly", day, 10) for day in ("2023-11-14", "2023-12-14", "2024-01-14", "2024-02-14")]
    tables = bought(*weekly, *monthly, ("once", "2023-11-01", 99))
    with purchases(tables, Settings()) as found:
        listed = at_risk(tables, found)
    assert listed["customer"].tolist() == ["weekly"]
    assert listed[["days_since", "usual_gap", "revenue", "visits"]].iloc[0].tolist() == [23, 7, 40, 4]


@pytest.mark.parametrize(("margin", "at_stake"), [(0.25, 10.0), (None, None), (0.0, None)])
def test_at_stake_is_the_margin_of_what_silent_customers_brought(margin, at_stake):
    weekly = [("weekly", day, 10) for day in ("2024-01-01", "2024-01-08", "2024-01-15", "2024-01-22")]
    monthly = [("monthly", day, 10) for day in ("2023-11-14", "2023-12-14", "2024-01-14", "2024-02-14")]
    result = run_on(bought(*weekly, *monthly), gross_margin=margin)
    (found,) = (one for one in result.findings if one.text.key == "retention.findings.at_risk")
    assert (found.text.facts["amount"], found.value) == (40, at_stake)


def test_before_and_after_go_live_are_watched_equally_long():
    """Go-live on 1 April, 30 days of watching: the windows are as long as the shorter side allows."""
    rows = [("old", "2024-02-20"), ("old", "2024-03-10"), ("near", "2024-03-20"), ("new", "2024-04-05"),
            ("new", "2024-05-01"), ("late", "2024-05-10"), ("end", "2024-05-31")]  # fmt: skip
    tables = bought(*((who, when, 1) for who, when in rows), ("start", "2024-01-01", 1))
    with purchases(tables, Settings()) as found:
        around = around_go_live(first_and_second(tables, found), found, date(2024, 4, 1), within=30)
    assert (around.before, around.before_again, around.after, around.after_again) == (1, 1, 1, 1)
    assert not around.enough


def test_too_little_after_go_live_is_said():
    tables = bought(("a", "2024-01-05", 1), ("b", "2024-06-05", 1))
    result = run_on(tables, go_live=date(2024, 6, 1))
    assert "retention.notes.go_live_too_little" in keys(result)


def subscriptions(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "started_at", "ended_at", "amount"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("started_at", "ended_at")}
    return Tables.from_frames(contracts=frame.assign(**dates))


def test_churn_nrr_and_grr_by_hand():
    """300 a month a year ago; a grows by 50, b leaves with 100, c stays at 100; d is new."""
    tables = subscriptions(
        ("a", "2023-01-01", None, 100), ("a", "2024-03-01", None, 50), ("b", "2023-01-01", "2024-06-30", 100),
        ("c", "2023-05-01", "2024-12-31", 100), ("d", "2024-05-01", None, 70),
    )  # fmt: skip
    result = run_on(tables, observed_until=date(2024, 12, 31))
    assert result["retention.churn_rate"].value == pytest.approx(1 / 3)
    assert result["retention.nrr"].value == pytest.approx(250 / 300)
    assert result["retention.grr"].value == pytest.approx(200 / 300)
    assert result["retention.rate"].value == pytest.approx(2 / 3)
    moved = result.tables["contract_movements"].set_index("movement")["revenue"]
    assert (
        moved["opening"] + moved["churned"] + moved["contraction"] + moved["expansion"] + moved["new"]
        == moved["closing"]
    )


def test_contracts_without_amounts_still_have_churn():
    result = run_on(subscriptions(("a", "2022-01-01", None, None), ("b", "2024-01-01", None, None)))
    assert result["retention.churn_rate"].value == 0
    assert "retention.nrr" in result.not_measured


def test_contracts_younger_than_a_year_are_not_measured():
    result = run_on(subscriptions(("a", "2024-01-01", None, 5), ("b", "2024-03-01", None, 5)))
    assert set(contracts.MEASURES) <= set(result.not_measured)


def test_the_interval_of_a_ratio_is_cochrans():
    """By hand: 3/6 kept of (1, 2, 3); residuals .5, −1, .5; √(3/2 · 1.5)/6 = .25; t(.975, 2) = 4.3027."""
    value, low, high = contracts.ratio(pd.Series([1.0, 0.0, 2.0]), pd.Series([1.0, 2.0, 3.0]))
    assert value == 0.5
    assert (low, high) == (
        pytest.approx(0.5 - 4.3027 * 0.25, abs=1e-4),
        pytest.approx(0.5 + 4.3027 * 0.25, abs=1e-4),
    )


@pytest.mark.parametrize("day", ["1969-12-31", "1970-01-01", "2000-02-29", "2024-12-31"])
def test_days_and_months_count_from_one_beginning(day):
    when = pd.Timestamp(day)
    assert date_of(day_of(when)) == when
    assert month_of(day_of(when)) == when.year * 12 + when.month - 1


orders_of_anyone = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", None]),
        st.dates(date(2023, 1, 1), date(2024, 6, 30)).map(pd.Timestamp),
        st.integers(-5, 20).map(float),
    ),
    min_size=1,
    max_size=25,
)


@effort(max_examples=8, deadline=None)
@given(rows=orders_of_anyone, shuffle=st.randoms(use_true_random=False))
def test_nothing_is_lost_and_the_order_of_rows_does_not_matter(rows, shuffle):
    tables = bought(*rows)
    result = run_on(tables)
    assert result["retention.revenue"].value == pytest.approx(sum(amount for _, _, amount in rows))
    again = rows.copy()
    shuffle.shuffle(again)
    shuffled = run_on(bought(*again))
    assert [(m.id, m.value) for m in shuffled.measures] == [(m.id, m.value) for m in result.measures]
    if "cohorts" in result.tables:
        cohorts = result.tables["cohorts"]
        youngest = cohorts[cohorts["age"] == 0]
        assert youngest["active"].sum() == result["retention.customers"].value
        assert (cohorts["rate"].between(cohorts["low"] - 1e-12, cohorts["high"] + 1e-12)).all()


@pytest.mark.trial
def test_the_rows_behind_a_cohort_are_its_customers(cdnow):
    with purchases(cdnow, Settings()) as found:
        assert len(customers_of(cdnow, found, JANUARY_97)) == 7_846
        assert totals(cdnow, found)["for_nothing"] == 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_it_says_can_be_said(language):
    words = Words(language, "EUR")
    rows = [(str(n % 40), f"2024-{1 + n % 9:02}-{1 + n % 27:02}", 10 + n % 3) for n in range(300)]
    orders = bought(
        *rows,
        (None, "2024-09-29", 900),
        ("1", "2024-05-01", -3),
        ("2", "2024-05-01", 0),
        ("3", "2024-05-01", None),
    )
    results = [
        run_on(orders, go_live=date(2024, 4, 1)),
        run_on(subscriptions(("a", "2022-01-01", None, 1), ("b", "2024-01-01", None, 1))),
    ]
    for result in results:
        said = [words(text) for text in (result.answer, *result.notes, *result.not_measured.values())]
        said += [words(finding.text) + words(finding.action) for finding in result.findings]
        said += [words(measure.name) + words(measure.definition) for measure in result.measures]
        assert all(said)
        shown = {column for frame in result.tables.values() for column in frame.columns}
        assert [column for column in shown if not words.has(f"columns.{column}")] == []
        assert [name for name in result.tables if not words.has(f"result_tables.{name}")] == []
