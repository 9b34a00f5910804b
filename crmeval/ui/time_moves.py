"""The section of the time page on the ways deals take: moves between stages, and which deals made them."""

import streamlit as st

from crmeval.analyses.stage_rows import deals_on_move
from crmeval.charts.stages import TRANSITIONS, VARIANTS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import chart, how, notes, say, table


def show(tables: Tables, settings: Settings) -> None:
    """How deals move; a move that is picked shows its deals."""
    t = state.words()
    stages = results_of(tables, "stages").get("stages")
    if stages is None or "stages" not in stages.tables:
        st.info(say("time.cannot", tables=t("not_measured.tables.stages")))
        return
    notes(stages)
    moves = chart(TRANSITIONS, stages, "time_transitions", pick=True)
    if moves:
        stage, next_stage = moves[0]["from"], moves[0]["to"]
        st.markdown(f"**{say('time.on_move', stage=stage, next_stage=next_stage)}**")
        table(deals_on_move(tables, settings, stage, next_stage), "time_on_move")
    else:
        st.caption(say("time.pick_move"))
    chart(VARIANTS, stages, "time_variants")
    table(stages.tables["variants"], "time_variants_rows", title="result_tables.variants")
    how(stages)
