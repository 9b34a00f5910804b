"""Who was active when, counted by hand."""

from datetime import date

import pandas as pd
import pytest

from crmeval.analyses import months
from crmeval.analyses.adoption import ANALYSIS
from crmeval.settings import Settings
from crmeval.tables import Tables


def usage(*rows):
    frame = pd.DataFrame(rows, columns=["user", "period", "logins"])
    return frame.assign(period=pd.to_datetime(frame["period"]), logins=frame["logins"].astype(float))


LOG = usage(
    ("ann", "2025-01-01", 5), ("ann", "2025-02-01", 4), ("ann", "2025-03-01", 4), ("ann", "2025-04-01", 1),
    ("bob", "2025-01-01", 3), ("bob", "2025-02-01", 0), ("cy", "2025-02-01", 0), ("dee", "2025-04-01", 3),
)  # fmt: skip


def run(settings=None, **tables):
    return ANALYSIS.run(Tables.from_frames(**tables), settings or Settings(), {})


def test_active_people_by_month_of_those_ever_seen():
    result = run(usage=LOG)
    by_month = result.tables["adoption_by_month"]
    assert by_month["active_people"].tolist() == [2, 1, 1, 2]
    assert by_month["known"].unique().tolist() == [4]
    assert by_month["complete"].all()
    assert result["adoption.active_share"].value == pytest.approx(6 / 16)
    assert result["adoption.last_share"].value == 0.5


def test_users_of_the_settings_are_the_base_unless_more_were_seen():
    assert run(Settings(users=8), usage=LOG)["adoption.active_share"].value == pytest.approx(6 / 32)
    fewer = run(Settings(users=3), usage=LOG)
    assert fewer["adoption.active_share"].value == pytest.approx(6 / 16)
    assert any(note.key == "adoption.note_known_more_seen" for note in fewer.notes)


def test_who_has_stopped_and_who_never_began():
    result = run(usage=LOG)
    people = result.tables["adoption_by_user"].set_index("user")
    assert people["stopped"].to_dict() == {"bob": True, "ann": False, "cy": False, "dee": False}
    assert people["active_months"].to_dict() == {"bob": 1, "ann": 4, "cy": 0, "dee": 1}
    assert result.findings[0].text.facts["names"] == "bob"


def test_a_month_without_anybody_is_not_forgotten():
    log = usage(("ann", "2025-01-01", 5), ("ann", "2025-03-01", 5))
    assert run(usage=log).tables["adoption_by_month"]["active_people"].tolist() == [1, 0, 1]


def test_without_a_log_people_are_known_by_what_they_left():
    records = pd.DataFrame(
        {"record_id": ["1", "2", "3"], "entered_by": ["ann", "bob", None],
         "entered_at": pd.to_datetime(["2025-01-02", "2025-02-27", "2025-02-28"])}
    )  # fmt: skip
    deals = pd.DataFrame(
        {"deal_id": ["1"], "owner": ["cy"], "created_at": pd.to_datetime(["2025-02-28 10:00"])}
    )
    result = run(records=records, deals=deals)
    assert result.tables["adoption_by_month"]["active_people"].tolist() == [1, 2]
    assert result["adoption.last_share"].value == pytest.approx(2 / 3)
    assert result.notes[0].key == "adoption.note_traces"


def test_a_cut_month_is_shown_but_not_judged():
    deals = pd.DataFrame(
        {"deal_id": list("1234"), "owner": ["ann", "bob", "ann", "bob"],
         "created_at": pd.to_datetime(["2025-01-02", "2025-01-20", "2025-02-27", "2025-03-05"])}
    )  # fmt: skip
    result = run(deals=deals)
    assert result.tables["adoption_by_month"]["complete"].tolist() == [True, True, False]
    assert result["adoption.last_share"].facts["month"] == pd.Timestamp(2025, 2, 1)


def test_what_lies_after_the_day_the_data_end_is_left_out():
    result = run(Settings(observed_until=date(2025, 2, 28)), usage=LOG)
    assert result.tables["adoption_by_month"]["active_people"].tolist() == [2, 1]


def test_without_people_nothing_is_measured():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": pd.to_datetime(["2025-01-02"])})
    assert set(run(deals=deals).not_measured) == {"adoption.active_share"}


def test_months_are_numbered_and_named_back():
    days = pd.date_range("1999-12-31", periods=40, freq="MS")
    numbers = [months.number_of(day) for day in days]
    assert list(months.starts(numbers)) == list(days)
    assert numbers == list(range(numbers[0], numbers[0] + 40))
