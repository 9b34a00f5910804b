"""The list of checks with its switches, and the accuracy counted with those that are on."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from crmeval.analyses.accuracy import accuracy
from crmeval.analyses.checks import Check, suggest_checks
from crmeval.analyses.checks.columns import header
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.parts import say

_KEPT = 8  # choices of checks whose results are kept ready


def switched_checks(tables: Tables) -> tuple[Check, ...]:
    """The suggested checks, each as the user switched it in the table this shows."""
    t = state.words()
    country = state.settings().holiday_country
    checks = state.once("checks", (tables.fingerprint, country), lambda: suggest_checks(tables, country))
    shown = pd.DataFrame(
        {
            "on": True,
            "field": [header(tables, check.table, check.column) for check in checks],
            "problem": [t(f"codes.problem.{check.code}") for check in checks],
            "reason": [t(check.reason) for check in checks],
        }
    )
    st.caption(say("accuracy.checks_help"))
    edited = st.data_editor(
        shown,
        hide_index=True,
        disabled=["field", "problem", "reason"],
        key=f"accuracy_checks_{tables.fingerprint}",
        column_config={
            "on": st.column_config.CheckboxColumn(t("accuracy.run"), width="small"),
            "field": t("columns.field"),
            "problem": t("columns.problem"),
            "reason": st.column_config.TextColumn(t("columns.reason"), width="large"),
        },
    )
    return tuple(replace(check, on=bool(on)) for check, on in zip(checks, edited["on"], strict=True))


def accuracy_with(tables: Tables, checks: tuple[Check, ...], *, in_truth: bool) -> Result:
    """The accuracy by the checks that are on; the assessment's own where none is off."""
    off = [check.id for check in checks if not check.on]
    found = state.results().get("accuracy")
    if not off and in_truth and found is not None:
        return found
    with st.spinner(state.words()("analyses.accuracy.doing")):
        return state.once(
            "accuracy", (tables.fingerprint, state.settings(), in_truth, *off),
            lambda: accuracy(tables, state.settings(), checks, in_truth=in_truth), keep=_KEPT,
        )  # fmt: skip


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


def picked_rows(frame: pd.DataFrame, picks: list[dict[str, str]]) -> pd.DataFrame:
    """The rows that a click in a chart chose, all of them where nothing is chosen."""
    for pick in picks[:1]:
        for column, value in pick.items():
            if column in frame.columns:
                frame = frame[frame[column] == value]
    return frame
