"""Go-live, trainings and other events of a known day, and their lines on charts of months."""

from datetime import date

import pandas as pd
import pytest

from crmeval.analyses.dated_events import dated_events
from crmeval.charts.event_lines import event_lines
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

SETTINGS = Settings(go_live=date(2024, 3, 1), events={"Release 2": "2024-02-10"})
DAYS = pd.to_datetime(["2024-04-02", "2024-04-20", "2024-05-05"])
TRAINED = pd.DataFrame({"user": ["Ann", "Bob", "Ann"], "trained_at": DAYS, "topic": ["Deals", "Deals", None]})


def test_events_stand_in_the_order_of_time_and_trainings_by_month():
    found = dated_events(Tables.from_frames(training=TRAINED), SETTINGS)
    assert list(zip(found["what"], found["event"], strict=True)) == [
        ("event", "Release 2"), ("go_live", ""), ("training", "Deals"), ("training", ""),
    ]  # fmt: skip
    assert found["people"].dropna().tolist() == [2, 1]
    assert found["at"].iloc[2] == DAYS[0]


def test_without_any_event_there_is_none():
    assert dated_events(Tables({}), Settings()).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_bear_names_and_stay_within_the_months_shown(language):
    words = Words(language)
    found = dated_events(Tables.from_frames(training=TRAINED), SETTINGS)
    months = pd.Series(pd.to_datetime(["2024-02-01", "2024-03-01", "2024-04-01"]))
    line, name = event_lines(found, months, words)
    training = words("codes.what.training")
    assert list(line.data["name"]) == ["Release 2", words("codes.what.go_live"), f"{training}: Deals"]
    assert name.data is line.data
    assert event_lines(found, months.head(0), words) == []
