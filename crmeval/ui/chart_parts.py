"""Charts on a page: drawn once for what they show, and what the visitor picks in them."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from altair.utils.schemapi import debug_mode
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from crmeval.charts.style import PICKED, Chart, taken_apart
from crmeval.results import Result
from crmeval.ui import state
from crmeval.ui.likeness import Alike
from crmeval.ui.parts import say
from crmeval.words import Words

_CHARTS_KEPT = 8  # of one place on a page: the choices before are often looked at again


def chart(shown: Chart, said: Result, key: str, *, pick: bool = False) -> list[dict[str, Any]]:
    """A chart of a result with its title; returns what the user picked in it (a list of marks' fields)."""
    t = state.words()
    made_of = (Alike(said), shown, t.language, t.currency)
    drawn = state.once(f"chart_{key}", made_of, lambda: _drawn(shown, said, t), keep=_CHARTS_KEPT)
    st.subheader(say(f"charts.{shown.name}.title"))
    if drawn is None:
        st.info(say("app.nothing_to_draw"))
        return []
    alt = t(f"charts.{shown.name}.alt")
    width = "content" if "vconcat" in drawn else "stretch"  # see STACKED
    if not pick:
        st.vega_lite_chart(spec=drawn, key=key, alt=alt, width=width)
        return []
    event = st.vega_lite_chart(
        spec=drawn, key=key, alt=alt, width=width, on_select="rerun", selection_mode=[PICKED]
    )
    return list(event["selection"].get(PICKED, []))


def _drawn(shown: Chart, said: Result, t: Words) -> dict[str, Any] | None:
    """The chart as it is sent: without checks against Altair's schema: tests do them, they take longest."""
    with debug_mode(False):
        drawn = shown.draw(said, t)
        if drawn is None:
            return None
        spec, data = taken_apart(drawn)
    rows = {name: convert_anything_to_arrow_bytes(frame) for name, frame in data.items()}
    return {**spec, "datasets": rows}


def chosen(label: str, options: Sequence[Any], picks: Sequence[dict[str, Any]], column: str, key: str) -> Any:
    """What was picked in a chart, or else in the list below it, which a keyboard reaches too."""
    t = state.words()
    picked = next((pick[column] for pick in picks if column in pick), None)
    listed = st.selectbox(t(label), options, index=None, key=key, placeholder=t("app.pick_placeholder"))
    return listed if picked is None else picked
