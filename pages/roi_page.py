"""Costs and benefits: cost lines, sliders, three scenarios, payback, and what it all depends on."""

import streamlit as st

from crmeval.analyses import roi
from crmeval.analyses.benefits import assumed
from crmeval.analyses.costs import Lines, lines
from crmeval.charts.roi import CHARTS, said_driver
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.likeness import Same
from crmeval.ui.parts import answer, how, metrics, notes, page, say
from crmeval.ui.roi_parts import assumptions, cost_editor, keep_button, plan_settings
from crmeval.ui.table_parts import table

t = page("roi")
tables = state.tables()
has_costs = tables is not None and "costs" in tables
verdict = st.container()

with st.expander(say("roi.page.costs"), expanded=not has_costs, icon=":material/receipt_long:"):
    cost_editor()
with st.expander(say("roi.page.assumptions"), expanded=True, icon=":material/tune:"):
    chosen = plan_settings(state.settings())
    supposed = assumed(assumptions(), chosen)
    keep_button(chosen, supposed)

found = lines(tables, chosen) if tables is not None and has_costs else Lines()
results = state.results()
made_of = (Same(results), found, chosen, supposed)
said = state.once("roi_said", made_of, lambda: roi.of(found, chosen, results, supposed), keep=8)
with verdict:
    if not (has_costs or supposed):
        st.info(say("roi.page.start"))
        st.stop()
    answer(said)
    if found.users_unknown:
        st.stop()
    if said.get("roi.pv_benefits") is None:
        metrics(said, "roi.pv_costs")
    else:
        metrics(said, "roi.npv", "roi.roi", "roi.payback_months", "roi.measured_share")
        metrics(said, "roi.pv_costs", "roi.pv_benefits", "roi.irr", "roi.mirr")

for shown in CHARTS:
    if shown.name == "cash_flows" or "scenarios" in said.tables:
        chart(shown, said, f"chart_{shown.name}")
        if shown.name == "scenarios":
            table(said.tables["scenarios"], "table_scenarios")

for name in ("break_even", "benefit_lines", "cost_lines", "cash_flows"):
    frame = said.tables.get(name)
    if frame is None or frame.empty:
        continue
    if "driver" in frame:
        pairs = zip(frame["driver"], frame["stream"], strict=True)
        frame = frame.assign(driver=[said_driver(*pair, t) for pair in pairs]).drop(columns="stream")
    table(frame, f"table_{name}", title=f"result_tables.{name}")
notes(said)
how(said)
