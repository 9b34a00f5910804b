"""The section of the time page on deals one by one: open ones to call, and every step of a sample."""

import streamlit as st

from crmeval.analyses.dots import LENGTH, START, ageing, steps
from crmeval.charts.cycles import AGEING as BY_AGE
from crmeval.charts.dotted import AGEING, BY_LENGTH, BY_START
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import answer, notes, say
from crmeval.ui.table_parts import table


def show(tables: Tables, settings: Settings) -> None:
    """Which open deals stay longer than usual, and what became of deals step by step."""
    cycles = results_of(tables, "cycles").get("cycles")
    if "stage_events" in tables:
        _open(tables, settings)
    if cycles is not None:
        chart(BY_AGE, cycles, "time_ageing")
    if "stage_events" in tables:
        _dots(tables, settings)


@st.fragment
def _open(tables: Tables, settings: Settings) -> None:
    said = state.once("dots_open", (tables.fingerprint, settings), lambda: ageing(tables, settings))
    answer(said)
    picks = chart(AGEING, said, "time_ageing_stages", pick=True)
    notes(said)
    called = said.tables["to_call"]
    picked = {one["deal_id"] for one in picks if "deal_id" in one}
    if picked:
        called = said.tables["open_stays"][said.tables["open_stays"]["deal_id"].isin(picked)]
    if len(called):
        table(called, "time_to_call", title="result_tables.open_stays" if picked else "result_tables.to_call")


@st.fragment
def _dots(tables: Tables, settings: Settings) -> None:
    t = state.words()
    said = state.once("dots_steps", (tables.fingerprint, settings), lambda: steps(tables, settings))
    by = st.segmented_control(
        t("dots.order"), (START, LENGTH), default=START, required=True, key="dots_by",
        format_func=lambda one: t(f"dots.by_{one}"), persist_state="session",
    )  # fmt: skip
    picks = chart(BY_START if by == START else BY_LENGTH, said, f"time_dots_{by}", pick=True)
    st.caption(say(said.answer))
    found = said.tables["deal_steps"]
    deal = chosen("dots.choose", list(found["deal_id"].unique()), picks, "deal_id", "dots_deal")
    if deal:
        table(found.loc[found["deal_id"] == deal, ["stage", "at", "day"]], "time_steps", title="dots.steps")
