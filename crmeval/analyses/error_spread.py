"""Where errors gather: wrong cells by field, person and month, with the limits chance would keep."""

import numpy as np
import pandas as pd
from scipy import stats

from crmeval.stats.intervals import wilson

WARNING, ACTION = 0.95, 0.998  # limits of a funnel plot (Spiegelhalter 2005)
ABOVE, WITHIN, BELOW = "above", "within", "below"
_FEWEST_PEOPLE = 2


def by_field(spread: pd.DataFrame) -> pd.DataFrame:
    """Field, cells, wrong, rate (wrong share) with Wilson's interval, running share of all wrong."""
    found = _counted(spread, ["field"])
    found["running_share"] = found["wrong"].cumsum() / max(found["wrong"].sum(), 1)
    return found


def by_person(spread: pd.DataFrame, design_effect: float) -> pd.DataFrame:
    """As by field, with the limits of a funnel plot around the rate of all and where the person stands.

    The limits are the normal ones of a share of that many cells, widened by the design effect, for errors
    come several to a record. Outside the 99.8 % limit is more (or less) than chance explains.
    """
    found = _counted(spread[spread["person"].notna()], ["person"])
    if len(found) < _FEWEST_PEOPLE:
        return found.iloc[0:0].assign(standing="", overall=0.0)
    overall = found["wrong"].sum() / found["cells"].sum()
    deviation = np.sqrt(overall * (1 - overall) * design_effect / found["cells"])
    for name, level in (("95", WARNING), ("998", ACTION)):
        reach = stats.norm.ppf((1 + level) / 2) * deviation
        found[f"low_{name}"] = (overall - reach).clip(lower=0)
        found[f"high_{name}"] = (overall + reach).clip(upper=1)
    above, below = found["rate"] > found["high_998"], found["rate"] < found["low_998"]
    return found.assign(standing=np.select([above, below], [ABOVE, BELOW], WITHIN), overall=overall)


def by_month(spread: pd.DataFrame) -> pd.DataFrame:
    """As by field, by month of entry, in the order of time."""
    dated = spread[spread["month"].notna()]
    if dated.empty:
        return dated.iloc[0:0]
    month = dated["month"].astype("int64")
    first_days = pd.to_datetime(dict(year=month // 12, month=month % 12 + 1, day=1))  # noqa: C408 - reads as a date
    return _counted(dated.assign(month=first_days), ["month"]).sort_values("month", ignore_index=True)


def crossed(spread: pd.DataFrame) -> pd.DataFrame:
    """Field by person: cells, wrong, rate."""
    found = _counted(spread[spread["person"].notna()], ["field", "person"])
    return found[["field", "person", "cells", "wrong", "rate"]]


def _counted(spread: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Cells, wrong ones, their share and its interval, most wrong first."""
    found = spread.groupby(by, as_index=False, observed=True)[["cells", "wrong"]].sum()
    limits = [wilson(*counts) for counts in found[["wrong", "cells"]].itertuples(index=False)]
    found = found.assign(
        rate=found["wrong"] / found["cells"],
        low=[low for low, _ in limits],
        high=[high for _, high in limits],
    )
    return found.sort_values(["wrong", *by], ascending=[False, *(True for _ in by)], ignore_index=True)
