"""Texts and receipts ↔ plain values that JSON can hold."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import numpy as np

from crmeval.tables import Import, Join
from crmeval.words import LANGUAGES, Text, Words, text

_TEXT, _DATE = "text", "date"


def to_plain(value: Any) -> Any:
    """A fact of a sentence as a plain value; a text or a date says in a one-entry dict what it is."""
    if isinstance(value, Text):
        return {_TEXT: value.key, "facts": {name: to_plain(fact) for name, fact in value.facts.items()}}
    if isinstance(value, date):  # datetimes and timestamps are dates
        return {_DATE: value.isoformat()}
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def from_plain(value: Any) -> Any:
    """The fact that `to_plain` made plain.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, Mapping):
        if set(value) == {_TEXT, "facts"} and isinstance(value[_TEXT], str):
            return Text(value[_TEXT], {name: from_plain(fact) for name, fact in value["facts"].items()})
        if set(value) == {_DATE} and isinstance(value[_DATE], str):
            return datetime.fromisoformat(value[_DATE])
    elif value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(value)


def import_to_plain(receipt: Import) -> dict[str, Any]:
    """A receipt as plain values."""
    return {**asdict(receipt), "notes": [to_plain(note) for note in receipt.notes]}


def import_from_plain(values: Mapping[str, Any]) -> Import:
    """The receipt; a note of another version that cannot be said any more is left out.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    notes = [from_plain(note) for note in values["notes"]]
    return Import(
        file=str(values["file"]),
        sheet=str(values["sheet"]),
        table=str(values["table"]),
        source=str(values["source"]),
        rows_read=int(values["rows_read"]),
        rows_used=int(values["rows_used"]),
        rows_set_aside=int(values["rows_set_aside"]),
        mapping={str(field): str(column) for field, column in values["mapping"].items()},
        notes=tuple(note for note in notes if isinstance(note, Text) and can_be_said(note)),
        sums={str(name): (float(read), float(used)) for name, (read, used) in values["sums"].items()},
        joins=tuple(_join(one) for one in values.get("joins", ())),
    )


def _join(values: Mapping[str, Any]) -> Join:
    rows, matched, repeated, unused = (int(values[one]) for one in ("rows", "matched", "repeated", "unused"))
    way, table, field, column = (str(values[one]) for one in ("way", "table", "field", "column"))
    join = Join(way, table, field, column, rows, matched, repeated, unused)
    facts = {"column": "", "table": "", "field": "", "n": 0, "matched": 0}
    named = text(f"tables.{join.table}.name"), text(f"fields.{join.table}.{join.field}")
    if not all(can_be_said(one) for one in (*named, text(f"joins.{join.way}", **facts))):
        raise ValueError(join)
    return join


def can_be_said(said: Text) -> bool:
    """Whether every language has this sentence, and the text all its facts."""
    try:
        for language in LANGUAGES:
            Words(language)(said)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError):
        return False
    return True
