"""The section of the time page on working hours: cycles, stages and the first contact on both clocks."""

import streamlit as st

from crmeval.charts.effort import RESPONSE_CURVE, RESPONSE_MONTHS, STAGE_HOURS
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import asked
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.table_parts import result_table


def show(tables: Tables, _settings: Settings) -> None:
    """How soon deals are contacted, how many working hours they take, and which hours were counted."""
    hours = asked(tables, "hours")
    if hours is None:
        return
    answer(hours)
    metrics(
        hours, "cycle.won.median_business_hours", "cycle.lost.median_business_hours",
        "cycle.closed.median_business_hours",
    )  # fmt: skip
    notes(hours)
    st.caption(say("time.set_hours"))
    if "stage_hours" in hours.tables:
        chart(STAGE_HOURS, hours, "time_stage_hours")
        result_table(hours, "stage_hours")
    response = asked(tables, "response")
    if response is not None:
        _first_contact(response)
    how(hours, response)


def _first_contact(response: Result) -> None:
    """How long until somebody speaks with a new deal, on both clocks."""
    if not response.measures:
        st.info(say("analyses.response.name") + ": " + say(response.answer))
        return
    answer(response)
    metrics(
        response, "response.km_median_hours", "response.median_business_hours", "response.km_p90_hours",
        "response.p90_business_hours", "response.within_hour", "response.within_day", "response.never",
    )  # fmt: skip
    notes(response)
    chart(RESPONSE_CURVE, response, "time_response_curve")
    chart(RESPONSE_MONTHS, response, "time_response_months")
    result_table(response, "response_months")
