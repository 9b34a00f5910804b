"""What the impact page asks anew when another figure is chosen."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from crmeval.charts.impact import IMPACT
from crmeval.results import Measure, Result
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import literal, metrics, say
from crmeval.ui.table_parts import table


@st.fragment
def figure(said: Result) -> None:
    """One figure, to be chosen: its means on both sides, what can be said of them, its months."""
    t = state.words()
    months = said.tables["impact_by_month"]
    names = kpi_names(months)
    kpi = st.selectbox(
        t("impact.kpi"), list(names), format_func=names.__getitem__, key="impact_kpi", persist_state="session"
    )
    if (measure := said.get(f"impact.{kpi}.naive")) is not None:
        _means(measure)
    ids = [f"impact.{kpi}.{what}" for what in ("naive", "detectable", "effect")]
    metrics(said, *filter(said.get, ids))
    chosen = months[months["kpi"] == kpi]
    chart(IMPACT, replace(said, tables={"impact_by_month": chosen}), "impact_months")
    effect = said.not_measured.get(f"impact.{kpi}.effect")
    if effect is not None and state.settings().go_live is not None:  # without one, the answer says so
        st.info(say("impact.no_effect", reason=effect))
    needless = ["kpi", "header", *([] if chosen["phase"].any() else ["phase"])]
    table(chosen.drop(columns=needless), "impact_by_month", title="result_tables.impact_by_month")


def kpi_names(months: pd.DataFrame) -> dict[str, str]:
    """What people call each figure, by its id."""
    t = state.words()
    headers = months.drop_duplicates("kpi").set_index("kpi")["header"]
    return {one: header or t(f"codes.kpi.{one}") for one, header in headers.items()}


def _means(measure: Measure) -> None:
    t = state.words()
    for column, side in zip(st.columns(2), ("before", "after"), strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(say(f"impact.mean_{side}"), literal(t(measure.facts[side])))
            st.caption(say("impact.months_said", n=measure.facts[f"n_{side}"]))
