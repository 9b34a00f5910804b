"""Flow: entries that add up, weeks, the path deals should take, sales velocity taken apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from test_stages import log, salesforce

from crmeval.analyses import flow, stage_flow
from crmeval.analyses.flow_rows import deals_with_fate
from crmeval.analyses.stage_flow import FATES, fates
from crmeval.analyses.stage_visits import visited
from crmeval.analyses.velocity import PARTS, by_period, change, followed
from crmeval.analyses.weeks import bulk_days, lives, weekly
from crmeval.settings import Settings
from crmeval.tables import Tables

NO_SETTINGS = Settings()


def run(settings=NO_SETTINGS, **frames):
    return flow.run(Tables.from_frames(**frames), settings, {})


def deals(*rows):
    """Deals written as `id created closed outcome amount`, days counted from Monday, 1 January 2024."""
    columns = ["deal_id", "created", "closed", "outcome", "amount"]
    frame = pd.DataFrame([row.split() for row in rows], columns=columns)
    days = {
        name: pd.Timestamp("2024-01-01") + pd.to_timedelta(pd.to_numeric(frame[name], "coerce"), unit="D")
        for name in ("created", "closed")
    }
    return pd.DataFrame(
        {
            "deal_id": frame["deal_id"], "created_at": days["created"], "closed_at": days["closed"],
            "outcome": frame["outcome"], "amount": frame["amount"].astype(float),
        }
    )  # fmt: skip


EVENTS = (
    "1 New 0", "1 Offer 2", "1 New 5", "1 Offer 6", "1 Won 10",  # went back once
    "2 New 1", "2 Offer 4",  # still there
    "3 New 3", "3 Won 4",  # won before the last stage
    "4 New 2", "4 Lost 9",
)  # fmt: skip
OF_EVENTS = deals("1 0 10 won 5", "2 1 - open 5", "3 3 4 won 5", "4 2 9 lost 5")


def test_accounts_by_hand():
    rows = run(stage_events=log(*EVENTS), deals=OF_EVENTS).tables["stage_accounts"].set_index("stage")
    assert list(rows.index) == ["New", "Offer"]
    assert rows.loc["New", ["entries", *FATES]].tolist() == [5, 3, 1, 0, 1, 0, 0, 0]
    assert rows.loc["Offer", ["entries", *FATES]].tolist() == [3, 0, 1, 1, 0, 0, 1, 0]
    assert rows.loc["New", "onward"] == pytest.approx(4 / 5)
    assert rows.loc["Offer", "onward"] == pytest.approx(1 / 2)  # the deal still there has not decided yet
    assert rows.loc["Offer", "low"] < 1 / 2 < rows.loc["Offer", "high"]


def test_the_deals_behind_a_part_are_as_many_as_it_counts():
    tables = Tables.from_frames(stage_events=log(*EVENTS), deals=OF_EVENTS)
    rows = flow.run(tables, NO_SETTINGS, {}).tables["stage_accounts"].set_index("stage")
    for stage, fate in (("New", "moved_on"), ("Offer", "still_there"), ("New", "lost"), ("Offer", "lost")):
        assert len(deals_with_fate(tables, NO_SETTINGS, stage, fate)) == rows.loc[stage, fate]
    back = deals_with_fate(tables, NO_SETTINGS, "Offer", "moved_back").iloc[0]
    assert back[["deal_id", "days", "next_stage"]].tolist() == ["1", 3.0, "New"]


def test_a_declared_path_is_the_one_deals_are_held_against():
    events = {"stage_events": log(*EVENTS), "deals": OF_EVENTS}
    found = run(**events).tables["deviations"].set_index("deviation")
    assert found.loc["back", ["from", "to", "deals"]].tolist() == ["Offer", "New", 1]
    assert found.loc["won_early", ["from", "deals"]].tolist() == ["New", 1]
    other = run(Settings(intended_path=("Offer", "New", "no such stage")), **events)
    assert next(note.facts["path"] for note in other.notes if "path" in note.facts) == "Offer → New"
    found = other.tables["deviations"].set_index("deviation")
    assert found.loc["began_later", "deals"] == 4
    assert found.loc["back", ["from", "to", "deals"]].tolist() == ["New", "Offer", 2]


def test_longer_deals_that_leave_the_path_are_said_with_an_interval():
    chance = np.random.default_rng(3)
    rows, said = [], []
    for i in range(60):
        extra = 20 if i % 2 else 0
        end = 10 + extra + int(chance.integers(-2, 3))
        back = (f"{i} Offer 3", f"{i} New 4") if i % 2 else ()
        rows += [f"{i} New 0", *back, f"{i} Offer 5", f"{i} Won {end}"]
        said.append(f"{i} 0 {end} won 5")
    events = log(*rows)
    events["position"] = events["stage"].map({"New": 1.0, "Offer": 2.0, "Won": 3.0})
    result = run(stage_events=events, deals=deals(*said))
    assert result["flow.keeping_share"].value == 0.5
    back = result.tables["deviations"].iloc[0]
    assert back["more_low"] < 20 < back["more_high"]
    assert back["more"] == pytest.approx(20, abs=1)
    assert result.findings[0].text.key == "flow.found_back"


@pytest.mark.trial
def test_salesforce_history_as_counted(trial_data):
    frames = salesforce(trial_data)
    rows = run(**frames).tables["stage_accounts"]
    events = frames["stage_events"].sort_values(["deal_id", "entered_at", "position"], kind="stable")
    is_new = events["stage"] != events.groupby("deal_id")["stage"].shift()
    assert rows["entries"].sum() == (is_new & ~events["stage"].str.startswith("Closed")).sum()
    assert rows["moved_back"].sum() == 72
    assert rows["still_there"].sum() == 73
    assert (rows["entries"] == rows[list(FATES)].sum(axis=1)).all()


@pytest.mark.trial
def test_maven_crm_flows_as_published(trial_data):
    rows = pd.read_csv(trial_data / "maven_crm/sales_pipeline.csv", parse_dates=["engage_date", "close_date"])
    outcomes = {"Won": "won", "Lost": "lost"}
    frame = pd.DataFrame(
        {
            "deal_id": rows["opportunity_id"], "created_at": rows["engage_date"],
            "closed_at": rows["close_date"], "outcome": rows["deal_stage"].map(outcomes).fillna("open"),
            "amount": rows["close_value"],
        }
    )  # fmt: skip
    result = run(deals=frame)
    weeks = result.tables["weeks"]
    assert (weeks["won"].sum(), weeks["lost"].sum()) == (4238, 2473)
    assert result["flow.in_progress"].value == 1589  # of 2,089 open ones 500 were never engaged
    # the first quarter of closing, in which 82 % seem won, is where the file begins
    cut = weeks.loc[weeks["edge"] == "start", "week"]
    assert cut.min() < pd.Timestamp("2017-03-01") < cut.max()


STAGES = st.sampled_from(("New", "Offer", "Talks", "Won", "Lost", "Closed"))
OUTCOMES = st.sampled_from(("won", "lost", "open", None))
STEPS = st.lists(st.tuples(STAGES, st.integers(0, 9)), min_size=1, max_size=6)
CASES = st.lists(st.tuples(STEPS, OUTCOMES, st.booleans()), min_size=1, max_size=25)


@given(CASES, st.booleans(), st.booleans())
@tried(max_examples=12, deadline=None)
def test_entries_always_add_up(cases, with_deals, with_left):
    events = pd.DataFrame(
        [
            (str(i), stage, day, day + left)
            for i, (steps, _, left) in enumerate(cases)
            for stage, day in steps
        ],
        columns=["deal_id", "stage", "entered_at", "left_at"],
    )
    for name in ("entered_at", "left_at"):
        events[name] = pd.Timestamp("2024-01-01") + pd.to_timedelta(events[name], unit="D")
    frames = {"stage_events": events if with_left else events.drop(columns="left_at")}
    if with_deals:
        ends = {"won": 9, "lost": 9}
        said = [f"{i} 0 {ends.get(how, '-')} {how or 'open'} 1" for i, (_, how, _) in enumerate(cases)]
        frames["deals"] = deals(*said)
    tables = Tables.from_frames(**frames)
    seen = visited(tables, NO_SETTINGS)
    moves = fates(tables, seen)
    accounts = stage_flow.accounts(moves, stage_flow.path(moves, seen, NO_SETTINGS), seen.final)
    visits = tables.frame(seen.visits.select("stage"))
    assert accounts["entries"].sum() == (~visits["stage"].isin(seen.final)).sum()
    assert (accounts["entries"] == accounts[list(FATES)].sum(axis=1)).all()
    assert accounts["entries"].gt(0).all()


def test_weeks_add_up_and_their_edges_are_marked():
    rows = [f"{i} {i} {i + 10} {'won' if i % 2 else 'lost'} 5" for i in range(100)]
    rows += ["x 3 - open 5", "y 9 2 won 5", "z 4 - lost 5"]
    found = lives(Tables.from_frames(deals=deals(*rows)), NO_SETTINGS)
    assert (found.negative, found.undated) == (1, 1)
    table = weekly(found)
    assert table["arrived"].sum() == 101
    assert table[["won", "lost"]].sum().sum() == 100
    assert table["in_progress"].iloc[-1] == 1
    assert table["week"].dt.day_of_week.eq(0).all()
    # the file begins with the first closing on day 10; ten days, a usual cycle, later it shows all there is
    assert table["edge"].tolist()[:4] == ["start", "start", "start", ""]
    assert table["edge"].iloc[-1] == "end"  # day 109 is a Friday


def test_a_day_of_tidying_up_is_found():
    rows = [f"{i} {i % 60} {70 + i % 60} lost 5" for i in range(300)] + [
        f"b{i} 3 90 lost 5" for i in range(60)
    ]
    tables = Tables.from_frames(deals=deals(*rows))
    days = bulk_days(lives(tables, NO_SETTINGS))
    assert days["closed_on"].tolist() == [pd.Timestamp("2024-03-31")]
    assert days["n"].tolist() == [65]
    assert "flow.bulk" in [note.key for note in flow.run(tables, NO_SETTINGS, {}).notes]


def test_too_little_is_said():
    result = run(deals=deals("1 0 5 won 5", "2 1 - open 5"))
    assert result.answer.key == "flow.answer_few"
    assert {"flow.little_ratio", "flow.keeping_share", "flow.velocity"} <= set(result.not_measured)
    assert "stage_accounts" not in result.tables
    nothing = run(deals=pd.DataFrame({"deal_id": ["1"], "created_at": pd.to_datetime([None])}))
    assert set(nothing.not_measured) == set(flow.ANALYSIS.measures)


def test_velocity_by_hand_and_taken_apart_exactly():
    # January: 40 deals, 20 won after 10 days at 100; April: 60 deals, 20 won after 5 days at 200.
    january = [f"a{i} {i % 28} {i % 28 + 10} {'won' if i < 20 else 'lost'} 100" for i in range(40)]
    april = [f"b{i} {91 + i % 28} {91 + i % 28 + 5} {'won' if i < 20 else 'lost'} 200" for i in range(60)]
    later = [f"c{i} {182 + i} - open 1" for i in range(60)]
    cohorts = followed(lives(Tables.from_frames(deals=deals(*january, *april, *later)), NO_SETTINGS))
    assert cohorts.horizon == 10
    quarters = by_period(cohorts, 3).dropna(subset="velocity").set_index("month")
    assert quarters["velocity"].tolist() == pytest.approx([40 * 0.5 * 100 / 10, 60 / 3 * 200 / 5])
    parts = change(quarters.iloc[0], quarters.iloc[1]).set_index("part")["times"]
    assert parts[list(PARTS)].tolist() == pytest.approx([1.5, 2 / 3, 2, 2])
    assert parts["velocity"] == pytest.approx(4) == parts[list(PARTS)].prod()
    assert (
        by_period(cohorts, 1)["velocity"].count() == 2
    )  # February and March have no deals, July none followed


def test_a_quarter_that_brought_nothing_is_not_set_beside_another():
    free = [f"a{i} {i % 28} {i % 28 + 10} won 0" for i in range(30)]
    paid = [f"b{i} {91 + i % 28} {101 + i % 28} won 200" for i in range(30)]
    result = run(deals=deals(*free, *paid, "last 0 190 lost 1"))
    assert result.tables["velocity_quarters"]["velocity"].tolist()[0] == 0
    assert "velocity_change" not in result.tables


def test_a_young_quarter_is_followed_no_longer_than_an_old_one():
    rows = [f"a{i} {i % 30} {i % 30 + (5 if i % 2 else 60)} won 100" for i in range(60)]
    rows += [f"b{i} {91 + i % 28} - open 100" for i in range(30)]
    rows += [f"c{i} {91 + i % 28} {96 + i % 28} won 100" for i in range(30)]
    found = lives(Tables.from_frames(deals=deals(*rows, "last 0 185 lost 1")), NO_SETTINGS)
    cohorts = followed(found)
    assert (cohorts.frame["begun"] + cohorts.horizon <= found.until + 1).all()
    assert (cohorts.frame.loc[cohorts.frame["won"], "took"] <= cohorts.horizon).all()
