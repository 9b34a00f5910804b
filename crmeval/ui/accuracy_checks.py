"""The panel of checks: what is checked, why, what it found; switched, tuned and added to by the user."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from crmeval.analyses.accuracy import suggested
from crmeval.analyses.checks import Check, chosen_checks, run_checks
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.accuracy_parts import choose
from crmeval.ui.accuracy_rules import own_rules
from crmeval.ui.parts import say


def checks_panel(_said: Result, tables: Tables) -> None:
    """The checks in a table to switch and tune them in, and the user's own rules."""
    st.caption(say("accuracy.checks_help"))
    settings = state.settings()
    choices = settings.checks
    checks = chosen_checks(tables, suggested(tables, settings), choices)
    edited = _editor(checks, _found(tables, checks))
    switched, limits = {}, {}
    for check, on, limit in zip(checks, edited["on"], edited["limit"], strict=True):
        if bool(on) != check.on:
            switched[check.id] = bool(on)
        if check.limit is not None and pd.notna(limit) and limit != check.limit:
            limits[check.id] = float(limit)
    if switched or limits:
        choose(switched={**choices.switched, **switched}, limits={**choices.limits, **limits})
    own_rules(tables)


def _found(tables: Tables, checks: tuple[Check, ...]) -> list[int]:
    """How many cells each check finds, also those that are off."""
    choices = state.settings().checks
    made_of = (tables.fingerprint, state.settings().holiday_country, choices.limits, choices.rules)
    every = tuple(replace(check, on=True) for check in checks)
    with st.spinner(state.words()("analyses.accuracy.doing")):
        counted = state.once("checks_found", made_of, lambda: run_checks(tables, every)[1], keep=4)
    found = counted.groupby(["table", "column", "problem"])["found"].max()
    return [int(found.get((check.table, check.column, check.problem), 0)) for check in checks]


def _editor(checks: tuple[Check, ...], found: list[int]) -> pd.DataFrame:
    t = state.words()
    shown = pd.DataFrame(
        {
            "on": [check.on for check in checks],
            "field": [check.named for check in checks],
            "problem": [t(f"codes.problem.{check.code}") for check in checks],
            "found": found,
            "limit": pd.Series([check.limit for check in checks], dtype="float64"),
            "reason": [check.rule.name if check.rule else t(check.reason) for check in checks],
        }
    )
    order = shown.sort_values(["found"], ascending=False, kind="stable").index
    edited = st.data_editor(
        shown.loc[order],
        hide_index=True,
        placeholder="—",
        disabled=["field", "problem", "found", "reason"],
        key=f"accuracy_checks_{len(checks)}",
        column_config={
            "on": st.column_config.CheckboxColumn(t("accuracy.run"), width="small"),
            "field": t("columns.field"),
            "problem": t("columns.problem"),
            "found": st.column_config.NumberColumn(t("columns.found"), format="localized", width="small"),
            "limit": st.column_config.NumberColumn(t("columns.limit"), width="small"),
            "reason": st.column_config.TextColumn(t("columns.reason"), width="large"),
        },
    )
    return edited.loc[shown.index]
