"""The accuracy as the user chose to have it judged, and rows that a click chooses."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.accuracy import evidence, told
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state


def choose(**changes: Any) -> None:
    """Keeps choices about the checks, in the session and in every saved assessment, and begins anew."""
    now = state.settings()
    state.set_settings(now.with_(checks=now.checks.with_(**changes)))
    st.rerun()


def accuracy_now(tables: Tables, *, in_truth: bool) -> Result:
    """The accuracy by the checks as they are chosen; against verified records, or what the checks say."""
    if in_truth and (found := state.results().get("accuracy")):
        return found
    settings = state.settings()
    with st.spinner(state.words()("analyses.accuracy.doing")):
        return told(tables, settings, evidence(tables, settings, in_truth=in_truth))


def judged_in_truth(tables: Tables) -> bool:
    """Whether to show what was verified or what the checks say; asked only where there is a choice."""
    if "verified" not in tables:
        return True
    t = state.words()
    ways = {way: t(f"accuracy.ways.{way}") for way in ("truth", "checks")}
    chosen = st.segmented_control(
        t("accuracy.ways.judged"), list(ways), format_func=ways.__getitem__, default="truth",
        required=True, key="accuracy_way",
    )  # fmt: skip
    return chosen != "checks"


def picked_rows(frame: pd.DataFrame, picks: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows that a click in a chart chose, all of them where nothing is chosen."""
    for pick in picks[:1]:
        for column, value in pick.items():
            if column in frame.columns:
                frame = frame[frame[column] == value]
    return frame
