"""Habits by person, fields filled in, deals entered late, words beside deeds: counted by hand."""

import pandas as pd
import pytest

from crmeval.analyses import adoption, usability
from crmeval.analyses.adoption_depth import by_person_and_month, filled_in, late
from crmeval.settings import Settings
from crmeval.tables import Tables


def day(said):
    return pd.Timestamp(said)


RECORDS = pd.DataFrame(
    [("1", "Ann", day("2025-01-05"), "a", "x"), ("2", "Ann", day("2025-01-09"), None, "y"),
     ("3", "Bob", day("2025-02-01"), " ", None), ("4", None, day("2025-02-01"), "b", "z")],
    columns=["record_id", "entered_by", "entered_at", "x1", "x2"],
)  # fmt: skip
DEALS = pd.DataFrame(
    [("d1", "Ann", "North", day("2025-01-10"), "won"), ("d2", "Ann", "North", day("2025-01-20"), "lost"),
     ("d3", "Bob", "South", day("2025-01-20"), "won"), ("d4", "Bob", "South", day("2025-01-20"), "won")],
    columns=["deal_id", "owner", "team", "created_at", "outcome"],
)  # fmt: skip
ACTIVITIES = pd.DataFrame(
    [("d1", day("2025-01-10 09:00")), ("d2", day("2025-01-19")), ("d2", day("2025-01-25")),
     ("d3", day("2025-01-12")), ("d3", day("2025-01-30"))],
    columns=["deal_id", "at"],
)  # fmt: skip
LABELS = {"records": {"x1": "Name", "x2": "Phone"}}


def test_cells_filled_in_of_those_that_could_be():
    found = filled_in(Tables.from_frames(records=RECORDS, labels=LABELS)).set_index("person")
    assert found.loc["Ann", ["cells", "filled"]].tolist() == [4, 3]
    assert found.loc["Bob", ["cells", "filled"]].tolist() == [2, 0]
    assert len(found) == 2  # nobody knows who entered the fourth


def test_a_deal_entered_a_week_after_its_first_activity_is_late_and_the_next_day_is_not():
    found = late(Tables.from_frames(deals=DEALS, activities=ACTIVITIES)).set_index("person")
    assert found.loc["Ann"].tolist() == [2, 0]
    assert found.loc["Bob"].tolist() == [1, 1]


def test_both_are_measures_and_said_by_person_in_the_order_of_names():
    tables = Tables.from_frames(records=RECORDS, deals=DEALS, activities=ACTIVITIES, labels=LABELS)
    result = adoption.ANALYSIS.run(tables, Settings(), {})
    filled, tardy = result["adoption.fields_filled"], result["adoption.late_entry"]
    assert (filled.value, filled.n) == (0.5, 6)
    assert (tardy.value, tardy.n) == (pytest.approx(1 / 3), 3)
    people = result.tables["adoption_by_person"]
    assert people["person"].tolist() == ["Ann", "Bob"]
    assert people["filled_share"].tolist() == [0.75, 0.0]


def test_what_cannot_be_told_is_said():
    log = pd.DataFrame({"user": ["a", "b"], "period": [day("2025-01-01")] * 2, "logins": [3.0, 2.0]})
    result = adoption.ANALYSIS.run(Tables.from_frames(usage=log), Settings(), {})
    assert set(result.not_measured) == {"adoption.fields_filled", "adoption.late_entry"}
    assert "adoption_by_person" not in result.tables


def test_people_stand_by_name_and_silent_months_are_zero():
    active = pd.DataFrame(
        [("zoe", 24300, 9.0), ("Ann", 24300, 1.0), ("Ann", 24302, 2.0)], columns=["user", "month", "actions"]
    )
    found = by_person_and_month(active, pd.Series(["zoe", "Ann", "Bob"]))
    wide = found.pivot_table(index="user", columns="month", values="actions", sort=False)
    assert found["user"].drop_duplicates().tolist() == ["Ann", "Bob", "zoe"]
    assert wide.loc["Ann"].tolist() == [1, 0, 2]
    assert wide.loc["Bob"].tolist() == [0, 0, 0]


def test_what_teams_say_stands_beside_what_they_do_where_enough_answered():
    """North: two people, both active in January only of two months; South answered with too few forms."""
    deals = pd.concat([DEALS, DEALS.assign(deal_id=DEALS["deal_id"] + "x", owner="Cy", team="North")])
    log = pd.DataFrame(
        [("Ann", day("2025-01-01"), 3.0), ("cy ", day("2025-01-01"), 2.0), ("Bob", day("2025-02-01"), 2.0)],
        columns=["user", "period", "logins"],
    )
    forms = pd.DataFrame(
        [[5, 1] * 5] * 5 + [[3] * 10] * 4, columns=[f"q{n}" for n in range(1, 11)], dtype=float
    ).assign(team=["north"] * 5 + ["South"] * 4)
    tables = Tables.from_frames(deals=deals, usage=log, usability=forms)
    said = {"usability": usability.ANALYSIS.run(tables, Settings(), {})}
    found = adoption.ANALYSIS.run(tables, Settings(), said).tables["said_and_done"]
    assert found[["team", "forms", "score", "people", "active_share"]].to_numpy().tolist() == [
        ["north", 5, 100.0, 2, 0.5],
    ]  # fmt: skip
