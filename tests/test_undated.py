"""Steps whose date or name is missing: no move is joined over them, and they are told."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import mapped, sheet

from crmeval.analyses import bottlenecks, flow, stages
from crmeval.analyses.undated import gaps
from crmeval.assessment import Assessment, open_, save
from crmeval.mapping import MappingProposal, SheetMapping, apply
from crmeval.settings import Settings

NO_SETTINGS = Settings()
STEPS = {"deal_id": "deal", "stage": "stage", "entered_at": "date"}


def history(*rows):
    """Tables of a history written as `deal stage date`, a dash where there is none."""
    cells = [row.split() for row in rows]
    dated = [
        (deal, stage.strip("-"), "" if day == "-" else f"2024-01-{int(day):02d}")
        for deal, stage, day in cells
    ]
    return mapped(sheet("deal|stage|date", *dated), "stage_events", STEPS)


def moves(tables):
    found = stages.run(tables, NO_SETTINGS, {}).tables["transitions"]
    return {(move["from"], move["to"]): move["n"] for _, move in found.iterrows()}


WHOLE = tuple(
    f"{i} {stage} {day}" for i in range(5, 30) for stage, day in (("New", 1), ("Offer", 4), ("Won", 9))
)


def test_no_move_spans_a_step_without_a_date():
    tables = history(*WHOLE, "1 New 1", "1 Offer -", "1 Won 9")
    assert tables.undated["deal_id"].tolist() == ["1"]
    assert moves(tables) == {("New", "Offer"): 25, ("Offer", "Won"): 25}
    result = stages.run(tables, NO_SETTINGS, {})
    assert [note.facts["n"] for note in result.notes if note.key == "stages.undated"] == [1]
    assert "New → ? → Won" in set(result.tables["variants"]["variant"])
    new = result.tables["stages"].set_index("stage").loc["New"]
    assert (new["n"], new["open"], new["median"]) == (26, 0, 3)


def test_no_move_spans_a_step_without_a_name():
    tables = history(*WHOLE, "1 New 1", "1 - 4", "1 Won 9")
    assert tables.undated["deal_id"].tolist() == ["1"]
    assert tables.set_aside["reason"].tolist() == ["missing_value"]
    assert moves(tables) == {("New", "Offer"): 25, ("Offer", "Won"): 25}
    result = stages.run(tables, NO_SETTINGS, {})
    assert [note.facts["n"] for note in result.notes if note.key == "stages.undated"] == [1]
    assert "New → ? → Won" in set(result.tables["variants"]["variant"])
    assert bottlenecks.run(tables, NO_SETTINGS, {})["bottleneck.days"].n == 25


def test_a_step_with_neither_date_nor_name_is_one_gap():
    tables = history(*WHOLE, "1 New 1", "1 - -", "1 Won 9")
    assert tables.undated["deal_id"].tolist() == ["1"]
    assert moves(tables) == {("New", "Offer"): 25, ("Offer", "Won"): 25}


def test_a_file_in_the_reverse_order_says_as_much_and_one_in_none_puts_all_moves_of_the_deal_in_doubt():
    reverse = history(*WHOLE, "1 Won 9", "1 Legal 7", "1 Offer -", "1 New 1")
    assert moves(reverse)["Legal", "Won"] == 1
    assert ("New", "Legal") not in moves(reverse)
    mixed = history(*WHOLE, "1 New 1", "1 Won 9", "1 Legal 7", "1 Offer -")
    assert ("Legal", "Won") not in moves(mixed)


def test_a_deal_with_a_later_step_of_unknown_date_does_not_wait_in_the_stage_before():
    tables = history(*WHOLE, "1 New 1", "1 Offer 2", "1 Legal -")
    rows = stages.run(tables, NO_SETTINGS, {}).tables["stages"].set_index("stage")
    assert rows.loc["Offer", "open"] == 0
    accounts = flow.run(tables, NO_SETTINGS, {}).tables["stage_accounts"].set_index("stage")
    assert accounts.loc["Offer", ["entries", "won", "unknown"]].tolist() == [26, 25, 1]
    ranked = bottlenecks.run(tables, NO_SETTINGS, {})
    assert ranked["bottleneck.days"].n == 25


def test_what_is_not_known_is_kept_when_saved():
    tables = history(*WHOLE, "1 New 1", "1 Offer -", "1 Won 9")
    opened = open_(save(Assessment(NO_SETTINGS, tables, {}))).tables
    assert moves(opened) == moves(tables)
    pd.testing.assert_frame_equal(opened.undated, tables.undated, check_dtype=False)
    dated = history(*WHOLE, "1 New 1", "1 Won 9")
    assert dated.fingerprint != tables.fingerprint


def test_a_deal_whose_id_the_history_writes_otherwise_is_the_same_deal():
    deals = sheet("id|begun", "7|2024-01-01", "8|2024-01-01", file="deals.csv")
    steps = sheet(
        "deal|stage|date", "007|New|2024-01-01", "007|Offer|", "007|Won|2024-01-09", file="steps.csv"
    )
    both = MappingProposal(
        (
            SheetMapping("deals.csv", "", "deals", columns={"deal_id": "id", "created_at": "begun"}),
            SheetMapping("steps.csv", "", "stage_events", columns=STEPS),
        )
    )
    tables = apply([deals, steps], both)
    assert tables.undated["deal_id"].tolist() == ["7"]
    assert moves(tables) == {}


cases = st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True), min_size=1, max_size=4)


@given(cases, st.data())
def test_in_files_in_order_a_gap_is_where_the_rows_stand(places, data):
    rising = [sorted(rows) for rows in places]
    case = np.repeat(np.arange(len(rising)), [len(rows) for rows in rising])
    place = np.concatenate(rising)
    deal = data.draw(st.integers(0, len(rising) - 1))
    free = sorted(set(range(32)) - set(rising[deal]))
    at = data.draw(st.sampled_from(free))
    found = gaps(case, place, pd.DataFrame({"case": [deal], "place": [at]}))
    mine = place[case == deal]
    assert not found[case != deal].any()
    if len(mine) == 1:
        assert found[case == deal].all()
    else:
        expected = np.zeros(len(mine), bool)
        before = np.flatnonzero(mine < at)
        expected[before[-1:]] = True
        assert found[case == deal].tolist() == expected.tolist()
