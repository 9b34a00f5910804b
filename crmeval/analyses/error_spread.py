"""Where errors gather: wrong cells by field, person and month, with the limits chance would keep."""

import numpy as np
import pandas as pd

from crmeval.analyses import months
from crmeval.stats.funnel import ACTION, WARNING, limits
from crmeval.stats.intervals import wilson

ABOVE, WITHIN, BELOW = "above", "within", "below"
_FEWEST_PEOPLE = 2


def by_field(spread: pd.DataFrame) -> pd.DataFrame:
    """Field, cells, wrong, rate (wrong share) with Wilson's interval, running share of all wrong."""
    found = _counted(spread, ["field"])
    found["running_share"] = found["wrong"].cumsum() / max(found["wrong"].sum(), 1)
    return found


def by_person(spread: pd.DataFrame, design_effect: float) -> pd.DataFrame:
    """As by field, with the limits of a funnel plot around the rate of all and where the person stands.

    Outside the 99.8 % limit is more (or less) than chance explains. Errors come several to a record, so cells
    count as `design_effect` times fewer.
    """
    found = _counted(spread[spread["person"].notna()], ["person"])
    if len(found) < _FEWEST_PEOPLE:
        return found.iloc[0:0].assign(standing="", overall=0.0, design_effect=1.0)
    overall = found["wrong"].sum() / found["cells"].sum()
    for name, level in (("95", WARNING), ("998", ACTION)):
        found[f"low_{name}"], found[f"high_{name}"] = limits(found["cells"], overall, design_effect, level)
    found = found.assign(overall=overall, design_effect=design_effect)
    above, below = found["rate"] > found["high_998"], found["rate"] < found["low_998"]
    return found.assign(standing=np.select([above, below], [ABOVE, BELOW], WITHIN))


def by_month(spread: pd.DataFrame) -> pd.DataFrame:
    """As by field, by month of entry, in the order of time."""
    dated = _dated(spread)
    return _counted(dated, ["month"]).sort_values("month", ignore_index=True) if len(dated) else dated


def by_person_and_month(spread: pd.DataFrame) -> pd.DataFrame:
    """Person, month of entry, cells, wrong, where both are known."""
    dated = _dated(spread[spread["person"].notna()])
    return dated.groupby(["person", "month"], as_index=False)[["cells", "wrong"]].sum()


def _dated(spread: pd.DataFrame) -> pd.DataFrame:
    """The cells whose month of entry is known, with its first day."""
    dated = spread[spread["month"].notna()]
    return dated.assign(month=months.starts(dated["month"]))


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
