"""The sections of the page on ease of use: what people say of the CRM, who uses it, what training does."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from crmeval.charts.ease import ADOPTION, ITEMS, SUS_SCALE, TRAINING
from crmeval.charts.ease_more import HABITS, PATH, SAID_AND_DONE
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import XLSX, answer, how, metrics, notes, result, say
from crmeval.ui.table_parts import result_table, table

_SCORES = (
    "sus_mean", "sus_grade", "sus_percentile", "umux_lite_mean", "umux_lite_sus", "likert_mean", "alpha",
    "sus_usable", "sus_learnable",
)  # fmt: skip


def answered(name: str) -> Result | None:
    """The result of an analysis, opened with its answer; without it, what it would need is said."""
    said = result(name)
    if said is None:
        needed = state.words()(f"not_measured.tables.{name}")
        st.info(say("ease.nothing_yet", tables=needed))
    else:
        answer(said)
    return said


def usability() -> None:
    """Scores of the forms, by group and statement by statement."""
    said = answered("usability")
    if said is None:
        hand_out()
        return
    metrics(said, *(f"usability.{score}" for score in _SCORES if said.get(f"usability.{score}")))
    notes(said)
    _groups(said)
    chart(ITEMS, said, "ease_items")
    table(_worded(said), "usability_items", title="result_tables.usability_items")
    result_table(said, "usability_remarked")
    hand_out()
    how(said)


@st.fragment
def _groups(said: Result) -> None:
    """The scores of groups on the graded scale; one that is picked stays alone in the table."""
    grouped = _by_dimension(said)
    picks = {pick["group"] for pick in chart(SUS_SCALE, grouped, "ease_scale", pick=True)}
    groups = grouped.tables["usability_by_group"]
    if len(groups):
        st.caption(say("ease.pick_group"))
        rows = groups[groups["group"].isin(picks)] if picks & set(groups["group"]) else groups
        table(rows, "usability_by_group", title="result_tables.usability_by_group")


def hand_out() -> None:
    """The standard questionnaires as files."""
    from crmeval.report.questionnaire import SCALES, questionnaire

    t = state.words()
    with st.container(border=True):
        st.caption(say("questionnaire.hand_out"))
        with st.container(horizontal=True):
            for form in SCALES:
                st.download_button(
                    t(f"questionnaire.download_{form}"), data=partial(questionnaire, form, t), mime=XLSX,
                    file_name=f"crmeval-{form.replace('_', '-')}.xlsx", key=f"ease_{form}",
                    on_click="ignore", icon=":material/assignment:",
                )  # fmt: skip


def _worded(said: Result) -> pd.DataFrame:
    """The statements with what they say, where their column is only called `Q1`."""
    items = said.tables["usability_items"]
    if said.get("usability.sus_mean") is None:
        return items
    t = state.words()
    bare = items["question"].str.lower() == items["code"].str.lower()
    return items.assign(
        question=items["question"].mask(bare, items["code"].map(lambda code: t(f"usability.items.{code}")))
    )


def _by_dimension(said: Result) -> Result:
    """The result with the groups of the column that the visitor chose, where there are several."""
    groups = said.tables["usability_by_group"]
    if groups.empty:
        st.caption(say("ease.no_groups"))
        return said
    named = spoken(groups, state.words())
    dimensions = dict(zip(groups["dimension"], named["dimension"], strict=True))
    if len(dimensions) > 1:
        dimension = st.selectbox(
            state.words()("ease.by"), list(dimensions), format_func=dimensions.__getitem__, key="ease_by",
            persist_state="session",
        )  # fmt: skip
        named = named[groups["dimension"] == dimension]
    return replace(said, tables={**said.tables, "usability_by_group": named})


def adoption() -> None:
    """Who uses the CRM, of those who should."""
    said = answered("adoption")
    if said is None:
        return
    t = state.words()
    settings = state.settings()
    users = st.number_input(
        t("ease.users"), min_value=1, max_value=10_000_000, value=settings.users, width=320,
        help=say("ease.users_help"), key="ease_users",
    )  # fmt: skip
    if users != settings.users:
        state.set_settings(settings.with_(users=users))
        st.rerun()
    metrics(said, "adoption.active_share", "adoption.last_share", "adoption.stopped")
    metrics(said, "adoption.fields_filled", "adoption.late_entry")
    notes(said)
    if "adoption_by_month" in said.tables:
        chart(ADOPTION, said, "ease_adoption")
        chart(HABITS, said, "ease_habits")
        st.caption(say("ease.no_league"))
        result_table(said, "adoption_by_user")
        st.caption(say("ease.stopped_first"))
    if "adoption_by_person" in said.tables:
        table(
            said.tables["adoption_by_person"], "adoption_by_person", title="result_tables.adoption_by_person",
            shares=("filled_share", "late_share"),
        )  # fmt: skip
    if "said_and_done" in said.tables:
        chart(SAID_AND_DONE, said, "ease_said_and_done")
        st.caption(say("ease.said_and_done"))
        result_table(said, "said_and_done")
    how(said)


def training() -> None:
    """Errors and days of trained people, against those not yet trained."""
    said = answered("training")
    if said is None:
        return
    metrics(said, "training.effect", "training.cycle_effect")
    if said.get("training.hours_saved"):
        metrics(said, "training.hours", "training.hours_saved", "training.payback_months")
    notes(said)
    if "training_by_user" in said.tables:
        chart(TRAINING, said, "ease_training")
        if "training_path" in said.tables:
            chart(PATH, said, "ease_path")
            st.caption(say("training.path_help"))
        result_table(said, "training_needs")
        result_table(said, "training_by_user")
    if "around_events" in said.tables:
        table(
            said.tables["around_events"], "around_events", title="result_tables.around_events",
            shares=("share_before", "share_after", "change"),
        )  # fmt: skip
        st.caption(say("training.events_help"))
    _events()
    how(said)


def _events() -> None:
    """Releases and other dated changes, to be typed in."""
    t, settings = state.words(), state.settings()
    with st.expander(t("training.events"), icon=":material/event:"):
        st.caption(say("training.events_ask"))
        known = pd.DataFrame(
            {"event": list(settings.events), "at": pd.to_datetime(list(settings.events.values()))}
        )
        edited = st.data_editor(
            known.astype({"event": "str"}), num_rows="dynamic", hide_index=True,
            key=f"ease_events_{len(known)}",
            column_config={
                "event": st.column_config.TextColumn(t("columns.event"), max_chars=80),
                "at": st.column_config.DateColumn(t("columns.at")),
            },
        ).dropna()  # fmt: skip
        told = {
            str(name).strip(): f"{at:%Y-%m-%d}"
            for name, at in edited.itertuples(index=False)
            if str(name).strip()
        }
        if st.button(t("training.events_keep"), disabled=told == dict(settings.events)):
            state.set_settings(settings.with_(events=told))
            st.rerun()
