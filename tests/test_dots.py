"""Deals one by one: a sample that is always the same, and the open deals that stay longer than usual."""

import pandas as pd
import pytest

from crmeval.analyses import dots
from crmeval.charts.dotted import AGEING, BY_LENGTH, BY_START
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

START = pd.Timestamp("2024-01-01")


def company(stays, ages):
    """Deals that stayed so many days in Offer and were won, and open ones that have been there so long."""
    end = START + pd.Timedelta(days=400)
    rows, deals = [], []
    for number, days in enumerate(stays):
        at = START + pd.Timedelta(days=number)
        rows += [(f"d{number}", "Offer", at), (f"d{number}", "Closed won", at + pd.Timedelta(days=days))]
        deals.append((f"d{number}", at, at + pd.Timedelta(days=days), "won"))
    for number, days in enumerate(ages):
        at = end - pd.Timedelta(days=days)
        rows.append((f"open{number}", "Offer", at))
        deals.append((f"open{number}", at, pd.NaT, "open"))
    return Tables.from_frames(
        stage_events=pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at"]),
        deals=pd.DataFrame(deals, columns=["deal_id", "created_at", "closed_at", "outcome"]),
    ), Settings(observed_until=end.date())


def test_deals_that_stay_longer_than_85_of_100_are_to_be_called_the_longest_over_first():
    said = dots.ageing(*company(range(1, 101), [10, 85, 86, 300]))
    usual = said.tables["usual_stays"].set_index("stage").loc["Offer"]
    assert (usual["n"], usual["p50"], usual["p85"]) == (100, pytest.approx(50.5), pytest.approx(85.15))
    called = said.tables["to_call"]
    assert list(called["deal_id"]) == ["open3", "open2"]
    assert called["over"].iloc[0] == pytest.approx(300 - 85.15)
    assert (said.answer.facts["n"], said.answer.facts["late"]) == (4, 2)


def test_few_finished_stays_are_no_usual_length():
    said = dots.ageing(*company(range(1, 20), [500]))
    assert said.tables["usual_stays"]["p85"].isna().all()
    assert said.tables["to_call"].empty
    assert "dots.few" in [note.key for note in said.notes]


def test_a_sample_is_said_and_always_the_same(monkeypatch):
    monkeypatch.setattr(dots, "_MOST_DEALS", 10)
    tables, settings = company(range(1, 41), [])
    one, again = (dots.steps(tables, settings) for _ in range(2))
    assert one.tables["deal_steps"].equals(again.tables["deal_steps"])
    assert one.tables["deal_steps"]["deal_id"].nunique() == 10
    assert one.answer.key == "dots.sampled"
    assert one.answer.facts == {"shown": 10, "n": 40}
    last = one.tables["deal_steps"].groupby("deal_id")["day"].max()
    assert list(last) == [int(deal[1:]) + 1 for deal in last.index]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_drawn_and_said(language):
    words = Words(language)
    tables, settings = company(range(1, 30), [3, 90])
    shown = {
        AGEING: dots.ageing(tables, settings), BY_START: dots.steps(tables, settings),
        BY_LENGTH: dots.steps(tables, settings),
    }  # fmt: skip
    for chart, said in shown.items():
        assert words(said.answer)
        assert all(words(note) for note in said.notes)
        assert chart.draw(said, words).to_dict()
