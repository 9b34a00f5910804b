"""Usability questionnaires as files to hand out: filled in, they are recognised when they come back."""

from io import BytesIO
from typing import Any

import xlsxwriter

from crmeval.mapping.statements import statements
from crmeval.report.template import sheet_name
from crmeval.words import Words

TABLE = "usability"
SCALES = {"sus": (1, 5), "umux_lite": (1, 7)}
_ABOUT = ("respondent", "role", "team", "answered_at")
ROWS = 200
_HEAD, _ITEM = "#E8F1F8", "#FFF8DC"
_GUIDE_LINES = 5


def questionnaire(form: str, words: Words) -> bytes:
    """The workbook of a standard form (`sus` or `umux_lite`): a row for each person, and how to use it."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        _form(book, form, words)
        _guide(book, form, words)
    return content.getvalue()


def _form(book: Any, form: str, words: Words) -> None:
    sheet = book.add_worksheet(sheet_name(TABLE, words))
    look = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
    head = book.add_format({**look, "bg_color": _HEAD})
    item = book.add_format({**look, "bg_color": _ITEM})
    plain = book.add_format({"locked": False, "num_format": "@"})
    dated = book.add_format({"locked": False, "num_format": "yyyy-mm-dd"})
    answer = book.add_format({"locked": False, "align": "center", "border": 4})
    for column, name in enumerate(_ABOUT):
        sheet.write_string(0, column, words(f"fields.{TABLE}.{name}"), head)
        sheet.set_column(column, column, 16, dated if name == "answered_at" else plain)
    sheet.write_comment(0, 0, words("questionnaire.respondent_help"))
    items = statements(form, words.language)
    lowest, highest = SCALES[form]
    scale = words(f"questionnaire.scale_{highest}")
    for column, said in enumerate(items, len(_ABOUT)):
        sheet.write_string(0, column, said, item)
        sheet.set_column(column, column, 20, answer)
    first, last = len(_ABOUT), len(_ABOUT) + len(items) - 1
    sheet.data_validation(
        1, first, ROWS, last,
        {"validate": "integer", "criteria": "between", "minimum": lowest, "maximum": highest,
         "input_title": f"{lowest} … {highest}", "input_message": scale[:255],
         "error_message": words("questionnaire.range_error", lowest=lowest, highest=highest)[:255]},
    )  # fmt: skip
    sheet.set_row(0, 96)
    sheet.freeze_panes(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _guide(book: Any, form: str, words: Words) -> None:
    sheet = book.add_worksheet(words("questionnaire.guide"))
    sheet.set_column(0, 0, 110)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    title = book.add_format({"bold": True, "font_size": 16})
    sheet.write_string(0, 0, words("questionnaire.title"), title)
    sheet.write_string(1, 0, words(f"questionnaire.form_{form}"), wrapped)
    sheet.write_string(2, 0, words(f"questionnaire.scale_{SCALES[form][1]}"), wrapped)
    for line in range(1, _GUIDE_LINES + 1):
        sheet.write_string(2 + line, 0, words(f"questionnaire.how_{line}", rows=ROWS), wrapped)
