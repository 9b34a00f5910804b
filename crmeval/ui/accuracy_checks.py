"""The panel of checks: what is checked, why, what it found; switched and tuned by the user."""

import pandas as pd
import streamlit as st

from crmeval.analyses.checks import Check, chosen_checks
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.accuracy_parts import choose, suggested
from crmeval.ui.parts import say


def checks_panel(_said: Result, tables: Tables) -> None:
    """The checks in a table to switch them in."""
    st.caption(say("accuracy.checks_help"))
    checks = chosen_checks(tables, suggested(tables), state.settings().checks)
    edited = _editor(checks)
    changed = {
        check.id: bool(on) for check, on in zip(checks, edited["on"], strict=True) if bool(on) != check.on
    }
    if changed:
        choose(switched={**state.settings().checks.switched, **changed})


def _editor(checks: tuple[Check, ...]) -> pd.DataFrame:
    t = state.words()
    shown = pd.DataFrame(
        {
            "on": [check.on for check in checks],
            "field": [check.named for check in checks],
            "problem": [t(f"codes.problem.{check.code}") for check in checks],
            "reason": [t(check.reason) for check in checks],
        }
    )
    return st.data_editor(
        shown,
        hide_index=True,
        disabled=["field", "problem", "reason"],
        key="accuracy_checks",
        column_config={
            "on": st.column_config.CheckboxColumn(t("accuracy.run"), width="small"),
            "field": t("columns.field"),
            "problem": t("columns.problem"),
            "reason": st.column_config.TextColumn(t("columns.reason"), width="large"),
        },
    )
