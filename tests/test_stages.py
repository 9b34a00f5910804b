"""Visits, moves, variants, the bottleneck: against counted figures, by hand, and as they must always be."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmeval.analyses import stages
from crmeval.analyses.stage_rows import deals_in_stage, deals_on_move
from crmeval.narrowing import dimensions, narrowed, values
from crmeval.settings import Settings
from crmeval.tables import Tables

NO_SETTINGS = Settings()


def run(**frames):
    return stages.run(Tables.from_frames(**frames), NO_SETTINGS, {})


def log(*rows, **more):
    """Events written as `case stage day`, the day counted from the first of January 2024."""
    frame = pd.DataFrame([row.split() for row in rows], columns=["deal_id", "stage", "entered_at"])
    day = pd.to_timedelta(frame["entered_at"].astype(float), unit="D")
    return frame.assign(entered_at=pd.Timestamp("2024-01-01") + day, **more)


def salesforce(folder):
    history = pd.read_csv(folder / "salesforce_history/input_01.csv", encoding="utf-8-sig")
    deals = pd.read_csv(folder / "salesforce_history/input_02.csv", encoding="utf-8-sig")
    outcomes = {"Closed Won": "won", "Closed Lost": "lost"}
    day_first = "%d/%m/%Y"
    return {
        "stage_events": pd.DataFrame(
            {
                "deal_id": history["OppID"], "stage": history["StageName"],
                "entered_at": pd.to_datetime(history["CreatedDate"], format=day_first),
                "position": history["SortOrder"].astype(float),
            }
        ),
        "deals": pd.DataFrame(
            {
                "deal_id": deals["Id"], "created_at": pd.to_datetime(deals["CreatedDate"], format=day_first),
                "closed_at": pd.to_datetime(deals["CloseDate"], format=day_first),
                "outcome": deals["StageName"].map(outcomes).fillna("open"), "owner": deals["OwnerId"],
            }
        ),
    }  # fmt: skip


@pytest.mark.trial
def test_salesforce_history_as_counted(trial_data):
    result = run(**salesforce(trial_data))
    assert (result["cases.count"].value, result["events.count"].value) == (219, 584)
    assert result["cases.backward_moves"].value == 72
    rows = result.tables["stages"].set_index("stage")
    found = {stage: (round(row["mean"], 1), row["median"]) for stage, row in rows.iterrows()}
    assert found["Prospecting"] == (41.1, 21)
    assert found["Negotiation/Review"] == (39.5, 17)
    assert found["Value Proposition"] == (37.9, 13)
    assert found["Qualification"] == (30.2, 24)
    assert rows["open"].sum() == 73


@pytest.mark.trial
def test_salesforce_history_without_its_deals_knows_the_ends_by_their_names(trial_data):
    rows = run(stage_events=salesforce(trial_data)["stage_events"]).tables["stages"].set_index("stage")
    assert rows["open"].sum() == 73
    assert rows.loc[["Closed Won", "Closed Lost"], "total"].isna().all()


# Two deals: 1 goes New, Offer, back to New, Offer, won; 2 waits in Offer until the data end on day 20.
TWO = ("1 New 0", "1 Offer 2", "1 New 5", "1 Offer 6", "1 Won 10", "2 New 1", "2 Offer 4", "3 New 20")


def test_stages_by_hand():
    result = run(stage_events=log(*TWO))
    rows = result.tables["stages"].set_index("stage")
    # New: stays of 2, 1 and 3 days, and one that begins as the data end; Offer: 3 and 4 days, and 16 so far.
    assert rows.loc["New", ["n", "open", "median", "mean", "total", "reentries"]].tolist() == [
        4,
        1,
        2,
        2,
        6,
        1,
    ]
    assert rows.loc["Offer", ["n", "open", "median", "total", "reentries"]].tolist() == [3, 1, 3.5, 23, 1]
    assert rows.loc["Offer", "share"] == pytest.approx(23 / 29)
    assert pd.isna(rows.loc["Won", "total"])
    assert (result["cases.rework"].value, result["cases.variants"].value) == (1, 3)
    assert result["cases.duration_median"].value == 3
    assert result["cases.duration_mean"].value == pytest.approx((10 + 3 + 0) / 3)


def test_moves_and_variants_by_hand():
    result = run(stage_events=log(*TWO))
    moves = result.tables["transitions"].set_index(["from", "to"])
    assert moves.loc[("New", "Offer"), ["n", "median"]].tolist() == [3, 2]
    assert moves.loc[("Offer", "New"), ["n", "median"]].tolist() == [1, 3]
    variants = result.tables["variants"].set_index("variant")
    assert variants.loc["New → Offer → New → Offer → Won", ["n", "median"]].tolist() == [1, 10]
    assert variants["share"].sum() == pytest.approx(1)


def test_a_stage_that_is_slow_only_for_lost_deals_is_told_from_what_holds_up_sales():
    won = [row for i in range(10) for row in (f"{i} Offer 0", f"{i} Legal 2", f"{i} Won 10")]
    lost = [row for i in range(10, 30) for row in (f"{i} Offer 0", f"{i} Legal 20", f"{i} Lost 21")]
    deals = pd.DataFrame(
        {
            "deal_id": [str(i) for i in range(30)], "created_at": pd.Timestamp("2024-01-01"),
            "closed_at": pd.Timestamp("2024-01-22"), "outcome": ["won"] * 10 + ["lost"] * 20,
        }
    )  # fmt: skip
    result = run(deals=deals, stage_events=log(*won, *lost))
    rows = result.tables["stages"].set_index("stage")
    assert rows.loc["Offer", ["share", "share_won"]].tolist() == pytest.approx([420 / 520, 0.2])
    note = next(note for note in result.notes if note.key == "stages.other_for_won")
    assert (note.facts["stage"], note.facts["other"]) == ("Offer", "Legal")


def test_the_history_of_a_deal_has_saves_that_are_no_steps():
    events = log("1 New 0", "1 New 3", "1 Offer 4", "1 Won 6", position=[1.0, 1.0, 2.0, 3.0])
    result = run(stage_events=events)
    assert result["cases.rework"].value == 0
    assert result.tables["variants"]["variant"].tolist() == ["New → Offer → Won"]
    new = result.tables["stages"].set_index("stage").loc["New"]
    assert (new["n"], new["stays"], new["median"], new["stay_median"]) == (2, 1, 2.0, 4.0)
    assert [note.facts["n"] for note in result.notes if note.key == "stages.saves"] == [1]


def test_in_a_bare_log_every_row_is_a_step():
    result = run(stage_events=log("1 Call 0", "1 Call 3", "1 Offer 4"))
    assert result["cases.rework"].value == 1
    assert result.tables["variants"]["variant"].tolist() == ["Call → Call → Offer"]


def test_a_log_that_names_no_end_has_nothing_open_and_says_so():
    result = run(stage_events=log("1 Call 0", "1 Offer 4", "2 Call 9"))
    assert result.tables["stages"]["open"].sum() == 0
    assert "stages.ends_unknown" in [note.key for note in result.notes]


def test_a_lost_deal_that_keeps_its_stage_left_it_when_it_was_closed():
    deals = pd.DataFrame(
        {
            "deal_id": ["1", "2"], "created_at": pd.to_datetime(["2024-01-01"] * 2),
            "closed_at": pd.to_datetime(["2024-01-08", None]), "outcome": ["lost", "open"],
        }
    )  # fmt: skip
    rows = run(deals=deals, stage_events=log("1 New 0", "1 Offer 2", "2 New 0", "2 Offer 3")).tables["stages"]
    offer = rows.set_index("stage").loc["Offer"]
    assert (offer["median"], offer["open"], offer["total"]) == (5, 1, 5 + 4)


def test_ties_go_by_position_and_else_by_the_order_of_the_file():
    rows = ("1 Offer 0", "1 New 0", "1 Won 1")
    by_position = run(stage_events=log(*rows, position=[2.0, 1.0, 3.0]))
    assert by_position.tables["variants"]["variant"].tolist() == ["New → Offer → Won"]
    by_file = run(stage_events=log(*rows))
    assert by_file.tables["variants"]["variant"].tolist() == ["Offer → New → Won"]
    assert [note.facts["n"] for note in by_file.notes if note.key == "stages.ties"] == [1]
    assert "stages.ties" not in [note.key for note in by_position.notes]


def test_ties_go_by_the_usual_order_of_stages_in_whatever_order_the_file_is():
    usual = [row for i in range(5) for row in (f"{i} New 0", f"{i} Offer 2", f"{i} Won 9")]
    rows = [*usual, "7 Won 4", "7 Offer 3", "7 New 3"]
    for order in (rows, rows[::-1]):
        result = run(stage_events=log(*order))
        assert result.tables["variants"]["variant"].tolist() == ["New → Offer → Won"]
        assert [note.facts["n"] for note in result.notes if note.key == "stages.ties"] == [1]


def test_a_row_that_stands_twice_in_a_bare_log_is_no_rework():
    result = run(stage_events=log("1 Call 0", "1 Call 0", "1 Offer 4", "1 Call 5"))
    assert result.tables["variants"]["variant"].tolist() == ["Call → Offer → Call"]
    assert [note.facts["n"] for note in result.notes if note.key == "stages.copies"] == [1]
    assert result["events.count"].value == 3


def test_backward_moves_need_positions():
    assert run(stage_events=log(*TWO)).not_measured["cases.backward_moves"].key == "stages.needs_positions"


def test_activities_stand_in_for_stages():
    activities = pd.DataFrame(
        {
            "deal_id": ["1", "1", "2"], "kind": ["Call", "Visit", "Call"],
            "at": pd.to_datetime(["2024-01-01", "2024-01-03", "2024-01-02"]),
        }
    )  # fmt: skip
    result = run(activities=activities)
    assert (result["cases.count"].value, result["events.count"].value) == (2, 3)
    assert result.tables["transitions"].to_dict("records") == [
        {"from": "Call", "to": "Visit", "n": 1, "median": 2.0}
    ]


def test_names_that_look_like_commands_are_just_names():
    hostile = "'; DROP TABLE stage_events; --"
    events = log("1 New 0", "1 X 1").replace({"stage": {"X": hostile}})
    tables = Tables.from_frames(stage_events=events)
    assert hostile in set(stages.run(tables, NO_SETTINGS, {}).tables["stages"]["stage"])
    assert len(deals_in_stage(tables, NO_SETTINGS, hostile)) == 1


events = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["New", "Offer", "Visit", "Won"]), st.integers(0, 40)),
    min_size=1, max_size=30, unique_by=lambda row: (row[0], row[2]),
)  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(events, st.randoms())
def test_nothing_is_lost_and_the_order_of_rows_does_not_matter(rows, chance):
    result = run(stage_events=log(*(f"{case} {stage} {day}" for case, stage, day in rows)))
    found, moves = result.tables["stages"], result.tables["transitions"]
    cases = len({case for case, _, _ in rows})
    assert found["n"].sum() == result["events.count"].value == len(rows)
    assert result["cases.count"].value == cases
    assert moves["n"].sum() == len(rows) - cases
    chance.shuffle(rows)
    again = run(stage_events=log(*(f"{case} {stage} {day}" for case, stage, day in rows)))
    for name in ("stages", "transitions"):
        pd.testing.assert_frame_equal(result.tables[name], again.tables[name])
    assert [m.value for m in again.measures] == [m.value for m in result.measures]


def test_variants_are_counted_as_sequences_are():
    rows = [f"{i} {stage} {day}" for i in range(64) for day, stage in enumerate(f"{i:06b}")]
    frame = log(*rows)
    result = run(stage_events=frame)
    sequences = frame.groupby("deal_id")["stage"].agg(tuple)
    assert result["cases.variants"].value == sequences.nunique() == 64
    assert len(result.tables["variants"]) == 20


def test_the_deals_behind_a_stage_and_a_move():
    tables = Tables.from_frames(stage_events=log(*TWO))
    inside = deals_in_stage(tables, NO_SETTINGS, "Offer")
    assert inside[["deal_id", "days", "open"]].to_numpy().tolist() == [
        ["2", 16, True],
        ["1", 4, False],
        ["1", 3, False],
    ]
    moved = deals_on_move(tables, NO_SETTINGS, "New", "Offer")
    assert moved["days"].tolist() == [3, 2, 1]
    assert moved["moved_at"].max() == pd.Timestamp("2024-01-07")


def test_narrowed_tables_hold_the_deals_of_one_owner_and_what_is_theirs():
    deals = pd.DataFrame(
        {
            "deal_id": ["1", "2", "3"], "created_at": pd.Timestamp("2024-01-01"),
            "owner": ["A", "B", "A"], "outcome": ["won", "open", "open"],
        }
    )  # fmt: skip
    tables = Tables.from_frames(deals=deals, stage_events=log(*TWO))
    assert dimensions(tables) == ["owner"]
    assert values(tables, "owner") == ["A", "B"]
    of_a, of_b = narrowed(tables, "owner", "A"), narrowed(tables, "owner", "B")
    assert (of_a.count("deals"), of_a.count("stage_events")) == (2, 6)
    assert of_a.count("stage_events") + of_b.count("stage_events") == tables.count("stage_events")
    assert of_a.fingerprint != of_b.fingerprint
