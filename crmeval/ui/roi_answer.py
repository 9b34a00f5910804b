"""The plan of costs and benefits as its sliders have it: the verdict, and the sections behind it."""

from functools import partial

import streamlit as st

from crmeval.analyses import roi
from crmeval.analyses.benefits import assumed
from crmeval.analyses.costs import Lines, lines
from crmeval.charts.roi import CASH_FLOWS, SCENARIOS, TORNADO, said_driver
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.likeness import Same
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.roi_parts import assumptions, cost_editor, keep_button, plan_settings
from crmeval.ui.sections import sections
from crmeval.ui.table_parts import table

_KEPT = 8  # positions of the sliders whose answers are kept ready


@st.fragment
def plan() -> None:
    """The verdict above what it is made from, and the sections on what follows; a slider runs this alone."""
    verdict = st.container()
    cost_editor()
    with st.expander(say("roi.page.assumptions"), expanded=True, icon=":material/tune:"):
        chosen = plan_settings(state.settings())
        supposed = assumed(assumptions(), chosen)
        keep_button(chosen, supposed)
    found, results = _lines(chosen), state.results()
    made_of = (Same(results), Same(found), chosen, supposed)
    said = state.once("roi_said", made_of, lambda: roi.of(found, chosen, results, supposed), keep=_KEPT)
    with verdict:
        if not (has_costs() or supposed):
            st.info(say("roi.page.start"))
            return
        answer(said)
        if found.users_unknown:
            return
        _figures(said)
    shown = {"payback": _payback, "scenarios": _scenarios, "lines": _of_lines}
    with_benefits = "scenarios" in said.tables
    sections(
        "roi.sections",
        {name: partial(show, said) for name, show in shown.items() if with_benefits or name != "scenarios"},
    )
    notes(said)
    how(said)


def has_costs() -> bool:
    """Whether there are cost lines, uploaded or typed in."""
    tables = state.tables()
    return tables is not None and "costs" in tables


def _lines(chosen: Settings) -> Lines:
    """The lines of the cost table, as the settings of the plan have them read."""
    tables = state.tables()
    if tables is None or "costs" not in tables:
        return state.once("roi_no_lines", None, Lines)
    read_by = (chosen.users, chosen.gross_margin, chosen.go_live, chosen.ramp_up_months)
    return state.once("roi_lines", (tables.fingerprint, *read_by), lambda: lines(tables, chosen), keep=_KEPT)


def _figures(said: Result) -> None:
    if said.get("roi.pv_benefits") is None:
        metrics(said, "roi.pv_costs")
    else:
        metrics(said, "roi.npv", "roi.roi", "roi.payback_months", "roi.measured_share")
        metrics(said, "roi.pv_costs", "roi.pv_benefits", "roi.irr", "roi.mirr")


def _payback(said: Result) -> None:
    chart(CASH_FLOWS, said, "chart_cash_flows")


def _scenarios(said: Result) -> None:
    chart(SCENARIOS, said, "chart_scenarios")
    table(said.tables["scenarios"], "table_scenarios")
    chart(TORNADO, said, "chart_tornado")
    _rows(said, "break_even")


def _of_lines(said: Result) -> None:
    _rows(said, "benefit_lines")
    _rows(said, "cost_lines")
    _rows(said, "cash_flows")


def _rows(said: Result, name: str) -> None:
    frame = said.tables.get(name)
    if frame is None or frame.empty:
        return
    if "driver" in frame:
        t = state.words()
        pairs = zip(frame["driver"], frame["stream"], strict=True)
        frame = frame.assign(driver=[said_driver(*pair, t) for pair in pairs]).drop(columns="stream")
    table(frame, f"table_{name}", title=f"result_tables.{name}")
