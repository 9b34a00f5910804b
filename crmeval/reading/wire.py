"""Sheets and refusals as bytes between two processes, of which the reader does not trust the writer.

What comes back begins with signs of progress, a byte each for the percentage done, and ends them with a byte
255. Then comes the reply: the length of a JSON text, the JSON text, and for each sheet two Arrow streams: its
table with the row numbers as the last column, and what was set aside. Nothing in it can run code: no pickle.
"""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pyarrow as pa

from crmeval.errors import ReadingError
from crmeval.reading.sheet import Sheet
from crmeval.words import LANGUAGES, Text, Words, text

_LENGTH = struct.Struct("!Q")
_ALIGNED = 8  # Arrow warns on the command line of buffers that begin elsewhere
_ROW = pa.field("row", pa.int64())
_SET_ASIDE = pa.schema([_ROW, ("reason", pa.string()), ("value", pa.string())])
REPLY = b"\xff"
_PERCENT = 100
_SCALARS = (str, int, float, type(None))
_ERRORS = "errors."
_LIES = (
    struct.error, ValueError, TypeError, KeyError, AttributeError, OSError, RecursionError, pa.ArrowException,
)  # fmt: skip


class NotUnderstoodError(Exception):
    """The bytes are no reply: whoever wrote them was cut short, or lies."""


@dataclass(slots=True)
class Incoming:
    """What has arrived so far: how many bytes, the share of the work that is done, and the reply."""

    size: int = 0
    share: float = 0.0
    reply: bytearray = field(default_factory=bytearray)
    _begun: bool = False

    def take(self, piece: bytes) -> None:
        """Add what came next."""
        self.size += len(piece)
        if not self._begun:
            signs, begun, piece = piece.partition(REPLY)
            self._begun = bool(begun)
            self.share = max(self.share, min(max(signs, default=0) / _PERCENT, 1.0))
        self.reply += piece


def send_progress(target: BinaryIO) -> Callable[[float], None]:
    """A listener that writes a byte whenever a further hundredth of the work is done."""
    said = 0

    def tell(share: float) -> None:
        nonlocal said
        if (percent := min(int(share * _PERCENT), _PERCENT)) > said:
            said = percent
            target.write(bytes([percent]))
            target.flush()

    return tell


def send_sheets(target: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """Write what was read."""
    said = [
        {"file": sheet.file, "name": sheet.name, "notes": [_packed(note) for note in sheet.notes]}
        for sheet in sheets
    ]
    _send(target, {"sheets": said})
    for sheet in sheets:
        _send_table(target, sheet.table.append_column(_ROW, pa.array(sheet.rows, pa.int64())))
        _send_table(target, pa.Table.from_pandas(sheet.set_aside, _SET_ASIDE, preserve_index=False))


def send_refusal(target: BinaryIO, refusal: ReadingError) -> None:
    """Write why nothing was read."""
    _send(target, {"refused": _packed(refusal.text)})


def received(reply: bytes | bytearray) -> tuple[Sheet, ...]:
    """The sheets of a reply.

    Raises:
        ReadingError: the file was refused.
        NotUnderstoodError: the reply is cut short, or not such as an honest process would write.
    """
    try:
        (length,) = _LENGTH.unpack_from(reply)
        said = json.loads(reply[_LENGTH.size : _LENGTH.size + length])
        if "refused" not in said:
            streams = pa.BufferReader(pa.py_buffer(reply).slice(_LENGTH.size + length))
            return tuple(_sheet(one, streams) for one in said["sheets"])
        why = _unpacked(said["refused"])
    except _LIES as error:
        raise NotUnderstoodError from error
    if not why.key.startswith(_ERRORS):
        raise NotUnderstoodError
    raise ReadingError(why.key.removeprefix(_ERRORS), **why.facts)


def _send(target: BinaryIO, said: Mapping[str, Any]) -> None:
    content = json.dumps(said).encode()
    content += b" " * (-(_LENGTH.size + len(content)) % _ALIGNED)  # what follows is read where it lies
    target.write(_LENGTH.pack(len(content)) + content)


def _send_table(target: BinaryIO, table: pa.Table) -> None:
    with pa.ipc.new_stream(target, table.schema) as stream:
        stream.write_table(table)


def _sheet(said: Mapping[str, Any], streams: pa.BufferReader) -> Sheet:
    file, name = str(said["file"]), str(said["name"])
    notes = tuple(_unpacked(note) for note in said["notes"])
    numbered, set_aside = _table(streams), _table(streams)
    rows = numbered.column(numbered.num_columns - 1)
    table = numbered.remove_column(numbered.num_columns - 1)
    sound = (
        all(kind == pa.string() for kind in table.schema.types)
        and len(set(table.column_names)) == table.num_columns > 0
        and rows.type == pa.int64() and not rows.null_count and set_aside.schema == _SET_ASIDE
    )  # fmt: skip
    if not sound:
        raise NotUnderstoodError
    frame = set_aside.to_pandas().astype({"row": "int64", "reason": "str", "value": "str"})
    return Sheet(file, name, table, rows.to_numpy(), frame, notes)


def _table(streams: pa.BufferReader) -> pa.Table:
    """The next table, checked throughout: a wrong offset in it would read beyond its memory."""
    table = pa.ipc.open_stream(streams).read_all()
    table.validate(full=True)
    return table.replace_schema_metadata()


def _packed(said: Text) -> dict[str, Any]:
    facts = {name: _packed(fact) if isinstance(fact, Text) else fact for name, fact in said.facts.items()}
    return {"key": said.key, "facts": facts}


def _unpacked(said: Mapping[str, Any]) -> Text:
    """A text that can be said in every language."""
    unpacked = _text(said)
    for language in LANGUAGES:
        Words(language)(unpacked)
    return unpacked


def _text(said: Mapping[str, Any]) -> Text:
    facts = {}
    for name, fact in said["facts"].items():
        if not isinstance(fact, (dict, *_SCALARS)):
            raise NotUnderstoodError
        facts[name] = _text(fact) if isinstance(fact, dict) else fact
    return text(said["key"], **facts)
