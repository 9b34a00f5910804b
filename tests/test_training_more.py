"""What training does, planted and found again; teams, hours, needs, and the months before."""

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses import accuracy
from crmeval.analyses.training import ANALYSIS
from crmeval.analyses.training_more import around_events, by_team, needs
from crmeval.results import Result
from crmeval.settings import Settings, from_dict
from crmeval.stats.difference import NEVER, Panel, difference_in_differences
from crmeval.stats.event_study import event_study
from crmeval.tables import Tables
from crmeval.words import text

PEOPLE, MONTHS, CELLS = 8, 9, 200
START = np.array([3, 3, 5, 5, *[NEVER] * 4])  # trained at different times; four never


def world(draw, effect, drift=0.0):
    """Errors of eight people over nine months: each has a habit, all share the months' luck."""
    habit = draw.uniform(0.08, 0.3, (PEOPLE, 1))
    months = np.arange(MONTHS)
    after = months[None, :] >= START[:, None]
    rising = drift * months[None, :] * (START[:, None] != NEVER)
    share = np.clip(habit + draw.normal(0, 0.02, MONTHS) + effect * after + rising, 0, 1)
    counts = draw.binomial(CELLS, share).astype(float)
    return Panel(counts, np.full((PEOPLE, MONTHS), float(CELLS)), START)


def test_a_planted_effect_lies_in_its_interval():
    draw = np.random.default_rng(17)
    runs, held, estimates = 80, 0, []
    for _ in range(runs):
        found = difference_in_differences(world(draw, -0.05))
        estimates.append(found.value)
        held += found.low <= -0.05 <= found.high
    assert held / runs >= 0.9
    assert np.mean(estimates) == pytest.approx(-0.05, abs=0.006)


def test_no_effect_is_seldom_called_one():
    draw = np.random.default_rng(23)
    assert np.mean([difference_in_differences(world(draw, 0.0)).p < 0.05 for _ in range(100)]) <= 0.07


def test_the_months_around_the_training_show_when_it_changed():
    draw = np.random.default_rng(4)
    study = event_study(world(draw, -0.08))
    path = study.path.set_index("offset")
    assert path.loc[-3:-1, "difference"].mean() == pytest.approx(0, abs=1e-9)
    assert path.loc[1:3, "difference"].mean() < -0.04
    assert (path.loc[1:3, "difference"] < path.loc[1:3, "low"]).any()
    assert study.trend_p > 0.05
    assert path["people"].tolist() == [4] * 7


def test_people_who_already_moved_apart_are_seen():
    study = event_study(world(np.random.default_rng(8), 0.0, drift=0.06))
    assert study.trend > 0.08
    assert study.trend_p <= 0.05


def test_by_hand():
    """Two trained at month 2: 0.3 and 0.1 before, 0.1 after, others at 0.2: pre mean 0, then −0.1 − 0 …"""
    counts = np.array([[30, 10, 0, 10, 10], [20, 20, 20, 20, 20]], dtype=float)
    study = event_study(Panel(counts, np.full((2, 5), 100.0), np.array([2, NEVER])), 2)
    path = study.path.set_index("offset")["difference"]
    assert path.to_dict() == pytest.approx({-2: 0.1, -1: -0.1, 0: -0.2, 1: -0.1, 2: -0.1})
    assert study.trend == pytest.approx(-0.2)
    assert study.trend_p == 1.0  # the only other way is its mirror image


def test_nobody_to_compare_with_has_no_path():
    assert event_study(Panel(np.ones((2, 5)), np.ones((2, 5)), np.array([2, 2]))) is None


def test_whole_teams_are_exchanged_as_teams():
    panel = world(np.random.default_rng(2), -0.05)
    people = pd.Index([f"p{n}" for n in range(PEOPLE)])
    whole = dict(zip(people, ["a"] * 2 + ["b"] * 2 + ["c"] * 3 + ["d"], strict=True))
    grouped = by_team(panel, people, whole)
    assert grouped.counts.shape == (4, MONTHS)
    assert grouped.start.tolist() == [3, 5, NEVER, NEVER]
    assert grouped.counts[0].tolist() == panel.counts[:2].sum(axis=0).tolist()
    assert difference_in_differences(grouped).assignments <= 12
    split = {**whole, "p0": "c"}
    assert by_team(panel, people, split) is None
    assert by_team(panel, people, {"p0": "a"}) is None


def crossed(*rows):
    frame = pd.DataFrame(rows, columns=["field", "person", "cells", "wrong"])
    said = Result(text("accuracy.nothing"), tables={"errors_crossed": frame.assign(rate=0.0)})
    return {"accuracy": said}


def test_who_needs_what_next():
    """Ann errs in both fields and learnt about the phone; Bob learnt something else; Cy is as all are."""
    results = crossed(
        ("Phone", "Ann", 200, 80), ("Phone", "Bob", 200, 70), ("Phone", "Cy", 200, 10),
        ("Phone", "Di", 600, 30), ("City", "Ann", 200, 90), ("City", "Bob", 200, 4), ("City", "Cy", 10, 9),
        ("City", "Di", 600, 12),
    )  # fmt: skip
    attended = pd.DataFrame(
        [("ann", "How to note a phone number"), ("ann", None), ("bob", "Pipeline")], columns=["key", "topic"]
    )
    found = needs(results, attended)
    assert found[["person", "field", "topics"]].to_numpy().tolist() == [
        ["Ann", "City", "How to note a phone number"], ["Bob", "Phone", "Pipeline"],
    ]  # fmt: skip
    overall = (80 + 70 + 10 + 30) / 1200
    assert found["excess"].iloc[1] == pytest.approx(70 - overall * 200)


def test_releases_are_described_before_and_after():
    work = pd.DataFrame(
        [("p", 24300 + month, 10 if month < 4 else 2, 100) for month in range(9)],
        columns=["key", "month", "counts", "totals"],
    )
    found = around_events(work, {"Version 2": "2025-05-10"}).iloc[0]
    assert (found["share_before"], found["share_after"], found["cells"]) == (0.1, 0.02, 600)
    assert found["change"] == pytest.approx(-0.08)
    assert from_dict({"events": {"a": "2025-01-01"}}).events == {"a": "2025-01-01"}


def test_hours_spent_and_hours_saved():
    """Empty names fall from 10 % to none: the cells of the trained in a month × 5 minutes each."""
    rows = [
        {
            "record_id": f"{person}-{month}-{number}", "entered_by": f"Person {person}",
            "entered_at": pd.Timestamp(2025, month, 1 + number),
            "x1": None if number < 2 and not (person < 4 and month > 5) else f"name {number}",
        }
        for person in range(8) for month in range(1, 9) for number in range(20)
    ]  # fmt: skip
    names = [f"Person {n}" for n in range(4)]
    trained = pd.DataFrame({"user": names, "trained_at": pd.Timestamp(2025, 5, 20), "hours": 4.0})
    tables = Tables.from_frames(
        records=pd.DataFrame(rows), training=trained, labels={"records": {"x1": "Name"}}
    )
    result = ANALYSIS.run(tables, Settings(), {"accuracy": accuracy.ANALYSIS.run(tables, Settings(), {})})
    saved = result["training.hours_saved"]
    assert result["training.hours"].value == 16
    assert saved.value == pytest.approx(4 * 2 * 5 / 60)  # two names less a month for each of four people
    assert saved.low <= saved.value <= saved.high
    assert result["training.payback_months"].value == pytest.approx(16 / saved.value)
    assert any(note.key == "training.note_parallel" for note in result.notes)
