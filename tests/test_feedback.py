"""Feedback: published scores and intervals, scales read from their values, one answer a customer, themes."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from crmeval.analyses.answers import answers, comments
from crmeval.analyses.feedback import ANALYSIS, run
from crmeval.analyses.scales import CSAT, NPS, SCALES, Group, detect
from crmeval.analyses.segments import around_go_live, by_segment
from crmeval.analyses.themes import comments_behind, themes
from crmeval.settings import Settings
from crmeval.stats.intervals import newcombe, wilson
from crmeval.stats.keyness import log_odds
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words


def answered(scores, **columns):
    frame = pd.DataFrame({"score": np.asarray(scores, dtype=float), **columns})
    labels = {name: f"Column {name}" for name in columns if name.startswith("x")}
    return Tables.from_frames(feedback=frame, labels={"feedback": labels})


def run_on(tables, **said):
    return run(tables, Settings(**said), {})


def keys(result):
    return {note.key for note in result.notes}


@pytest.fixture(scope="module")
def airlines(trial_data):
    files = sorted((trial_data / "nps_prep_air").glob("input_*.csv"))
    frame = pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)
    frame.columns = ["x1", "customer_id", "score"]
    frame["score"] = frame["score"].astype(float)
    return Tables.from_frames(feedback=frame, labels={"feedback": {"x1": "Airline"}})


@pytest.mark.trial
def test_prep_air_scores_21(airlines):
    result = run_on(airlines)
    shown = result.tables["feedback_by_segment"].set_index("segment")
    assert round(shown.loc["Prep Air", "value"], 1) == 21.2
    assert shown.loc["Prep Air", "dimension"] == "Airline"
    assert shown["n"].min() >= 30
    assert result["feedback.nps"].n == 5_907


@pytest.mark.trial
def test_every_answer_is_in_one_airline(airlines):
    with answers(airlines) as found:
        every = by_segment(airlines, found, "x1")
    assert every["n"].sum() == 5_907
    assert (len(every), (every["n"] >= 50).sum()) == (99, 59)


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "score", "low", "high"),
    [(50, 30, 20, 30.0, 14.0, 44.2), (10, 0, 0, 100.0, 47.5, 100.0)],
)
def test_nps_with_the_adjusted_wald_interval(promoters, passives, detractors, score, low, high):
    scores = [9] * promoters + [7] * passives + [0] * detractors
    result = run_on(answered(scores, scale=["NPS"] * len(scores)))
    nps = result["feedback.nps"]
    assert (nps.value, nps.n) == (pytest.approx(score), promoters + passives + detractors)
    assert (nps.low, nps.high) == (pytest.approx(low, abs=0.06), pytest.approx(high, abs=0.06))


def test_nps_of_the_published_small_sample():
    """{0, 7, 7, 9, 9, 9}: a third, as the tests of the NPS package for R have it."""
    assert run_on(answered([0, 7, 7, 9, 9, 9]))["feedback.nps"].value == pytest.approx(100 / 3)


def test_csat_is_the_top_two_of_five():
    csat = run_on(answered([1, 2, 3, 4, 5, 5, 4, 3]))["feedback.csat"]
    assert (csat.value, csat.n) == (0.5, 8)
    assert (csat.low, csat.high) == wilson(4, 8)


def test_ces_is_five_to_seven_of_seven():
    assert run_on(answered([1, 4, 5, 6, 7, 7]))["feedback.ces"].value == pytest.approx(4 / 6)


def test_the_mean_has_students_interval():
    """By hand: mean 3, standard deviation √2.5, t(.975, 4) = 2.7764."""
    mean = run_on(answered([1, 2, 3, 4, 5]))["feedback.mean"]
    assert mean.value == 3
    assert mean.high == pytest.approx(3 + 2.7764 * np.sqrt(2.5 / 5), abs=1e-4)


@pytest.mark.parametrize(
    ("scores", "scale"),
    [([1, 5, 3], "csat"), ([0, 0, 5, 4], "csat"), ([1, 7, 4], "ces"), ([0, 10, 7], "nps"), ([1, 10], "nps"),
     ([20, 100], None), ([], None)],
)  # fmt: skip
def test_the_scale_is_read_from_its_values(scores, scale):
    counts = pd.DataFrame({"score": scores, "n": [1] * len(scores)})
    found = detect(counts)
    assert (found.name if found else None) == scale


def test_a_scale_that_was_guessed_is_said():
    assert "feedback.notes.detected_nps" in keys(run_on(answered([0, 10, 8])))
    named = answered([1, 5, 3], scale=["NPS"] * 3)
    assert not {key for key in keys(run_on(named)) if "detected" in key}


def test_scales_of_one_file_are_kept_apart():
    tables = answered([10, 0, 9, 5, 1, 7], scale=["NPS", "NPS", "nps", "CSAT", "Удовлетворённость", "CES"])
    result = run_on(tables)
    assert result["feedback.nps"].value == pytest.approx(100 / 3)
    assert (result["feedback.csat"].value, result["feedback.ces"].value) == (0.5, 1)
    assert result["feedback.mean"].n == 3


def test_scores_off_their_scale_are_left_out_and_counted():
    result = run_on(answered([10, 9, 11, -1, np.inf, np.nan], scale=["NPS"] * 6))
    assert result["feedback.nps"].n == 2
    counted = {note.key: note.facts.get("n") for note in result.notes}
    assert (counted["feedback.notes.out_of_range"], counted["feedback.notes.no_score"]) == (2, 2)


def test_only_the_latest_answer_of_a_customer_counts():
    tables = answered(
        [0, 10, 10, 0], customer_id=["a", "a", None, None],
        answered_at=pd.to_datetime(["2024-01-01", "2024-03-01", "2024-01-01", "2024-01-02"]),
    )  # fmt: skip
    result = run_on(tables)
    assert (result["feedback.nps"].value, result["feedback.nps"].n) == (pytest.approx(100 / 3), 3)
    assert {note.facts["n"] for note in result.notes if note.key == "feedback.notes.earlier"} == {1}


def test_without_a_date_all_answers_of_a_customer_count():
    assert run_on(answered([0, 10], customer_id=["a", "a"]))["feedback.nps"].n == 2


def test_answers_without_any_score_are_not_measured_and_said():
    tables = Tables.from_frames(feedback=pd.DataFrame({"text": ["fine", "bad"]}))
    result = run_on(tables)
    assert result.measures == ()
    assert set(result.not_measured) == set(ANALYSIS.measures)


def test_a_segment_that_is_worse_beyond_chance_is_found_and_small_ones_are_hidden():
    good, bad = [10] * 60 + [8] * 20, [2] * 30 + [9] * 10
    tables = answered(good + bad + [0] * 5, x1=["North"] * 80 + ["South"] * 40 + ["Tiny"] * 5)
    result = run_on(tables)
    shown = result.tables["feedback_by_segment"].set_index("segment")
    assert set(shown.index) == {"North", "South"}
    assert "feedback.notes.hidden" in keys(result)
    assert [finding.text.facts["segment"] for finding in result.findings] == ["South"]


def test_answers_are_split_by_the_owner_of_the_customers_latest_deal():
    deals = pd.DataFrame(
        {
            "deal_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"], "owner": ["Ann", "Bob", "Ann"],
            "created_at": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-05"]),
        }
    )  # fmt: skip
    given = pd.DataFrame({"score": [10.0, 0.0, 9.0], "customer_id": ["a", "b", "c"], "text": ["x", "y", "z"]})
    tables = Tables.from_frames(feedback=given, deals=deals)
    with answers(tables) as found:
        shown = by_segment(tables, found, "deals.owner").set_index("segment")
    assert shown["value"].to_dict() == {"Bob": 100, "Ann": -100}
    assert comments_behind(tables, column="deals.owner", segment="Bob")["comment"].tolist() == ["x"]


def test_the_comments_behind_a_theme_use_a_form_of_it():
    said = ["долгая доставка"] * 30 + ["долгой доставки"] * 30 + ["всё хорошо"] * 40
    tables = answered([1] * 60 + [5] * 40, text=said)
    assert len(comments_behind(tables, theme="доставка")) == 60
    assert len(comments_behind(tables, score=5)) == 40


def test_equal_segments_do_not_differ():
    tables = answered([10, 0] * 100, x1=["A", "A", "B", "B"] * 50)
    assert not run_on(tables).tables["feedback_by_segment"]["differs"].any()


def test_before_and_after_go_live_with_the_interval_of_the_difference():
    when = pd.to_datetime(["2024-01-01"] * 100 + ["2024-06-01"] * 100)
    tables = answered([5] * 50 + [1] * 50 + [5] * 80 + [1] * 20, answered_at=when)
    result = run_on(tables, go_live=date(2024, 6, 1))
    sentence = next(note for note in result.notes if note.key == "feedback.go_live.better")
    low, high = newcombe(80, 100, 50, 100)
    assert (sentence.facts["low"], sentence.facts["high"]) == (
        pytest.approx(100 * low),
        pytest.approx(100 * high),
    )
    with answers(tables) as found:
        sides = around_go_live(tables, found, date(2024, 6, 1))
    assert (sides["before"].n, sides["after"].n) == (100, 100)


def test_too_few_answers_after_go_live_are_said():
    tables = answered([5, 4], answered_at=pd.to_datetime(["2024-01-01", "2024-06-01"]))
    assert "feedback.notes.go_live_too_little" in keys(run_on(tables, go_live=date(2024, 3, 1)))


def test_the_difference_of_two_nps_adds_their_variances():
    """Two groups alike: no difference, and an interval √2 as wide as that of one of them."""
    group = Group(20, 50, 100)
    value, low, high = NPS.difference(group, group)
    one = NPS.estimate(group)
    assert (value, low) == (0, pytest.approx(-high))
    assert high - low == pytest.approx((one[2] - one[1]) * np.sqrt(2))


def test_log_odds_by_hand():
    """Two words, 3 : 1 against 1 : 3, prior 50 each: ln(53/51) − ln(51/53) over √(1/53 + 1/51)."""
    expected = 2 * np.log(53 / 51) / np.sqrt(1 / 53 + 1 / 51)
    assert log_odds([3, 1], [1, 3], [4, 4]) == pytest.approx([expected, -expected])


BAD, GOOD = (
    "Сайт не работает, долго ждали ответа. Пишите на ivan@mail.ru",
    "Great service, +7 (900) 123-45-67",
)


@pytest.fixture(scope="module")
def spoken():
    said = [BAD] * 40 + [GOOD] * 40 + ["so-so"] * 5
    return answered([1] * 40 + [5] * 40 + [3] * 5, text=said)


def test_themes_tell_bad_answers_from_good_ones(spoken):
    with answers(spoken) as found:
        named = themes(spoken, comments(spoken, found), CSAT)
    bad, good = (set(named.loc[named["side"] == side, "theme"]) for side in ("bad", "good"))
    assert {"сайт", "не работает", "долго"} <= bad
    assert {"great", "service"} <= good
    assert "работает" not in bad | good
    counts = named.set_index("theme")
    assert counts.loc["сайт", ["bad_answers", "good_answers"]].tolist() == [40, 0]


def test_quotes_hide_addresses_and_telephones(spoken):
    quotes = " ".join(run_on(spoken).tables["themes"]["quote"])
    assert "•••" in quotes
    assert "ivan@" not in quotes
    assert "123-45" not in quotes


def test_forms_of_one_word_are_one_theme():
    said = ["долгая доставка"] * 20 + ["долгой доставки"] * 20 + ["всё хорошо"] * 40
    tables = answered([1] * 40 + [5] * 40, text=said)
    named = run_on(tables).tables["themes"].set_index("theme")
    assert named.loc["доставка", "bad_answers"] == 40


def test_few_comments_are_listed_not_modelled():
    result = run_on(answered([1, 5] * 10, text=["плохо", "хорошо"] * 10))
    assert "themes" not in result.tables
    assert "feedback.notes.few_comments" in keys(result)


scored = st.lists(
    st.tuples(
        st.integers(0, 10), st.sampled_from(["a", "b", None]), st.dates(date(2024, 1, 1), date(2024, 3, 1))
    ),
    min_size=1,
    max_size=25,
)


@effort(max_examples=8, deadline=None)
@given(rows=scored, shuffle=st.randoms(use_true_random=False))
def test_shares_sum_to_one_and_the_order_of_rows_does_not_matter(rows, shuffle):
    again = rows.copy()
    shuffle.shuffle(again)
    first, second = (
        run_on(
            answered(
                [score for score, _, _ in some], scale=["NPS"] * len(some),
                customer_id=pd.Series([who for _, who, _ in some], dtype="object"),
                answered_at=pd.to_datetime([when for _, _, when in some]),
            )
        )
        for some in (rows, again)
    )  # fmt: skip
    assert first.tables["feedback_distribution"]["share"].sum() == pytest.approx(1)
    assert [(m.id, m.value, m.low, m.n) for m in first.measures] == [
        (m.id, m.value, m.low, m.n) for m in second.measures
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", list(SCALES))
def test_everything_it_says_can_be_said(language, scale):
    words = Words(language)
    best, worst = SCALES[scale].highest, SCALES[scale].lowest
    scores = [best] * 60 + [worst] * 40 + [99, None]
    tables = answered(
        scores, scale=[scale] * 102, x1=["A"] * 60 + ["B"] * 42,
        text=["good thing"] * 60 + ["bad thing"] * 42, customer_id=[str(i % 98) for i in range(102)],
        answered_at=pd.to_datetime(["2024-01-05"] * 50 + ["2024-02-05"] * 52),
    )  # fmt: skip
    result = run_on(tables, go_live=date(2024, 2, 1))
    said = [words(text) for text in (result.answer, *result.notes, *result.not_measured.values())]
    said += [words(finding.text) + words(finding.action) for finding in result.findings]
    said += [words(measure.name) + words(measure.definition) for measure in result.measures]
    assert all(said)
    shown = {column for frame in result.tables.values() for column in frame.columns}
    assert [column for column in shown if not words.has(f"columns.{column}")] == []
    assert [name for name in result.tables if not words.has(f"result_tables.{name}")] == []
