"""The empty workbook to fill in: a sheet per table, and a guide to all of them."""

from io import BytesIO
from typing import Any

import xlsxwriter

from crmeval.fields import DATETIME, ID, MONEY, NUMBER, TABLES, Field, TableSpec
from crmeval.words import Words

_SUS_ITEMS = 10  # most forms have ten; the mapping takes up to thirty
_SHEET_NAME = 31  # Excel's limit
_BACKGROUND = "#E8F1F8"
_FORMATS = {DATETIME: "yyyy-mm-dd hh:mm", MONEY: "#,##0.00", NUMBER: "General", ID: "@"}


def _offered() -> tuple[TableSpec, ...]:
    """The tables that people fill in."""
    return tuple(spec for spec in TABLES.values() if not spec.made_here)


def _fields(spec: TableSpec) -> tuple[Field, ...]:
    """The columns the sheet offers: of the items of a questionnaire only the first ten, after the rest."""
    items = [field for field in spec.fields if field.name in spec.any_of and field.name[1:].isdigit()]
    others = [field for field in spec.fields if field not in items]
    return (*others, *items[:_SUS_ITEMS])


def sheet_name(table: str, words: Words) -> str:
    """The name of a table's sheet."""
    return words(f"tables.{table}.name")[:_SHEET_NAME]


def own_columns(table: str, words: Words) -> list[str]:
    """Examples of columns of one's own, for tables that are nothing without any."""
    key = f"template.own.{table}"
    return words(key).split("; ") if words.has(key) else []


def template(words: Words) -> bytes:
    """The workbook: a guide, then a sheet for every table with the headers the mapping knows."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format(
            {"bold": True, "bg_color": _BACKGROUND, "border": 1, "text_wrap": True, "valign": "top"}
        )
        plain = book.add_format({"bg_color": _BACKGROUND, "border": 1, "text_wrap": True, "valign": "top"})
        _guide(book, words)
        for spec in _offered():
            _sheet(book, spec, words, bold, plain)
    return content.getvalue()


def _sheet(book: Any, spec: TableSpec, words: Words, bold: Any, plain: Any) -> None:
    sheet = book.add_worksheet(sheet_name(spec.name, words))
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(_fields(spec)):
        header = words(f"fields.{spec.name}.{field.name}")
        sheet.write_string(0, column, header, bold if field.required else plain)
        sheet.write_comment(0, column, _note(field, words), {"x_scale": 1.6})
        shown = book.add_format({"num_format": _FORMATS.get(field.kind, "General")})
        sheet.set_column(column, column, max(14, len(header) + 3), shown)
    for column, header in enumerate(own_columns(spec.name, words), len(_fields(spec))):
        sheet.write_string(0, column, header, plain)
        sheet.write_comment(0, column, words("template.own.note"))
        sheet.set_column(column, column, 18)


def _note(field: Field, words: Words) -> str:
    content = words(f"template.contents.{field.kind}")
    example = words(f"template.examples.{field.kind}")
    key = "template.note_required" if field.required else "template.note"
    return words(key, content=content[:1].upper() + content[1:], example=example)


def _guide(book: Any, words: Words) -> None:
    """How to fill the workbook, what each sheet is for, and every column with an example."""
    sheet = book.add_worksheet(words("template.guide"))
    title = book.add_format({"bold": True, "font_size": 16})
    bold = book.add_format({"bold": True, "bg_color": _BACKGROUND, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for column, width in enumerate((30, 34, 26, 44, 26)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, words("template.title"), title)
    for row in range(1, 6):
        sheet.merge_range(row, 0, row, 4, words(f"template.how_{row}"), wrapped)
    row = _rows(sheet, 7, [[words(f"template.{name}") for name in ("sheet", "row", "adds")]], bold)
    row = _rows(sheet, row, [_about(spec.name, words) for spec in _offered()], wrapped)
    heads = ("sheet", "column", "needed", "content", "example")
    row = _rows(sheet, row + 1, [[words(f"template.{name}") for name in heads]], bold)
    for spec in _offered():
        row = _rows(sheet, row, [_line(spec, field, words) for field in _fields(spec)], wrapped)


def _rows(sheet: Any, first: int, lines: list[list[str]], shown: Any) -> int:
    """Writes the lines from a row on; returns the row after them."""
    for row, line in enumerate(lines, first):
        for column, value in enumerate(line):
            sheet.write_string(row, column, value, shown)
    return first + len(lines)


def _about(table: str, words: Words) -> list[str]:
    return [sheet_name(table, words), words(f"tables.{table}.row"), words(f"tables.{table}.adds")]


def _line(spec: TableSpec, field: Field, words: Words) -> list[str]:
    needed = "required" if field.required else "one_of" if field.name in spec.any_of else "optional"
    return [
        sheet_name(spec.name, words),
        words(f"fields.{spec.name}.{field.name}"),
        words(f"template.{needed}"),
        words(f"template.contents.{field.kind}"),
        words(f"template.examples.{field.kind}"),
    ]
