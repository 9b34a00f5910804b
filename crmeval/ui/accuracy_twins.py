"""Records that may be one: a queue to confirm or reject, pair by pair."""

import pandas as pd
import streamlit as st

from crmeval.analyses.duplicates import CONFIRMED, OPEN, REJECTED, side_by_side
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.accuracy_parts import choose
from crmeval.ui.parts import say
from crmeval.ui.table_parts import table


def twins(said: Result, tables: Tables) -> None:
    """The queue of pairs, the pair at its head side by side, and the records that repeat another one."""
    pairs = said.tables.get("duplicate_pairs")
    if pairs is None:
        reason = said.not_measured.get("accuracy.duplicate_records")
        st.info(say(reason) if reason else say("accuracy.no_duplicates"))
        return
    t = state.words()
    st.caption(say("accuracy.twins.help"))
    counts = {verdict: int((pairs["verdict"] == verdict).sum()) for verdict in (CONFIRMED, REJECTED, OPEN)}
    st.markdown(f"**{say('accuracy.twins.counts', **counts)}**")
    shown = st.segmented_control(
        t("accuracy.twins.show"), (OPEN, CONFIRMED, REJECTED), default=OPEN, required=True,
        format_func=lambda verdict: t(f"codes.verdict.{verdict}"), key="accuracy_twins_show",
    )  # fmt: skip
    queue = pairs[pairs["verdict"] == shown].reset_index(drop=True)
    if queue.empty:
        st.info(say("accuracy.twins.none"))
    else:
        _pair(queue, tables)
        table(queue, "accuracy_pairs", title="result_tables.duplicate_pairs", shares=("score",))
    if "duplicates" in said.tables:
        table(
            said.tables["duplicates"], "accuracy_duplicates", title="result_tables.duplicates",
            shares=("score",),
        )  # fmt: skip


def _pair(queue: pd.DataFrame, tables: Tables) -> None:
    """One pair of the queue, field beside field, with the buttons of a verdict."""
    t = state.words()
    place = 1
    if len(queue) > 1:
        place = st.number_input(
            t("accuracy.twins.number"),
            min_value=1,
            max_value=len(queue),
            key="accuracy_twins_place",
            width=200,
        )
    pair = queue.iloc[min(place, len(queue)) - 1]
    first, second = str(pair["duplicate_of"]), str(pair["record_id"])
    with st.container(border=True):
        st.markdown(say("accuracy.twins.pair", place=place, n=len(queue), score=float(pair["score"])))
        beside = side_by_side(tables, first, second)
        signs = {True: t("accuracy.twins.alike"), False: t("accuracy.twins.differs")}
        st.dataframe(
            beside.assign(equal=beside["equal"].map(signs)),
            hide_index=True, key="accuracy_pair", placeholder="—", alt=t("result_tables.duplicate_pairs"),
            column_config={
                "field": t("columns.field"),
                "first": t("accuracy.twins.first", id=first),
                "equal": st.column_config.TextColumn("", width="small"),
                "second": t("accuracy.twins.first", id=second),
            },
        )  # fmt: skip
        _verdict(first, second, str(pair["verdict"]))


def _verdict(first: str, second: str, verdict: str) -> None:
    t = state.words()
    same = dict(state.settings().checks.same)
    said = {(first, second): None, (second, first): None}
    rest = {pair: one for pair, one in same.items() if pair not in said}
    with st.container(horizontal=True):
        if verdict != CONFIRMED and st.button(t("accuracy.twins.same"), key="twins_same", type="primary"):
            choose(same={**rest, (first, second): True})
        if verdict != REJECTED and st.button(t("accuracy.twins.different"), key="twins_different"):
            choose(same={**rest, (first, second): False})
        if verdict != OPEN and st.button(t("accuracy.twins.undo"), key="twins_undo", type="tertiary"):
            choose(same=rest)
