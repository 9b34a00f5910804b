"""The report as a workbook: numbers as numbers, every table with its title, nothing that executes."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from crmeval.assessment import Assessment
from crmeval.report import content
from crmeval.report.receipt import receipt_tables
from crmeval.report.safe import safe_text
from crmeval.report.shown import (
    COUNT,
    DATE,
    MONEY,
    MONTH,
    NUMBER,
    POINTS,
    SHARE,
    TEXT,
    Column,
    columns,
    decoded,
    unit_of_cell,
)
from crmeval.results import POINTS_OF_SHARE, Measure
from crmeval.tables import Tables
from crmeval.words import Words

_ROUNDED = "[>=1000]#,##0;[<=-1000]-#,##0;#,##0.00"  # decimals of large numbers only hide them
_NUMBER_FORMATS = {SHARE: "0.0%", POINTS: "0.0#", MONEY: _ROUNDED, NUMBER: _ROUNDED, COUNT: "#,##0"}
_DATE_FORMATS = {  # a month said by number would be taken for a day in half of the world
    "en": {DATE: "d mmm yyyy", MONTH: "mmm yyyy"}, "ru": {DATE: "dd.mm.yyyy", MONTH: "mm.yyyy"},
}  # fmt: skip
_A4 = 9
_UNIT_KINDS = {"share": SHARE, POINTS_OF_SHARE: POINTS, "money": MONEY, "count": COUNT}
SAID_POINTS = "said_points"  # percentage points where not all of a column are
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME, _LONGEST_TEXT, _MOST_ROWS = 31, 32_000, 1_000_000
_NARROW, _WIDE, _SAMPLE = 9, 60, 200
_TOP = 2  # rows above the header: the title, and a blank

Cell = tuple[Any, str]  # a value and its kind


class _Book:
    """A workbook being written; it owns the formats and the names of the sheets."""

    def __init__(self, file: BytesIO, words: Words) -> None:
        self.book = xlsxwriter.Workbook(
            file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.head = self.book.add_format(
            {"bold": True, "bg_color": "#E8F1F8", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.part = self.book.add_format({"bold": True, "font_size": 12, "top": 1})
        said = {**_NUMBER_FORMATS, **_DATE_FORMATS[words.language]}
        self.formats = {
            kind: self.book.add_format({"num_format": f, "valign": "top"}) for kind, f in said.items()
        }
        points = words("units.share_points_said", n=0, value="").strip()
        self.formats[SAID_POINTS] = self.book.add_format({"num_format": f'0.0# "{points}"', "valign": "top"})
        self.formats[TEXT] = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.names: set[str] = set()

    def sheet(self, title: str) -> Any:
        """A new sheet under a title, cut to what Excel allows and made unlike all others."""
        name = _FORBIDDEN.sub(" ", title)[:_LONGEST_NAME].strip() or "…"
        number = 2
        while name.lower() in self.names:
            end = f" {number}"
            name, number = name[: _LONGEST_NAME - len(end)].strip() + end, number + 1
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, safe_text(title), self.title)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)  # as wide as a page, as many pages as it takes
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        """One value as what it is; a number that is none stays empty."""
        value, kind = cell
        shown = self.formats.get(kind, self.formats[TEXT])
        if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
            return
        if kind in (DATE, MONTH):
            sheet.write_datetime(row, column, pd.Timestamp(value).to_pydatetime(), shown)
        elif kind in (*_NUMBER_FORMATS, SAID_POINTS) and not isinstance(value, str):
            times = 100 if kind in (POINTS, SAID_POINTS) else 1
            sheet.write_number(row, column, float(value) * times, shown)
        else:
            sheet.write_string(row, column, safe_text(str(value))[:_LONGEST_TEXT], shown)

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """A sheet with a title, a header that stays in sight and filters, and the rows."""
        sheet = self.sheet(title)
        widths = [len(head) for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(_TOP, column, safe_text(head), self.head)
        last = _TOP
        for last, cells in enumerate(rows, _TOP + 1):
            for column, cell in enumerate(cells):
                self.cell(sheet, last, column, cell)
                if last < _SAMPLE:
                    widths[column] = max(widths[column], 11 if cell[1] != TEXT else len(str(cell[0])))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, _NARROW), _WIDE))
        sheet.freeze_panes(_TOP + 1, 1)
        sheet.repeat_rows(_TOP)
        if heads:
            sheet.autofilter(_TOP, 0, max(last, _TOP + 1), len(heads) - 1)


def report_xlsx(assessment: Assessment, words: Words) -> bytes:
    """The whole report as an xlsx file."""
    file = BytesIO()
    book = _Book(file, words)
    _summary(book, assessment, words)
    _measures(book, assessment, words)
    for _, result in content.answered(assessment):
        for name, frame in result.tables.items():
            _result_table(book, content.table_title(name, words), frame, words)
    _missing(book, assessment, words)
    _receipt(book, assessment.tables, words)
    book.book.close()
    return file.getvalue()


def _result_table(book: _Book, title: str, frame: pd.DataFrame, words: Words) -> None:
    known = columns(frame, words)
    shown = frame.head(_MOST_ROWS)
    units = shown["unit"] if "unit" in shown else [None] * len(shown)
    rows = decoded(shown, words).itertuples(index=False, name=None)
    book.table(
        title,
        [_head(column, words) for column in known],
        (
            [(value, _kind(column, unit)) for value, column in zip(row, known, strict=True)]
            for row, unit in zip(rows, units, strict=True)
        ),
    )


def _kind(column: Column, unit: Any) -> str:
    """The kind of a cell: that of its column, or of its own unit where its row names one."""
    own = unit_of_cell(column, unit)
    if not own:
        return column.kind
    return SAID_POINTS if own == POINTS_OF_SHARE else _UNIT_KINDS.get(own, NUMBER)


def _head(column: Column, words: Words) -> str:
    """The title of a column, with its unit where the numbers do not show it."""
    units = {MONEY: words.currency, POINTS: words(f"units.{POINTS_OF_SHARE}")}
    unit = units.get(column.kind)
    return f"{column.title}, {unit}" if unit else column.title


def _summary(book: _Book, assessment: Assessment, words: Words) -> None:
    sheet = book.sheet(words("report.summary"))
    for column, width in enumerate((34, 100, 18)):
        sheet.set_column(column, column, width)
    for row, line in enumerate(_summary_lines(assessment, words), start=_TOP):
        if len(line) == 1:
            sheet.write_string(row, 0, line[0][0], book.part)
            continue
        for column, cell in enumerate(line):
            book.cell(sheet, row, column, cell)


def _summary_lines(assessment: Assessment, words: Words) -> Iterator[tuple[Cell, ...]]:
    """Company, date, the pair of scores and the answer; the findings with their worth; every answer.

    A line of one cell is a heading.
    """
    yield _texts(words("report.company"), assessment.settings.company or words("report.your_company"))
    if assessment.created:
        yield (words("report.created"), TEXT), (assessment.created.replace(tzinfo=None), DATE)
    pair = content.pair_of_scores(assessment)
    for area in content.AREAS:
        yield _texts(words(f"report.{area}"), _score_said(pair, area, words))
    yield from (_texts(*line) for line in content.lead(assessment, words))
    yield ()
    yield _texts(words("report.findings"))
    for number, finding in enumerate(content.all_findings(assessment), start=1):
        what = f"{words(finding.text)} {words(finding.action)}"
        yield *_texts(f"{number}. {words(f'report.{finding.area}')}", what), (finding.value, MONEY)
    yield ()
    yield _texts(words("report.answers"))
    for analysis, result in content.answered(assessment):
        yield _texts(words(f"analyses.{analysis.name}.name"), words(result.answer))


def _texts(*said: str) -> tuple[Cell, ...]:
    return tuple((one, TEXT) for one in said)


def _score_said(pair: Any, area: str, words: Words) -> str:
    score, coverage = pair[area], pair[f"coverage_{area}"]
    key = "report.no_score" if score is None else "report.score"
    return words(key, score=score, coverage=content.coverage_said(coverage, words))


def _measures(book: _Book, assessment: Assessment, words: Words) -> None:
    heads = ("analysis", "measure", "value", "unit", "n", "low", "high", "definition", "id")
    book.table(
        words("report.measures"),
        [words(f"report.columns.{head}") for head in heads],
        (
            _measure_cells(words(f"analyses.{analysis.name}.name"), measure, words)
            for analysis, measure in content.measures(assessment)
        ),
    )


def _measure_cells(analysis: str, measure: Measure, words: Words) -> list[Cell]:
    kind = _UNIT_KINDS.get(measure.unit, NUMBER)
    unit = words.currency if measure.unit == "money" and words.currency else words(f"units.{measure.unit}")
    return [
        (analysis, TEXT), (words(measure.name), TEXT),
        (measure.value, TEXT if isinstance(measure.value, str) else kind), (unit, TEXT), (measure.n, COUNT),
        (measure.low, kind), (measure.high, kind), (words(measure.definition), TEXT), (measure.id, TEXT),
    ]  # fmt: skip


def _missing(book: _Book, assessment: Assessment, words: Words) -> None:
    heads = [words(f"report.columns.{head}") for head in ("measure", "reason", "id")]
    rows = (
        [(content.measure_name(measure_id, words), TEXT), (words(reason), TEXT), (measure_id, TEXT)]
        for measure_id, reason in content.missing(assessment).items()
    )
    book.table(words("report.missing"), heads, rows)


def receipt_xlsx(tables: Tables, words: Words) -> bytes:
    """The import receipt by itself as an xlsx file."""
    file = BytesIO()
    book = _Book(file, words)
    _receipt(book, tables, words)
    book.book.close()
    return file.getvalue()


def _receipt(book: _Book, tables: Tables, words: Words) -> None:
    for name, frame in receipt_tables(tables, words).items():
        kinds = [_receipt_kind(frame, column) for column in frame.columns]
        rows = frame.head(_MOST_ROWS).itertuples(index=False, name=None)
        book.table(
            words(f"report.{name}"),
            [words(f"report.columns.{column}") for column in frame.columns],
            (list(zip(row, kinds, strict=True)) for row in rows),
        )


def _receipt_kind(frame: pd.DataFrame, column: str) -> str:
    if not pd.api.types.is_numeric_dtype(frame[column]):
        return TEXT
    return NUMBER if column.startswith("sum_") else COUNT
