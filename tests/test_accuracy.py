"""Accuracy against the truth, by people and fields, its interval, duplicates, and the published data sets."""

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.accuracy import ANALYSIS, accuracy
from crmeval.analyses.checks import suggest_checks
from crmeval.analyses.error_spread import by_person
from crmeval.analyses.verified import verify
from crmeval.charts.accuracy import CHARTS
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.stats.clustered import clustered_share
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Words

SETTINGS = Settings(currency="USD", hourly_cost=30.0, minutes_per_error=10.0)


def values(result: Result) -> dict[str, object]:
    return {measure.id: measure.value for measure in result.measures}


# -- the truth -------------------------------------------------------------------------------------------

ENTERED = pd.DataFrame(
    {
        "record_id": ["1", "2", "3", "4"], "entered_by": ["Ann", "Bob", "Ann", "Bob"],
        "x1": ["a", "b", "c", None], "x2": ["10", "20", "30", "40"],
    }
)  # fmt: skip
TRUE = pd.DataFrame(
    {"record_id": ["4", "3", "2", "1"], "x1": ["d", "c ", "x", "a"], "x2": ["40", "31", "20", "10"]}
)


def test_cells_are_compared_with_the_truth_by_id():
    tables = Tables.from_frames(
        records=ENTERED, verified=TRUE,
        labels={
            "records": {"x1": "First name", "x2": "Size"},
            "verified": {"x1": "first_name", "x2": "How many"},
        },
    )  # fmt: skip
    found = verify(tables)
    # Compared: id, first name (same header), size (three of four values equal); Bob's x1 twice and Ann's 30.
    assert (found.how, found.matched, found.judged.cells, found.judged.wrong_cells) == ("by_id", 4, 12, 3)
    assert found.judged.clean_records == 1
    wrong = found.judged.wrong[["record_id", "field", "value", "suggestion"]].fillna("")
    assert set(wrong.itertuples(index=False, name=None)) == {
        ("2", "First name", "b", "x"), ("3", "Size", "30", "31"), ("4", "First name", "", "d"),
    }  # fmt: skip


def test_without_ids_equally_long_files_are_compared_row_by_row_and_others_not_at_all():
    truth = TRUE.iloc[::-1].drop(columns="record_id")
    labels = {"records": {"x1": "a", "x2": "b"}, "verified": {"x1": "a", "x2": "b"}}
    found = verify(Tables.from_frames(records=ENTERED, verified=truth, labels=labels))
    assert (found.how, found.judged.cells, found.judged.wrong_cells) == ("by_order", 8, 3)
    shorter = Tables.from_frames(records=ENTERED, verified=truth.head(3), labels=labels)
    assert verify(shorter) is None
    result = ANALYSIS.run(shorter, SETTINGS, {})
    assert result.not_measured["accuracy.verified_rate"].key == "accuracy.verified_unmatched"


def test_the_long_form_gives_the_same_counts():
    cells = pd.DataFrame(
        {
            "record_id": ["1", "1", "2", "2"], "field": ["Name", "Size"] * 2,
            "entered": ["a", "10", "b", "20"], "actual": ["a", "10", "x", " 20"],
        }
    )  # fmt: skip
    found = verify(Tables.from_frames(verified=cells, records=ENTERED))
    assert (found.judged.cells, found.judged.wrong_cells, found.judged.clean_records) == (4, 1, 1)
    assert set(found.judged.spread["person"]) == {"Ann", "Bob"}


def test_measures_speak_of_the_truth_where_there_is_one_and_of_the_checks_beside_it():
    tables = Tables.from_frames(
        records=ENTERED, verified=TRUE,
        labels={"records": {"x1": "a", "x2": "b"}, "verified": {"x1": "a", "x2": "b"}},
    )  # fmt: skip
    said = values(result := ANALYSIS.run(tables, SETTINGS, {}))
    assert said["accuracy.wrong_cells"] == 3
    assert said["accuracy.rate"] == said["accuracy.verified_rate"] == pytest.approx(9 / 12)
    assert said["accuracy.clean_rate"] == pytest.approx(1 / 4)
    assert said["accuracy.cost"] == pytest.approx(3 * 10 / 60 * 30)
    assert said["accuracy.flagged_cells"] == 0  # nothing is odd in itself; one of four empty: not expected
    assert said["accuracy.checks_see"] == 0
    assert result["accuracy.rate"].text_id == "accuracy.rate_verified"


# -- spread, interval ------------------------------------------------------------------------------------


def test_people_beyond_chance_are_named_and_those_within_it_are_not():
    cells = pd.DataFrame(
        {"person": ["A", "B", "C", "D"], "cells": [1000, 1000, 1000, 10], "wrong": [40, 50, 120, 1]}
    )
    found = by_person(cells, design_effect=1.0).set_index("person")
    assert found["standing"].to_dict() == {"A": "below", "B": "within", "C": "above", "D": "within"}
    # By hand: p = 211/3010, limits of A at 95 %: about p ± 1.96 √(p(1 − p)/1000), in whole cells.
    share = 211 / 3010
    upper = share + 1.959964 * np.sqrt(share * (1 - share) / 1000)
    assert found.loc["A", "high_95"] == pytest.approx(upper, abs=1.5 / 1000)
    assert set(by_person(cells, design_effect=9.0)["standing"]) == {"within"}


def test_one_bad_record_is_no_bad_person():
    cells = pd.DataFrame({"person": list("ABCDEFGHIJ"), "cells": [200] * 10, "wrong": [4] + [0] * 9})
    assert set(by_person(cells, design_effect=4.0)["standing"]) == {"within"}


def test_independent_cells_give_wilsons_interval():
    hits = np.tile([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 100)
    found = clustered_share(np.ones(1000), hits)
    assert (found.low, found.high) == pytest.approx(wilson(100, 1000), abs=2e-4)


def test_cells_that_all_come_in_whole_records_count_as_records():
    found = clustered_share(np.full(100, 20), np.repeat([20, 0], [10, 90]))
    assert found.design_effect == pytest.approx(20, rel=0.02)
    assert (found.low, found.high) == pytest.approx(wilson(10, 100), abs=2e-3)


def test_none_wrong_is_no_certainty():
    assert clustered_share(np.full(50, 10), np.zeros(50)).high == pytest.approx(wilson(0, 50)[1], abs=5e-3)
    assert (clustered_share([], []).low, clustered_share([], []).high) == (0.0, 1.0)


def test_the_interval_covers_the_truth_when_errors_cluster():
    # One record in ten is bad and has half of its 15 cells wrong: the true share is 5 %.
    random = np.random.default_rng(20240101)
    draws, records, fields = 2000, 100, 15
    bad = random.random((draws, records)) < 0.10
    wrong = random.binomial(fields, 0.5, (draws, records)) * bad
    found = [clustered_share(np.full(records, fields), hits) for hits in wrong]
    covered = np.mean([one.low <= 0.05 <= one.high for one in found])
    naive = [wilson(hits.sum(), records * fields) for hits in wrong]
    assert 0.93 <= covered <= 0.97
    assert np.mean([low <= 0.05 <= high for low, high in naive]) < 0.6


# -- the whole -------------------------------------------------------------------------------------------


def faulty() -> Tables:
    """Two people's records; every fourth e-mail of Bob is wrong, none of Ann's."""
    n = 400
    mail = [f"user{i}@firm{i}.com" if i % 2 or i % 8 else f"user{i}" for i in range(n)]
    frame = pd.DataFrame(
        {
            "record_id": [str(i) for i in range(n)], "entered_by": [("Bob", "Ann")[i % 2] for i in range(n)],
            "entered_at": pd.date_range("2024-01-01", periods=n, freq="D"), "x1": mail,
            "x2": [f"code {i}" for i in range(n)],
        }
    )  # fmt: skip
    return Tables.from_frames(records=frame, labels={"records": {"x1": "E-mail", "x2": "Code"}})


def test_a_finding_rests_on_the_cells_it_speaks_of_not_on_the_smaller_verified_sample():
    frame = pd.DataFrame({"record_id": ["1", "2"], "x1": ["user1@firm1.com", "right@firm2.com"]})
    entered = faulty()
    tables = Tables.from_frames(
        records=entered.frame(entered["records"]), verified=frame,
        labels={"records": {"x1": "E-mail", "x2": "Code"}, "verified": {"x1": "E-mail"}},
    )  # fmt: skip
    said = values(result := ANALYSIS.run(tables, SETTINGS, {}))
    assert (said["accuracy.wrong_cells"], said["accuracy.flagged_cells"]) == (1, 50)
    fields = next(one for one in result.findings if one.text.key == "accuracy.findings.fields")
    assert fields.text.facts["wrong"] == 50
    assert fields.evidence == ("accuracy.flagged_cells", "accuracy.flagged_rate")
    unverified = ANALYSIS.run(faulty(), SETTINGS, {}).findings
    assert {one.evidence for one in unverified} == {("accuracy.wrong_cells", "accuracy.rate")}


def test_everything_can_be_said_and_drawn_in_both_languages():
    result = ANALYSIS.run(faulty(), SETTINGS, {})
    assert values(result)["accuracy.wrong_cells"] == 50
    assert any("people" in finding.text.key for finding in result.findings)
    for language in ("en", "ru"):
        words = Words(language, "USD")
        said = [result.answer, *result.notes, *result.not_measured.values()]
        said += [one for finding in result.findings for one in (finding.text, finding.action)]
        said += [one for measure in result.measures for one in (measure.name, measure.definition)]
        assert all(words(one) for one in said)
        for name, frame in result.tables.items():
            assert words.has(f"result_tables.{name}")
            assert all(words.has(f"columns.{column}") for column in frame.columns), (name, list(frame))
        for chart in CHARTS:
            assert chart.draw(result, words).to_dict()["config"]["locale"]


def test_every_check_has_its_reason_in_both_languages():
    tables = faulty()
    for language in ("en", "ru"):
        assert all(Words(language)(check.reason) for check in suggest_checks(tables))


def test_counts_agree_with_one_another():
    result = ANALYSIS.run(faulty(), SETTINGS, {})
    said = values(result)
    for name in ("errors_by_field", "errors_by_person", "errors_by_month", "errors_crossed"):
        assert result.tables[name]["wrong"].sum() == said["accuracy.wrong_cells"]
        assert result.tables[name]["cells"].sum() == said["accuracy.cells"]
    assert len(result.tables["wrong_cells"]) == said["accuracy.wrong_cells"]
    assert said["accuracy.rate"] + said["accuracy.wrong_rate"] == pytest.approx(1)


def test_with_all_checks_off_nothing_is_measured_and_it_is_said():
    result = accuracy(faulty(), SETTINGS, ())
    assert not result.measures
    assert set(result.not_measured) == set(ANALYSIS.measures)
