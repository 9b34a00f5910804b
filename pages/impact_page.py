"""Business impact: monthly figures before and after the go-live, described and nothing more."""

import streamlit as st

from crmeval.ui import state
from crmeval.ui.impact_parts import figure, kpi_names
from crmeval.ui.parts import answer, how, need, notes, page, result, say
from crmeval.ui.table_parts import table

t = page("impact")
need("impact", "kpis", "deals")
settings = state.settings()

left, right = st.columns(2)
go_live = left.date_input(
    t("impact.go_live"), value=settings.go_live, key="impact_go_live", format="DD.MM.YYYY"
)
ramp_up = right.number_input(
    t("impact.ramp_up"), min_value=0, max_value=24, value=settings.ramp_up_months,
    help=say("impact.ramp_up_help"), key="impact_ramp_up",
)  # fmt: skip
if (go_live, ramp_up) != (settings.go_live, settings.ramp_up_months):
    state.set_settings(settings.with_(go_live=go_live, ramp_up_months=ramp_up))
    st.rerun()

said = result("impact")
if said is None or "impact_by_month" not in said.tables:
    st.info(say(said.answer if said else "impact.no_series"))
    st.stop()
answer(said)
notes(said)

figure(said)
summary = said.tables["impact_summary"]
if len(summary):
    names = kpi_names(said.tables["impact_by_month"])
    named = summary.assign(kpi=summary["kpi"].map(names)).drop(columns="header")
    table(named, "impact_summary", title="result_tables.impact_summary", shares=("relative",))
how(said)
