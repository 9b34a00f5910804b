"""The sections of the feedback page, each with the comments behind what is picked in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.answers import answers
from crmeval.analyses.segments import SMALLEST_SEGMENT, by_segment, dimensions, spoken_dimension
from crmeval.analyses.themes import comments_behind
from crmeval.charts.feedback import DISTRIBUTION, PERIODS, SEGMENTS, THEMES, score_format
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import counted, literal, say
from crmeval.ui.table_parts import table
from crmeval.words import Text, Words

_KEPT = 8  # choices whose rows are kept ready


def _segments(tables: Tables, column: str) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        with answers(tables) as found:
            return by_segment(tables, found, column) if found else pd.DataFrame()

    return counted("feedback_segments", (tables.fingerprint, column), make, keep=_KEPT)


def _comments(tables: Tables, picked: Mapping[str, Any]) -> pd.DataFrame:
    asked = (tables.fingerprint, *sorted(picked.items()))
    return counted("feedback_comments", asked, lambda: comments_behind(tables, **picked), keep=_KEPT)


def _shares(said: Result) -> tuple[str, ...]:
    """The columns of score tables to be written as percentages."""
    return ("value", "low", "high") if score_format(said).endswith("%") else ()


def _named(tables: Tables, column: str, t: Words) -> str:
    name = spoken_dimension(column)
    return t(name) if isinstance(name, Text) else tables.label("feedback", name)


def scores(tables: Tables, said: Result) -> None:
    """How often each score was given, how the score went, and before against after go-live."""
    picks = chart(DISTRIBUTION, said, "feedback_distribution", pick=True) if said.measures else []
    if "feedback_by_period" in said.tables:
        chart(PERIODS, said, "feedback_periods")
    if "feedback_before_after" in said.tables:
        around = said.tables["feedback_before_after"]
        table(around, "before_after", title="result_tables.feedback_before_after", shares=_shares(said))
    _comments_shown(tables, picks, "feedback.pick_score")


def segments(tables: Tables, said: Result) -> None:
    """Scores by the column and with the least number of answers chosen."""
    t = state.words()
    columns = dimensions(tables)
    large = set(said.tables["feedback_by_segment"]["dimension"])
    first = next((n for n, c in enumerate(columns) if {c, tables.label("feedback", c)} & large), 0)
    left, right = st.columns(2)
    column = left.selectbox(
        t("feedback.segment_by"), columns, index=first, key="feedback_column", persist_state="session",
        format_func=lambda column: _named(tables, column, t),
    )  # fmt: skip
    fewest = right.slider(
        t("feedback.fewest"), 5, 200, SMALLEST_SEGMENT, 5, key="feedback_fewest", persist_state="session"
    )
    every = _segments(tables, column)
    shown = every[every["n"] >= fewest].reset_index(drop=True)
    drawn = replace(said, tables={"feedback_by_segment": shown})
    picks = chart(SEGMENTS, drawn, f"feedback_segments_{column}", pick=True)
    if hidden := len(every) - len(shown):
        st.caption(say("feedback.notes.hidden", n=hidden, fewest=fewest))
    if len(shown):
        table(shown, "feedback_by_segment", shares=_shares(said))
    picked = [{"column": column, "segment": pick["segment"]} for pick in picks]
    _comments_shown(tables, picked, "feedback.pick_segment")


def themes(tables: Tables, said: Result) -> None:
    """The words that tell bad answers from good ones."""
    picks = chart(THEMES, said, "feedback_themes", pick=True)
    table(said.tables["themes"], "feedback_themes_table", title="result_tables.themes")
    _comments_shown(tables, picks, "feedback.pick_theme")


def _comments_shown(tables: Tables, picks: list[dict[str, Any]], how_to_pick: str) -> None:
    """The comments behind what was picked; all of them where nothing was."""
    if not tables.has("feedback", "text"):
        return
    picked = picks[-1] if picks else {}
    st.subheader(say("feedback.comments"))
    if not picked:
        st.caption(say(how_to_pick))
    if "theme" in picked:
        st.caption(say("feedback.about", theme=picked["theme"]))
    if "score" in picked:
        st.caption(say("feedback.with_score", score=float(picked["score"])))
    if "segment" in picked:
        st.caption(f"{say('columns.segment')}: {literal(str(picked['segment']))}")
    table(_comments(tables, picked), "feedback_comments")
