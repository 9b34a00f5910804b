"""How long deals take: against published figures, by hand, and where durations cannot be."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses import cycles
from crmeval.analyses.endings import ending
from crmeval.settings import Settings
from crmeval.tables import Tables


def run(settings=None, **frames):
    return cycles.run(Tables.from_frames(**frames), settings or Settings(), {})


def deals(rows):
    frame = pd.DataFrame(rows, columns=["created_at", "closed_at", "outcome"])
    dates = {name: pd.to_datetime(frame[name]) for name in ("created_at", "closed_at")}
    return frame.assign(deal_id=frame.index.astype(str), **dates)


@pytest.mark.trial
def test_maven_crm_as_published(trial_data):
    rows = pd.read_csv(trial_data / "maven_crm/sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    outcome = rows["deal_stage"].map({"Won": "won", "Lost": "lost"}).fillna("open")
    result = run(
        deals=pd.DataFrame(
            {
                "deal_id": rows["opportunity_id"], "created_at": rows["engage_date"],
                "closed_at": rows["close_date"], "outcome": outcome,
            }
        )
    )  # fmt: skip
    value = {measure.id: measure.value for measure in result.measures}
    assert round(value["cycle.won.mean"], 1) == 51.8
    assert value["cycle.won.median"] == 57
    assert round(value["cycle.lost.mean"], 1) == 41.5
    assert value["cycle.lost.median"] == 14
    assert round(value["cycle.closed.mean"], 2) == 47.99
    assert value["cycle.closed.median"] == 45
    assert value["cycle.km_median"] == 69
    assert result["cycle.km_median"].facts["open"] == 1589
    assert value["cycle.negative"] == 0
    assert [note.facts["n"] for note in result.notes if note.key == "cycles.begun_unknown"] == [500]


@pytest.mark.trial
def test_olist_as_counted_with_its_one_sale_before_first_contact(trial_data):
    leads = pd.read_csv(trial_data / "olist_funnel/olist_marketing_qualified_leads_dataset.csv")
    won = pd.read_csv(trial_data / "olist_funnel/olist_closed_deals_dataset.csv")[["mql_id", "won_date"]]
    rows = leads.merge(won, on="mql_id", how="left")
    result = run(
        deals=pd.DataFrame(
            {
                "deal_id": rows["mql_id"],
                "created_at": pd.to_datetime(rows["first_contact_date"], format="%d-%m-%Y"),
                "closed_at": pd.to_datetime(rows["won_date"], format="%d-%m-%Y %H:%M"),
                "outcome": rows["won_date"].notna().map({True: "won", False: "open"}),
            }
        )
    )
    assert result["cycle.won.median"].value == 14
    assert round(result["cycle.won.mean"].value, 2) == 48.44
    assert result["cycle.won.mean"].n == 842
    assert result["cycle.negative"].value == 1
    assert result.not_measured["cycle.km_median"].key == "cycles.median_not_reached"


def test_days_by_hand_with_times_of_day():
    result = run(
        deals=deals(
            [
                ("2024-01-01 00:00", "2024-01-02 12:00", "won"),
                ("2024-01-01 06:00", "2024-01-03 06:00", "won"),
                ("2024-01-01 06:00", "2024-01-05 06:00", "lost"),
            ]
        )
    )
    assert result["cycle.won.mean"].value == 1.75
    assert result["cycle.lost.median"].value == 4
    assert result["cycle.closed.median"].value == 2


def test_where_one_column_has_only_dates_days_are_whole():
    result = run(
        deals=deals([("2024-01-01", "2024-01-02 18:00", "won"), ("2024-01-01", "2024-01-01 23:00", "won")])
    )
    assert result["cycle.won.mean"].value == 0.5


def test_the_closing_date_of_an_open_deal_is_a_hope():
    rows = [("2024-01-01", "2024-01-11", "won"), ("2024-01-01", "2030-01-01", "open")]
    result = run(deals=deals(rows))
    assert result["cycle.closed.mean"].value == 10
    ages = result.tables["cycles"].set_index("outcome")
    assert ages.loc["open", "median"] == 10  # up to the last date that is a fact


def test_open_deals_are_censored_where_the_settings_say_the_data_end():
    rows = [("2024-01-01", "2024-01-11", "won"), ("2024-01-01", None, "open")] * 3
    result = run(Settings(observed_until=dt.date(2024, 1, 31)), deals=deals(rows))
    assert result["cycle.km_median"].value == 10
    assert result.tables["cycles"].set_index("outcome").loc["open", "mean"] == 30


def test_the_median_with_open_deals_is_longer_than_the_naive_one():
    quick = [("2024-01-01", f"2024-01-{day:02}", "won") for day in range(2, 12)]
    slow = [("2024-01-01", f"2024-02-{day:02}", "won") for day in range(1, 5)]
    result = run(deals=deals(quick + slow + [("2024-01-01", None, "open")] * 8))
    assert result["cycle.km_median"].value > result["cycle.closed.median"].value
    note = next(note for note in result.notes if note.key == "cycles.naive_against_km")
    assert note.facts["km"] == result["cycle.km_median"].value


def test_at_every_age_won_lost_and_open_are_all_deals():
    rows = [("2024-01-01", f"2024-01-{day:02}", how) for day in range(2, 30) for how in ("won", "lost")]
    result = run(deals=deals([*rows, ("2024-01-01", None, "open")]))
    shares = result.tables["progress"].groupby("day")["share"].sum()
    assert shares.tolist() == pytest.approx([1.0] * len(shares))
    assert result.tables["progress"]["share"].between(-1e-9, 1).all()


def test_open_deals_older_than_nearly_all_closed_ones_are_a_finding():
    rows = [("2024-01-01", "2024-01-05", "won")] * 30 + [("2024-01-01", None, "open")] * 30
    result = run(Settings(observed_until=dt.date(2024, 6, 1)), deals=deals(rows))
    assert [finding.text.key for finding in result.findings] == ["cycles.found_stale"]
    assert result.tables["ageing"]["n"].sum() == 30


def test_too_few_closed_deals_conclude_nothing():
    result = run(deals=deals([("2024-01-01", "2024-01-05", "won")] * 3))
    assert result.answer.key == "cycles.answer_few"
    assert result.findings == ()


def test_without_closing_dates_the_reason_is_said():
    result = run(deals=deals([("2024-01-01", None, "open")]))
    assert result.measures == ()
    assert result.not_measured["cycle.won.median"].key == "cycles.no_closing_dates"


def stage_history():
    rows = [
        ("1", "New", "2024-01-01"), ("1", "Closed Won", "2024-01-11"),
        ("2", "New", "2024-01-01"), ("2", "Closed Lost", "2024-01-05"),
        ("3", "New", "2024-01-03"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"])
    return frame.assign(entered_at=pd.to_datetime(frame["entered_at"]))


def test_without_deals_the_cycle_is_told_by_the_final_stages():
    result = run(stage_events=stage_history())
    assert result["cycle.won.median"].value == 10
    assert result["cycle.lost.median"].value == 4
    assert result.tables["cycles"].set_index("outcome").loc["open", "mean"] == 8


def test_stages_that_do_not_say_how_a_deal_ends_give_no_cycle():
    frame = stage_history()
    result = run(stage_events=frame[frame["stage"] == "New"])
    assert result.not_measured["cycle.won.median"].key == "cycles.no_final_stages"


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("Closed Won", "won"), ("closed_lost", "lost"), ("Won", "won"), ("Closed", "closed"),
        ("Успешно реализовано", "won"), ("Закрыто и не реализовано", "lost"), ("Сделка проиграна", "lost"),
        ("Сделка успешна", "won"), ("Отказ клиента", "lost"), ("Negotiation/Review", None), ("Wonder", None),
        ("Переговоры", None), ("Prospecting", None), ("Window shopping", None),
    ],
)  # fmt: skip
def test_final_stages_are_told_by_their_names(stage, outcome):
    assert ending(stage) == outcome


def test_deals_that_began_before_closings_were_recorded_count_from_then_on():
    # A deal begins every day and takes 1 to 60 days; the file has only what was closed from day 200 on.
    begun, took = np.arange(600), 1 + np.arange(600) * 7 % 60
    kept = begun + took >= 200
    first = pd.Timestamp("2024-01-01")
    rows = deals([(str(first + pd.Timedelta(days=b)), str(first + pd.Timedelta(days=b + t)), "won")
                  for b, t in zip(begun[kept].tolist(), took[kept].tolist(), strict=True)])  # fmt: skip
    result = run(deals=rows)
    note = next(note for note in result.notes if note.key == "cycles.late")
    assert note.facts["day"] == (first + pd.Timedelta(days=int((begun + took)[kept].min()))).date()
    assert note.facts["median"] == pytest.approx(30, abs=1)
    assert note.facts["median"] < note.facts["plain"]
    whole = deals([(str(first + pd.Timedelta(days=b)), str(first + pd.Timedelta(days=b + t)), "won")
                   for b, t in zip(begun.tolist(), took.tolist(), strict=True)])  # fmt: skip
    assert "cycles.late" not in [note.key for note in run(deals=whole).notes]


def test_the_share_won_in_time_counts_open_deals_for_as_long_as_they_were_seen():
    # Of 100 deals 40 are won after 10 days; 20 of the others were seen for 5 days only, 40 for 60. By hand:
    # of the 80 still seen on day 10 half are won.
    rows = [("2024-01-01", "2024-01-11", "won")] * 40 + [("2024-01-01", None, "open")] * 40
    rows += [("2024-02-25", None, "open")] * 20
    share = run(Settings(observed_until=dt.date(2024, 3, 1)), deals=deals(rows))["cycle.won_share"]
    assert (share.value, share.n, share.facts["days"], share.facts["open"]) == (0.5, 100, 10, 60)
    # One time of events: the variance is the binomial one of 80, by hand 0.25 / 80.
    spread = 1.959964 * (0.25 / 80) ** 0.5 / (0.5 * 0.693147)
    ends = sorted((0.5 ** np.exp(spread), 0.5 ** np.exp(-spread)))
    assert [share.low, share.high] == pytest.approx(ends, rel=1e-4)


def test_of_few_won_deals_no_share_is_told():
    rows = [("2024-01-01", "2024-01-11", "won")] * 5 + [("2024-01-01", None, "open")] * 40
    assert run(deals=deals(rows)).not_measured["cycle.won_share"].key == "cycles.few_won"
