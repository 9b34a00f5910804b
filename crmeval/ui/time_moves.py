"""The section of the time page on the ways deals take: the map of moves, and which deals made them."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from crmeval.analyses.flow_map import drawn, usual
from crmeval.analyses.stage_rows import deals_in_stage, deals_on_move
from crmeval.charts import flow_map
from crmeval.charts.stages import VARIANTS
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.likeness import Same
from crmeval.ui.narrow_parts import asked, behind
from crmeval.ui.parts import answer, how, notes, say
from crmeval.ui.table_parts import table


def show(tables: Tables, settings: Settings) -> None:
    """How deals move; a stage or a move that is picked, on the map or in the list, shows its deals."""
    stages = asked(tables, "stages", "variants")
    whole = asked(tables, "flow_map", "map_nodes") if stages else None
    if stages is None or whole is None:
        return
    answer(whole)
    _map(tables, settings, whole)
    chart(VARIANTS, stages, "time_variants")
    table(stages.tables["variants"], "time_variants_rows", title="result_tables.variants")
    how(stages)


@st.fragment
def _map(tables: Tables, settings: Settings, whole: Result) -> None:
    """The map with what changes it, and the deals of what is picked; the rest of the section stays."""
    t = state.words()
    left, right = st.columns(2, vertical_alignment="bottom")
    by = left.segmented_control(
        t("flow_map.colour"), ("share", "stay_median"), default="share", required=True, key="flow_by",
        format_func=lambda one: t(f"flow_map.by_{one}"), persist_state="session",
    )  # fmt: skip
    share = right.slider(
        t("flow_map.moves"), 50, 100, round(usual(whole) * 100), 5, key="flow_share", format="%d %%",
        persist_state="session",
    )  # fmt: skip
    said = state.once("flow_drawn", (Same(whole), share), lambda: drawn(whole, share / 100), keep=11)
    picks = chart(flow_map.SHARE if by == "share" else flow_map.MEDIAN, said, f"flow_map_{by}", pick=True)
    notes(said)
    _deals(tables, settings, said.tables, picks)


def _deals(
    tables: Tables, settings: Settings, drawn_: Mapping[str, pd.DataFrame], picks: list[dict[str, str]]
) -> None:
    """The deals of what is picked: a stage, or a move from one to another; else all moves."""
    t = state.words()
    moves = list(zip(drawn_["map_edges"]["from"], drawn_["map_edges"]["to"], strict=True))
    options = [*((stage, "") for stage in drawn_["map_nodes"]["stage"]), *moves]
    picked = next(((one["from"], one.get("to") or "") for one in picks if one.get("from")), None)
    listed = st.selectbox(
        t("flow_map.choose"), options, index=None, key="flow_choice", placeholder=t("app.pick_placeholder"),
        format_func=lambda move: f"{move[0]} → {move[1]}" if move[1] else move[0],
    )  # fmt: skip
    stage, next_stage = listed or picked or ("", "")
    if not stage:
        table(drawn_["map_edges"], "flow_moves", title="result_tables.map_edges")
        return
    key = "time.on_move" if next_stage else "time.in_stage"
    st.markdown(f"**{say(key, stage=stage, next_stage=next_stage)}**")
    picked_rows = (
        behind(deals_on_move, tables, settings, stage, next_stage)
        if next_stage
        else behind(deals_in_stage, tables, settings, stage)
    )
    table(picked_rows, "flow_deals")
