"""Difference in differences by hand and as published; what is said where people cannot be compared."""

from math import comb

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses import accuracy
from crmeval.analyses.training import ANALYSIS, by_user
from crmeval.settings import Settings
from crmeval.stats.difference import NEVER, Panel, changes, difference_in_differences, ways
from crmeval.tables import Tables


def panel(counts, start, totals=None):
    counts = np.array(counts, dtype=float)
    return Panel(counts, np.ones_like(counts) if totals is None else np.array(totals), np.array(start))


def test_card_and_krueger():
    """Mean employment 20.44 → 21.03 in New Jersey, 23.33 → 21.17 in Pennsylvania (1994, table 3): 2.75."""
    found = difference_in_differences(panel([[20.44, 0, 21.03], [23.33, 0, 21.17]], [1, NEVER]))
    assert found.value == pytest.approx(2.75)
    assert found.smallest_p == 0.5
    assert found.low is None


def test_the_month_of_treatment_is_left_out_and_shares_are_pooled_over_the_window():
    totals = [[10.0, 30.0, 5.0, 20.0, 20.0]]
    found = changes(panel([[1, 7, 5, 1, 1]], [2], totals), 2)
    assert found[0] == pytest.approx(2 / 40 - 8 / 40)


def test_later_treated_people_are_controls_only_until_their_own_treatment():
    """At month 1 the second person is still untreated; at month 6 nobody is, so it has no comparison."""
    counts = [[0, 0, 5, 5, 5, 5, 5, 5, 5], [0, 0, 1, 1, 1, 0, 9, 9, 9]]
    found = difference_in_differences(panel(counts, [1, 6]))
    assert found.value == pytest.approx(5 - 1)
    assert (found.treated, found.controls) == (1, 1)


def test_every_way_is_tried_and_p_is_exact():
    """Three treated of six, each changed more than any other: one way of twenty, and its mirror image."""
    counts = [[0, 0, change] for change in (-9, -8, -7, 1, 2, 3)]
    found = difference_in_differences(panel(counts, [1, 1, 1, NEVER, NEVER, NEVER]))
    assert found.assignments == comb(6, 3)
    assert found.p == pytest.approx(2 / 20)
    assert found.value == pytest.approx(-10)
    assert ways(np.array([1, 1, 2, 2, NEVER, NEVER])) == 90


def test_the_interval_holds_the_estimate_and_shifts_with_it():
    draw = np.random.default_rng(1)
    noise = draw.normal(0, 1, (12, 7))
    start = [3] * 6 + [NEVER] * 6
    plain = difference_in_differences(panel(noise, start))
    shifted = noise.copy()
    shifted[:6, 4:] += 2
    moved = difference_in_differences(panel(shifted, start))
    assert plain.low < plain.value < plain.high
    assert moved.value - plain.value == pytest.approx(2)
    assert (moved.low - plain.low, moved.high - plain.high) == pytest.approx((2, 2), abs=1e-6)


def test_p_values_of_no_effect_are_not_too_small_too_often():
    draw = np.random.default_rng(7)
    start = [3] * 4 + [NEVER] * 4
    small = sum(
        difference_in_differences(panel(draw.normal(0, 1, (8, 7)), start)).p <= 0.05 for _ in range(200)
    )
    assert small <= 20


def test_nobody_to_compare_with():
    assert difference_in_differences(panel([[1, 2, 3], [1, 2, 3]], [1, 1])) is None
    assert difference_in_differences(panel([[1, 2, 3], [1, 2, 3]], [NEVER, NEVER])) is None


def records(people=8, trained=4, months=8, each=20):
    """Everybody leaves two names in twenty empty; the trained ones, from June on, none."""
    rows = [
        {
            "record_id": f"{person}-{month}-{number}",
            "entered_by": f"Person {person}",
            "entered_at": pd.Timestamp(2025, month, 1 + number),
            "x1": None if number < 2 and not (person < trained and month > 5) else f"name {number}",
        }
        for person in range(people)
        for month in range(1, months + 1)
        for number in range(each)
    ]
    return pd.DataFrame(rows)


def trainings(people=4):
    names = [f" person {person}" for person in range(people)]
    return pd.DataFrame({"user": names, "trained_at": pd.Timestamp(2025, 5, 20), "hours": 4.0})


def run(rows, trained):
    labels = {"records": {"x1": "Name"}}
    tables = Tables.from_frames(records=rows, training=trained, labels=labels)
    return ANALYSIS.run(tables, Settings(), {"accuracy": accuracy.ANALYSIS.run(tables, Settings(), {})})


def test_errors_of_trained_people_against_the_others():
    """Empty names fall from 10 % to none among the trained and stay among the others."""
    result = run(records(), trainings())
    effect = result["training.effect"]
    cells = result.tables["training_by_month"]["cells"].sum() / len(records())
    assert effect.value == pytest.approx(-0.1 / cells)
    assert (effect.facts["same"], effect.facts["ways"]) == (2, comb(8, 4))
    assert result.answer.key == "training.answer_fewer"


def test_the_order_of_rows_does_not_matter():
    shuffled = records().sample(frac=1, random_state=3)
    assert run(shuffled, trainings())["training.effect"].value == pytest.approx(
        run(records(), trainings())["training.effect"].value
    )


def test_too_few_people_to_tell_is_said():
    result = run(records(people=4), trainings(2))
    assert result.answer.key == "training.answer_too_few"
    assert result["training.effect"].low is None


def test_everybody_trained_at_once_cannot_be_compared():
    result = run(records(people=4), trainings(4))
    assert result.not_measured["training.effect"].key == "training.nobody_to_compare"


def test_trained_people_nobody_knows():
    strangers = trainings().assign(user=["A", "B", "C", "D"])
    assert run(records(), strangers).not_measured["training.effect"].key == "training.nobody_known"


def test_training_alone_says_what_is_missing():
    result = ANALYSIS.run(Tables.from_frames(training=trainings()), Settings(), {})
    assert result.not_measured["training.effect"].key == "training.no_errors"
    assert result.not_measured["training.cycle_effect"].key == "training.no_cycles"


def test_who_needs_training():
    work = pd.DataFrame(
        [(person, 24300 + month, person.upper(), errors + month % 2, 100)
         for person, errors in (("ann", 2), ("bob", 20), ("cy", 20)) for month in range(6)],
        columns=["key", "month", "person", "counts", "totals"],
    )  # fmt: skip
    columns = ["user", "trained_at", "hours", "month"]
    trained = pd.DataFrame([("CY", pd.Timestamp(2025, 4, 1), 2.0, 24303)], columns=columns, index=["cy"])
    people = by_user(work, trained).set_index("user")["needs"]
    assert people.to_dict() == {"BOB": True, "CY": False, "ANN": False}
