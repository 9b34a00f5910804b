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
from crmeval.mapping.orders import dated, how_read, told
from crmeval.mapping.swaps import WHICH
from crmeval.reading.sheet import Sheet
from crmeval.words import Words

_SECTIONS = ("columns", "constants", "outcomes", "date_formats", "swapped", "stage_columns", "stage_exits")
_KEYS = {"file", "sheet", "table", "source", "joins", "key", "unclear", "meanings", "stage_order", *_SECTIONS}
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\"}
_SHOWN, _SHOWN_WHY = 40, 300  # characters of a sample, of a reason
_LINE = re.compile(r"line (\d+)")
_HEAD = """\
# Which sheet is which table, and which column is which field. Change what is wrong and pass the file back.
# table: {tables}, {lookup}, or "" to leave the sheet out.
# unclear: dates in which nothing tells day from month. Correct date_formats (dmy or mdy) and delete the line.
# swapped: dates whose day and month are to change places: {which}.
# stage_order: the stages from the first to the last.
# meanings: what a value stands for, for example [sheets.meanings.owner] "I. Ivanov" = "Ivanov Ivan".
"""
_ENGLISH = Words("en")


def to_toml(proposal: MappingProposal, sheets: Sequence[Sheet] = ()) -> str:
    """The mapping as TOML; with the sheets, each column has samples beside it and unused ones are listed."""
    by_name = {(sheet.file, sheet.name): sheet for sheet in sheets}
    blocks = [_sheet_lines(one, by_name.get((one.file, one.sheet))) for one in proposal.sheets]
    head = _HEAD.format(tables=", ".join(TABLES), lookup=LOOKUP, which=", ".join(WHICH))
    return head + "".join("\n" + "\n".join(block) + "\n" for block in blocks)


def _sheet_lines(mapping: SheetMapping, sheet: Sheet | None) -> list[str]:
    lines = ["[[sheets]]", f"file = {_quoted(mapping.file)}"]
    if mapping.sheet:
        lines.append(f"sheet = {_quoted(mapping.sheet)}")
    lines += [f"table = {_quoted(mapping.table)}", f"source = {_quoted(mapping.source)}"]
    if mapping.joins:
        lines.append(f"joins = [{', '.join(map(_quoted, mapping.joins))}]")
        lines.append(f"key = {_quoted(mapping.key)}")
    for name in ("unclear", "stage_order"):
        if listed := getattr(mapping, name):
            lines.append(f"{name} = [{', '.join(map(_quoted, listed))}]")
    lines += ["[sheets.columns]", *_column_lines(mapping, sheet)]
    why = _why(mapping, sheet)
    for section in _SECTIONS[1:]:
        lines += _entries(section, getattr(mapping, section), why if section == "date_formats" else {})
    for name, meant in mapping.meanings.items():
        lines += _entries(f"meanings.{_key(name)}", meant, {})
    return lines


def _entries(section: str, entries: Mapping[str, str], why: Mapping[str, str]) -> list[str]:
    """A section of a sheet, with the reasons for its entries; nothing where there are none."""
    said = [f"{_key(k)} = {_quoted(v)}" + _comment([why.get(k, "")]) for k, v in entries.items()]
    return [f"[sheets.{section}]", *said] if said else []


def _why(mapping: SheetMapping, sheet: Sheet | None) -> Mapping[str, str]:
    """Why the dates of each column are read as they are."""
    if sheet is None or not mapping.headers <= set(sheet.columns):
        return {}
    found = told(dated(sheet, mapping), mapping)
    return {
        header: _one_line(" ".join(_ENGLISH(note) for note in how_read(header, one)), _SHOWN_WHY)
        for header, one in found.items()
    }


def _column_lines(mapping: SheetMapping, sheet: Sheet | None) -> list[str]:
    """Mapped fields with samples, required fields that are missing, and columns that are no field."""
    lines = []
    for name, header in mapping.columns.items():
        sure = f"{mapping.confidence[name]:.0%}" if name in mapping.confidence else ""
        shown = [sure, *_shown(sheet, header)]
        lines.append(f"{_key(name)} = {_quoted(header)}" + _comment(shown))
    lines += [f"# {name} = ?" for name in mapping.missing]
    if sheet is not None:
        used = {*mapping.headers, mapping.key}
        lines += [
            "# unused: " + _one_line(header) + _comment(_shown(sheet, header))
            for header in sheet.columns
            if header not in used
        ]
    return lines


def _shown(sheet: Sheet | None, header: str) -> list[str]:
    return [_one_line(value) for value in samples(sheet, header)] if sheet and header in sheet.columns else []


def _one_line(value: str, length: int = _SHOWN) -> str:
    """A value that cannot leave its comment."""
    flat = _CONTROL.sub(" ", value)
    return flat if len(flat) <= length else flat[:length] + "…"


def _comment(parts: Iterable[str]) -> str:
    said = " · ".join(part for part in parts if part)
    return f"  # {said}" if said else ""


def _quoted(value: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in value)
    return '"' + _CONTROL.sub(lambda run: "".join(f"\\u{ord(char):04x}" for char in run[0]), escaped) + '"'


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


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
    _known("swap", sections["swapped"].values(), WHICH, file)
    written = _table(entry, "meanings", file)
    meanings = {name: _section(written, name, file) for name in written}
    _known("field", meanings, fields, file)
    return SheetMapping(
        file=file,
        sheet=_text(entry, "sheet", file, ""),
        table=table,
        source=_text(entry, "source", file, "unknown"),
        confidence=dict.fromkeys(sections["columns"], 1.0),
        joins=joins,
        key=_text(entry, "key", file, ""),
        unclear=_listed(entry, "unclear", file),
        stage_order=_listed(entry, "stage_order", file),
        meanings=meanings,
        columns=sections["columns"],
        constants=sections["constants"],
        outcomes=sections["outcomes"],
        date_formats=sections["date_formats"],
        swapped=sections["swapped"],
        stage_columns=sections["stage_columns"],
        stage_exits=sections["stage_exits"],
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


def _listed(entry: Mapping[str, Any], name: str, file: str) -> tuple[str, ...]:
    listed = entry.get(name, [])
    if not isinstance(listed, list) or not all(isinstance(value, str) for value in listed):
        raise MappingError("mapping_value", file=file, name=name)
    return tuple(listed)


def _table(entry: Mapping[str, Any], name: str, file: str) -> dict[str, Any]:
    table = entry.get(name, {})
    if not isinstance(table, dict):
        raise MappingError("mapping_value", file=file, name=name)
    return table


def _section(entry: Mapping[str, Any], name: str, file: str) -> dict[str, str]:
    section = _table(entry, name, file)
    if not all(isinstance(value, str) for value in section.values()):
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
