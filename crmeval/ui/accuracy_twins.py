"""Records that are likely one: listed, to be looked at."""

import streamlit as st

from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui.parts import say, table


def twins(said: Result, _tables: Tables) -> None:
    """The records that repeat another one."""
    if "duplicates" in said.tables:
        table(
            said.tables["duplicates"], "accuracy_duplicates", title="result_tables.duplicates",
            shares=("score",),
        )  # fmt: skip
    else:
        reason = said.not_measured.get("accuracy.duplicate_records")
        st.info(say(reason) if reason else say("accuracy.no_duplicates"))
