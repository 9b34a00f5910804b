"""The pair of scores: computed by hand, and never flattered or punished by what is missing."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from crmeval.analyses import scorecard
from crmeval.analyses.findings import findings
from crmeval.analyses.metrics import METRICS, Metric, metrics
from crmeval.results import EFFECTIVENESS, EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.scorecard_parts import with_edits
from crmeval.words import LANGUAGES, Words, text

NOTHING = Tables({})
UNITS = {"usability.sus_mean": "points", "feedback.nps": "points", "response.km_median_hours": "hours"}


def results(**values):
    measures = tuple(
        Measure(name.replace("__", "."), value, UNITS.get(name.replace("__", "."), "share"), 100)
        for name, value in values.items()
    )
    return {"some": Result(text("app.how"), measures=measures)}


def run(settings=None, **values):
    return scorecard.run(NOTHING, settings or Settings(), results(**values))


def bounds(result, area):
    return result.tables["score_bounds"].set_index("area").loc[area]


EFFICIENT = {
    "accuracy__rate": 0.945,  # half way from .90 to .99
    "usability__sus_mean": 80.0,
    "adoption__active_share": 0.60,  # a quarter of the way from .5 to .9
    "response__km_median_hours": 24.0,
}


def test_a_score_by_hand():
    result = run(**EFFICIENT)
    score = result["score.efficiency"]
    assert score.value == round((50 + 100 + 25 + 0) / 4)
    assert score.n == 4
    found = bounds(result, EFFICIENCY)
    assert found["coverage"] == pytest.approx(4 / 5)  # sales made have no target
    assert (found["at_least"], found["at_most"]) == (35, 55)  # 175 / 5 and 275 / 5
    assert found["jiggled_low"] < score.value < found["jiggled_high"]


def test_the_published_example_of_bounds():
    # 62.3 on 80 % of the weight: 50 … 70
    card = pd.DataFrame(
        {"area": EFFICIENCY, "state": ["scored", "not_measured"], "weight": [0.8, 0.2], "score": [62.3, None]}
    )
    found = scorecard.subtotal(card, EFFICIENCY)
    assert (found["score"], found["at_least"], found["at_most"]) == (62, 50, 70)


def test_under_sixty_percent_there_is_no_score_and_a_reason():
    result = run(accuracy__rate=0.99, usability__sus_mean=90.0)
    assert result.get("score.efficiency") is None
    assert "40.0%" in Words("en")(result.not_measured["score.efficiency"])
    assert scorecard.scores(result) == {
        "efficiency": None,
        "effectiveness": None,
        "coverage_efficiency": pytest.approx(0.4),
        "coverage_effectiveness": 0.0,
    }


def test_metrics_of_one_aspect_share_its_weight():
    card = run(feedback__nps=30.0, feedback__csat=0.90).tables["scores"]
    satisfaction = card[card["aspect"] == "satisfaction"]
    assert list(satisfaction["weight"]) == [0.5, 0.5]
    assert card[card["area"] == EFFICIENCY]["weight"].sum() == pytest.approx(5)


def test_where_records_were_verified_the_checks_are_told_beside_and_not_counted():
    result = run(accuracy__rate=0.90, accuracy__verified_rate=0.90, accuracy__flagged_rate=0.02)
    assert "accuracy.flagged_rate" not in list(result.tables["scores"]["measure"])
    beside = [note for note in result.notes if note.key == "scorecard.notes.checks_beside"]
    assert [note.facts["share"] for note in beside] == [0.02]
    by_checks = run(accuracy__rate=0.90, accuracy__flagged_rate=0.10)
    assert not any(note.key == "scorecard.notes.checks_beside" for note in by_checks.notes)


def test_changed_points_become_weights_and_what_has_none_yet_keeps_none():
    card = run(**EFFICIENT, deals__win_rate=0.4, feedback__nps=10).tables["scores"].reset_index(drop=True)
    shares = card["weight"] / card.groupby("area")["weight"].transform("sum") * 100
    points = shares.mask(card["measure"] == "deals.win_rate", 0.0)
    edited = pd.DataFrame({"floor": card["floor"], "target": card["target"], "points": points})
    edited.loc[card["measure"] == "accuracy.rate", "points"] = 60.0
    kept = with_edits(Settings(), card, edited, points)
    assert not kept.targets
    assert not kept.floors
    assert "deals.win_rate" not in kept.weights
    assert kept.weights["accuracy.rate"] / kept.weights["usability.sus_mean"] == pytest.approx(60 / 20)
    same = with_edits(Settings(), card, edited.assign(points=points), points)
    assert same == Settings()


def test_accuracy_counts_once_whether_it_was_verified_or_not():
    aspects = [metric.aspect for metric in METRICS]
    assert aspects.count("accuracy") == 1


def test_a_target_for_what_is_told_otherwise_shares_its_weight():
    settings = Settings(targets={"accuracy.verified_rate": 0.99}, floors={"accuracy.verified_rate": 0.9})
    card = run(settings, accuracy__rate=0.9, accuracy__verified_rate=0.9).tables["scores"]
    assert card[card["aspect"] == "accuracy"]["weight"].tolist() == [0.5, 0.5]


def test_a_measure_without_a_target_is_shown_but_not_scored():
    card = run(retention__repeat_rate=0.4).tables["scores"].set_index("measure")
    assert card.loc["retention.repeat_rate", "state"] == "no_target"
    assert math.isnan(card.loc["retention.repeat_rate", "score"])
    settings = Settings(targets={"retention.repeat_rate": 0.5}, floors={"retention.repeat_rate": 0.3})
    card = run(settings, retention__repeat_rate=0.4).tables["scores"].set_index("measure")
    assert card.loc["retention.repeat_rate", "score"] == pytest.approx(50)


def test_any_measure_may_join_by_its_target():
    settings = Settings(targets={"impact.calls.effect": 10.0, "training.effect": 1.0})
    card = run(settings, impact__calls__effect=4.0, training__effect=0.5).tables["scores"]
    card = card.set_index("measure")
    assert card.loc["impact.calls.effect", ["area", "score"]].tolist() == [EFFECTIVENESS, 40.0]
    assert card.loc["training.effect", "state"] == "no_floor"  # nobody said where it starts


def test_weights_are_the_companys():
    settings = Settings(weights={"accuracy.rate": 3.0})
    assert run(settings, **EFFICIENT)["score.efficiency"].value == round((3 * 50 + 100 + 25) / 6)


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "much"])
def test_weights_that_mean_nothing_change_nothing(weight):
    settings = Settings(weights={"accuracy.rate": weight})
    assert run(settings, **EFFICIENT)["score.efficiency"] == run(**EFFICIENT)["score.efficiency"]


def test_less_is_better_where_the_target_is_below_the_floor():
    hours = Metric("response.km_median_hours", EFFICIENCY, "time", floor=24.0, target=1.0)
    assert hours.score(1) == 100
    assert hours.score(12.5) == pytest.approx(50)
    assert hours.score(99) == 0


@pytest.mark.parametrize(("floor", "target"), [(None, 1.0), (0.0, None), (1.0, 1.0), (float("nan"), 1.0)])
def test_without_a_meaningful_floor_and_target_nothing_is_scored(floor, target):
    assert Metric("deals.win_rate", EFFICIENCY, "output", floor, target).score(0.5) is None


def test_a_weak_metric_is_named_whatever_the_mean_says():
    flags = [note.facts for note in run(**EFFICIENT).notes if note.key == "scorecard.notes.red_flag"]
    assert {flag["name"].key: flag["score"] for flag in flags} == {
        "measures.adoption.active_share.name": 25,
        "measures.response.km_median_hours.name": 0,
    }


def test_a_return_on_supposed_benefits_is_no_measurement():
    card = run(roi__roi=0.5, roi__measured_share=0.1).tables["scores"].set_index("measure")
    assert card.loc["roi.roi", "evidence"] == "reported"
    card = run(roi__roi=0.5, roi__measured_share=0.9).tables["scores"].set_index("measure")
    assert card.loc["roi.roi", "evidence"] == "measured"


some_values = st.dictionaries(
    st.sampled_from([metric.id.replace(".", "__") for metric in METRICS]),
    st.floats(allow_nan=True, allow_infinity=True),
)


@effort(deadline=None)
@given(some_values)
def test_scores_stay_between_their_bounds_and_missing_is_never_zero(values):
    result = run(**values)
    for area in (EFFICIENCY, EFFECTIVENESS):
        found, score = bounds(result, area), result.get(f"score.{area}")
        assert 0 <= found["at_least"] <= found["at_most"] <= 100
        assert 0 <= found["coverage"] <= 1
        assert (score is None) == (found["coverage"] < 0.6 - 1e-9)
        if score is not None:
            assert found["at_least"] <= score.value <= found["at_most"]
    card = result.tables["scores"]
    assert card.loc[card["state"] != "scored", "score"].isna().all()


def test_what_is_missing_does_not_move_the_mean():
    four = run(**EFFICIENT)["score.efficiency"].value
    same = run(**EFFICIENT, roi__roi=1.0)["score.efficiency"].value
    mean = {"accuracy__rate": 0.945, "usability__sus_mean": 65.0, "adoption__active_share": 0.7}
    assert same == four
    assert run(**mean)["score.efficiency"].value == 50  # three of five, all half way


def finding(value, area, key="app.how"):
    return Finding(area, text(key), text("app.how"), "time", value)


def test_findings_are_ordered_by_worth_then_by_area():
    small, large = finding(10.0, EFFICIENCY), finding(99.0, EFFECTIVENESS)
    vague, broken = finding(None, EFFICIENCY), finding(float("nan"), EFFECTIVENESS)
    said = {
        "a": Result(text("app.how"), findings=(broken, vague, small)),
        "b": Result(text("app.how"), findings=(large, small)),
    }
    assert findings(said) == (large, small, vague, broken)
    assert findings(said, most=2) == (large, small)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("values", [{}, EFFICIENT, {**EFFICIENT, "retention__nrr": 1.1, "feedback__nps": 9}])
def test_everything_can_be_said(language, values):
    words = Words(language)
    result = run(Settings(targets={"impact.calls.effect": 1.0}), **values)
    assert all(words(one) for one in (result.answer, *result.notes[:1], *result.not_measured.values()))
    assert all(words(one) for note in result.measures for one in (note.name, note.definition))
    assert all(words.has(f"columns.{column}") for frame in result.tables.values() for column in frame)
    aspects = {metric.aspect for metric in metrics(Settings())}
    assert all(words.has(f"scorecard.aspects.{aspect}") for aspect in aspects)
