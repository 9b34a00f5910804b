"""The deals a page looks at, all or those of one owner, team or source, and what analyses say of them."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses import ANALYSES, possible
from crmeval.narrowing import dimensions, narrowed, values
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.parts import counted, say
from crmeval.words import text

_OFFERED = 500  # values in the list: more cannot be looked through
_KEPT = 12  # results of narrowed tables: those of a few sections, for the two last choices
_LISTS_KEPT = 8  # lists of deals behind what was picked: looked at again without counting again


def narrow_control(tables: Tables) -> Tables:
    """Asks which deals to look at; returns their tables, or all where nothing is chosen."""
    t = state.words()
    fields = dimensions(tables)
    if not fields:
        return tables
    with st.container(horizontal=True):
        field = st.selectbox(
            t("time.only_deals"), fields, index=None, key="time_field", placeholder=t("time.all"),
            format_func=lambda name: t(f"fields.deals.{name}"), persist_state="session",
        )  # fmt: skip
        if field is None:
            return tables
        offered = state.once("time_values", (tables.fingerprint, field), lambda: values(tables, field))
        value = st.selectbox(
            t("time.value"), offered[:_OFFERED], index=None, key=f"time_value_{field}",
            placeholder=t("time.all"), persist_state="session",
        )  # fmt: skip
    if value is None:
        return tables
    return state.once(
        "time_tables", (tables.fingerprint, field, value), lambda: narrowed(tables, field, value)
    )


def asked(tables: Tables, name: str, *parts: str) -> Result | None:
    """The result of an analysis with these tables in it, to be shown in a section.

    Where it cannot be had it is None, and the section says what it needs.
    """
    said = results_of(tables, name).get(name)
    if said is not None and said.tables.keys() >= set(parts):
        return said
    st.info(say("time.cannot", tables=text(f"not_measured.tables.{name}")))
    return None


def results_of(tables: Tables, *names: str) -> dict[str, Result]:
    """The results of these analyses for tables that may be narrowed, where they can be asked."""
    if tables is state.tables():
        return {name: said for name, said in state.results().items() if name in names}
    settings = state.settings()
    return {
        analysis.name: state.once(
            "time_results", (tables.fingerprint, settings, analysis.name),
            lambda analysis=analysis: analysis.run(tables, settings, {}), keep=_KEPT,
        )
        for analysis in ANALYSES if analysis.name in names and possible(analysis, tables)
    }  # fmt: skip


def behind(find: Callable[..., pd.DataFrame], tables: Tables, *picked: Any) -> pd.DataFrame:
    """The rows that `find` gives for what was picked: found once, they stay as long as few others follow."""
    made_of = (find.__name__, tables.fingerprint, *picked)
    return counted("rows_behind", made_of, lambda: find(tables, *picked), keep=_LISTS_KEPT)
