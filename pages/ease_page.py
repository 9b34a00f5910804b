"""Ease of use, adoption, training: is the CRM liked, is it used, and does training help?"""

from dataclasses import replace

import streamlit as st

from crmeval.charts.ease import ADOPTION, ITEMS, SUS_SCALE, TRAINING
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.ui import state
from crmeval.ui.parts import answer, chart, how, metrics, need, notes, page, result, say, table

t = page("ease")
need("ease", "usability", "usage", "records", "activities", "deals", "training")


def section(name: str) -> Result | None:
    """Opens the section of an analysis with its answer, or says what it would need."""
    st.header(say(f"analyses.{name}.name"), divider=True)
    said = result(name)
    if said is None:
        st.info(say("ease.nothing_yet", tables=t(f"not_measured.tables.{name}")))
    else:
        answer(said)
    return said


def by_dimension(said: Result) -> Result:
    """The result with the groups of the column that the visitor chose, where there are several."""
    groups = spoken(said.tables["usability_by_group"], t)
    if groups.empty:
        st.caption(say("ease.no_groups"))
        return said
    chosen = st.selectbox(t("ease.by"), list(groups["dimension"].unique()), key="ease_by")
    shown = groups[groups["dimension"] == chosen]
    return replace(said, tables={**said.tables, "usability_by_group": shown})


if usability := section("usability"):
    kinds = (
        "sus_mean",
        "sus_grade",
        "sus_percentile",
        "umux_lite_mean",
        "umux_lite_sus",
        "likert_mean",
        "alpha",
    )
    metrics(usability, *(f"usability.{kind}" for kind in kinds if usability.get(f"usability.{kind}")))
    notes(usability)
    grouped = by_dimension(usability)
    picks = {pick["group"] for pick in chart(SUS_SCALE, grouped, "ease_scale", pick=True)}
    by_group = grouped.tables["usability_by_group"]
    if len(by_group):
        st.caption(say("ease.pick_group"))
        rows = by_group[by_group["group"].isin(picks)] if picks & set(by_group["group"]) else by_group
        table(rows, "usability_by_group", title="result_tables.usability_by_group")
    chart(ITEMS, usability, "ease_items")
    table(
        usability.tables["usability_items"],
        "usability_items",
        title="result_tables.usability_items",
    )
    remarked = usability.tables["usability_remarked"]
    if len(remarked):
        table(remarked, "usability_remarked", title="result_tables.usability_remarked")

if adoption := section("adoption"):
    users = st.number_input(
        t("ease.users"), min_value=1, max_value=10_000_000, value=state.settings().users,
        help=say("ease.users_help"), key="ease_users",
    )  # fmt: skip
    if users != state.settings().users:
        state.set_settings(state.settings().with_(users=users))
        st.rerun()
    metrics(adoption, "adoption.active_share", "adoption.last_share", "adoption.stopped")
    notes(adoption)
    if "adoption_by_month" in adoption.tables:
        chart(ADOPTION, adoption, "ease_adoption")
        table(adoption.tables["adoption_by_user"], "adoption_by_user", title="result_tables.adoption_by_user")

if training := section("training"):
    metrics(training, "training.effect", "training.cycle_effect")
    notes(training)
    if "training_by_user" in training.tables:
        chart(TRAINING, training, "ease_training")
        people = training.tables["training_by_user"]
        table(people, "training_by_user", title="result_tables.training_by_user", shares=("share", "change"))

how(usability, adoption, training)
