"""Time in tables: where the data end, and how long something took when some columns hold only dates."""

from typing import Any

import pandas as pd

from crmeval.settings import Settings
from crmeval.tables import Tables

SECONDS_A_DAY = 86_400


def cutoff(tables: Tables, settings: Settings) -> pd.Timestamp | None:
    """The moment the data end: as set, else the last date they bear. What is open then is cut off there."""
    if settings.observed_until is not None:
        return pd.Timestamp(settings.observed_until)
    return tables.observed_until()


def seconds(moment: Any) -> Any:
    """The moment as whole seconds since 1970 (an engine's own epoch may be 32 bits wide)."""
    return moment.epoch_seconds().cast("int64")


def dates_only(tables: Tables, moments: Any) -> bool:
    """Whether a column of times holds nothing but midnights, so that its times of day mean nothing."""
    timed = (seconds(moments) % SECONDS_A_DAY != 0).fill_null(False).ifelse(1, 0)
    return not tables.value(timed.max())


def as_days(seconds_passed: Any) -> Any:
    """Seconds (a number, an array or an expression) as days."""
    return seconds_passed / float(SECONDS_A_DAY)
