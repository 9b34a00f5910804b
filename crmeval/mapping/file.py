"""A mapping as a TOML file: to read, to edit, to use again for next month's export, to share."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crmeval.errors import MappingError
from crmeval.fields import LEFT_OUT, LOOKUP, LOST, OPEN, TABLES, WON
from crmeval.mapping.dates import DATE_FORMATS
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.need import samples
from crmeval.reading.sheet import Sheet

_SECTIONS = ("columns", "constants", "outcomes", "date_formats", "stage_columns")
_KEYS = {"file", "sheet", "table", "source", "joins", "key", *_SECTIONS}
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\"}
_SHOWN = 40  # characters of a sample
_LINE = re.compile(r"line (\d+)")
_HEAD = """\
# Which sheet is which table, and which column is which field. Change what is wrong and pass the file back.
# table: {tables}, {lookup}, or "" to leave the sheet out.
"""


def to_toml(proposal: MappingProposal, sheets: Sequence[Sheet] = ()) -> str:
    """The mapping as TOML; with the sheets, each column has samples beside it and unused ones are listed."""
    by_name = {(sheet.file, sheet.name): sheet for sheet in sheets}
    blocks = [_sheet_lines(one, by_name.get((one.file, one.sheet))) for one in proposal.sheets]
    head = _HEAD.format(tables=", ".join(TABLES), lookup=LOOKUP)
    return head + "".join("\n" + "\n".join(block) + "\n" for block in blocks)


def _sheet_lines(mapping: SheetMapping, sheet: Sheet | None) -> list[str]:
    lines = ["[[sheets]]", f"file = {_quoted(mapping.file)}"]
    if mapping.sheet:
        lines.append(f"sheet = {_quoted(mapping.sheet)}")
    lines += [f"table = {_quoted(mapping.table)}", f"source = {_quoted(mapping.source)}"]
    if mapping.joins:
        lines.append(f"joins = [{', '.join(map(_quoted, mapping.joins))}]")
        lines.append(f"key = {_quoted(mapping.key)}")
    lines += ["[sheets.columns]", *_column_lines(mapping, sheet)]
    for section in _SECTIONS[1:]:
        entries: Mapping[str, str] = getattr(mapping, section)
        if entries:
            lines += [f"[sheets.{section}]", *(f"{_key(k)} = {_quoted(v)}" for k, v in entries.items())]
    return lines


def _column_lines(mapping: SheetMapping, sheet: Sheet | None) -> list[str]:
    """Mapped fields with samples, required fields that are missing, and columns that are no field."""
    lines = []
    for name, header in mapping.columns.items():
        sure = f"{mapping.confidence[name]:.0%}" if name in mapping.confidence else ""
        shown = [sure, *_shown(sheet, header)]
        lines.append(f"{_key(name)} = {_quoted(header)}" + _comment(shown))
    lines += [f"# {name} = ?" for name in mapping.missing]
    if sheet is not None:
        used = {*mapping.columns.values(), *mapping.stage_columns, mapping.key}
        lines += [
            "# unused: " + _one_line(header) + _comment(_shown(sheet, header))
            for header in sheet.columns
            if header not in used
        ]
    return lines


def _shown(sheet: Sheet | None, header: str) -> list[str]:
    return [_one_line(value) for value in samples(sheet, header)] if sheet and header in sheet.columns else []


def _one_line(value: str) -> str:
    """A value that cannot leave its comment."""
    flat = _CONTROL.sub(" ", value)
    return flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"


def _comment(parts: Iterable[str]) -> str:
    said = " · ".join(part for part in parts if part)
    return f"  # {said}" if said else ""


def _quoted(value: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in value)
    return '"' + _CONTROL.sub(lambda run: "".join(f"\\u{ord(char):04x}" for char in run[0]), escaped) + '"'


def _key(name: str) -> str:
    return name if _BARE.match(name) else _quoted(name)


def from_toml(content: str) -> MappingProposal:
    """The mapping that a TOML file holds.

    Raises:
        MappingError: the file is no TOML (with its line), or names a table, field, outcome or date format
            that there is not.
    """
    try:
        whole = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        line = _LINE.search(str(error))
        at = int(line[1]) if line else content.count("\n") + 1
        raise MappingError("mapping_not_toml", line=at) from error
    listed = whole.get("sheets")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise MappingError("mapping_without_sheets")
    return MappingProposal(tuple(_mapping(one) for one in listed))


def _mapping(entry: Mapping[str, Any]) -> SheetMapping:
    file = _text(entry, "file", "?")
    table = _text(entry, "table", file)
    _known("table", [table], [*TABLES, LOOKUP, LEFT_OUT], file)
    _known("key", entry, _KEYS, file)
    sections = {name: _section(entry, name, file) for name in _SECTIONS}
    joins = _joins(entry, file)
    home = table if table in TABLES else joins[0] if joins else LEFT_OUT
    fields = [one.name for one in TABLES[home].fields] if home else []
    for section in ("columns", "constants"):
        _known("field", sections[section], fields, file)
    _known("outcome", sections["outcomes"].values(), [WON, LOST, OPEN], file)
    _known("date_format", sections["date_formats"].values(), DATE_FORMATS, file)
    return SheetMapping(
        file=file,
        sheet=_text(entry, "sheet", file, ""),
        table=table,
        source=_text(entry, "source", file, "unknown"),
        confidence=dict.fromkeys(sections["columns"], 1.0),
        joins=joins,
        key=_text(entry, "key", file, ""),
        columns=sections["columns"],
        constants=sections["constants"],
        outcomes=sections["outcomes"],
        date_formats=sections["date_formats"],
        stage_columns=sections["stage_columns"],
    )


def _joins(entry: Mapping[str, Any], file: str) -> tuple[str, str] | None:
    """The table and field that the sheet is joined to."""
    joins = entry.get("joins")
    if joins is None:
        return None
    if not (isinstance(joins, list) and len(joins) == 2 and all(isinstance(one, str) for one in joins)):  # noqa: PLR2004 - a pair
        raise MappingError("mapping_value", file=file, name="joins")
    _known("table", joins[:1], TABLES, file)
    _known("field", joins[1:], [one.name for one in TABLES[joins[0]].fields], file)
    _text(entry, "key", file)
    return joins[0], joins[1]


def _text(entry: Mapping[str, Any], name: str, file: str, absent: str | None = None) -> str:
    value = entry.get(name, absent)
    if not isinstance(value, str):
        raise MappingError("mapping_value", file=file, name=name)
    return value


def _section(entry: Mapping[str, Any], name: str, file: str) -> dict[str, str]:
    section = entry.get(name, {})
    if not isinstance(section, dict) or not all(isinstance(value, str) for value in section.values()):
        raise MappingError("mapping_value", file=file, name=name)
    return dict(section)


def _known(what: str, named: Iterable[str], known: Iterable[str], file: str) -> None:
    """Refuse a name that means nothing here, and list those that do."""
    listed = list(known)
    for name in named:
        if name not in listed:
            raise MappingError(
                f"mapping_unknown_{what}", file=file, name=name, known=", ".join(filter(None, listed))
            )
