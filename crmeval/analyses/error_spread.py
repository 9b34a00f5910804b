"""Where errors gather: wrong cells by field, person and month, with the limits chance would keep."""

from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd

from crmeval.analyses import months
from crmeval.analyses.people import keyed
from crmeval.stats.funnel import ACTION, WARNING, dispersion, limits
from crmeval.stats.intervals import newcombe, wilson

ABOVE, WITHIN, BELOW = "above", "within", "below"
GO_LIVE, TRAINING = "go_live", "training"
_SIDES = {"before": -1, "after": 1}
_FEWEST_PEOPLE = 2
DIMENSIONS = ("field", "person", "month", "source")
CROSSINGS = ["dimension", "value", "other_dimension", "other_value", "cells", "wrong", "rate"]
_MOST_CROSSED = 20


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
    return with_limits(found, found["wrong"].sum() / max(found["cells"].sum(), 1), design_effect)


def with_limits(people: pd.DataFrame, overall: float, design_effect: float) -> pd.DataFrame:
    """People (cells, wrong, rate) with the limits of a funnel plot around the share `overall`.

    Where many people truly differ from each other, limits are `dispersion` times wider (in variance): outside
    are those who differ from all others, not everybody who differs at all.
    """
    if len(people) < _FEWEST_PEOPLE:
        return people.iloc[0:0].assign(standing="", overall=0.0, design_effect=1.0, dispersion=1.0)
    widened = dispersion(people["wrong"], people["cells"], design_effect)
    found = people.assign(overall=overall, design_effect=design_effect, dispersion=widened)
    for name, level in (("95", WARNING), ("998", ACTION)):
        ends = limits(found["cells"], overall, design_effect * widened, level)
        found[f"low_{name}"], found[f"high_{name}"] = ends
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


def crossings(spread: pd.DataFrame) -> pd.DataFrame:
    """Cells, wrong ones and their share for each two of field, person, month and source, where known.

    Of each, those that hold most of the wrong cells; months all, as their first seven signs (2024-05).
    """
    known = spread.reindex(columns=[*DIMENSIONS, "cells", "wrong"]).assign(month=None)
    if spread["month"].notna().any():
        known["month"] = _dated(spread)["month"].dt.strftime("%Y-%m")
    parts = []
    for one, other in combinations(DIMENSIONS, 2):
        mine = known[known[one].notna() & known[other].notna()]
        for name in (one, other):
            mine = mine[mine[name].isin(_most_wrong(mine, name))]
        counted = mine.groupby([one, other], as_index=False)[["cells", "wrong"]].sum()
        if len(counted) > 1:
            named = counted.rename(columns={one: "value", other: "other_value"})
            parts.append(named.assign(dimension=one, other_dimension=other))
    if not parts:
        return pd.DataFrame(columns=CROSSINGS)
    found = pd.concat(parts, ignore_index=True)
    return found.assign(rate=found["wrong"] / found["cells"])[CROSSINGS]


def _most_wrong(spread: pd.DataFrame, name: str) -> pd.Index:
    totals = spread.groupby(name)["wrong"].sum()
    return totals.index if name == "month" else totals.nlargest(_MOST_CROSSED).index


def before_and_after(
    spread: pd.DataFrame, day: date | None, trained: "pd.Series[float]", design_effect: float
) -> pd.DataFrame:
    """The share of wrong cells before and after go-live, and of trained people before and after training.

    `day` is go-live: its month is the first after it. `trained` has the month of each person's first training
    by the person's key; that month itself is neither. The change has its interval; errors come several to a
    record, so cells count as `design_effect` times fewer. A change is no effect: much else may have changed.
    Empty where neither is known, or a side has no cells.
    """
    dated = spread[spread["month"].notna()]
    if dated.empty:
        return pd.DataFrame()
    parts = []
    if day is not None:
        first = months.number_of(pd.Timestamp(day))
        parts.append(_change(GO_LIVE, dated, np.sign(dated["month"] - first + 0.5), design_effect))
    if len(trained):
        mine = dated[dated["person"].notna()]
        since = mine["month"] - keyed(mine["person"]).map(trained)
        parts.append(_change(TRAINING, mine, np.sign(since), design_effect))
    found = [part for part in parts if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _change(event: str, cells: pd.DataFrame, side: "pd.Series[float]", design_effect: float) -> pd.DataFrame:
    """The share of wrong cells before (side -1) and after an event (1), and the change with its interval."""
    sums = {when: cells.loc[side == sign, ["cells", "wrong"]].sum() for when, sign in _SIDES.items()}
    before, after = sums.values()
    if not before["cells"] or not after["cells"]:
        return pd.DataFrame()
    weighed = [part / design_effect for one in (after, before) for part in (one["wrong"], one["cells"])]
    low, high = newcombe(*weighed)
    rates = [one["wrong"] / one["cells"] for one in sums.values()]
    return pd.DataFrame(
        {
            "around": event,
            "when": list(sums),
            "cells": [int(one["cells"]) for one in sums.values()],
            "wrong": [int(one["wrong"]) for one in sums.values()],
            "rate": rates,
            "change_share": [None, rates[1] - rates[0]],
            "change_low": [None, low],
            "change_high": [None, high],
        }
    )


def by_kind(found: pd.DataFrame) -> pd.DataFrame:
    """What the checks found by kind of problem, most first, with the running share of all."""
    counted = found[found["found"] > 0].groupby("problem")["found"].sum()
    kinds = counted.sort_values(ascending=False, kind="stable").reset_index()
    return kinds.assign(running_share=kinds["found"].cumsum() / max(kinds["found"].sum(), 1))
