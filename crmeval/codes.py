"""Codes in result tables said in words: `codes.<column>.<value>` of the catalogue."""

from typing import Any

import pandas as pd

from crmeval.words import Text, Words


def spoken(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The frame with its codes and texts in words: `won` in the column `outcome` is `codes.outcome.won`.

    What the catalogue does not know as a code of its column stays as it is.
    """
    said = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_string_dtype(column) or column.dtype == object:
            ways = {code: _said(str(name), code, words) for code in column.dropna().unique()}
            if any(code is not way for code, way in ways.items()):
                said[name] = column.astype(object).map(ways)
    return frame.assign(**said)


def _said(column: str, code: Any, words: Words) -> Any:
    if isinstance(code, Text):
        return words(code)
    key = f"codes.{column}.{code}"
    return words(key) if words.has(key) else code
