"""The lines of a cost table: what is paid, how often, for whom, and from when to when.

A line whose category says that it is a gain ("benefit", «выгода», …) is a benefit the company reports, or
assumes where it says so ("assumed benefit"). After a colon it may name the money it is ("benefit: margin"),
so that the same money measured in the data is not counted twice.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from crmeval.analyses import plan
from crmeval.analyses.benefits import ERRORS, MARGIN, SYSTEMS, TIME
from crmeval.analyses.plan import Benefit, CostLine, Schedule
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

# The first pattern found in the cell decides: "once a year" is a year.
_PERIODS = {
    plan.MONTH: r"month|/m|мес",
    plan.QUARTER: r"quart|кварт",
    plan.WEEK: r"week|недел",
    plan.HALF_YEAR: r"half|полгод|полугод",
    plan.YEAR: r"year|annual|annum|yr|год|лет",
    plan.ONCE: r"once|one|single|initial|setup|upfront|раз|един|одн|перв",
}
_YES = (
    r"(?:y|yes|true|1|1\.0|x|\+|да|д|истина|✓|(?:per )?(?:user|seat|head|person|licen[cs]e)"
    r"|(?:на|за) (?:\w+ )?(?:пользователя|сотрудника))"
)
_REVENUE = r"(?:assum\w* |предпол\w* )?(?:extra |доп\w* )?(?:revenue|income|выручк|доход)"
_GAIN = rf"{_REVENUE}|(?:assum\w* |предпол\w* )?(?:benefit|saving|gain|выгод|экономи|эффект\b)"
_ASSUMED = r"assum|предпол"
_STREAM = r":\s*(margin|маржа|time|время|errors|ошибки|systems|системы)$"
_STREAMS = {"маржа": MARGIN, "время": TIME, "ошибки": ERRORS, "системы": SYSTEMS}
_LINE = ("item", "category", "period", "per_user", "from", "to")


@dataclass(frozen=True, slots=True)
class Lines:
    """What a cost table says, and notes on what could not be taken as it stands.

    `users_unknown`: a price per user has no number of users to go with, so there are no lines.
    """

    costs: tuple[CostLine, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    notes: tuple[Text, ...] = ()
    users_unknown: bool = False


def lines(tables: Tables, settings: Settings) -> Lines:
    """The cost table as lines of a plan; month 0 is the month of the earliest `from`, else of the go-live.

    A line without a period is paid once, and so is one whose period is not understood, with a note. A price
    per user is multiplied by the users of the settings, else by those in the usage table. Revenue enters with
    its gross margin, and not at all where that is not known.
    """
    frame = _read(tables, settings)
    users = _users(tables, settings)
    if users is None and frame["is_per_user"].any():
        return Lines(users_unknown=True)
    frame["amount"] *= frame["is_per_user"].map({True: users or 1, False: 1})
    frame["amount"] *= frame["is_revenue"].map({True: settings.gross_margin, False: 1.0}).astype(float)
    usable = frame[frame["amount"].notna() & ~frame["is_reversed"]]
    return Lines(
        costs=tuple(_cost(row) for row in usable[~usable["is_gain"]].to_dict("records")),
        benefits=tuple(_benefit(row, settings) for row in usable[usable["is_gain"]].to_dict("records")),
        notes=_notes(frame, settings, users),
    )


def _read(tables: Tables, settings: Settings) -> pd.DataFrame:
    """The lines in the order of the file with what their words mean; equal lines are added up."""
    frame = tables.once("cost lines", lambda: _added_up(tables))
    said = {column: frame[column].fillna("").astype(str) for column in ("category", "period", "per_user")}
    folded = {column: cells.str.strip().str.casefold() for column, cells in said.items()}
    start = frame["from"].min() if frame["from"].notna().any() else pd.Timestamp(settings.go_live or "NaT")
    first, last = _months_since(start, frame["from"]), _months_since(start, frame["to"])
    return frame.assign(
        category=said["category"],
        said=said["period"],
        every=_periods(folded["period"]),
        is_per_user=folded["per_user"].str.fullmatch(_YES),
        is_gain=folded["category"].str.match(_GAIN),
        is_revenue=folded["category"].str.match(_REVENUE),
        is_assumed=folded["category"].str.contains(_ASSUMED),
        stream=folded["category"].str.extract(_STREAM, expand=False).replace(_STREAMS).fillna(""),
        is_reversed=last < first.fillna(0),
        is_undated=frame["to"].notna() & last.isna(),
        first=first.fillna(0),
        last=last + 1,
    )


def _added_up(tables: Tables) -> pd.DataFrame:
    costs = tables["costs"]
    known = costs.filter(~(costs.amount.isinf() | costs.amount.isnan()))
    grouped = known.group_by(list(_LINE)).agg(amount=known.amount.sum(), row=known["_row"].min())
    return tables.frame(grouped).sort_values("row", ignore_index=True)


def _months_since(start: Any, dates: pd.Series) -> pd.Series:
    """Months of the calendar from the start's to each date's; missing where there is no start."""
    if pd.isna(start):
        return pd.Series(float("nan"), index=dates.index)
    return (dates.dt.year - start.year) * 12 + dates.dt.month - start.month


def _periods(said: pd.Series) -> pd.Series:
    """The period each cell means: empty is once; what is not understood stays missing."""
    every = pd.Series(plan.ONCE, index=said.index).where(said == "")
    for period, pattern in _PERIODS.items():
        every = every.mask(every.isna() & said.str.contains(pattern), period)
    return every


def _users(tables: Tables, settings: Settings) -> int | None:
    """How many people use the CRM: as set, else as many as the usage table names."""
    if settings.users is not None or "usage" not in tables:
        return settings.users
    return int(tables.value(tables["usage"].user.nunique()))


def _schedule(row: Mapping[Hashable, Any]) -> Schedule:
    every = row["every"] if isinstance(row["every"], str) else plan.ONCE
    last = None if pd.isna(row["last"]) else int(row["last"])
    return Schedule(every, int(row["first"]), last)


def _cost(row: Mapping[Hashable, Any]) -> CostLine:
    return CostLine(str(row["item"]), float(row["amount"]), _schedule(row), row["category"])


def _benefit(row: Mapping[Hashable, Any], settings: Settings) -> Benefit:
    """A reported benefit comes as the company says; an assumed one climbs over the months of ramp-up."""
    kind, schedule = plan.REPORTED, _schedule(row)
    if row["is_assumed"]:
        kind, schedule = plan.ASSUMED, replace(schedule, ramp_up=settings.ramp_up_months)
    return Benefit(str(row["item"]), float(row["amount"]), kind, schedule, stream=row["stream"])


def _notes(frame: pd.DataFrame, settings: Settings, users: int | None) -> tuple[Text, ...]:
    unclear, no_margin = frame["every"].isna(), frame["is_revenue"] & (settings.gross_margin is None)
    notes = [
        text(f"roi.notes.{key}", n=int(rows.sum()), items=", ".join(frame.loc[rows, column].unique()[:5]))
        for key, rows, column in (
            ("period_unclear", unclear, "said"),
            ("no_margin", no_margin, "item"),
            ("ends_before_start", frame["is_reversed"], "item"),
            ("end_without_start", frame["is_undated"], "item"),
        )
        if rows.any()
    ]
    if frame["is_per_user"].any() and settings.users is None:
        notes.append(text("roi.notes.users_from_usage", n=users))
    return tuple(notes)
