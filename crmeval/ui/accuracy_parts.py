"""The accuracy as the user chose to have it judged, and rows that a click chooses."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.accuracy import gathered, told
from crmeval.analyses.checks import Check, chosen_checks, suggest_checks
from crmeval.analyses.duplicates import alike
from crmeval.check_choices import CheckChoices
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state

_KEPT = 8  # choices of checks whose results are kept ready


def suggested(tables: Tables) -> tuple[Check, ...]:
    """The checks that the data suggest, as suggested."""
    country = state.settings().holiday_country
    return state.once("checks", (tables.fingerprint, country), lambda: suggest_checks(tables, country))


def choose(**changes: Any) -> None:
    """Keeps choices about the checks, in the session and in every saved assessment, and begins anew."""
    now = state.settings()
    state.set_settings(now.with_(checks=now.checks.with_(**changes)))
    st.rerun()


def accuracy_now(tables: Tables, *, in_truth: bool) -> Result:
    """The accuracy by the checks as they are chosen; the assessment's own where nothing was chosen."""
    settings = state.settings()
    if in_truth and settings.checks == CheckChoices() and (found := state.results().get("accuracy")):
        return found
    checks = chosen_checks(tables, suggested(tables), settings.checks)
    counted_of = settings.checks.with_(same={})  # a verdict on two records needs no new count
    with st.spinner(state.words()("analyses.accuracy.doing")):
        likeness = state.once("likeness", tables.fingerprint, lambda: alike(tables))
        evidence = state.once(
            "accuracy", (tables.fingerprint, settings.holiday_country, in_truth, counted_of),
            lambda: gathered(tables, checks, likeness=likeness, in_truth=in_truth), keep=_KEPT,
        )  # fmt: skip
        return told(tables, settings, evidence)


def judged_in_truth(tables: Tables) -> bool:
    """Whether to show what was verified or what the checks say; asked only where there is a choice."""
    if "verified" not in tables:
        return True
    t = state.words()
    ways = {way: t(f"accuracy.ways.{way}") for way in ("truth", "checks")}
    chosen = st.segmented_control(
        t("accuracy.ways.judged"), list(ways), format_func=ways.__getitem__, default="truth",
        required=True, key="accuracy_way",
    )  # fmt: skip
    return chosen != "checks"


def picked_rows(frame: pd.DataFrame, picks: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows that a click in a chart chose, all of them where nothing is chosen."""
    for pick in picks[:1]:
        for column, value in pick.items():
            if column in frame.columns:
                frame = frame[frame[column] == value]
    return frame
