"""Sales velocity, of one cohort each: how much a group of deals brings in, for the time it takes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses.weeks import Lives
from crmeval.fields import WON

PARTS = ("deals", "win_share", "size", "cycle")
_FEW, _FEW_WON = 20, 5  # deals, and won deals, of a cohort under which nothing is said
_FIRST_DAYS = 4  # a file that begins on these days of a month shows the month whole
_FOLLOWED = 0.9  # of won deals were won within the days every cohort is followed for


@dataclass(frozen=True, slots=True)
class Followed:
    """Deals with the month they began in, whether they were `won` within `horizon` days, and of all of them
    only those that could be seen for so long.
    """  # noqa: D205 - one sentence, too long for a line

    frame: pd.DataFrame
    horizon: int
    until: int


def followed(found: Lives) -> Followed | None:
    """Every deal followed for equally long: the days within which nine in ten won deals were won.

    None where no deal with an amount was won.
    """
    frame = found.frame
    won = frame[(frame["outcome"] == WON) & frame["took"].notna()]
    if won["amount"].notna().sum() == 0:
        return None
    horizon = max(int(np.ceil(won["took"].quantile(_FOLLOWED))), 1)
    seen = frame[frame["begun"] + horizon <= found.until + 1]
    is_won = (seen["outcome"] == WON) & (seen["took"] <= horizon)
    months = pd.Series(np.floor(seen["begun"]).to_numpy().astype("M8[D]").astype("M8[M]"), index=seen.index)
    return Followed(seen.assign(won=is_won, month=months.astype("M8[us]")), horizon, found.until)


def velocities(cohorts: Followed, by: str) -> pd.DataFrame:
    """Per group: deals, won, win_share, size (mean amount of the won), cycle (their mean days), velocity.

    velocity = deals × win share × size / cycle, in money per day. Groups with fewer than 20 deals, or fewer
    than 5 won with an amount, have their counts only.
    """
    frame = cohorts.frame
    won = frame[frame["won"]]
    table = pd.DataFrame(
        {
            "deals": frame.groupby(by).size(), "won": won.groupby(by).size(),
            "size": won.groupby(by)["amount"].mean(), "cycle": won.groupby(by)["took"].mean(),
            "priced": won.groupby(by)["amount"].count(),
        }
    )  # fmt: skip
    table = table.fillna({"won": 0, "priced": 0}).astype({"won": int})
    told = (table["deals"] >= _FEW) & (table["priced"] >= _FEW_WON)
    table.insert(2, "win_share", table["won"] / table["deals"])
    table["velocity"] = (
        table["deals"] * table["win_share"] * table["size"] / table["cycle"].where(table["cycle"] > 0)
    )
    hidden = ["win_share", "size", "cycle", "velocity"]
    table[hidden] = table[hidden].where(told)
    return table.drop(columns="priced").reset_index()


def by_period(cohorts: Followed, months: int) -> pd.DataFrame:
    """Velocities by the `month` (of one or three months: its first day) deals began in, whole ones only.

    A period is whole where the file begins before it, but for its first days, and its last deal was followed
    for as long as the others.
    """
    frame = cohorts.frame
    frame = frame.assign(month=frame["month"].dt.to_period("Q" if months > 1 else "M").dt.start_time)
    table = velocities(Followed(frame, cohorts.horizon, cohorts.until), "month")
    first = pd.Timestamp(0) + pd.Timedelta(days=float(np.floor(frame["begun"].min())) if len(frame) else 0)
    until = pd.Timestamp(0) + pd.Timedelta(days=cohorts.until + 1)
    ends = table["month"] + pd.DateOffset(months=months) + pd.Timedelta(days=cohorts.horizon)
    whole = (table["month"] + pd.Timedelta(days=_FIRST_DAYS) >= first) & (ends <= until)
    return table[whole].reset_index(drop=True)


def change(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """The change of velocity between two groups, taken apart exactly: part, times.

    ln(V₂/V₁) = ln of deals + ln of win share + ln of size − ln of cycle, so `times`, by how much each part
    alone multiplies the velocity, multiplies up to that of the whole; the parts that did most stand first.
    """
    logs = {part: float(np.log(after[part] / before[part])) for part in PARTS}
    logs["cycle"] = -logs["cycle"]
    ordered = dict(sorted(logs.items(), key=lambda part: -abs(part[1])))
    ordered["velocity"] = sum(logs.values())
    return pd.DataFrame({"part": list(ordered), "times": np.exp(list(ordered.values()))})
