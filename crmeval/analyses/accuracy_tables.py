"""The tables of an accuracy: errors by field, person, month, source and kind, and the wrong cells."""

import pandas as pd

from crmeval.analyses import months
from crmeval.analyses.cells import LISTED, Judged
from crmeval.analyses.error_spread import (
    before_and_after,
    by_field,
    by_kind,
    by_month,
    by_person,
    by_person_and_month,
    crossed,
    crossings,
)
from crmeval.settings import Settings

_FIXES = 50
BY_PERSON_AND_MONTH = "errors_by_person_month"  # what the checks found, for other analyses to go on with


def tables_of(
    judged: Judged,
    flagged: Judged,
    checks: pd.DataFrame,
    design_effect: float,
    settings: Settings,
    trained: "pd.Series[float]",
) -> dict[str, pd.DataFrame]:
    """The tables of the judged cells and of what the checks found (`flagged`); some may be empty.

    `trained`: the month of each trained person's first training, by the person's key.
    """
    spread = judged.spread
    return {
        "errors_by_field": by_field(spread),
        "errors_by_person": by_person(spread, design_effect),
        "errors_by_month": by_month(spread),
        "errors_crossed": crossed(spread),
        "errors_crossings": crossings(spread),
        "errors_by_kind": by_kind(checks),
        "errors_before_after": before_and_after(spread, settings.go_live, trained, design_effect),
        BY_PERSON_AND_MONTH: by_person_and_month(flagged.spread),
        "checks": checks.loc[checks["found"] > 0, ["field", "problem", "found"]].sort_values(
            "found", ascending=False, ignore_index=True
        ),
        "wrong_cells": _listed(judged.wrong),
        "fixes": _fixes(judged.wrong),
    }


def _listed(wrong: pd.DataFrame) -> pd.DataFrame:
    """The wrong cells as they are shown, with the month of entry and the source where they are known."""
    columns = ["record_id", "field", "value", "problem", "suggestion", "person", "row"]
    known = [name for name in ("month", "source") if wrong[name].notna().any()]
    shown = wrong[columns + known].head(LISTED)
    if "month" in known:
        held = shown["month"].dropna()
        first_days = pd.Series(months.starts(held), index=held.index)
        shown = shown.assign(month=first_days.reindex(shown.index))
    return shown


def _fixes(wrong: pd.DataFrame) -> pd.DataFrame:
    """The replacements that mend most cells: a value, what it should be, in how many of the listed cells."""
    known = wrong[wrong["suggestion"].fillna("") != ""]
    by = ["field", "value", "suggestion", "problem"]
    counted = known.groupby(by, as_index=False).size().rename(columns={"size": "found"})
    return counted[counted["found"] > 1].sort_values("found", ascending=False, ignore_index=True).head(_FIXES)
