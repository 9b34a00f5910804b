"""The section of the time page that sets groups of deals against each other, at equal follow-up."""

import pandas as pd
import streamlit as st

from crmeval.analyses.compare import PEOPLE, Compared, grouped, of
from crmeval.analyses.differences import DAYS, WINS, Question, horizon_of
from crmeval.analyses.group_rows import deals_in_group
from crmeval.analyses.groups import GO_LIVE, PERIOD, ways
from crmeval.charts import compare as charts
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.narrow_parts import behind, results_of
from crmeval.ui.parts import answer, notes, say
from crmeval.ui.table_parts import table
from crmeval.words import Words

_STAGE_DAYS = "stage"
_LONGEST = 730  # days: no horizon needs to be longer
_KEPT = 4


def show(tables: Tables, settings: Settings) -> None:
    """What is compared, by what, within how many days; a group that is picked shows its deals."""
    made_of = (tables.fingerprint, settings)
    offered = state.once("compare_ways", made_of, lambda: ways(tables, settings))
    if not offered:
        st.info(say("compare.no_groups"))
        return
    by, what, stage = _choices(tables, offered)
    made = state.once(
        "compare_made", (*made_of, by, stage), lambda: grouped(tables, settings, by, stage), keep=_KEPT
    )
    if not len(made.every.begun):
        st.info(say("compare.nothing_to_show"))
        return
    asked = _question(made, what)
    said = state.once("compare_said", (*made_of, by, stage, asked), lambda: of(made, asked), keep=_KEPT)
    answer(said)
    _shown(tables, said, made, asked)
    notes(said)


def _choices(tables: Tables, offered: list[str]) -> tuple[str, str, str]:
    """The way to group, what to compare, and the stage where it is the days in one."""
    t = state.words()
    stages = results_of(tables, "stages").get("stages")
    frame = stages.tables.get("stages", pd.DataFrame()) if stages else pd.DataFrame()
    timed = list(frame["stage"][frame["total"].notna()]) if len(frame) else []
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.selectbox(
            t("compare.by"), offered, key="compare_by", persist_state="session",
            format_func=lambda way: _said_way(tables, way, t),
        )  # fmt: skip
        what = st.segmented_control(
            t("compare.what"), (WINS, DAYS, *([_STAGE_DAYS] if timed else [])), default=WINS, required=True,
            key="compare_what", format_func=lambda one: t(f"compare.of_{one}"), persist_state="session",
        )  # fmt: skip
        if what != _STAGE_DAYS:
            return by, what, ""
        stage = st.selectbox(t("compare.stage"), timed, key="compare_stage", persist_state="session")
    return by, DAYS, stage


def _said_way(tables: Tables, way: str, t: Words) -> str:
    """A way to group in words: the field, or the header of a column of the upload."""
    if way in (GO_LIVE, PERIOD):
        return t(f"compare.{way}")
    return t(f"fields.deals.{way}") if t.has(f"fields.deals.{way}") else tables.label("deals", way)


def _question(made: Compared, what: str) -> Question:
    """The horizon, and what groups are set against: the rest, or one of them."""
    t = state.words()
    every = made.every
    begin = int(horizon_of(every, what))
    most = max(min(int(every.followed.max()), _LONGEST), begin, 8)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    horizon = left.slider(
        t("compare.horizon"), 7, most, begin, key=f"compare_horizon_{what}_{every.by}_{made.stage}",
        help=say("compare.horizon_help" if what == WINS else "compare.horizon_days_help"),
    )  # fmt: skip
    if every.by == GO_LIVE:
        return Question(what, horizon, against=0)
    group = right.selectbox(
        t("compare.against"), range(len(every.names)), index=None, key=f"compare_against_{every.by}",
        placeholder=t("compare.against_rest"), format_func=lambda number: every.names[number],
    )  # fmt: skip
    return Question(what, horizon, against=group)


def _shown(tables: Tables, said: Result, made: Compared, asked: Question) -> None:
    """The charts and the rows: of people the funnel first, which no list may replace."""
    if made.every.by in PEOPLE and asked.what == WINS and len(made.people):
        # it knows no horizon: a slider leaves it as it is
        alone = Result(said.answer, tables={"compare_funnel": made.people})
        chart(charts.FUNNEL, alone, "compare_funnel")
    picks = chart(
        charts.WINS if asked.what == WINS else charts.DAYS, said, f"compare_{asked.what}", pick=True
    )
    table(
        said.tables[f"compare_{asked.what}"], f"compare_{asked.what}_rows",
        title=f"result_tables.compare_{asked.what}", hidden=("p", "p_log_rank"),
    )  # fmt: skip
    if len(made.rates):
        table(made.rates, "compare_rates", title="result_tables.compare_rates")
    if made.every.by in (GO_LIVE, PERIOD):
        return
    group = chosen("compare.choose", made.every.names, picks, "group", f"compare_group_{made.every.by}")
    if group:
        st.markdown(f"**{say('compare.deals_of', group=group)}**")
        table(behind(deals_in_group, tables, made.every.by, group), "compare_deals")
