"""The report as a PDF: set by Typst from a template of ours, with its fonts inside and nothing fetched."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import typst

from crmeval.words import Words

_SHORTEST, _WHOLE = 4, 16  # signs of a column
_ROWS = 12  # of a table: paper is to be read, the workbook has all of them
_LABELS = (
    "title", "formula", "no_number", "of_100", "findings", "no_findings", "next_step", "evidence", "answers",
    "also", "how_to_read", "missing", "missing_help", "imports", "imports_help", "made_by", "no_interval",
)  # fmt: skip
_HEADINGS = ("measure", "value", "interval", "n", "file", "table", "rows_read", "rows_used", "rows_set_aside")


def report_pdf(said: Mapping[str, Any], words: Words) -> bytes:
    """The report (a `document`) to hand over. What uploads say reaches Typst as data, never as markup."""
    pictures: dict[str, bytes] = {}
    paper = {
        **said,
        "pages": [
            {**page, "analyses": [_on_paper(one, pictures, words) for one in page["analyses"]]}
            for page in said["pages"]
        ],
        "labels": {name: words(f"report.{name}") for name in _LABELS},
        "headings": {name: words(f"report.columns.{name}") for name in _HEADINGS},
    }
    files = {"main": _template(), "report.json": json.dumps(paper).encode(), **pictures}
    return typst.compile(files, ignore_system_fonts=True)  # type: ignore[call-overload] # stubs know one file


@cache
def _template() -> bytes:
    return resources.files("crmeval.report").joinpath("report.typ").read_bytes()


def _on_paper(said: Mapping[str, Any], pictures: dict[str, bytes], words: Words) -> Mapping[str, Any]:
    """An analysis with its tables cut short and its charts put into `pictures`, under their names.

    The beginning of a long table says nothing beside the chart that shows it whole.
    """
    charts = []
    for chart in said["charts"]:
        name = f"chart-{len(pictures) + 1}.svg"
        pictures[name] = chart["svg"].encode()
        charts.append({"title": chart["title"], "alt": chart["alt"], "picture": name})
    tables = [table for table in said["tables"] if table["n"] <= _ROWS or not table["drawn"]]
    return {**said, "charts": charts, "tables": [_cut(table, words) for table in tables]}


def _cut(table: Mapping[str, Any], words: Words) -> Mapping[str, Any]:
    more = words("report.rows_shown", n=table["n"], shown=_ROWS) if table["n"] > _ROWS else None
    rows = table["rows"][:_ROWS]
    titles = [column["title"] for column in table["columns"]]
    weights = [_weight(title, [row[at] for row in rows]) for at, title in enumerate(titles)]
    known = [{**column, "weight": weight} for column, weight in zip(table["columns"], weights, strict=True)]
    return {**table, "columns": known, "rows": rows, "more": more}


def _weight(title: str, cells: list[str]) -> int:
    """The width in signs that a column needs: of its longest word, and of short cells whole."""
    words = [word for said in (title, *cells) for word in said.split(" ")]
    return max(_SHORTEST, *map(len, words), min(_WHOLE, max(map(len, cells), default=0)))
