"""The fix list: the wrong cells as a workbook to hand out, which the app compares with when it comes back."""

import re
from collections.abc import Container
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from crmeval.report.safe import safe_text
from crmeval.report.template import sheet_name
from crmeval.words import Words

TABLE = "fix_list"
_COLUMNS = ("record_id", "field", "value", "problem", "suggestion", "person", "file", "row")
_WIDTHS = (16, 22, 30, 26, 30, 20, 24, 8)
_MOST_SHEETS = 60
_HEAD = "#E8F1F8"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def fix_list(cells: pd.DataFrame, files: list[str], words: Words, *, by_person: bool = False) -> bytes:
    """The workbook: one sheet of all wrong cells, or one for each person, the most errors first."""
    said = cells.assign(
        problem=cells["problem"].map(lambda code: words(f"codes.problem.{code}")),
        file=cells["import"].map(dict(enumerate(files))).fillna(""),
    )
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": False}) as book:
        head = book.add_format({"bold": True, "bg_color": _HEAD, "border": 1})
        for name, rows in _sheets(said, words, by_person=by_person):
            _sheet(book.add_worksheet(name), rows, head, words)
    return content.getvalue()


def _sheets(cells: pd.DataFrame, words: Words, *, by_person: bool) -> list[tuple[str, pd.DataFrame]]:
    name = sheet_name(TABLE, words)
    if not by_person:
        return [(name, cells)]
    nobody = words("cure.nobody")
    whose = cells["person"].fillna(nobody).replace("", nobody)
    people = whose.value_counts().index[:_MOST_SHEETS]
    found: dict[str, pd.DataFrame] = {}
    for person in people:
        found[_free(person, {one.casefold() for one in found})] = cells[whose == person]
    rest = cells[~whose.isin(people)]
    return [*found.items(), *([(_free(name, set()), rest)] if len(rest) else [])]


def _free(person: str, taken: Container[str]) -> str:
    """A name that a sheet may bear: no forbidden signs, at most 31 letters, no other like it."""
    plain = _FORBIDDEN.sub(" ", person).strip()[:31] or "—"
    name, number = plain, 1
    while name.casefold() in taken or name.casefold() == "history":  # Excel keeps that name for itself
        number += 1
        name = f"{plain[:27]} {number}"
    return name


def _sheet(sheet: Any, cells: pd.DataFrame, head: Any, words: Words) -> None:
    for column, (name, width) in enumerate(zip(_COLUMNS, _WIDTHS, strict=True)):
        title = words(f"columns.{name}") if name in ("file", "row") else words(f"fields.{TABLE}.{name}")
        sheet.write_string(0, column, title, head)
        sheet.set_column(column, column, width)
        for row, value in enumerate(cells[name].astype(object).where(cells[name].notna(), ""), 1):
            if name == "row":
                sheet.write_number(row, column, int(value))
            elif value != "":
                sheet.write_string(row, column, safe_text(str(value)[:32_000]))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(cells), 1), len(_COLUMNS) - 1)
