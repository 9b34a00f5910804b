"""Where the header is, how long it is, and what the columns are called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crmeval.reading.evidence import Rows, for_header, kind_of_cell
from crmeval.reading.grid import Merge

HEAD = 80  # rows that are looked at
_FULL = 0.6  # a header fills at least this share of what the fullest row fills: a title does not
_TITLES = 30  # rows that may stand above a header
_DATA = -1.0  # evidence from which on a row is data


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a grid.

    Attributes:
        first: position of its first row; where there is none, of the first row of data.
        length: rows it takes: 0 where the file has no header, 2 where names are merged over names.
        names: the cells of the header, joined where it has two rows, empty where a column has no name.
    """

    first: int
    length: int
    names: tuple[str, ...]

    @property
    def end(self) -> int:
        """Position of the first row beneath."""
        return self.first + self.length


def find_header(head: Rows, merges: Sequence[Merge] = ()) -> Header:
    """The header among the first rows of a grid.

    It is the first row that is about as full as the fullest. If its cells are of the kinds of those beneath,
    it is data: then the header is a row above it that is not, or there is none.
    """
    filled = [position for position, row in enumerate(head) if any(row)]
    if not filled:
        return Header(0, 0, ("",) * (len(head[0]) if head else 0))
    fullest = max(_count(head[position]) for position in filled)
    full = next(position for position in filled if _count(head[position]) >= _FULL * fullest)
    if full > _TITLES:
        full = filled[0]
    for position in [full, *reversed([before for before in filled if before < full])]:
        if position != full and _count(head[position]) < min(2, fullest):
            continue
        if for_header(head[position], _below(head, position)) > _DATA:
            return _with_second_row(head, position, merges)
    return Header(filled[0], 0, ("",) * len(head[0]))


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names that are all there and all different: `column 3` where there is none, `X (2)` for a second X."""
    named = [" ".join(name.split()) or f"column {position}" for position, name in enumerate(names, start=1)]
    taken = Counter(named)
    used: set[str] = set()
    unique = []
    for name in named:
        number, candidate = 1, name
        while candidate in used or (number > 1 and candidate in taken):
            number += 1
            candidate = f"{name} ({number})"
        used.add(candidate)
        unique.append(candidate)
    return tuple(unique)


def _count(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _below(head: Rows, position: int) -> Rows:
    return [row for row in head[position + 1 :] if any(row) and row != head[position]]


def _with_second_row(head: Rows, position: int, merges: Sequence[Merge]) -> Header:
    """The header that begins here: two rows where names stand under names that span several columns."""
    upper = head[position]
    lower = head[position + 1] if position + 1 < len(head) else [""] * len(upper)
    spans = _spans(upper, lower, position, merges)
    below = _below(head, position + 1)
    if not spans or not all(kind_of_cell(cell)[0] == "text" for cell in lower if cell):
        return Header(position, 1, tuple(upper))
    if for_header(lower, below) < (0 if merges else 1) or not below:
        return Header(position, 1, tuple(upper))
    over = list(upper)
    for left, right in spans:
        over[left : right + 1] = [upper[left]] * (right - left + 1)
    names = (
        f"{up} / {low}" if up and low and low != up else up or low
        for up, low in zip(over, lower, strict=True)
    )
    return Header(position, 2, tuple(names))


def _spans(
    upper: Sequence[str], lower: Sequence[str], position: int, merges: Sequence[Merge]
) -> list[tuple[int, int]]:
    """First and last column of every upper name that stands over several lower ones.

    Where the format knows no merged cells (csv), the gaps beside a name that has other names beneath.
    """
    merged = [(left, right) for top, left, bottom, right in merges if top <= position <= bottom]
    if merges:
        return [span for span in merged if len(set(lower[span[0] : span[1] + 1])) > 1]
    spans = []
    for left, name in enumerate(upper):
        right = left
        while name and right + 1 < len(upper) and not upper[right + 1] and lower[left] and lower[right + 1]:
            right += 1
        if right > left:
            spans.append((left, right))
    return spans
