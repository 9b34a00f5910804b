"""The bottleneck: against a known truth, by hand, and with logs that hide or invent time."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from simulated_process import LOST, STAGES, WON, observed
from test_stages import log, salesforce

from crmeval.analyses import bottlenecks
from crmeval.charts.bottlenecks import CHARTS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Words

NO_SETTINGS = Settings()


def run(settings=NO_SETTINGS, **frames):
    return bottlenecks.run(Tables.from_frames(**frames), settings, {})


def keys(result):
    return [note.key for note in result.notes]


def uploaded(seen, *, owners=1):
    """A simulated log as the tables of an upload: a row per entry, final stages included, and the deals."""
    begun = pd.Timestamp("2024-01-01")
    names = np.array([*STAGES, "Closed Won", "Closed Lost"])
    over = seen.exit >= WON
    rows = pd.DataFrame(
        {
            "deal_id": np.concatenate([seen.case, seen.case[over]]).astype(str),
            "stage": names[np.concatenate([seen.stage, seen.exit[over]])],
            "entered_at": begun
            + pd.to_timedelta(np.concatenate([seen.entered, (seen.entered + seen.days)[over]]), unit="D"),
            "position": np.concatenate([seen.stage, seen.exit[over]]) + 1.0,
        }
    )
    cases, first = np.unique(seen.case, return_index=True)
    outcome = pd.Series("open", index=cases)
    closed = pd.Series(np.nan, index=cases)
    for code, name in ((WON, "won"), (LOST, "lost")):
        outcome[seen.case[seen.exit == code]] = name
    closed[seen.case[over]] = (seen.entered + seen.days)[over]
    deals = pd.DataFrame(
        {
            "deal_id": cases.astype(str), "outcome": outcome.to_numpy(), "amount": 1000.0,
            "created_at": begun + pd.to_timedelta(seen.entered[first], unit="D"),
            "closed_at": begun + pd.to_timedelta(closed.to_numpy(), unit="D"),
            "owner": np.char.add("Owner ", (cases % owners).astype(str)),
        }
    )  # fmt: skip
    return {"deals": deals, "stage_events": rows}


@pytest.fixture(scope="module")
def young():
    return uploaded(observed(1500, 7, age=120, doomed=False), owners=6)


@pytest.fixture(scope="module")
def ranked(young):
    return run(Settings(observed_until=dt.date(2024, 4, 29), gross_margin=0.4), **young)


def test_the_bottleneck_of_a_young_crm_is_found_though_another_stage_takes_more_days_of_all_deals(ranked):
    table = ranked.tables["bottlenecks"].set_index("stage")
    assert ranked["stages.bottleneck"].value == table.index[0] == "Negotiation"
    assert ranked["bottleneck.probability"].value > 0.95
    assert table["every"].idxmax() == "Offer"
    assert table.loc["Negotiation", "bias"] < -0.2  # won deals alone are the quick ones
    days = ranked["bottleneck.days"]
    assert days.low <= days.value <= days.high
    assert table["share"].sum() == pytest.approx(1)
    assert table["days_won"].sum() == pytest.approx(ranked["bottleneck.total"].value)


def test_a_log_that_is_short_against_what_a_deal_takes_is_said_to_be(ranked):
    note = next(note for note in ranked.notes if note.key == "bottlenecks.short")
    assert note.facts["span"] == pytest.approx(119, abs=1)
    long = run(
        Settings(observed_until=dt.date(2024, 12, 30)), **uploaded(observed(1500, 7, age=365, doomed=False))
    )
    assert "bottlenecks.short" not in keys(long)


def test_its_worth_is_what_as_many_deals_in_work_bring_when_they_pass_quicker(ranked):
    table = ranked.tables["bottlenecks"].set_index("stage")
    every, here = table["every"].sum(), table.loc["Negotiation", "every"]
    extra = ranked["bottleneck.extra_sales"]
    expected = extra.facts["wins"] * 1000 * (every / (every - 0.2 * here) - 1)
    assert extra.value == pytest.approx(expected)
    assert ranked.findings[0].value == pytest.approx(0.4 * expected)
    assert ranked["bottleneck.waiting"].value == 1000 * table.loc["Negotiation", "open"]


def test_owners_that_do_not_differ_leave_nothing_to_gain(ranked):
    assert "bottleneck_groups" not in ranked.tables  # nor are people listed by how quick they are
    gap = ranked.get("bottleneck.gap")
    assert gap is None or gap.value < 0.1 * ranked["bottleneck.days"].value


def test_the_gain_is_the_distance_to_the_quickest_quarter_of_teams():
    rows, days = [], {"A": 10, "B": 20, "C": 20, "D": 20}
    teams = [team for team in days for _ in range(30)]
    for i, team in enumerate(teams):
        left = 1 + days[team] + i % 5 - 2
        rows += [f"{i} New 0", f"{i} Offer 1", f"{i} Won {left}"]
    deals = pd.DataFrame(
        {
            "deal_id": [str(i) for i in range(120)], "team": teams, "outcome": "won",
            "created_at": pd.Timestamp("2024-01-01"), "closed_at": pd.NaT,
        }
    )  # fmt: skip
    result = run(deals=deals, stage_events=log(*rows))
    gap, groups = result["bottleneck.gap"], result.tables["bottleneck_groups"]
    assert groups.loc[groups["best"], "group"].tolist() == ["A"]
    assert all(chart.draw(result, Words("ru")).to_dict() for chart in CHARTS)
    assert gap.value == pytest.approx(7.5, abs=0.3)  # from 17.5 to 10, but for what may be chance


def test_the_order_of_rows_and_of_deals_does_not_matter(young, ranked):
    settings = Settings(observed_until=dt.date(2024, 4, 29), gross_margin=0.4)
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in young.items()}
    again = run(settings, **shuffled)
    pd.testing.assert_frame_equal(again.tables["bottlenecks"], ranked.tables["bottlenecks"])
    assert [m.value for m in again.measures] == [m.value for m in ranked.measures]


@pytest.mark.trial
def test_salesforce_history_has_its_bottleneck_in_prospecting(trial_data):
    result = run(**salesforce(trial_data))
    assert result["stages.bottleneck"].value == "Prospecting"
    assert {"bottlenecks.only_final", "bottlenecks.undecided"} <= set(keys(result))


def many(n=30, slow=10):
    return [row for i in range(n) for row in (f"{i} New 0", f"{i} Offer 1", f"{i} Won {1 + slow}")]


def test_the_bottleneck_is_found_with_its_share():
    result = run(stage_events=log(*many()))
    assert result["stages.bottleneck"].value == "Offer"
    assert result["stages.bottleneck"].facts["share"] == pytest.approx(10 / 11)
    assert result["bottleneck.total"].value == pytest.approx(11)
    assert [finding.value for finding in result.findings] == [None]


def test_few_cases_name_no_bottleneck():
    result = run(stage_events=log(*many(5)))
    assert result.not_measured["stages.bottleneck"].key == "stages.too_few"
    assert result.findings == ()


def test_two_stages_that_cannot_be_told_apart_are_both_named():
    rows = []
    for i in range(60):
        first, second = (1 + i % 29, 30 - i % 29) if i % 2 else (30 - i % 29, 1 + i % 29)
        rows += [f"{i} Visit 0", f"{i} Offer {first}", f"{i} Won {first + second}"]
    result = run(stage_events=log(*rows))
    assert result.answer.key == "bottlenecks.answer_two"
    assert result["bottleneck.probability"].value < 0.8


def test_a_log_that_names_no_end_is_counted_plainly_and_says_so():
    rows = [row for i in range(30) for row in (f"{i} Call 0", f"{i} Visit 5", f"{i} Offer 6")]
    result = run(stage_events=log(*rows))
    assert result["stages.bottleneck"].value == "Call"
    assert result.not_measured["bottleneck.days"].key == "bottlenecks.no_ends"
    assert keys(result) == ["bottlenecks.plain"]


def test_ends_that_do_not_say_won_or_lost_are_ranked_for_all_deals():
    rows = [row for i in range(30) for row in (f"{i} New 0", f"{i} Offer 1", f"{i} Closed 9")]
    result = run(stage_events=log(*rows))
    assert result["bottleneck.days"].value == pytest.approx(8)
    assert result["bottleneck.days"].text_id == "bottleneck.days_ended"


def test_deals_that_began_before_the_log_are_left_out_of_days_per_deal_and_named():
    rows = many(40)
    deals = pd.DataFrame(
        {
            "deal_id": [str(i) for i in range(40)], "outcome": "won", "closed_at": pd.NaT,
            "created_at": pd.to_datetime(["2023-06-01"] * 10 + ["2024-01-01"] * 30),
        }
    )  # fmt: skip
    shifted = log(*rows)
    shifted.loc[shifted["deal_id"].isin(["0", "1", "2"]), "entered_at"] += pd.Timedelta(days=40)
    result = run(deals=deals, stage_events=shifted)
    assert [note.facts["n"] for note in result.notes if note.key == "bottlenecks.hidden"] == [10]
    assert result["bottleneck.days"].n == 30


def test_a_clean_up_day_is_named():
    rng = np.random.default_rng(2)
    rows = []
    for i in range(100):
        begun = i
        end = 130 if i % 3 == 0 else begun + 5 + rng.integers(0, 10)
        rows += [f"{i} New {begun}", f"{i} Offer {begun + 2}", f"{i} {'Lost' if i % 3 == 0 else 'Won'} {end}"]
    note = next(n for n in run(stage_events=log(*rows)).notes if n.key == "bottlenecks.bulk")
    assert (note.facts["n"], note.facts["day"]) == (34, dt.date(2024, 5, 10))


def test_weekly_snapshots_say_how_wide_their_changes_are():
    rows = []
    for i in range(40):
        begun = i % 4
        path = ["New"] * 3 + ["Offer"] * (4 + i % 3) + ["Won"]
        rows += [f"{i} {stage} {7 * (begun + week)}" for week, stage in enumerate(path)]
    note = next(n for n in run(stage_events=log(*rows)).notes if n.key == "sources.snapshots")
    assert note.facts["width"] == 7
    assert "sources.snapshots" not in keys(run(stage_events=log(*many(40))))


def test_survivors_of_the_time_before_ends_were_recorded_count_from_then_on():
    # A deal begins every day; offers last 1 to 60 days; of those over by day 150 nothing is in the file.
    rng = np.random.default_rng(5)
    begun, lasted = np.arange(600), rng.integers(1, 61, 600)
    kept = begun + lasted > 150
    rows = [
        row for i in np.flatnonzero(kept)
        for row in (f"{i} Offer {begun[i]}", f"{i} Bill {begun[i] + lasted[i]}",
                    f"{i} Won {begun[i] + lasted[i] + 2}")
    ]  # fmt: skip
    result = run(stage_events=log(*rows))
    note = next(n for n in result.notes if n.key == "bottlenecks.late")
    assert note.facts["day"] == dt.date(2024, 5, 31)  # day 151
    stay = result.tables["bottlenecks"].set_index("stage").loc["Offer", "stay"]
    assert stay == pytest.approx(30.5, rel=0.06)
    assert "bottlenecks.late" not in keys(run(stage_events=log(*many(40))))


def test_a_deal_called_na_counts_like_any_other():
    events = log(*many())
    events["deal_id"] = events["deal_id"].replace({"0": "NA", "1": "null"})
    assert run(stage_events=events)["stages.bottleneck"].n == 30


def test_closed_deals_without_a_date_are_left_out_and_named():
    rows = [row for i in range(40) for row in (f"{i} New 0", f"{i} Offer {1 + i % 3}")]
    deals = pd.DataFrame(
        {
            "deal_id": [str(i) for i in range(40)], "outcome": ["won"] * 38 + ["open"] * 2,
            "created_at": pd.Timestamp("2024-01-01"),
            "closed_at": pd.to_datetime(["2024-01-20"] * 33 + [None] * 7),
        }
    )  # fmt: skip
    result = run(deals=deals, stage_events=log(*rows))
    assert [note.facts["n"] for note in result.notes if note.key == "bottlenecks.unknown"] == [5]
    assert result["bottleneck.days"].n == 35  # the open ones among them


def test_without_stages_nothing_is_said():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": pd.Timestamp("2024-01-01"), "outcome": ["won"]})
    assert run(deals=deals).not_measured["stages.bottleneck"].key == "stages.no_events"
