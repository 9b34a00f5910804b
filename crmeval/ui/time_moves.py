"""The section of the time page on the ways deals take: the map of moves, and which deals made them."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from crmeval.analyses.flow_map import drawn, usual
from crmeval.analyses.stage_rows import deals_in_stage, deals_on_move
from crmeval.charts import flow_map
from crmeval.charts.stages import VARIANTS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import answer, chart, how, notes, say, table

_KEPT = 6  # choices of deals: looked at again without counting again


def show(tables: Tables, settings: Settings) -> None:
    """How deals move; a stage or a move that is picked, on the map or in the list, shows its deals."""
    t = state.words()
    results = results_of(tables, "stages", "flow_map")
    stages, whole = results.get("stages"), results.get("flow_map")
    if stages is None or whole is None or "map_nodes" not in whole.tables:
        st.info(say("time.cannot", tables=t("not_measured.tables.stages")))
        return
    answer(whole)
    left, right = st.columns(2, vertical_alignment="bottom")
    by = left.segmented_control(
        t("flow_map.colour"), ("share", "stay_median"), default="share", required=True, key="flow_by",
        format_func=lambda one: t(f"flow_map.by_{one}"), persist_state="session",
    )  # fmt: skip
    share = right.slider(
        t("flow_map.moves"), 50, 100, round(usual(whole) * 100), 5, key="flow_share", format="%d %%",
        persist_state="session",
    )  # fmt: skip
    said = state.once("flow_drawn", (state.Same(whole), share), lambda: drawn(whole, share / 100))
    picks = chart(flow_map.SHARE if by == "share" else flow_map.MEDIAN, said, f"flow_map_{by}", pick=True)
    notes(said)
    _deals(tables, settings, said.tables, picks)
    chart(VARIANTS, stages, "time_variants")
    table(stages.tables["variants"], "time_variants_rows", title="result_tables.variants")
    how(stages)


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
    made_of = (tables.fingerprint, settings, stage, next_stage)
    found = state.once("flow_deals", made_of, lambda: _rows(tables, settings, stage, next_stage), keep=_KEPT)
    table(found, "flow_deals")


def _rows(tables: Tables, settings: Settings, stage: str, next_stage: str) -> pd.DataFrame:
    if next_stage:
        return deals_on_move(tables, settings, stage, next_stage)
    return deals_in_stage(tables, settings, stage)
