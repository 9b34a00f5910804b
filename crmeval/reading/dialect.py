"""How a text file separates its cells, decided on a sample by how regular the rows become."""

import re
from collections import Counter
from dataclasses import dataclass

from crmeval.reading.records import cells_of

DELIMITERS = ("\t", ";", "|", ",")  # in this order where two are equally regular: a comma may be decimal
NONE = "\x1f"  # a separator that no text holds: files of one column
SPACES = " "
_SAMPLE_BYTES = 128 * 1024
_LONGEST_LINE = 4 * 1024 * 1024
_SAMPLE_LINES = 400
_REGULAR = 0.6
_REGULAR_AS_HEADER = 0.3  # where the first line is of the same width
_SPACED_REGULAR = 0.98
_SPACED_COLUMNS = 3
_SEP_LINE = re.compile(rb'"?sep=(.)"?;*,*\n', re.IGNORECASE)
_NUMERIC = re.compile(r"[-+]?\d[\d.,:/-]*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The separator (`NONE` for one column, `SPACES` for runs of blanks), and the widest row of the sample.

    `start` is where the first row begins, `first_row` its number: 2 after a line `sep=;`, otherwise 1.
    """

    delimiter: str
    width: int
    start: int = 0
    first_row: int = 1


def dialect_of(data: bytes) -> Dialect:
    """The dialect of a UTF-8 text whose lines end with a line feed."""
    declared = _SEP_LINE.match(data)
    start = declared.end() if declared else 0
    lines = sample_lines(data, start)
    if declared:
        delimiter = declared.group(1).decode()
        return Dialect(delimiter, max(_widths(lines, delimiter), default=1), start, 2)
    score, delimiter = max(
        ((_regularity(lines, delimiter), delimiter) for delimiter in DELIMITERS), key=lambda found: found[0]
    )
    if score:
        return Dialect(delimiter, max(_widths(lines, delimiter)))
    if _is_spaced(lines):
        return Dialect(SPACES, max(len(line.split()) for line in lines))
    return Dialect(NONE, 1)


def sample_lines(data: bytes, start: int = 0) -> list[str]:
    """The first lines of a UTF-8 text, whole."""
    end = start + _SAMPLE_BYTES
    if len(data) > end:
        end = data.find(b"\n", end)
        end = min(end if end >= 0 else len(data), start + _LONGEST_LINE)
    lines = data[start:end].decode("utf-8", "replace").split("\n")
    return [line for line in lines if line.strip()][:_SAMPLE_LINES]


def _widths(lines: list[str], delimiter: str) -> list[int]:
    """Cells of each line; not of those with an open quote, which go on in the next or are spoilt."""
    whole = [line for line in lines if line.count('"') % 2 == 0] or lines
    return [len(cells_of(line, delimiter)) for line in whole]


def _regularity(lines: list[str], delimiter: str) -> float:
    """Share of the lines with the most common number of cells; 0 where that is one or too rare to trust."""
    widths = _widths(lines, delimiter)
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, count = several.most_common(1)[0]
    share = count / len(widths)
    return share if share >= (_REGULAR_AS_HEADER if widths[0] == width else _REGULAR) else 0.0


def _is_spaced(lines: list[str]) -> bool:
    """Whether blanks separate columns of which at least half hold numbers: prose is no table."""
    split = [line.split() for line in lines]
    width, rows = Counter(map(len, split)).most_common(1)[0] if split else (0, 0)
    if width < _SPACED_COLUMNS or rows < _SPACED_REGULAR * len(split):
        return False
    body = [cells for cells in split[1:] if len(cells) == width]
    numeric = [sum(bool(_NUMERIC.fullmatch(row[column])) for row in body) for column in range(width)]
    return sum(count >= _SPACED_REGULAR * len(body) for count in numeric) >= width / 2 and bool(body)
