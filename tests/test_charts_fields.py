"""Every field that a chart of samples, cures, habits and trainings encodes is a column of what it draws."""

import pandas as pd
import pytest

from crmeval.charts import accuracy_cure, accuracy_sample, ease_more
from crmeval.results import Result
from crmeval.words import LANGUAGES, Words, text

MONTH = pd.Timestamp(2025, 1, 1)
TABLES = {
    "sample_margins": {"calls": [30, 60], "margin": [4.0, 3.0], "plan": [False, True]},
    "truth_by_field": {"field": ["Phone"], "cells": [50], "wrong": [5], "rate": [0.1], "low": [0.04],
                       "high": [0.2], "flagged": [3], "seen": [2]},
    "errors_by_problem": {"problem": ["missing"], "wrong": [4], "minutes": [5.0], "hours": [0.3]},
    "fix_rules": {"fix": [text("cure.nothing")], "wrong": [4], "running_share": [1.0]},
    "fix_progress": {"person": ["Ann"], "fixed": [1], "not_fixed": [2], "gone": [0], "new": [3]},
    "adoption_by_person_month": {"user": ["Ann"], "month": [MONTH], "actions": [3.0]},
    "said_and_done": {"team": ["North"], "forms": [7], "score": [60.0], "score_low": [50.0],
                      "score_high": [70.0], "people": [8], "active_share": [0.9]},
    "training_path": {"offset": [-1, 1], "difference": [0.0, -0.1], "low": [-0.1, -0.1],
                      "high": [0.1, 0.1], "people": [3, 3]},
}  # fmt: skip
CHARTS = (
    accuracy_sample.MARGINS, accuracy_sample.TRUTH, accuracy_cure.COSTS, accuracy_cure.CURVE,
    accuracy_cure.PROGRESS, ease_more.HABITS, ease_more.SAID_AND_DONE, ease_more.PATH,
)  # fmt: skip


def encoded(part, data, held):
    """Each layer's fields with the columns of the data it is drawn from."""
    data = part.get("data", data)
    rows = held[data["name"]] if data else []
    for channel in part.get("encoding", {}).values():
        for one in channel if isinstance(channel, list) else [channel]:
            if "field" in one:
                yield one["field"], set(rows[0])
    for layer in part.get("layer", ()):
        yield from encoded(layer, data, held)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_every_field_is_there(chart, language):
    result = Result(text("cure.nothing"), tables={name: pd.DataFrame(rows) for name, rows in TABLES.items()})
    drawn = chart.draw(result, Words(language)).to_dict()
    found = list(encoded(drawn, None, drawn["datasets"]))
    assert len(found) > 2
    assert not [field for field, columns in found if field not in columns]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.name)
def test_nothing_to_draw_is_no_chart(chart):
    assert chart.draw(Result(text("cure.nothing")), Words("en")) is None
