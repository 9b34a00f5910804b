"""Whether a row is a header or data already, judged by the kinds of its cells and of those beneath."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_DATE = re.compile(
    r"\d{4}[-./]\d{1,2}([-./]\d{1,2}([T ].*)?)?|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}( .*)?|\d{1,2}[-./](19|20)\d\d"
)
_NUMBER = re.compile(r"[-+−(]?[$€£₽]?\s?\d[\d\s.,']*\)?\s?(%|руб\.?|р\.|тыс\.?|млн\.?|[$€£₽]|[A-Z]{3})?")
_CODE = re.compile(r"(?=\S*\d)\S{4,40}")
_MAJORITY = 0.7
_TEXT = ("text", "")
_RECURRENCE = 0.5  # a text met again below counts half of a cell whose kind is the same
_YEARS = range(1990, 2101)
_SHORTEST_SEQUENCE = 3

Rows = Sequence[Sequence[str]]


def kind_of_cell(cell: str) -> tuple[str, str]:
    """`number`, `date`, `email`, `code` with its shape (AB-12 is a code like XY-34), or `text`."""
    if _DATE.fullmatch(cell):
        return ("date", "")
    if _NUMBER.fullmatch(cell):
        return ("number", "")
    if "@" in cell and " " not in cell:
        return ("email", "")
    if _CODE.fullmatch(cell):
        return ("code", re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", cell)))
    return _TEXT


def for_header(row: Sequence[str], below: Rows) -> float:
    """How many cells differ in kind from those beneath, less how many are of the same: data if negative."""
    sequence = _is_sequence(row) and not (below and _is_sequence(below[0]))
    return sum(
        _cell_for_header(cell, [other[position] for other in below if other[position]], sequence=sequence)
        for position, cell in enumerate(row)
        if cell
    )


def _cell_for_header(cell: str, beneath: Sequence[str], *, sequence: bool) -> float:
    kind, common = kind_of_cell(cell), _common_kind(beneath)
    if sequence and kind[0] == "number":
        return 1.0
    if common in (None, _TEXT):
        return -_RECURRENCE if cell in beneath and kind == _TEXT else 0.0
    return -1.0 if kind == common else 1.0


def _common_kind(cells: Sequence[str]) -> tuple[str, str] | None:
    """The kind that most cells have; None where there is no such."""
    if not cells:
        return None
    kind, count = Counter(map(kind_of_cell, cells)).most_common(1)[0]
    return kind if count >= _MAJORITY * len(cells) else None


def _is_sequence(row: Sequence[str]) -> bool:
    """Whether the numbers of a row count on by one, as headers 2023, 2024 or 1, 2, 3 do."""
    numbers = [int(cell) for cell in row if cell.isascii() and cell.isdigit() and len(cell) < len("1000000")]
    rises = all(later - earlier == 1 for earlier, later in pairwise(numbers))
    years = len(numbers) > 1 and all(number in _YEARS for number in numbers)
    return rises and (len(numbers) >= _SHORTEST_SEQUENCE or years)
