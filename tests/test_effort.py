"""Working hours, the first contact, contacts and minutes, handovers: by hand, and too little."""

import pandas as pd
import pytest
from test_flow import deals

from crmeval.analyses import effort, hours, response
from crmeval.settings import Settings
from crmeval.stats.intervals import ratio_of_sums
from crmeval.tables import Tables

NO_SETTINGS = Settings()
START = pd.Timestamp("2024-01-01")  # a Monday


def moments(*hours_after):
    return START + pd.to_timedelta(pd.to_numeric(list(hours_after), "coerce"), unit="h")


def answered(*rows):
    """Deals and their first contact: `created closed contacted` in hours since Monday 0:00; - is never."""
    parts = [row.split() for row in rows]
    ids = [str(i) for i in range(len(parts))]
    frame = pd.DataFrame(
        {
            "deal_id": ids, "created_at": moments(*(one[0] for one in parts)),
            "closed_at": moments(*(one[1] for one in parts)),
            "outcome": ["open" if one[1] == "-" else "lost" for one in parts],
        }
    )  # fmt: skip
    done = [(i, one[2]) for i, one in zip(ids, parts, strict=True) if one[2] != "-"]
    activities = pd.DataFrame({"deal_id": [i for i, _ in done], "at": moments(*(at for _, at in done))})
    return Tables.from_frames(deals=frame, activities=activities)


def test_first_contacts_by_hand():
    # Monday 10:00, contacted at 11, 12, 14; one closed at 13 without any contact: it waited three hours.
    tables = answered("10 90 11", "10 90 12", "10 90 14", "10 13 -")
    result = response.run(tables, NO_SETTINGS, {})
    # Kaplan–Meier: 3/4 after one hour, 1/2 after two, the fourth is gone by three, 0 after four
    assert result["response.within_hour"].value == pytest.approx(1 / 4)
    assert result["response.km_median_hours"].value == 2
    assert result["response.km_p90_hours"].value == 4
    assert (result["response.never"].value, result["response.never"].n) == (1, 4)
    assert result.answer.key == "response.few"


def test_a_deal_that_comes_at_night_waits_from_the_morning():
    tables = answered(*["20 90 34"] * 20)  # Monday 20:00, contacted on Tuesday at 10:00
    result = response.run(tables, NO_SETTINGS, {})
    assert result["response.km_median_hours"].value == 14
    assert result["response.median_business_hours"].value == 1
    late = response.run(tables, Settings(working_hours=(18, 22)), {})
    assert late["response.median_business_hours"].value == 2


def test_deals_never_contacted_are_not_dropped():
    tables = answered(*["10 200 11"] * 10, *["10 200 -"] * 30)
    result = response.run(tables, NO_SETTINGS, {})
    assert result["response.within_day"].value == pytest.approx(10 / 40)
    assert result.not_measured["response.km_median_hours"].key == "response.not_reached"
    assert result.answer.key == "response.answer_never"


def test_dates_without_times_say_nothing_of_hours():
    tables = Tables.from_frames(
        deals=deals("1 0 5 won 5"), activities=pd.DataFrame({"deal_id": ["1"], "at": [START]})
    )
    result = response.run(tables, NO_SETTINGS, {})
    assert set(result.not_measured) == set(response.ANALYSIS.measures)
    assert result.answer.key == "output.needs_times_of_day"


def test_cycles_in_working_hours_by_hand():
    frame = pd.DataFrame(
        {
            "deal_id": ["1", "2"], "outcome": ["won", "lost"],
            # Monday 9:00 to Wednesday 9:00; Friday 17:00 to the next Monday 10:00
            "created_at": moments(9, 4 * 24 + 17), "closed_at": moments(57, 7 * 24 + 10),
        }
    )  # fmt: skip
    result = hours.run(Tables.from_frames(deals=frame), NO_SETTINGS, {})
    assert result["cycle.won.median_business_hours"].value == 18
    assert result["cycle.won.median_business_hours"].facts["working_days"] == 2
    assert result["cycle.lost.median_business_hours"].value == 2
    dated = hours.run(Tables.from_frames(deals=deals("1 0 7 won 5")), Settings(time_zone="Europe/Berlin"), {})
    assert dated["cycle.won.median_business_hours"].value == 45  # five working days in a week


def test_stages_in_working_hours_by_hand():
    events = pd.DataFrame(
        {
            "deal_id": ["1"] * 3, "stage": ["New", "Offer", "Won"],
            "entered_at": moments(4 * 24 + 17, 7 * 24 + 10, 7 * 24 + 13),
        }
    )  # fmt: skip
    table = hours.run(Tables.from_frames(stage_events=events), NO_SETTINGS, {}).tables["stage_hours"]
    rows = table.set_index("stage")
    assert rows["working_hours"].to_dict() == {"Offer": 3, "New": 2}  # a weekend lies in the visit to New
    assert rows.loc["New", "share"] == pytest.approx(65 / 68)
    assert rows.loc["New", "working_share"] == pytest.approx(2 / 5)


def worked(minutes=(10, 20, 30)):
    """Two won deals and a lost one of two customers, with one activity each per entry of minutes."""
    frame = deals("1 0 4 won 5", "2 0 4 won 5", "3 0 4 lost 5").assign(customer_id=["a", "a", "b"])
    activities = pd.DataFrame(
        {
            "deal_id": ["1", "1", "3"], "at": moments(10, 34, 10), "kind": ["call", "visit", "call"],
            "minutes": [float(value) for value in minutes],
        }
    )  # fmt: skip
    return Tables.from_frames(deals=frame, activities=activities)


def test_contacts_minutes_and_cost_by_hand():
    result = effort.run(worked(), Settings(hourly_cost=60), {})
    assert result["effort.minutes_per_won_deal"].value == 15  # 30 and none
    assert result["effort.minutes_per_won_deal"].facts["without"] == 1
    assert result["effort.cost_per_won_deal"].value == 15
    assert result["activities.per_customer"].value == 1.5
    assert result["effort.minutes_per_customer"].value == 30
    assert result.not_measured["effort.flow_efficiency"].key == "effort.few_won"
    kinds = result.tables["effort_kinds"].set_index("activity")
    assert kinds.loc["call", ["n", "share", "hours_share", "median_minutes"]].tolist() == [
        2,
        2 / 3,
        2 / 3,
        20,
    ]
    outcomes = result.tables["effort_outcomes"].set_index("outcome")
    assert outcomes.loc["won", ["deals", "touches", "minutes_each"]].tolist() == [2, 1, 15]
    assert outcomes.loc["lost", ["touches", "minutes_each"]].tolist() == [1, 30]


def test_minutes_that_are_no_minutes_count_as_none():
    result = effort.run(worked((float("inf"), -5, float("nan"))), NO_SETTINGS, {})
    assert result["effort.minutes_per_customer"].value == 0
    assert result.not_measured["effort.cost_per_won_deal"].key == "effort.needs_hourly_cost"


def test_working_and_waiting_of_deals_that_were_won():
    frame = deals(*(f"{i} 0 4 won 5" for i in range(20)))  # four working days of nine hours
    activities = pd.DataFrame({"deal_id": frame["deal_id"], "at": START, "minutes": 54.0})
    result = effort.run(Tables.from_frames(deals=frame, activities=activities), NO_SETTINGS, {})
    assert result["effort.flow_efficiency"].value == pytest.approx(54 / (4 * 9 * 60))


def test_waiting_between_stages_is_told_from_time_inside():
    events = pd.DataFrame(
        {
            "deal_id": ["1"] * 3, "stage": ["New", "Offer", "Won"], "entered_at": moments(0, 96, 144),
            "left_at": moments(24, 120, 150),
        }
    )  # fmt: skip
    table = effort.run(Tables.from_frames(stage_events=events), NO_SETTINGS, {}).tables["stage_waits"]
    rows = table.set_index("stage")
    assert rows.loc["New", ["inside", "until_next", "waiting_share"]].tolist() == [1, 3, 0.75]
    assert rows.loc["Offer", ["inside", "until_next", "waiting_share"]].tolist() == [1, 1, 0.5]


def test_handovers_by_hand():
    rows = [(str(i), owner, day) for i in range(40) for owner, day in _hands(i)]
    events = pd.DataFrame(rows, columns=["deal_id", "owner", "day"]).assign(stage="Step")
    events["entered_at"] = START + pd.to_timedelta(events.pop("day"), unit="D")
    said = deals(*(f"{i} 0 {20 if i % 2 else 10} won 5" for i in range(40)))
    result = effort.run(Tables.from_frames(stage_events=events, deals=said), NO_SETTINGS, {})
    assert result["handovers.share"].value == 0.5
    assert result["handovers.per_deal"].value == 0.5
    assert result["handovers.gap_days"].value == 5
    assert result["handovers.gap_days"].facts["without"] == 1
    assert result["handovers.more_days"].value == 10
    assert result.tables["handovers"].to_dict("records") == [
        {"from": "Ann", "to": "Bob", "n": 20, "median": 5.0}
    ]


def _hands(i):
    return [("Ann", 0), ("Ann", 1), ("Bob", 6)] if i % 2 else [("Ann", 0), ("Ann", 1), (None, 3)]


def test_nobody_named_means_no_handovers_are_told():
    result = effort.run(Tables.from_frames(deals=deals("1 0 4 won 5")), NO_SETTINGS, {})
    assert result.measures == ()
    assert set(result.not_measured) == set(effort.ANALYSIS.measures)


def test_ratio_of_sums_by_hand():
    # 3 + 5 of 10 + 10: residuals −1 and 1 from 0.4; standard error sqrt(2 / 1 / 2) / 10 = 0.1
    ratio, low, high = ratio_of_sums([3, 5], [10, 10])
    assert ratio == 0.4
    assert (low, high) == pytest.approx((0.4 - 0.196, 0.4 + 0.196), abs=1e-4)
