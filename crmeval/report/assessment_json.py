"""The file contract: an assessment as plain JSON values, for other programs."""

import math
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from crmeval.assessment import Assessment
from crmeval.report.content import all_findings, answered, measures, missing, pair_of_scores
from crmeval.report.receipt import not_understood, reasons
from crmeval.results import Finding, Measure
from crmeval.tables import Tables
from crmeval.words import Text, Words


def assessment_json(assessment: Assessment, words: Words) -> dict[str, Any]:
    """The assessment as `assessment.json` has it: no NaN (null), dates in ISO form, sentences in words."""
    return {
        "imports": [_import(assessment.tables, at, words) for at in range(len(assessment.tables.imports))],
        "measures": {measure.id: _measure(measure, words) for _, measure in measures(assessment)},
        "not_measured": {measure_id: words(reason) for measure_id, reason in missing(assessment).items()},
        "tables": {
            name: _records(frame, words)
            for _, result in answered(assessment)
            for name, frame in result.tables.items()
        },
        "scores": {name: _plain(score, words) for name, score in pair_of_scores(assessment).items()},
        "findings": [_finding(finding, words) for finding in all_findings(assessment)],
    }


def _import(tables: Tables, place: int, words: Words) -> dict[str, Any]:
    receipt = tables.imports[place]
    return {
        "file": receipt.file,
        "sheet": receipt.sheet,
        "table": receipt.table,
        "source": receipt.source,
        "rows_read": receipt.rows_read,
        "rows_used": receipt.rows_used,
        "rows_set_aside": receipt.rows_set_aside,
        "mapping": dict(receipt.mapping),
        "sums": {name: [_plain(value, words) for value in pair] for name, pair in receipt.sums.items()},
        "set_aside": reasons(tables, place),
        "not_understood": not_understood(tables, place),
        "joins": [{**asdict(join), "orphans": join.orphans} for join in receipt.joins],
        "notes": [words(note) for note in receipt.notes],
    }


def _measure(measure: Measure, words: Words) -> dict[str, Any]:
    return {
        "value": _plain(measure.value, words),
        "unit": measure.unit,
        "n": _plain(measure.n, words),
        "low": _plain(measure.low, words),
        "high": _plain(measure.high, words),
        "name": words(measure.name),
        "definition": words(measure.definition),
    }


def _finding(finding: Finding, words: Words) -> dict[str, Any]:
    return {
        "area": finding.area,
        "text": words(finding.text),
        "action": words(finding.action),
        "value": _plain(finding.value, words),
        "evidence": list(finding.evidence),
    }


def _records(frame: pd.DataFrame, words: Words) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    rows = frame.astype(object).itertuples(index=False, name=None)
    return [{name: _plain(value, words) for name, value in zip(names, row, strict=True)} for row in rows]


def _plain(value: Any, words: Words) -> Any:
    """The value as JSON has it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NaT or value is pd.NA or _is_no_number(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inner, words) for inner in value]
    if isinstance(value, bool | int | float | str):
        return value
    return words(value) if isinstance(value, Text) else str(value)


def _is_no_number(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
