"""The report as plain values, in the order it is read: what every printed form of it is made from."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from crmeval.analyses.findings import SHOWN
from crmeval.assessment import Assessment
from crmeval.charts import CHARTS
from crmeval.reading.sheet import sheet_title
from crmeval.report import content
from crmeval.report.receipt import accounts
from crmeval.report.shown import Column, columns, rows_in_words
from crmeval.results import Finding, Measure, Result
from crmeval.tables import Tables
from crmeval.words import Words

ROWS_SHOWN = 50
_NOTHING = "—"
_IN_WORKBOOK_ONLY = {  # for who checks our sums; the limits of chance are drawn
    "kpi", "overall", "design_effect", "dispersion", "low_95", "high_95", "low_998", "high_998",
}  # fmt: skip
_CHART_WIDTH = 912  # pixels
_FIT = {"type": "fit-x", "contains": "padding"}


def document(assessment: Assessment, words: Words) -> dict[str, Any]:
    """Everything the report says, as texts; charts as SVG, which can neither run nor fetch anything."""
    found = [_finding(finding, assessment, words) for finding in content.all_findings(assessment)]
    return {
        "language": words.language,
        "company": assessment.settings.company or words("report.your_company"),
        "facts": list(_facts(assessment, words)),
        "lead": list(content.lead(assessment, words)),
        "scores": [_score(assessment, area, words) for area in content.AREAS],
        "findings": found[:SHOWN],
        "also": found[SHOWN:],
        "pages": list(_pages(assessment, words)),
        "missing": [
            (content.measure_name(measure_id, words), words(reason))
            for measure_id, reason in content.missing(assessment).items()
        ],
        "imports": [_import(assessment.tables, at, words) for at in range(len(assessment.tables.imports))],
    }


def _facts(assessment: Assessment, words: Words) -> Iterator[tuple[str, str]]:
    """What the report is about, in a line."""
    dates = {
        "created": assessment.created,
        "go_live": assessment.settings.go_live,
        "observed_until": assessment.settings.observed_until or assessment.tables.observed_until(),
    }
    for name, day in dates.items():
        if day is not None:
            yield words(f"report.{name}"), words.date(day)
    yield words("report.rows_used"), words.count(sum(one.rows_used for one in assessment.tables.imports))


def _score(assessment: Assessment, area: str, words: Words) -> Mapping[str, Any]:
    pair = content.pair_of_scores(assessment)
    return {
        "area": words(f"report.{area}"),
        "means": words(f"report.{area}_means"),
        "score": pair[area],
        "coverage": content.coverage_said(pair[f"coverage_{area}"], words),
    }


def _finding(finding: Finding, assessment: Assessment, words: Words) -> Mapping[str, Any]:
    known = {measure.id: measure for _, measure in content.measures(assessment)}
    evidence = (known[measure_id] for measure_id in finding.evidence if measure_id in known)
    return {
        "area": words(f"report.{finding.area}"),
        "text": words(finding.text),
        "action": words(finding.action),
        "worth": None if finding.value is None else words("report.worth", amount=finding.value),
        "evidence": [f"{words(one.name)}: {words.measure(one.value, one.unit)}" for one in evidence],
    }


def _pages(assessment: Assessment, words: Words) -> Iterator[Mapping[str, Any]]:
    """The analyses by the page that shows them, each page with its question; the scorecard comes last."""
    answered = list(content.answered(assessment))
    for page, group in groupby(answered, key=lambda pair: pair[0].page):
        yield {
            "name": page,
            "title": words(f"pages.{page}.title"),
            "question": words(f"pages.{page}.question"),
            "analyses": [_analysis(analysis.name, result, words) for analysis, result in group],
        }


def _analysis(name: str, result: Result, words: Words) -> Mapping[str, Any]:
    drawn = {chart.name: chart.draw(result, words) for chart in CHARTS.get(name, ())}
    pictures = {chart: one for chart, one in drawn.items() if one is not None}
    return {
        "name": words(f"analyses.{name}.name"),
        "answer": words(result.answer),
        "measures": [_measure(measure, words) for measure in result.measures],
        "charts": [_chart(chart, picture, words) for chart, picture in pictures.items()],
        "tables": [
            {**_table(table, frame, words), "drawn": table in pictures}
            for table, frame in result.tables.items()
            if len(frame)
        ],
        "notes": [words(note) for note in result.notes],
    }


def _measure(measure: Measure, words: Words) -> Mapping[str, Any]:
    interval = None
    if measure.low is not None and measure.high is not None:
        low, high = (words.measure(end, measure.unit) for end in (measure.low, measure.high))
        interval = words("report.interval", low=low, high=high)
    return {
        "name": words(measure.name),
        "value": words.measure(measure.value, measure.unit),
        "n": words.count(measure.n),
        "interval": interval,
        "definition": words(measure.definition),
    }


def _table(name: str, frame: pd.DataFrame, words: Words) -> Mapping[str, Any]:
    """The first rows of a result table, and how many it has."""
    frame = frame.drop(columns=[name for name in frame.columns if name in _IN_WORKBOOK_ONLY])
    known = columns(frame, words)
    kept, rows = _with_limits_beside(known, list(rows_in_words(frame.head(ROWS_SHOWN), words)), words)
    return {
        "title": content.table_title(name, words),
        "columns": [{"title": column.title, "style": column.style} for column in kept],
        "rows": rows,
        "n": len(frame),
    }


def _with_limits_beside(
    known: tuple[Column, ...], rows: list[list[str]], words: Words
) -> tuple[list[Column], list[list[str]]]:
    """The columns with the limits of a value beside it, where it has columns for them, and no unit apart.

    `low` and `high` bound the column before them. A value whose row names its unit is said in it.
    """
    at = {column.name: place for place, column in enumerate(known)}
    limits = {name: (at.get(f"{name}_low"), at.get(f"{name}_high")) for name in at}
    if at.get("low"):
        limits[known[at["low"] - 1].name] = (at["low"], at.get("high"))
    whole = {at[name]: (low, high) for name, (low, high) in limits.items() if None not in (low, high)}
    gone = {at.get("unit"), *(place for pair in whole.values() for place in pair)}
    kept = [place for place in range(len(known)) if place not in gone]

    def said(row: list[str], place: int) -> str:
        low, high = whole.get(place, (None, None))
        if low is None or high is None or _NOTHING in (row[low], row[high]):
            return row[place]
        return words("since.between", value=row[place], low=row[low], high=row[high])

    heads = [
        replace(known[place], title=words("report.with_interval", name=known[place].title))
        if place in whole
        else known[place]
        for place in kept
    ]
    return heads, [[said(row, place) for place in kept] for row in rows]


def _chart(name: str, drawn: alt.TopLevelMixin, words: Words) -> Mapping[str, Any]:
    return {
        "title": words(f"charts.{name}.title"),
        "alt": words(f"charts.{name}.alt"),
        "svg": _picture(drawn.to_dict(validate=False)),
    }


def _picture(spec: dict[str, Any]) -> str:
    return vl_convert.vegalite_to_svg(_sized(spec), allowed_base_urls=[])


def _sized(spec: dict[str, Any]) -> dict[str, Any]:
    """The chart in the width of the page, where it would take the width of its container."""
    if spec.get("width", "container") == "container" and not {"hconcat", "facet", "concat"} & set(spec):
        spec = {**spec, "width": _CHART_WIDTH, "autosize": _FIT}
    parts: dict[str, Any] = {
        key: [_sized(part) for part in spec[key]] for key in ("vconcat", "concat", "hconcat") if key in spec
    }
    return {**spec, **parts}


def _import(tables: Tables, place: int, words: Words) -> Mapping[str, str]:
    receipt = tables.imports[place]
    said = [f"{one}." for one in accounts(tables, place, words)]
    return {
        "file": sheet_title(receipt.file, receipt.sheet),
        "table": content.imported_as(receipt, words),
        "read": words.count(receipt.rows_read),
        "used": words.count(receipt.rows_used),
        "aside": words.count(receipt.rows_set_aside),
        "mapping": content.mapping_said(receipt, words),
        "notes": " ".join([*said, *(words(note) for note in receipt.notes)]),
    }
