"""Calendar months as whole numbers, so that every engine counts them the same."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from ibis.expr import types as ir

_YEAR = 12
_WEEKEND = 3  # a month whose last days, or first, fall on days off is still whole


def month_number(moment: ir.TimestampValue) -> ir.IntegerValue:
    """The month of a moment: 12 · year + month − 1."""
    return (moment.year().cast("int64") * _YEAR + moment.month().cast("int64") - 1).name("month")


def number_of(moment: pd.Timestamp) -> int:
    """The month of a moment, numbered as `month_number` does."""
    return int(moment.year * _YEAR + moment.month - 1)


def starts(numbers: Iterable[int]) -> pd.DatetimeIndex:
    """The first days of these months."""
    since_1970 = np.array(list(numbers), dtype=np.int64) - 1970 * _YEAR
    return pd.DatetimeIndex(since_1970.astype("M8[M]").astype("M8[us]"))


def whole(numbers: pd.Series, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Whether the data, which reach from `first` to `last`, cover each month but for a weekend."""
    days = pd.Series(starts(numbers), index=numbers.index)
    begun = first <= days + pd.Timedelta(days=_WEEKEND + 1)
    ended = last >= days + pd.offsets.MonthEnd(0) - pd.Timedelta(days=_WEEKEND)
    return begun & ended
