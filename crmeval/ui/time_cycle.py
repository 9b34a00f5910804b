"""The section of the time page on the sales cycle: how long deals take, and how old the open ones are."""

import streamlit as st

from crmeval.charts.cycles import CYCLES, PROGRESS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import answer, chart, how, metrics, notes, say, table
from crmeval.words import text


def show(tables: Tables, _settings: Settings) -> None:
    """Days to win and to lose, with the deals still open counted for as long as they were seen."""
    cycles = results_of(tables, "cycles").get("cycles")
    if cycles is None:
        st.info(say("time.cannot", tables=text("not_measured.tables.cycles")))
        return
    answer(cycles)
    metrics(cycles, "cycle.won.median", "cycle.lost.median", "cycle.closed.median", "cycle.km_median")
    notes(cycles)
    for shown in (PROGRESS, CYCLES):
        chart(shown, cycles, f"time_{shown.name}")
    for name in ("cycles", "cycles_by_month"):
        if name in cycles.tables:
            table(cycles.tables[name], f"time_{name}_rows", title=f"result_tables.{name}")
    how(cycles)
