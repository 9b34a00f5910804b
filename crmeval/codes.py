"""Codes in result tables said in words: `codes.<column>.<value>`, or where the catalogue has them already."""

from typing import Any

import pandas as pd

from crmeval.words import Text, Words

# Columns whose codes have their words elsewhere in the catalogue.
_ELSEWHERE = {
    "measure": ("measures.{}.name",),
    "area": ("sections.{}",),
    "aspect": ("scorecard.aspects.{}",),
    "state": ("scorecard.states.{}",),
    "unit": ("units.{}",),
    "evidence": ("evidence.{}",),
    "scenario": ("scenario.{}",),
    "kind": ("evidence.{}",),
    "period": ("periods.{}",),
    "stream": ("benefits.{}", "drivers.{}"),
    "driver": ("drivers.{}",),
}


def spoken(frame: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The frame with its codes and texts in words: `won` in the column `outcome` is `codes.outcome.won`.

    What the catalogue does not know as a code of its column stays as it is.
    """
    said = {}
    for name in frame.columns:
        column = frame[name]
        held = column.dropna()
        if len(held) and isinstance(held.iloc[0], Text):  # no two are alike, and they have no hash
            said[name] = column.map(words, na_action="ignore")
        elif pd.api.types.is_string_dtype(column) or column.dtype == object:
            ways = {code: _said(str(name), code, words) for code in held.unique()}
            if any(code is not way for code, way in ways.items()):
                said[name] = column.astype(object).map(ways)
    return frame.assign(**said)


def _said(column: str, code: Any, words: Words) -> Any:
    if isinstance(code, Text):
        return words(code)
    keys = (way.format(code) for way in ("codes." + column + ".{}", *_ELSEWHERE.get(column, ())))
    return next((words(key) for key in keys if words.has(key)), code)
