"""The section of the time page on effort: contacts, minutes, waiting and working, handovers."""

import streamlit as st

from crmeval.charts.effort import KINDS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import asked
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.table_parts import result_table


def show(tables: Tables, _settings: Settings) -> None:
    """What a sale takes in contacts and minutes, which kinds of work, and how often deals change hands."""
    effort = asked(tables, "effort")
    if effort is None:
        return
    if not (effort.measures or effort.tables):
        st.info(say(effort.answer))
        return
    answer(effort)
    metrics(
        effort, "effort.minutes_per_won_deal", "effort.cost_per_won_deal", "effort.flow_efficiency",
        "activities.per_customer", "effort.minutes_per_customer", "handovers.share", "handovers.gap_days",
        "handovers.more_days",
    )  # fmt: skip
    notes(effort)
    if "effort_kinds" in effort.tables:
        chart(KINDS, effort, "time_effort_kinds")
        result_table(effort, "effort_kinds")
        result_table(effort, "effort_outcomes")
        st.caption(say("effort.lost_too"))
    result_table(effort, "stage_waits")
    result_table(effort, "handovers")
    how(effort)
