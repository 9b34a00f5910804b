"""What the retention page asks anew when somebody picks a cohort or moves a control."""

from collections.abc import Hashable

import pandas as pd
import streamlit as st

from crmeval.analyses.at_risk import TIMES_USUAL, at_risk
from crmeval.analyses.cohorts import customers_of
from crmeval.analyses.purchases import MONTHS_A_YEAR, purchases
from crmeval.analyses.repeat import WITHIN_DAYS, around_go_live, first_and_second
from crmeval.analyses.retention import compared
from crmeval.charts.retention import COHORTS
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.parts import counted, say
from crmeval.ui.table_parts import table
from crmeval.words import Text

_TIMES = (TIMES_USUAL, 3.0, 4.0, 6.0)
_WITHIN = (30, 60, 90, 180, 365)
_KEPT = 8  # choices whose rows are kept ready


def _customers(tables: Tables, cohort: int) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        with purchases(tables, state.settings()) as found:
            return customers_of(tables, found, cohort) if found else pd.DataFrame()

    return counted("cohort_customers", (*_made_of(tables), cohort), make, keep=_KEPT)


def _silent(tables: Tables, times: float) -> pd.DataFrame:
    def make() -> pd.DataFrame:
        with purchases(tables, state.settings()) as found:
            return at_risk(tables, found, times) if found else pd.DataFrame()

    return counted("silent_customers", (*_made_of(tables), times), make, keep=_KEPT)


def _around(tables: Tables, within: int) -> tuple[pd.DataFrame, Text, str]:
    def make() -> tuple[pd.DataFrame, Text, str]:
        settings = state.settings()
        with purchases(tables, settings) as found:
            around = around_go_live(first_and_second(tables, found), found, settings.go_live, within)
        return around.table, *compared(around)

    return counted("around_go_live", (*_made_of(tables), within), make, keep=_KEPT)


def _made_of(tables: Tables) -> tuple[Hashable, ...]:
    settings = state.settings()
    return tables.fingerprint, settings.observed_until, settings.go_live


@st.fragment
def cohorts(tables: Tables, said: Result) -> None:
    """The cohorts; one that is picked, in the chart or the list, shows its customers."""
    picks = chart(COHORTS, said, "retention_cohorts", pick=True)
    months = sorted(said.tables["cohorts"]["cohort"].dt.strftime("%Y-%m").unique(), reverse=True)
    cohort = chosen("retention.choose_cohort", months, picks, "cohort", "retention_cohort")
    if not cohort:
        return
    year, month = (int(part) for part in cohort.split("-"))
    rows = _customers(tables, year * MONTHS_A_YEAR + month - 1)
    st.markdown(f"**{say('retention.cohort_rows', cohort=cohort)}**")
    table(rows, "cohort_customers")


@st.fragment
def silent_customers(tables: Tables, said: Result) -> None:
    """The customers at risk, as strictly as the slider says."""
    t = state.words()
    times = st.segmented_control(
        t("retention.at_risk_more"), _TIMES, default=TIMES_USUAL, required=True, key="retention_times",
        format_func=lambda times: f"{t.number(times)} ×",
    )  # fmt: skip
    listed = said.tables["at_risk"]
    if times != TIMES_USUAL:
        listed = _silent(tables, times)
    table(listed, "at_risk", title="result_tables.at_risk")


@st.fragment
def before_and_after(tables: Tables) -> None:
    """Customers won before and after go-live, who bought again within the days chosen."""
    t = state.words()
    st.subheader(say("retention.go_live_title"))
    settings = state.settings()
    if settings.go_live is None:
        st.caption(say("retention.go_live_unknown"))
        return
    within = st.select_slider(
        t("retention.within"), _WITHIN, WITHIN_DAYS, key="retention_within",
        format_func=lambda n: t("retention.within_days", n=n),
    )  # fmt: skip
    frame, sentence, _ = _around(tables, within)
    st.markdown(say(sentence))
    table(frame, "repeat_before_after")
