"""Usability forms against published scores, and what is done with forms that are not as they should be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.analyses.usability import ANALYSIS
from crmeval.settings import Settings
from crmeval.stats import questionnaires as forms
from crmeval.tables import Tables

ITEMS = [f"q{number}" for number in range(1, 11)]
SUS = forms.Form(forms.SUS, tuple(ITEMS), 1, 5, tuple(ITEMS[1::2]))
BROOKE = [5, 4, 2, 1, 2, 3, 2, 4, 5, 2]


def frame(*answers, columns=ITEMS, **more):
    return pd.DataFrame(answers, columns=columns, dtype=float).assign(**more)


def run(table, labels=None):
    return ANALYSIS.run(
        Tables.from_frames(usability=table, labels={"usability": labels or {}}), Settings(), {}
    )


@pytest.mark.parametrize(
    ("answers", "score"),
    [(BROOKE, 55.0), ([int(one) for one in "4152514231"], 85.0), ([3] * 10, 50.0), ([5, 1] * 5, 100.0)],
)
def test_published_sus_scores(answers, score):
    assert SUS.scores(frame(answers)).tolist() == [score]


@pytest.mark.parametrize(("pair", "plain", "foretold"), [
    ((7, 7), 100, 87.9), ((6, 5), 75, 71.65), ((4, 4), 50, 55.4), ((1, 1), 0, 22.9),
])  # fmt: skip
def test_published_umux_lite_scores(pair, plain, foretold):
    result = run(frame(pair, pair, (7, 7), columns=["q1", "q2"]).head(2))
    assert result["usability.umux_lite_mean"].value == pytest.approx(plain)
    assert result["usability.umux_lite_sus"].value == pytest.approx(foretold)
    assert "usability.sus_mean" in result.not_measured


@pytest.mark.parametrize(
    ("score", "letter"),
    [(84.05, "A"), (84.1, "A+"), (80.8, "A"), (80.75, "A−"), (68, "C"), (51.69, "F"), (0, "F"), (100, "A+")],
)
def test_grades_change_at_their_published_bounds(score, letter):
    assert forms.grade(score) == letter


def test_percentiles_as_published():
    assert [forms.percentile(score) for score in (52, 68, 75)] == pytest.approx([0.154, 0.5, 0.73])


def test_alpha_by_hand():
    """Two items, sums 2, 4, 7: variances 1, 7/3 and covariance 1.5, so 2 · (1 − (10/3) / (19/3))."""
    worth = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 2.0, 4.0]})
    assert forms.cronbach_alpha(worth) == pytest.approx(2 * (1 - (1 + 7 / 3) / (19 / 3)))


def test_items_that_say_the_same_have_alpha_one_and_contrary_ones_below_zero():
    same = pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 2, 3]})
    contrary = pd.DataFrame({"a": [1.0, 2, 3], "b": [5.0, 4, 1]})
    assert forms.cronbach_alpha(same) == pytest.approx(1)
    assert forms.cronbach_alpha(contrary) < 0
    assert forms.cronbach_alpha(pd.DataFrame({"a": [1.0, 2, 3], "b": [3.0, 2, 1]})) is None


@pytest.mark.trial
def test_folador_as_published(trial_data):
    raw = pd.read_csv(trial_data / "sus" / "folador_usability-db-en.csv", sep=";")
    raw.columns = ["respondent", "x1", "x2", "x3", *ITEMS]
    result = run(raw.astype({"respondent": str}), {"x1": "Age", "x2": "Experience", "x3": "Hours"})
    assert round(result["usability.sus_mean"].value, 2) == 82.99
    assert round(result["usability.sus_sd"].value, 2) in (13.97, 13.98)
    assert result["usability.sus_median"].value == 86.25
    assert round(result["usability.alpha"].value, 3) == 0.851
    assert result["usability.sus_mean"].n == 36


@pytest.mark.trial
def test_blattgerste_as_published(trial_data):
    raw = pd.read_csv(trial_data / "sus" / "blattgerste_studyData.csv", sep=";")
    raw.columns = [*ITEMS, "x1"]
    result = run(raw, {"x1": "System"})
    mean = result["usability.sus_mean"]
    assert mean.value == 79.875
    assert (round(mean.low, 2), round(mean.high, 2)) == (74.72, 85.03)
    assert round(result["usability.sus_sd"].value, 3) == 11.017
    by_group = result.tables["usability_by_group"].set_index("group")
    assert by_group["dimension"].unique().tolist() == ["System"]
    assert by_group["mean"].to_dict() == {"Example A": 85.0, "Example B": 74.75}


def test_groups_so_small_that_people_could_be_recognised_are_hidden():
    table = frame(*[BROOKE] * 13, team=["sales"] * 5 + ["support"] * 6 + ["boss"] * 2)
    result = run(table)
    assert result.tables["usability_by_group"]["group"].tolist() == ["sales", "support"]
    note = next(note for note in result.notes if note.key == "usability.note_hidden")
    assert note.facts == {"n": 1}


def test_use_and_learning_by_hand():
    """Brooke's form: items 4 and 10 give 4 and 3 of 4; the eight others 15 of 32."""
    result = run(frame(BROOKE))
    assert result["usability.sus_learnable"].value == 7 / 8 * 100
    assert result["usability.sus_usable"].value == 15 / 32 * 100


def test_up_to_two_empty_answers_count_as_the_centre_and_three_leave_the_form_out():
    full = [5, 1] * 5
    two, three = [*full], [*full]
    two[0] = two[1] = None
    three[:3] = [None] * 3
    result = run(frame(full, two, three))
    assert result["usability.sus_mean"].value == (100 + 90) / 2
    remarked = result.tables["usability_remarked"]
    assert remarked[["row", "empty", "remark"]].to_numpy().tolist() == [[3, 3, "empty"]]
    assert {"usability.note_filled_in", "usability.note_left_out"} <= {note.key for note in result.notes}


def test_straight_lines_are_flagged_and_their_weight_said():
    result = run(frame([5] * 10, BROOKE, [5, 1] * 5))
    assert result.tables["usability_remarked"]["remark"].tolist() == ["straight"]
    note = next(note for note in result.notes if note.key == "usability.note_straight")
    assert note.facts == {"n": 1, "score": (55 + 100) / 2}


def test_a_slip_of_the_pen_is_an_empty_answer():
    slip = [*BROOKE]
    slip[0] = 55
    result = run(frame(*[BROOKE] * 5, slip))
    assert result["usability.sus_mean"].n == 6
    assert any(note.key == "usability.note_off_scale" and note.facts["n"] == 1 for note in result.notes)


def test_another_number_of_items_is_no_sus():
    result = run(frame([1, 2, 3], [3, 4, 5], columns=["q1", "q2", "q3"]))
    assert result["usability.likert_mean"].value == 3
    assert result.not_measured["usability.sus_mean"].key == "usability.not_sus_likert"


def test_ten_items_on_seven_points_are_no_sus():
    result = run(frame(*[[7, 6] * 5] * 3))
    assert result.get("usability.sus_mean") is None


def test_one_form_has_a_score_but_no_interval():
    result = run(frame(BROOKE))
    assert (result["usability.sus_mean"].value, result["usability.sus_mean"].low) == (55, None)
    assert result.answer.key == "usability.answer_sus_single"
    assert {"usability.sus_sd", "usability.alpha"} <= set(result.not_measured)


def test_forms_without_answers_have_no_score():
    result = run(frame([None] * 10, [None] * 10))
    assert result.measures == ()
    assert set(result.not_measured) == set(ANALYSIS.measures)


def test_a_bad_score_and_its_bad_items_are_findings():
    bad = [[2, 5, 2, 5, 3, 3, 2, 5, 3, 3], [1, 5, 2, 4, 3, 3, 2, 4, 3, 3], [2, 4, 1, 5, 3, 3, 2, 5, 3, 2]]
    result = run(frame(*bad))
    assert [finding.text.key for finding in result.findings] == [
        "usability.finding_below", "usability.finding_item", "usability.finding_item",
    ]  # fmt: skip


answers = st.lists(st.lists(st.integers(1, 5), min_size=10, max_size=10), min_size=2, max_size=12)


@given(answers)
def test_scores_stay_within_their_scale_and_turned_answers_mirror_them(rows):
    table = frame(*rows)
    scores = SUS.scores(table)
    assert scores.between(0, 100).all()
    assert np.allclose(SUS.scores(6 - table), 100 - scores)


@given(answers)
def test_the_order_of_forms_does_not_matter(rows):
    table = frame(*rows)
    forward, backward = SUS.contributions(table), SUS.contributions(table[::-1])
    one, other = forms.cronbach_alpha(forward), forms.cronbach_alpha(backward)
    assert one == other or one == pytest.approx(other)
