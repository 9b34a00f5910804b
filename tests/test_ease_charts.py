"""What usability, adoption, training and impact say and draw: in both languages, from the same results."""

from datetime import date

import pandas as pd
import pytest

from crmeval.analyses import accuracy, adoption, impact, training, usability
from crmeval.charts import ease
from crmeval.charts.impact import impact_by_month
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

HOSTILE = "**<b>[x](http://x)</b>**"
SETTINGS = Settings(go_live=date(2024, 5, 1), ramp_up_months=1, users=20)
WITH_CHARTS = {
    usability: (ease.sus_scale, ease.usability_items),
    adoption: (ease.adoption_by_month,),
    training: (ease.training_by_month,),
    impact: (impact_by_month,),
}


@pytest.fixture(scope="module")
def tables():
    items = {f"q{number}": [4.0, 3, 5, 4, None, 3] for number in range(1, 11)}
    months = pd.date_range("2024-01-01", periods=9, freq="MS")
    people = [f"P{number}" for number in range(8)]
    entered = [(person, month, number) for person in people for month in months for number in range(5)]
    records = pd.DataFrame(
        {"record_id": [str(number) for number in range(len(entered))],
         "entered_by": [person for person, _, _ in entered], "entered_at": [month for _, month, _ in entered],
         "x1": [None if number == 0 else f"name {number}" for _, _, number in entered]}
    )  # fmt: skip
    return Tables.from_frames(
        usability=pd.DataFrame(items).assign(team=["A", "A", HOSTILE, HOSTILE, "B", "B"]),
        records=records,
        training=pd.DataFrame({"user": people[:4], "trained_at": pd.Timestamp(2024, 5, 7)}),
        kpis=pd.DataFrame({"period": months, "x1": [float(number) for number in range(9)]}),
        labels={"records": {"x1": "Name"}, "kpis": {"x1": HOSTILE}},
    )


@pytest.fixture(scope="module")
def errors(tables):
    """What the analysis of training goes on with."""
    return {"accuracy": accuracy.ANALYSIS.run(tables, SETTINGS, {})}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("module", WITH_CHARTS, ids=lambda module: module.ANALYSIS.name)
@pytest.mark.parametrize("settings", [SETTINGS, Settings()], ids=["set", "unset"])
def test_everything_can_be_said(tables, errors, settings, module, language):
    result, words = module.ANALYSIS.run(tables, settings, errors), Words(language, "EUR")
    said = [words(result.answer), *map(words, result.notes), *map(words, result.not_measured.values())]
    said += [words(part) for measure in result.measures for part in (measure.name, measure.definition)]
    said += [words(part) for finding in result.findings for part in (finding.text, finding.action)]
    said += [words(f"result_tables.{name}") for name in result.tables]
    said += [words(f"columns.{column}") for frame in result.tables.values() for column in frame.columns]
    assert all(said)
    assert not [sentence for sentence in said if "nan" in sentence.casefold().split()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("module", WITH_CHARTS, ids=lambda module: module.ANALYSIS.name)
def test_charts_are_drawn_with_our_names_for_fields(tables, errors, module, language):
    result = module.ANALYSIS.run(tables, SETTINGS, errors)
    for draw in WITH_CHARTS[module]:
        drawn = draw(result, Words(language)).to_dict()
        fields = set(_fields(drawn))
        assert fields
        assert not [name for name in fields if not name.isidentifier()]
        assert sum(len(rows) for rows in drawn["datasets"].values()) <= 500


def _fields(part):
    if isinstance(part, dict):
        if isinstance(part.get("field"), str):
            yield part["field"]
        for inner in part.values():
            yield from _fields(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _fields(inner)
