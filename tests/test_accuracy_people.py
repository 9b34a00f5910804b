"""Errors of people: limits of the funnel where all differ, before and after events, entries made late."""

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.checks import suggest_checks
from crmeval.analyses.checks.model import LATE
from crmeval.analyses.error_spread import GO_LIVE, TRAINING, before_and_after, by_person
from crmeval.report.shown import columns, in_words
from crmeval.settings import Settings
from crmeval.stats.funnel import dispersion
from crmeval.tables import Tables
from crmeval.words import Words

PEOPLE, CELLS = 40, 2000


def people(wrong) -> pd.DataFrame:
    names = [f"P{number:02d}" for number in range(len(wrong))]
    return pd.DataFrame({"person": names, "cells": CELLS, "wrong": wrong})


def test_chance_alone_seldom_widens_the_limits():
    random = np.random.default_rng(1)
    drawn = [dispersion(random.binomial(CELLS, 0.05, PEOPLE), np.full(PEOPLE, CELLS)) for _ in range(400)]
    assert np.mean(np.array(drawn) > 1) < 0.05


def test_where_all_people_differ_only_those_unlike_all_the_others_stand_out():
    random = np.random.default_rng(2)
    shares = np.append(random.beta(8, 152, PEOPLE - 1), 0.25)  # about 5 %, and one who is far from all
    found = by_person(people(random.binomial(CELLS, shares)), design_effect=1.0).set_index("person")
    assert found["dispersion"].iloc[0] > 4
    assert found.index[found["standing"] == "above"].tolist() == [f"P{PEOPLE - 1}"]


def test_limits_widen_with_the_root_of_the_dispersion_and_not_twice_for_clustered_cells():
    random = np.random.default_rng(3)
    shares = random.beta(8, 152, PEOPLE)
    wrong = random.binomial(CELLS, shares)
    factor = dispersion(wrong, np.full(PEOPLE, CELLS))
    assert dispersion(wrong, np.full(PEOPLE, CELLS), 2.0) == pytest.approx(factor / 2)
    found = by_person(people(wrong), design_effect=1.0).iloc[0]
    usual = 1.959964 * np.sqrt(found["overall"] * (1 - found["overall"]) / CELLS)
    assert found["high_95"] - found["overall"] == pytest.approx(usual * np.sqrt(factor), rel=0.1)


def test_of_few_people_one_who_is_far_off_does_not_widen_his_own_limits():
    found = by_person(people([60, 62, 59, 61, 400]), design_effect=1.0).set_index("person")
    assert found["dispersion"].eq(1).all()
    assert found.loc["P04", "standing"] == "above"


def cells(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person", "month", "cells", "wrong"])
    month = pd.to_datetime(frame["month"])
    return frame.assign(month=month.dt.year * 12 + month.dt.month - 1)


SPREAD = cells(
    ("Ann", "2024-01-01", 100, 10), ("Ann", "2024-03-01", 50, 9), ("Ann", "2024-04-01", 100, 2),
    ("Bob", "2024-01-01", 100, 10), ("Bob", "2024-04-01", 100, 8),
)  # fmt: skip


def test_the_month_of_training_is_neither_before_nor_after_and_the_untrained_do_not_count():
    trained = pd.Series({"ann": 2024 * 12 + 2.0})
    found = before_and_after(SPREAD, None, trained, 1.0)
    assert found["around"].unique().tolist() == [TRAINING]
    assert found[["when", "cells", "wrong"]].to_numpy().tolist() == [["before", 100, 10], ["after", 100, 2]]
    change = found.iloc[1]
    assert change["change_share"] == pytest.approx(-0.08)
    assert change["change_low"] < -0.08 < change["change_high"] < 0


def test_the_month_of_go_live_is_the_first_after_it():
    found = before_and_after(SPREAD, pd.Timestamp("2024-03-15").date(), pd.Series(dtype=float), 1.0)
    assert found["around"].unique().tolist() == [GO_LIVE]
    assert found[["cells", "wrong"]].to_numpy().tolist() == [[200, 20], [250, 19]]


@pytest.mark.parametrize(("language", "said"), [("en", "-8 pp"), ("ru", "-8 п. п.")])
def test_a_change_of_shares_is_said_in_percentage_points(language, said):
    words = Words(language)
    frame = before_and_after(SPREAD, None, pd.Series({"ann": 2024 * 12 + 2.0}), 1.0)
    kind = next(one.kind for one in columns(frame, words) if one.name == "change_share")
    assert in_words(frame["change_share"].iloc[1], kind, words).replace("−", "-").replace("\xa0", " ") == said


def test_records_entered_days_after_their_first_activity_are_late():
    n = 60
    entered = pd.Series(pd.date_range("2024-02-01", periods=n, freq="D"))
    records = pd.DataFrame(
        {"record_id": [f"c{i}" for i in range(n)], "entered_at": entered, "x1": "Leeds", "x2": "a"}
    )
    done = pd.DataFrame({"customer_id": records["record_id"], "at": entered + pd.Timedelta(hours=2)})
    done.loc[[3, 7], "at"] = entered[[3, 7]] - pd.Timedelta(days=20)
    done.loc[11, "at"] = entered[11] - pd.Timedelta(days=2)
    tables = Tables.from_frames(records=records, activities=done)
    check = next(one for one in suggest_checks(tables) if one.code == LATE)
    assert (check.table, check.column) == ("records", "entered_at")
    result = ANALYSIS.run(tables, Settings(), {})
    late = result.tables["wrong_cells"].query("problem == 'late'")
    assert late["record_id"].tolist() == ["c3", "c7"]  # two days are within the threshold of seven


def test_people_of_a_verified_sample_stand_by_name_between_the_limits_of_chance():
    names = ("Zoe", "Ann", "Mike")
    rows = [
        (f"r{n}", "Phone", "1", "no" if n % 3 == 0 and n < 30 else "yes", names[n % 3]) for n in range(90)
    ]
    records = pd.DataFrame({"record_id": [row[0] for row in rows], "entered_by": [row[4] for row in rows],
                            "x1": [f"name {n}" for n in range(90)], "x2": "1"})  # fmt: skip
    verified = pd.DataFrame(rows, columns=["record_id", "field", "entered", "verdict", "person"])
    tables = Tables.from_frames(
        records=records, verified=verified.drop(columns="person"), labels={"records": {"x2": "Phone"}}
    )
    found = ANALYSIS.run(tables, Settings(), {}).tables["truth_by_person"]
    assert found["person"].tolist() == sorted(names)
    assert found.set_index("person").loc["Zoe", "standing"] == "above"
    assert (found["low_998"] <= found["low_95"]).all()
    assert (found["high_95"] <= found["high_998"]).all()
