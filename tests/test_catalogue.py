"""Everything the analyses answer with the sample has its words, in both languages."""

import pytest

from crmeval.analyses import ANALYSES, assess, not_measured
from crmeval.charts import CHARTS
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.results import UNITS
from crmeval.sample import sample_files, sample_settings
from crmeval.words import LANGUAGES, Words


@pytest.fixture(scope="module", params=LANGUAGES)
def sample(request):
    sheets = read_files(sample_files(request.param))
    tables = apply(sheets, propose(sheets))
    settings = sample_settings(request.param)
    return Words(request.param, settings.currency), tables, assess(tables, settings)


def test_the_sample_asks_every_analysis(sample):
    _, _, results = sample
    assert list(results) == [analysis.name for analysis in ANALYSES]


def test_every_text_of_a_result_can_be_said(sample):
    words, _, results = sample
    for result in results.values():
        said = [words(result.answer), *map(words, result.notes), *map(words, result.not_measured.values())]
        for measure in result.measures:
            said += [
                words(measure.name),
                words(measure.definition),
                words.measure(measure.value, measure.unit),
            ]
        for finding in result.findings:
            said += [words(finding.text), words(finding.action)]
        assert all(said)


def test_every_table_and_its_columns_have_names_that_differ(sample):
    words, _, results = sample
    for result in results.values():
        for name, frame in result.tables.items():
            assert words.has(f"result_tables.{name}"), name
            titles = [words(f"columns.{column}") for column in frame.columns]
            assert len(set(titles)) == len(titles), (name, titles)


@pytest.mark.parametrize("analysis", ANALYSES, ids=lambda analysis: analysis.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_analysis_measure_and_chart_has_its_name(analysis, language):
    words = Words(language)
    assert words.has(f"analyses.{analysis.name}.name")
    assert words.has(f"analyses.{analysis.name}.doing")
    assert words.has(f"not_measured.tables.{analysis.name}")
    for chart in CHARTS[analysis.name]:
        assert words.has(f"charts.{chart.name}.title")
        assert words.has(f"charts.{chart.name}.alt")


def test_every_chart_of_the_sample_can_be_drawn(sample):
    words, _, results = sample
    drawn = {
        chart.name: chart.draw(results[name], words) for name, charts in CHARTS.items() for chart in charts
    }
    assert any(drawn.values())
    for chart in filter(None, drawn.values()):
        assert chart.to_dict()


def test_shares_are_fractions_intervals_hold_their_value_and_every_measure_has_an_n(sample):
    _, _, results = sample
    for result in results.values():
        for measure in result.measures:
            assert measure.n >= 0
            assert measure.unit in UNITS, measure.id
            if measure.unit == "share" and "impact" not in measure.id and "training" not in measure.id:
                assert 0 <= measure.value <= 1, measure.id
            if measure.low is not None and measure.high is not None:
                assert measure.low <= measure.value <= measure.high, measure.id


def test_what_is_not_measured_has_its_reason_and_no_value(sample):
    words, _, results = sample
    reasons = not_measured(results)
    measured = {measure.id for result in results.values() for measure in result.measures}
    assert not measured & set(reasons)
    assert all(words(reason) for reason in reasons.values())


def test_every_row_of_the_sample_is_accounted_for(sample):
    _, tables, _ = sample
    for receipt in tables.imports:
        assert receipt.rows_read == receipt.rows_used + receipt.rows_set_aside
    assert len(tables.set_aside) == sum(receipt.rows_set_aside for receipt in tables.imports)
