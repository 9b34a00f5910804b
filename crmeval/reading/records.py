"""Records of a text file whose quotes cannot be trusted, read line by line so that none swallows others."""

import csv
from collections.abc import Iterator
from typing import Protocol

_LONGEST_RECORD = 100  # lines
_MOST_ATTEMPTS = 5  # line ends at which a record might be complete: bounds the work on hostile files
_MOST_DELIMITERS = 3  # times the columns: more means that a quote was opened and never closed
csv.field_size_limit(16 * 1024 * 1024)


def cells_of(record: str, delimiter: str) -> list[str]:
    """The cells of one record; where its quotes make no sense they are characters like any other."""
    return _parsed(record, delimiter) or record.split(delimiter)


class Lines(Protocol):
    """Lines of text by their number, from 0."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> str: ...


def tolerant_records(lines: Lines, delimiter: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """(position of its first line, cells) of every record.

    A quoted cell may run over several lines if the record then has `width` cells; otherwise its quote is a
    character like any other (5" pipe), and the line stands for itself.
    """
    position = 0
    while position < len(lines):
        cells, used = record_at(lines, position, delimiter, width)
        yield position, cells
        position += used


def record_at(lines: Lines, position: int, delimiter: str, width: int) -> tuple[list[str], int]:
    """The cells of the record that begins with this line, and how many lines it takes."""
    line = lines[position]
    if '"' not in line:
        return line.split(delimiter), 1
    quotes = delimiters = attempts = 0
    record = []
    for used, at in enumerate(range(position, min(position + _LONGEST_RECORD, len(lines))), start=1):
        more = lines[at]
        record.append(more)
        quotes += more.count('"')
        delimiters += more.count(delimiter)
        if (used > 1 and delimiters > _MOST_DELIMITERS * width) or attempts == _MOST_ATTEMPTS:
            break
        if quotes % 2 == 0:
            attempts += 1
            cells = _parsed("\n".join(record), delimiter, strict=used > 1)
            if cells and (used == 1 or len(cells) == width):
                return cells, used
    return line.split(delimiter), 1


def _parsed(record: str, delimiter: str, *, strict: bool = False) -> list[str]:
    """The cells of one record; none where the text holds more than one, or `strict` finds a stray quote."""
    try:
        found = list(
            csv.reader([line + "\n" for line in record.split("\n")], delimiter=delimiter, strict=strict)
        )
    except csv.Error:
        return []
    return [cell.removesuffix("\n") for cell in found[0]] if len(found) == 1 else []
