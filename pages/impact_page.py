"""Business impact: monthly figures before and after the go-live, described and nothing more."""

from dataclasses import replace

import streamlit as st

from crmeval.charts.impact import IMPACT
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import answer, how, literal, metrics, need, notes, page, result, say
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

months, summary = said.tables["impact_by_month"], said.tables["impact_summary"]
headers = months.drop_duplicates("kpi").set_index("kpi")["header"]
names = {one: header or t(f"codes.kpi.{one}") for one, header in headers.items()}
kpi = st.selectbox(t("impact.kpi"), list(names), format_func=names.__getitem__, key="impact_kpi")
chosen = months[months["kpi"] == kpi]
measure = said.get(f"impact.{kpi}.naive")
if measure is not None:
    for column, side in zip(st.columns(2), ("before", "after"), strict=True):
        with column.container(border=True, height="stretch"):
            st.metric(say(f"impact.mean_{side}"), literal(t(measure.facts[side])))
            st.caption(say("impact.months_said", n=measure.facts[f"n_{side}"]))
metrics(
    said,
    *(
        f"impact.{kpi}.{what}"
        for what in ("naive", "detectable", "effect")
        if said.get(f"impact.{kpi}.{what}")
    ),
)
chart(IMPACT, replace(said, tables={"impact_by_month": chosen}), f"impact_months_{kpi}")
effect = said.not_measured.get(f"impact.{kpi}.effect")
if effect is not None:
    st.info(say("impact.no_effect", reason=effect))
table(
    chosen.drop(columns=["kpi", "header"]),
    "impact_by_month",
    title="result_tables.impact_by_month",
)
if len(summary):
    named = summary.assign(kpi=summary["kpi"].map(names)).drop(columns="header")
    table(named, "impact_summary", title="result_tables.impact_summary", shares=("relative",))
how(said)
