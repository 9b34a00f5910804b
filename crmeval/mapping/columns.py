"""The columns of a sheet and what was found out about them, each worked out once, when first asked for."""

from functools import cached_property

import pyarrow as pa

from crmeval.mapping import dates
from crmeval.mapping.dates import Dates, Order
from crmeval.mapping.distinct import Distinct, count_different, different, each, trimmed
from crmeval.reading.sheet import Sheet

_HEAD = 65_536  # rows that show whether values repeat
_MANY = 2000  # different values of which there is nothing to learn from all
_REPEATED = 2  # cells for each different value from which on it pays to read it once


class Column:
    """The cells of a column of text.

    A sheet keeps its columns (see `column_of`), so that proposing a mapping, asking about it and applying it
    share what costs time in long columns: the different texts, the dates they say.
    """

    def __init__(self, cells: pa.ChunkedArray) -> None:
        self.cells = trimmed(cells)
        self._dates: dict[str, Dates] = {}

    @property
    def filled(self) -> int:
        """How many cells are not empty."""
        return len(self.cells) - self.cells.null_count

    @cached_property
    def distinct(self) -> Distinct:
        """The different texts of all rows."""
        return different(self.cells)

    @cached_property
    def head(self) -> Distinct:
        """The different texts of the first rows; of all, where there are no more or but few differ."""
        first = self.distinct if len(self.cells) <= _HEAD else different(self.cells.slice(0, _HEAD))
        return first if len(first.texts) > _MANY else self.distinct

    @cached_property
    def texts(self) -> Distinct:
        """What is to be read: the different texts or, where nearly all cells differ, each for itself."""
        return self.distinct if self._repeats else each(self.cells)

    @cached_property
    def _repeats(self) -> bool:
        """Whether the first rows show that the same texts come again and again."""
        head = self.head
        return head.rows == len(self.cells) or _REPEATED * len(head.texts) <= int(head.counts.sum())

    def few(self, most: int) -> Distinct | None:
        """The different texts where they are no more than so many (at most 2000), else None."""
        return self.distinct if len(self.head.texts) <= most else None

    @cached_property
    def unique(self) -> float:
        """Different texts per filled cell."""
        count = len(self.distinct.texts) if self._repeats else count_different(self.cells)
        return count / max(self.filled, 1)

    @property
    def is_unique(self) -> bool:
        """Whether there are texts and none repeats; where one does, the first rows mostly show it."""
        first = self.head.counts
        return len(first) == first.sum() and self.unique == 1

    @cached_property
    def order(self) -> Order:
        """What its dates say about the order of day and month; they will be asked for in that order."""
        found, self._dates[found.best] = dates.ordered(self.texts)
        return found

    def dates(self, order: str) -> Dates:
        """Its `texts` as dates, with day and month in this order."""
        if order not in self._dates:
            self._dates[order] = dates.parse(self.texts.texts, order)
        return self._dates[order]


def column_of(sheet: Sheet, header: str) -> Column:
    """A column of a sheet, the same each time it is asked for."""
    if header not in sheet.found:
        sheet.found[header] = Column(sheet.table[header])
    return sheet.found[header]
