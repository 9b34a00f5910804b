"""Rows under the header that are no data: totals, footers, the header said again."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.reading.grid import Grid

TOTAL, FOOTER, REPEATED_HEADER = "total", "footer", "repeated_header"
_BLANK = r"[\s\x{a0}\x{202f}]"
_TOTAL_HINT = r"total|итог|всего"
_TOTAL = (
    r"(?i)^(?:(?:(?:grand|sub|overall)[ -]?)?totals?|sum total|(?:общий |промежуточный )?итого?|всего"
    r"|итого,? всего)"
    rf"(?:{_BLANK}*[:=].{{0,40}}|{_BLANK}+(?:по|за|for|by){_BLANK}.*|{_BLANK}*\(.*\)"
    rf"|{_BLANK}*[,-]?{_BLANK}*(?:руб|шт|rub|usd|eur).*)?$"
)
_SUBTOTAL = rf"(?i)^.+{_BLANK}(?:итог|total)$"
_FOOTER = re.compile(
    r"[*©]|\W*(generated|created|exported|printed|report|copyright|confidential|page \d|source:|note|filter|"
    r"сформирован|создан|составлен|выгру[жз]|отчёт|отчет|страница \d|источник:|примечание|фильтр|подпись|"
    r"исполнитель|руководитель)",
    re.IGNORECASE,
)
_LONGEST_FOOTER = 30  # rows
_FEW = 1000  # totals; where there are more, and more than other rows, it is a table of totals
_NARROWEST = 3  # columns: in a narrower table a row with one cell is nothing special


def not_data(grid: Grid, kept: np.ndarray, header: Sequence[Sequence[str]]) -> Mapping[str, np.ndarray]:
    """Positions by reason, for the positions in `kept` that hold no data; `header` are the header's rows."""
    if not len(kept):
        return {}
    filled = grid.filled()
    columns = int(sum(column.null_count < len(column) for column in grid.columns))
    found = {REPEATED_HEADER: _repeated(grid, kept, header)}
    left = _without(kept, found[REPEATED_HEADER])
    found[TOTAL] = _totals(grid, left, filled, columns)
    left = _without(left, found[TOTAL])
    found[FOOTER] = _footers(grid, left, filled, columns, found[TOTAL])
    return found


def _without(kept: np.ndarray, gone: np.ndarray) -> np.ndarray:
    return np.setdiff1d(kept, gone, assume_unique=True) if len(gone) else kept


def _repeated(grid: Grid, kept: np.ndarray, header: Sequence[Sequence[str]]) -> np.ndarray:
    same = [_same(grid, kept, names) for names in header if any(names)]
    return np.unique(np.concatenate([kept[:0], *same]))


def _same(grid: Grid, rows: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Which of the rows hold exactly these cells; after the first column few are left to look at."""
    for column, name in sorted(zip(grid.columns, names, strict=True), key=lambda pair: not pair[1]):
        few = 2 * len(rows) < len(column)
        cells = column.take(pa.array(rows)) if few else column
        equal = (pc.fill_null(pc.equal(cells, name), False) if name else pc.is_null(cells)).to_numpy()
        rows = rows[equal if few else equal[rows]]
    return rows


def _totals(grid: Grid, kept: np.ndarray, filled: np.ndarray, columns: int) -> np.ndarray:
    """Rows whose first filled cell says so and that have gaps, as totals have, or end the table."""
    asked = kept[(filled[kept] < columns) | (kept == kept[-1:])]
    first = grid.columns[0]
    if first.null_count:
        first = pc.coalesce(*grid.columns)
    cells = first.take(pa.array(asked, pa.int64()))
    hint = pc.fill_null(pc.match_substring_regex(cells, _TOTAL_HINT, ignore_case=True), False)
    hinted, cells = asked[hint.to_numpy()], cells.filter(hint)
    if not len(hinted):
        return hinted
    total, subtotal = (pc.match_substring_regex(cells, said).to_numpy() for said in (_TOTAL, _SUBTOTAL))
    gaps = columns - filled[hinted]
    subtotal &= (2 * gaps >= columns) & (columns > 1)
    found = hinted[total | subtotal]
    return found if len(found) <= max(_FEW, len(kept) // 2) else found[:0]


def _footers(
    grid: Grid, kept: np.ndarray, filled: np.ndarray, columns: int, totals: np.ndarray
) -> np.ndarray:
    """The last rows, if they hold one cell each and come after a gap or a total, or speak as footers do."""
    none = kept[:0]
    if columns < _NARROWEST or not len(kept):
        return none
    length = 0
    while length < min(_LONGEST_FOOTER, len(kept) - 1) and filled[kept[-1 - length]] == 1:
        length += 1
    block, last = kept[len(kept) - length :], kept[-1 - length]
    if not length or filled[last] == 1:
        return none
    before = int(grid.rows[block[0] - 1]) if block[0] else 0
    apart = int(grid.rows[block[0]]) - before > 1 or not filled[block[0] - 1]
    after_total = bool(((totals < block[0]) & (totals > last)).any())
    speaks = any(_FOOTER.match(cell) for position in block for cell in grid.row(position))
    return block if apart or after_total or speaks else none
