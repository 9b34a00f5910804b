"""Codes in result tables said in words: `codes.<column>.<value>` of the catalogue."""

import pandas as pd

from crmeval.words import Words


def spoken(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The frame with every value that the catalogue knows as a code of its column replaced by its words."""
    said = frame.copy()
    for column in frame.columns:
        prefix = f"codes.{column}."
        names = {
            value: words(prefix + value)
            for value in (frame[column].dropna().unique() if _is_text(frame[column]) else ())
            if words.has(prefix + str(value))
        }
        if names:
            said[column] = frame[column].map(lambda value, names=names: names.get(value, value))
    return said


def _is_text(values: pd.Series) -> bool:
    return bool(pd.api.types.is_string_dtype(values))
