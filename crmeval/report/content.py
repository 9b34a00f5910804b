"""What every report says, in one order: scores, findings, the pages with their analyses, what is missing."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from crmeval.analyses import ANALYSES, not_measured
from crmeval.analyses.base import Analysis
from crmeval.analyses.findings import findings
from crmeval.analyses.scorecard import scores, weakest
from crmeval.assessment import Assessment
from crmeval.results import EFFECTIVENESS, EFFICIENCY, Finding, Measure, Result
from crmeval.tables import Import
from crmeval.words import Text, Words

AREAS = (EFFICIENCY, EFFECTIVENESS)
_SCORECARD, _ROI = "scorecard", "roi"


def pair_of_scores(assessment: Assessment) -> Mapping[str, float | None]:
    """The two scores with their coverage; without a scorecard nothing is known and nothing covered."""
    card = assessment.results.get(_SCORECARD)
    if card is not None:
        return scores(card)
    return {**dict.fromkeys(AREAS), **{f"coverage_{area}": 0.0 for area in AREAS}}


def lead(assessment: Assessment, words: Words) -> Iterator[tuple[str, str]]:
    """The answer in a few lines: whether the CRM works, where it does not, whether it pays."""
    card = assessment.results.get(_SCORECARD)
    if card is not None:
        yield words("report.verdict"), words(card.answer)
        weak = "; ".join(_scored(row, words) for row in weakest(card).to_dict("records"))
        if weak:
            yield words("report.weakest"), words("report.sentence", said=weak)
    paid = assessment.results.get(_ROI)
    if paid is not None:
        yield words("report.pays"), words(paid.answer)


def _scored(row: Mapping[Hashable, Any], words: Words) -> str:
    value = words.measure(row["value"], row["unit"])
    return words("report.scored", name=measure_name(row["measure"], words), value=value, score=row["score"])


def coverage_said(coverage: float | None, words: Words) -> str:
    """How much of what a score rests on is known."""
    return words("report.coverage_whole") if coverage == 1 else words("report.coverage", coverage=coverage)


def all_findings(assessment: Assessment) -> tuple[Finding, ...]:
    """What is worth doing, the most valuable first."""
    return findings(assessment.results)


def answered(assessment: Assessment) -> Iterator[tuple[Analysis, Result]]:
    """Every analysis that has a result, in the order of the registry."""
    for analysis in ANALYSES:
        if analysis.name in assessment.results:
            yield analysis, assessment.results[analysis.name]


def measures(assessment: Assessment) -> Iterator[tuple[Analysis, Measure]]:
    """Every measure with the analysis it comes from."""
    for analysis, result in answered(assessment):
        for measure in result.measures:
            yield analysis, measure


def missing(assessment: Assessment) -> Mapping[str, Text]:
    """Every measure that has no value, with the reason."""
    measured = {measure.id for _, measure in measures(assessment)}
    return {
        measure_id: reason
        for measure_id, reason in not_measured(assessment.results).items()
        if measure_id not in measured
    }


def measure_name(measure_id: str, words: Words) -> str:
    """The name of a measure that was not measured; its id where it has none."""
    key = f"measures.{measure_id}.name"
    try:
        return words(key)
    except KeyError:  # no such sentence, or one with facts that only a value brings
        area, _, rest = measure_id.partition(".")
        own, _, what = rest.rpartition(".")  # impact.<the user's own figure>.effect
        key = f"measures.{area}.{what}.name"
        named = own and words.has(key)
        return words(key, kpi=own[:1].upper() + own[1:].replace("_", " ")) if named else measure_id


def table_title(name: str, words: Words) -> str:
    """The title of a result table."""
    key = f"result_tables.{name}"
    return words(key) if words.has(key) else name


def imported_as(receipt: Import, words: Words) -> str:
    """The table a sheet became, in words."""
    key = f"tables.{receipt.table}.name"
    return words(key) if words.has(key) else words("report.not_used")


def system(receipt: Import) -> str:
    """The system an export comes from, empty where it is not known."""
    return "" if receipt.source == "unknown" else receipt.source


def mapping_said(receipt: Import, words: Words) -> str:
    """Which column was taken for which field, in a line."""
    pairs = []
    for field, column in receipt.mapping.items():
        key = f"fields.{receipt.table}.{field}"
        pairs.append(f"{column} → {words(key) if words.has(key) else field}")
    return "; ".join(pairs)
