"""Rows under the header that are no data: totals, footers, the header said again."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow.compute as pc

from crmeval.reading.grid import Grid

TOTAL, FOOTER, REPEATED_HEADER = "total", "footer", "repeated_header"
_TOTAL_HINT = r"total|итог|всего"
_TOTAL = re.compile(
    r"((grand|sub|overall)[ -]?)?totals?|sum total|(общий |промежуточный )?итого?|всего|итого,? всего",
    re.IGNORECASE,
)
_AFTER_TOTAL = re.compile(
    r"(\s*[:=].{0,40}|\s+(по|за|for|by)\s.*|\s*\(.*\)|\s*+[,-]?\s*+(руб|шт|rub|usd|eur).*)?"
)
_SUBTOTAL = re.compile(r".+\s(итог|total)", re.IGNORECASE)
_FOOTER = re.compile(
    r"[*©]|\W*(generated|created|exported|printed|report|copyright|confidential|page \d|source:|note|filter|"
    r"сформирован|создан|составлен|выгру[жз]|отчёт|отчет|страница \d|источник:|примечание|фильтр|подпись|"
    r"исполнитель|руководитель)",
    re.IGNORECASE,
)
_LONGEST_FOOTER = 30  # rows
_NARROWEST = 3  # columns: in a narrower table a row with one cell is nothing special


def not_data(grid: Grid, kept: np.ndarray, header: Sequence[Sequence[str]]) -> dict[int, str]:
    """Reason by position, for the positions in `kept` that hold no data; `header` are the header's rows."""
    if not len(kept):
        return {}
    filled = grid.filled()
    columns = int(sum(column.null_count < len(column) for column in grid.columns))
    found = _repeated(grid, kept, header)
    found |= _totals(grid, kept, filled, columns)
    left = kept[~np.isin(kept, list(found))]
    return found | _footers(grid, left, filled, columns, {at for at, why in found.items() if why == TOTAL})


def _repeated(grid: Grid, kept: np.ndarray, header: Sequence[Sequence[str]]) -> dict[int, str]:
    found = {}
    for names in header:
        named = [position for position, name in enumerate(names) if name]
        if not named:
            continue
        same = pc.fill_null(pc.equal(grid.columns[named[0]], names[named[0]]), False).to_numpy()
        for position in kept[same[kept]]:
            if all(column[int(position)].as_py() == (name or None)
                   for column, name in zip(grid.columns, names, strict=True)):  # fmt: skip
                found[int(position)] = REPEATED_HEADER
    return found


def _totals(grid: Grid, kept: np.ndarray, filled: np.ndarray, columns: int) -> dict[int, str]:
    """Rows whose first filled cell says so and that have gaps, as totals have, or end the table."""
    first = pc.coalesce(*grid.columns)
    hint = pc.fill_null(pc.match_substring_regex(first, _TOTAL_HINT, ignore_case=True), False).to_numpy()
    found = {}
    for position in kept[hint[kept]]:
        cell = first[int(position)].as_py()
        said = _TOTAL.match(cell)
        total = said is not None and _AFTER_TOTAL.fullmatch(cell, said.end()) is not None
        gaps = columns - filled[position]
        if (total and (gaps or position == kept[-1])) or (
            _SUBTOTAL.fullmatch(cell) and 2 * gaps >= columns > 1
        ):
            found[int(position)] = TOTAL
    return found


def _footers(
    grid: Grid, kept: np.ndarray, filled: np.ndarray, columns: int, totals: set[int]
) -> dict[int, str]:
    """The last rows, if they hold one cell each and come after a gap or a total, or speak as footers do."""
    if columns < _NARROWEST or not len(kept):
        return {}
    length = 0
    while length < min(_LONGEST_FOOTER, len(kept) - 1) and filled[kept[-1 - length]] == 1:
        length += 1
    block = kept[len(kept) - length :]
    if not length or filled[kept[-1 - length]] == 1:
        return {}
    before = int(grid.rows[block[0] - 1]) if block[0] else 0
    apart = int(grid.rows[block[0]]) - before > 1 or not filled[block[0] - 1]
    after_total = any(total < block[0] and total > kept[-1 - length] for total in totals)
    speaks = any(_FOOTER.match(cell) for position in block for cell in grid.row(position))
    return dict.fromkeys(map(int, block), FOOTER) if apart or after_total or speaks else {}
