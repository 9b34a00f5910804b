"""The check sheet: a workbook to fill in by telephone, which the app understands when it comes back."""

from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from crmeval.analyses.sample_plan import Drawn
from crmeval.report.safe import safe_text
from crmeval.report.template import sheet_name
from crmeval.words import Words

TABLE = "verified"
VERDICTS = ("yes", "no", "unknown")
_ENTERED = ("record_id", "about", "field", "entered")
_TO_FILL = ("verdict", "actual", "checked_by", "checked_at")
_TO_KEEP = ("stratum", "weight")
_COLUMNS = (*_ENTERED, *_TO_FILL, *_TO_KEEP)
_WIDTHS = (16, 36, 22, 30, 14, 30, 18, 14, 18, 12)
_HEAD, _OPEN, _LINE = "#E8F1F8", "#FFF8DC", "#7F7F7F"
_GUIDE_LINES = 6


def check_sheet(drawn: Drawn, words: Words) -> bytes:
    """The workbook: the cells to verify, a second check where one is planned, and how to fill it in."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as book:
        name = sheet_name(TABLE, words)
        _sheet(book, book.add_worksheet(name), drawn.cells, words)
        if len(drawn.second):
            _sheet(book, book.add_worksheet(f"{name} 2"), drawn.second, words)
        _guide(book, words)
    return content.getvalue()


def header(column: str, words: Words) -> str:
    """What a column of the sheet is called."""
    return words("check_sheet.about") if column == "about" else words(f"fields.{TABLE}.{column}")


def _sheet(book: Any, sheet: Any, cells: pd.DataFrame, words: Words) -> None:
    head = book.add_format({"bold": True, "bg_color": _HEAD, "border": 1, "text_wrap": True, "valign": "top"})
    for column, name in enumerate(_COLUMNS):
        sheet.write_string(0, column, header(name, words), head)
        sheet.set_column(column, column, _WIDTHS[column])
    begins = cells["turn"].ne(cells["turn"].shift()).to_numpy()
    shown = {
        (first, to_fill, dated): book.add_format(
            {"text_wrap": not dated, "valign": "top", "locked": not to_fill, "top": int(first),
             "top_color": _LINE, "num_format": "yyyy-mm-dd" if dated else "@"}
            | ({"bg_color": _OPEN} if to_fill else {})
        )
        for first in (True, False) for to_fill in (True, False) for dated in (True, False)
    }  # fmt: skip
    columns = [cells[name].astype(object).where(cells[name].notna(), "").tolist()
               if name in cells else [""] * len(cells) for name in _COLUMNS]  # fmt: skip
    for column, (name, values) in enumerate(zip(_COLUMNS, columns, strict=True)):
        for row, value in enumerate(values, 1):
            form = shown[bool(begins[row - 1]), name in _TO_FILL, name == "checked_at"]
            if name == "weight":
                sheet.write_number(row, column, float(value), form)
            elif value == "":
                sheet.write_blank(row, column, None, form)
            else:
                sheet.write_string(row, column, safe_text(str(value)), form)
    _rules(sheet, len(cells), words)


def _rules(sheet: Any, rows: int, words: Words) -> None:
    """What may be filled in where; all that was drawn is locked, without a password."""
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, rows, len(_COLUMNS) - 1)
    verdict, at = _COLUMNS.index("verdict"), _COLUMNS.index("checked_at")
    sheet.data_validation(
        1, verdict, rows, verdict,
        {"validate": "list", "source": [words(f"check_sheet.{one}") for one in VERDICTS],
         "input_title": header("verdict", words)[:32],
         "input_message": words("check_sheet.verdict_help")[:255],
         "error_message": words("check_sheet.verdict_error")[:255]},
    )  # fmt: skip
    sheet.data_validation(
        1, at, rows, at,
        {"validate": "date", "criteria": ">=", "value": pd.Timestamp(2000, 1, 1).to_pydatetime(),
         "error_type": "warning", "error_message": words("check_sheet.date_error")[:255]},
    )  # fmt: skip
    sheet.protect("", {"autofilter": True, "format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _guide(book: Any, words: Words) -> None:
    """How to ask and how to fill in."""
    sheet = book.add_worksheet(words("check_sheet.guide"))
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, words("check_sheet.title"), book.add_format({"bold": True, "font_size": 16}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for line in range(1, _GUIDE_LINES + 1):
        sheet.write_string(line, 0, words(f"check_sheet.how_{line}"), wrapped)
