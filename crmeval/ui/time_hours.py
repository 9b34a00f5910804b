"""The section of the time page on working hours: cycles, stages and the first contact on both clocks."""

import streamlit as st

from crmeval.charts.effort import RESPONSE_CURVE, RESPONSE_MONTHS, STAGE_HOURS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.narrow_parts import results_of
from crmeval.ui.parts import answer, chart, how, metrics, notes, result_table, say
from crmeval.words import text


def show(tables: Tables, _settings: Settings) -> None:
    """How soon deals are contacted, how many working hours they take, and which hours were counted."""
    results = results_of(tables, "hours", "response")
    hours, response = results.get("hours"), results.get("response")
    if hours is None:
        st.info(say("time.cannot", tables=text("not_measured.tables.hours")))
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
    if response is None:
        st.info(say("time.cannot", tables=text("not_measured.tables.response")))
    elif not response.measures:
        st.info(say("analyses.response.name") + ": " + say(response.answer))
    else:
        answer(response)
        metrics(
            response, "response.km_median_hours", "response.median_business_hours", "response.km_p90_hours",
            "response.p90_business_hours", "response.within_hour", "response.within_day", "response.never",
        )  # fmt: skip
        notes(response)
        chart(RESPONSE_CURVE, response, "time_response_curve")
        chart(RESPONSE_MONTHS, response, "time_response_months")
        result_table(response, "response_months")
    how(hours, response)
