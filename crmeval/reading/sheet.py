"""What reading gives: a sheet of text, with where each row stood in its file."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crmeval.words import Text


def sheet_title(file: str, sheet: str) -> str:
    """What a person would call a sheet: the file, and the sheet where a file has sheets."""
    return f"{file} · {sheet}" if sheet else file


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet (or the one table of a csv file), every cell as text, an empty cell as null.

    `table` has one column per header, headers made unique and kept in their order; `rows` gives, for each of
    its rows, the row number a person sees in the file (the first row is 1). `set_aside` (row, reason, value)
    lists rows of the file that are no data: totals, footers, rows that do not fit the header. `notes` say
    what was decided: encoding, delimiter, header row, hidden rows, dropped columns. `found` keeps, by header,
    what those who use the sheet found out about a column and would find again.
    """

    file: str
    name: str
    table: pa.Table
    rows: np.ndarray
    set_aside: pd.DataFrame
    notes: tuple[Text, ...] = ()
    found: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headers, unique, in the order of the file."""
        return tuple(self.table.column_names)

    @property
    def rows_read(self) -> int:
        """Rows under the header that hold anything: those in `table` and those set aside."""
        return len(self.rows) + len(self.set_aside)

    @property
    def title(self) -> str:
        """What a person would call it."""
        return sheet_title(self.file, self.name)
