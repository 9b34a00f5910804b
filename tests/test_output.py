"""What was sold, by whom and when: against published figures, by hand, and when data are missing."""

import pandas as pd
import pytest

from crmeval.analyses import output
from crmeval.charts.output import OWNERS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Words


def run(**frames):
    return output.run(Tables.from_frames(**frames), Settings(), {})


def deals(**columns):
    n = len(next(iter(columns.values())))
    known = {"deal_id": [str(i) for i in range(n)], "created_at": pd.Timestamp("2024-01-10 09:00"), **columns}
    return pd.DataFrame(known)


def events(**columns):
    return pd.DataFrame(columns)


@pytest.fixture
def maven(trial_data):
    rows = pd.read_csv(trial_data / "maven_crm/sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    return pd.DataFrame(
        {
            "deal_id": rows["opportunity_id"], "created_at": rows["engage_date"],
            "closed_at": rows["close_date"],
            "outcome": rows["deal_stage"].map({"Won": "won", "Lost": "lost"}).fillna("open"),
            "amount": rows["close_value"], "customer_id": rows["account"], "owner": rows["sales_agent"],
        }
    )  # fmt: skip


@pytest.mark.trial
def test_maven_crm_as_published(maven):
    result = run(deals=maven)
    value = {measure.id: measure.value for measure in result.measures}
    assert (value["deals.count"], value["deals.won"], value["deals.lost"]) == (8800, 4238, 2473)
    assert value["deals.open"] == 8800 - 4238 - 2473
    assert round(value["deals.win_rate"], 4) == 0.6315
    assert round(value["deals.win_rate_all"], 4) == 0.4816
    assert value["deals.revenue_won"] == 10_005_534
    assert round(value["deals.amount_mean_won"], 2) == 2360.91
    assert value["deals.amount_median_won"] == 1117
    assert value["deals.customers"] == 85
    rates = result.tables["owners"]["win_rate"]
    assert (round(rates.min(), 3), round(rates.max(), 3)) == (0.55, 0.704)


@pytest.mark.trial
def test_the_first_quarter_of_maven_crm_is_said_to_be_an_edge(maven):
    result = run(deals=maven)
    months = result.tables["months"].set_index("month")
    march = months.loc["2017-03-01"]
    assert round(march["win_rate"], 2) == 0.82
    assert march["edge"] == "start"
    assert not months.loc["2017-06-01":"2017-12-01", "edge"].any()
    assert "output.edge_start" in [note.key for note in result.notes]


@pytest.mark.trial
def test_olist_conversion_as_published(trial_data):
    leads = pd.read_csv(trial_data / "olist_funnel/olist_marketing_qualified_leads_dataset.csv")
    won = pd.read_csv(trial_data / "olist_funnel/olist_closed_deals_dataset.csv")
    outcome = leads["mql_id"].isin(won["mql_id"]).map({True: "won", False: "open"})
    created = pd.to_datetime(leads["first_contact_date"], format="%d-%m-%Y")
    result = run(deals=pd.DataFrame({"deal_id": leads["mql_id"], "created_at": created, "outcome": outcome}))
    assert round(result["deals.win_rate_all"].value, 3) == 0.105
    assert result.not_measured["deals.win_rate"].key == "output.no_lost_deals"


def test_without_lost_deals_no_owner_has_a_win_rate():
    won = deals(outcome=["won", "won", "open"], owner=["A", "B", "B"], created_at=pd.Timestamp("2024-01-05"))
    owners = run(deals=won).tables["owners"]
    assert owners["won"].tolist() == [1, 1]
    assert owners[["win_rate", "low", "high"]].isna().all(axis=None)


def test_months_hold_every_deal_once_and_gaps_as_zero():
    result = run(
        deals=deals(
            outcome=["won", "lost", "open", "won"],
            created_at=pd.to_datetime(["2024-01-05", "2024-01-20", "2024-04-01", "2024-01-31"]),
            closed_at=pd.to_datetime(["2024-02-01", "2024-04-02", "2024-03-01", "2024-04-30"]),
        )
    )
    months = result.tables["months"]
    assert list(months["month"].dt.month) == [1, 2, 3, 4]
    assert list(months["created"]) == [3, 0, 0, 1]
    assert list(months["won"]) == [0, 1, 0, 1]
    assert list(months["lost"]) == [0, 0, 0, 1]


def test_a_month_that_was_not_observed_to_its_end_is_marked():
    dates = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-02-10", "2024-03-10"])
    result = run(deals=deals(outcome=["won"] * 4, created_at=dates, closed_at=dates))
    assert list(result.tables["months"]["edge"]) == ["", "", "end"]


def test_owners_share_out_all_deals_and_those_without_one_are_said():
    result = run(deals=deals(outcome=["won", "lost", "open", "won"], owner=["A", "A", "B", None]))
    owners = result.tables["owners"].set_index("owner")
    assert owners.loc["A", ["deals", "won", "lost"]].tolist() == [2, 1, 1]
    assert pd.isna(owners.loc["B", "win_rate"])
    assert [note.facts["n"] for note in result.notes if note.key == "output.without_owner"] == [1]


def test_amounts_that_are_no_numbers_are_left_out_and_counted():
    result = run(deals=deals(outcome=["won"] * 4, amount=[100.0, float("inf"), None, 0.0]))
    assert result["deals.revenue_won"].value == 100
    assert result["deals.amount_mean_won"].value == 50
    said = {note.key: note.facts["n"] for note in result.notes if "n" in note.facts}
    assert said["output.without_amount"] == 2
    assert said["output.free_deals"] == 1


def test_without_amounts_activities_or_customers_the_reason_is_said():
    result = run(deals=deals(outcome=["won", "lost"]))
    missing = {"deals.revenue_won", "deals.customers", "activities.per_won_deal", "response.median_hours"}
    assert missing <= set(result.not_measured)
    assert not missing & {measure.id for measure in result.measures}


def test_contacts_per_sale_first_response_and_sales_per_hour_by_hand():
    result = run(
        deals=deals(
            outcome=["won", "won", "lost"], amount=[300.0, 100.0, None],
            closed_at=pd.to_datetime(["2024-01-20", "2024-01-20", "2024-01-20"]),
        ),
        activities=events(
            deal_id=["0", "0", "0", "2", "0"],
            at=pd.to_datetime(
                [
                    "2024-01-10 11:00", "2024-01-12 09:00", "2024-01-20 18:00",
                    "2024-01-11 09:00", "2024-02-01 09:00",
                ]
            ),
            minutes=[30.0, 30.0, 30.0, 60.0, 90.0],
        ),
    )  # fmt: skip
    # Deal 0 has three contacts up to the day it closed (one came later), deal 1 none: 1.5 per won deal.
    assert result["activities.per_won_deal"].value == 1.5
    # First contacts after 2 and 24 hours; the third deal has none.
    assert result["response.median_hours"].value == 13
    assert result["response.median_hours"].facts["without"] == 1
    # 240 minutes in all, two sales of 400 together.
    assert result["deals.won_per_hour"].value == 0.5
    assert result["deals.revenue_per_hour"].value == 100


def test_contacts_that_name_only_the_customer_count_for_deals_going_on():
    result = run(
        deals=deals(outcome=["won", "won"], customer_id=["C", "D"], closed_at=pd.Timestamp("2024-01-20")),
        activities=events(
            customer_id=["C", "C", "E"],
            at=pd.to_datetime(["2024-01-12 10:00", "2024-01-09 10:00", "2024-01-12 10:00"]),
        ),
    )
    assert result["activities.per_won_deal"].value == 0.5


def test_hours_to_the_first_contact_need_times_of_day():
    result = run(
        deals=deals(outcome=["won"], created_at=pd.Timestamp("2024-01-10")),
        activities=events(deal_id=["0"], at=pd.to_datetime(["2024-01-10 10:00"])),
    )
    assert result.not_measured["response.median_hours"].key == "output.needs_times_of_day"


def test_the_order_of_rows_does_not_matter():
    frame = deals(outcome=["won", "lost", "open"] * 20, amount=range(60), owner=list("ABCD") * 15).astype(
        {"amount": float}
    )
    one, other = run(deals=frame), run(deals=frame.sample(frac=1, random_state=3))
    assert [m.value for m in one.measures] == pytest.approx([m.value for m in other.measures])
    pd.testing.assert_frame_equal(one.tables["owners"], other.tables["owners"])


def test_owners_stand_by_name_with_the_range_in_which_chance_keeps_them():
    outcomes = {
        "b": ["won"] * 25 + ["lost"] * 75,
        "A": ["won"] * 60 + ["lost"] * 40,
        "c": ["won"] * 2 + ["lost"] * 2,
    }
    rows = [(owner, outcome) for owner, found in outcomes.items() for outcome in found]
    deals = pd.DataFrame(rows, columns=["owner", "outcome"]).assign(created_at=pd.Timestamp("2024-01-01"))
    deals["deal_id"] = deals.index.astype(str)
    owners = run(deals=deals).tables["owners"]
    assert owners["owner"].tolist() == ["A", "b", "c"]
    assert (owners["high_998"] - owners["low_998"]).tolist()[2] > 0.8  # of four deals anything may come
    assert owners.loc[2, "low_998"] <= owners.loc[2, "win_rate"] <= owners.loc[2, "high_998"]
    chart = OWNERS.draw(run(deals=deals), Words("en")).to_dict()
    assert chart["layer"][0]["encoding"]["y"]["sort"] == ["A", "b", "c"]
