"""The section of the time page on what a faster stage would bring; the answer can be taken to the plan."""

from zlib import crc32

import streamlit as st

from crmeval.analyses.what_if import (
    CAPACITY,
    FASTER,
    FORWARD,
    USES,
    Change,
    Process,
    answered,
    benefit_line,
    process,
)
from crmeval.charts.what_if import STAGES
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.roi_parts import keep_benefit, kept_benefit
from crmeval.words import LANGUAGES, Words

_SLIDERS = 8  # stages with most days: more sliders only confuse
_MOST = 80  # percent


def show(tables: Tables, settings: Settings) -> None:
    """A slider per stage, and what would change."""
    results = results_of(tables, "stages", "bottlenecks")
    made_of = (tables.fingerprint, settings)
    known = state.once("what_if_process", made_of, lambda: process(tables, settings, results))
    if known is None:
        st.info(say("what_if.cannot"))
        return
    _change(known, settings)


@st.fragment
def _change(known: Process, settings: Settings) -> None:
    """Sliders beside their answer: only this part of the page runs when one is moved."""
    change = _sliders(known)
    said = answered(known, change, settings)
    answer(said)
    load = "what_if.open" if change.use == FORWARD else "what_if.throughput"
    metrics(said, "what_if.saved", "what_if.median", load, "what_if.sales")
    _take(known, change)
    chart(STAGES, said, "what_if")
    notes(said)
    how(said)


def _sliders(known: Process) -> Change:
    t = state.words()
    mine = crc32("\n".join(known.stages).encode())  # new stages, new sliders
    shown = sorted(range(len(known.stages)), key=lambda number: -known.won[number])[:_SLIDERS]
    cuts = [0.0] * len(known.stages)
    st.caption(say("what_if.sliders"))
    for place, (column, number) in enumerate(zip(st.columns(4) * 2, shown, strict=False)):
        begin = round(FASTER * 100) if place == 0 else 0
        cuts[number] = column.slider(
            say("what_if.faster", stage=known.stages[number]), 0, _MOST, begin, 5,
            key=f"what_if_{mine}_{number}", format="%d %%", persist_state="session",
        ) / 100  # fmt: skip
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    use = left.segmented_control(
        t("what_if.use"), USES, default=FORWARD, required=True, key="what_if_use",
        format_func=lambda one: t(f"what_if.use_{one}"), persist_state="session",
    )  # fmt: skip
    filled = 50
    if use == CAPACITY:
        filled = right.slider(
            t("what_if.fill"), 0, 100, 50, 10, key="what_if_filled", format="%d %%", persist_state="session"
        )
    return Change(tuple(cuts), use, filled / 100)


def _take(known: Process, change: Change) -> None:
    """The button that writes the answer into the plan of costs and benefits, as an assumed line."""
    t = state.words()
    line = benefit_line(known, change, t)
    categories = [Words(language)("what_if.category") for language in LANGUAGES]
    with st.container(horizontal=True, vertical_alignment="center"):
        if line is not None and st.button(
            t("what_if.take"), icon=":material/payments:", type="primary", key="what_if_take",
            help=say("what_if.take_help"),
        ):  # fmt: skip
            keep_benefit(line, categories)
            st.rerun(scope="app")
        taken = kept_benefit(categories)
        if taken is not None:
            amount, every = taken["amount"], t(f"periods.{taken['period']}")
            st.caption(say("what_if.taken", item=taken["item"], revenue=amount, period=every))
            st.page_link("pages/roi_page.py", label=t("what_if.see"), icon=":material/arrow_forward:")
