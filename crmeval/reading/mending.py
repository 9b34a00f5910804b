"""Text files whose records are not what they should be, put right for the fast reader in arrays."""

from collections.abc import Iterator

import numpy as np

from crmeval.errors import ReadingError
from crmeval.reading import limits
from crmeval.reading.dialect import Dialect
from crmeval.reading.records import record_at

_QUOTE, _FEED = ord('"'), ord("\n")


class Lines:
    """The lines of a text, each decoded when it is asked for."""

    def __init__(self, plain: bytes) -> None:
        self._plain = plain
        self.ends = np.append(_places(plain, _FEED), len(plain))

    def __len__(self) -> int:
        return len(self.ends)

    def begin(self, number: int) -> int:
        """Where a line begins, as a place in the text."""
        return int(self.ends[number - 1]) + 1 if number else 0

    def __getitem__(self, number: int) -> str:
        return self._plain[self.begin(number) : int(self.ends[number])].decode("utf-8", "replace")


def mended(file: str, plain: bytes, dialect: Dialect) -> bytes:
    """The text with quotes that open nothing (5" pipe) written as a csv writes them.

    Only lines with an odd number of quotes are looked at; those that make a whole record with the lines after
    them stay as they are.

    Raises:
        ReadingError: there are too many of them.
    """
    lines = Lines(plain)
    before = np.searchsorted(_places(plain, _QUOTE), lines.ends)
    odd = np.flatnonzero(np.diff(before, prepend=0) % 2)
    limits.check_broken(file, len(odd))
    return b"".join(_mended(plain, lines, odd, dialect))


def _mended(plain: bytes, lines: Lines, odd: np.ndarray, dialect: Dialect) -> Iterator[bytes]:
    done = following = 0
    for number in odd.tolist():
        if number < following:
            continue
        cells, used = record_at(lines, number, dialect.delimiter, dialect.width)
        following = number + used
        if used == 1:
            yield plain[done : lines.begin(number)]
            yield dialect.delimiter.join(map(_quoted, cells)).encode()
            done = int(lines.ends[number])
    yield plain[done:]


def _quoted(cell: str) -> str:
    escaped = cell.replace('"', '""')
    return f'"{escaped}"' if '"' in cell else cell


def filled_up(file: str, plain: bytes, dialect: Dialect) -> tuple[bytes, np.ndarray]:
    """The text with every record as wide as the widest near the top, and how many cells each had.

    Raises:
        ReadingError: too many records have more cells than that.
    """
    plain = plain.removesuffix(b"\n") + b"\n"
    quotes = _places(plain, _QUOTE)
    ends, separators = (
        places[np.searchsorted(quotes, places) % 2 == 0]  # not those inside of quotes
        for places in (_places(plain, _FEED), _places(plain, ord(dialect.delimiter)))
    )
    widths = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    if (longer := int((widths > dialect.width).sum())) > limits.MAX_MISFITS:
        raise ReadingError("too_ragged", file=file, rows=longer)
    missing = np.repeat(ends, np.maximum(dialect.width - widths, 0))
    limits.check_filling(file, len(missing), len(plain))
    filled = np.insert(np.frombuffer(plain, np.uint8), missing, ord(dialect.delimiter))
    return filled.tobytes(), widths


def _places(plain: bytes, code: int) -> np.ndarray:
    return np.flatnonzero(np.frombuffer(plain, np.uint8) == code)
