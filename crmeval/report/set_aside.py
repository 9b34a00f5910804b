"""The rows that were not used, each with file, sheet, row and reason."""

import pandas as pd

from crmeval.tables import Tables
from crmeval.words import Words


def set_aside_rows(tables: Tables, words: Words) -> pd.DataFrame:
    """Every row that was set aside: file, sheet, row, reason in words, value."""
    rows = tables.set_aside
    said = {
        reason: words(f"set_aside.{reason}", value="").rstrip(": ")  # the value has a column of its own
        for reason in rows["reason"].unique()
    }
    where = rows["import"].astype(int)
    return pd.DataFrame(
        {
            "file": [tables.imports[i].file for i in where],
            "sheet": [tables.imports[i].sheet for i in where],
            "row": rows["row"].to_numpy(),
            "reason": rows["reason"].map(said).to_numpy(),
            "value": rows["value"].to_numpy(),
        }
    )
