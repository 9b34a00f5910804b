"""The section of the time page on the flow: entries that add up, weeks, the intended path, sales velocity."""

from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.flow_rows import deals_with_fate
from crmeval.analyses.velocity import change
from crmeval.charts.flow import ACCOUNTS, STAGE_WEEKS, VELOCITY, WEEKS
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import asked, behind
from crmeval.ui.parts import answer, how, metrics, notes, say
from crmeval.ui.table_parts import result_table, table


def show(tables: Tables, settings: Settings) -> None:
    """What comes in and goes out, what becomes of entries, who leaves the path, how fast money comes in."""
    flow = asked(tables, "flow", "weeks")
    if flow is None:
        return
    answer(flow)
    metrics(
        flow, "flow.arrivals_per_week", "flow.closed_per_week", "flow.in_progress", "flow.little_ratio",
        "flow.keeping_share", "flow.velocity",
    )  # fmt: skip
    notes(flow)
    chart(WEEKS, flow, "time_weeks")
    if "stage_accounts" in flow.tables:
        _accounts(tables, settings, flow)
        chart(STAGE_WEEKS, flow, "time_stage_weeks")
        _path(settings, flow)
    _velocity(flow)
    result_table(flow, "bulk_closings")
    how(flow)


@st.fragment
def _accounts(tables: Tables, settings: Settings, flow: Result) -> None:
    """What became of entries; the deals behind a part that is picked."""
    t = state.words()
    picks = chart(ACCOUNTS, flow, "time_accounts", pick=True)
    if picks and {"stage", "fate"} <= set(picks[0]):
        stage, fate = picks[0]["stage"], picks[0]["fate"]
        st.markdown(f"**{say('time.fate_rows', stage=stage, fate=t(f'columns.{fate}'))}**")
        table(behind(deals_with_fate, tables, settings, stage, fate), "time_fate_rows")
        return
    st.caption(say("time.pick_fate"))
    accounts = flow.tables["stage_accounts"]
    never = [name for name in ("ended", "unknown") if not accounts[name].sum()]
    table(accounts, "time_accounts_rows", title="result_tables.stage_accounts", hidden=never)
    st.caption(say("flow.adds_up"))


def _path(settings: Settings, flow: Result) -> None:
    """The path deals should take, to be named by the user, and how deals leave it."""
    t = state.words()
    result_table(flow, "deviations")
    if len(flow.tables["deviations"]):
        st.caption(say("flow.more_is_association"))
    stages = list(flow.tables["stage_accounts"]["stage"])
    declared = [stage for stage in settings.intended_path if stage in stages]
    named = st.multiselect(
        t("time.path_title"), stages, declared, key="time_path", help=say("time.path_help"),
        placeholder=t("time.path_placeholder"),
    )  # fmt: skip
    if tuple(named) != tuple(declared):
        state.set_settings(settings.with_(intended_path=tuple(named)))
        st.rerun()


@st.fragment
def _velocity(flow: Result) -> None:
    """Velocity by month, and what changed it between two quarters."""
    t = state.words()
    quarters = flow.tables.get("velocity_quarters", pd.DataFrame())
    if quarters.empty:
        return
    chart(VELOCITY, flow, "time_velocity")
    told = quarters[quarters["velocity"] > 0].reset_index(drop=True)
    if len(told) < 2:  # noqa: PLR2004 - a change needs two
        st.info(say("flow.velocity_none"))
        return
    begins: list[Any] = list(told["month"])
    one, other = st.columns(2)
    before = one.selectbox(
        t("time.compare_period"), begins, len(begins) - 2, format_func=t.date, key="time_velocity_before"
    )
    after = other.selectbox(
        t("time.with_period"), begins, len(begins) - 1, format_func=t.date, key="time_velocity_after"
    )
    by_month = told.set_index("month")
    taken_apart = change(by_month.loc[before], by_month.loc[after])
    times = taken_apart.set_index("part")["times"]
    st.markdown(
        say(
            "flow.velocity_answer", before=before, after=after, change=float(times["velocity"] - 1),
            part=t(f"codes.part.{taken_apart['part'].iloc[0]}"),
        )
    )  # fmt: skip
    table(told[told["month"].isin([before, after])], "time_velocity_quarters")
    table(taken_apart, "time_velocity_change", title="result_tables.velocity_change")
    st.caption(say("flow.velocity_how"))
    result_table(flow, "velocity_owners")
