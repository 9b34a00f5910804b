"""Rules of the user's own: built from lists and boxes, kept with the assessment."""

import streamlit as st

from crmeval.analyses.checks.columns import checkable, headers, title
from crmeval.analyses.checks.rules import can_be_asked
from crmeval.check_choices import NEED_NOTHING, OF_TWO, TESTS, Condition, Rule
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.accuracy_parts import choose
from crmeval.ui.parts import literal, say


def own_rules(tables: Tables) -> None:
    """The rules there are, each with a button to remove it, and the form of a new one."""
    t = state.words()
    rules = state.settings().checks.rules
    st.subheader(say("accuracy.rules.title"))
    st.caption(say("accuracy.rules.help"))
    for place, rule in enumerate(rules):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{literal(rule.name)}** ({literal(title(tables, rule.table))})")
            if st.button(t("accuracy.rules.remove"), key=f"rule_remove_{place}", type="tertiary"):
                choose(rules=rules[:place] + rules[place + 1 :])
    with st.expander(t("accuracy.rules.new"), icon=":material/add:"):
        _new(tables, rules)


def _new(tables: Tables, rules: tuple[Rule, ...]) -> None:
    t = state.words()
    judged = {one.name: one for one in checkable(tables)}
    name = st.selectbox(
        t("accuracy.rules.table"), list(judged), format_func=lambda one: title(tables, one), key="rule_table"
    )
    columns = list(headers(tables, judged[name], list(judged.values())).values())
    must = _condition(columns, "must")
    when = None
    if st.toggle(t("accuracy.rules.only_if"), key="rule_only_if"):
        when = _condition(columns, "when")
    called = st.text_input(t("accuracy.rules.name"), max_chars=80, key="rule_name")
    if st.button(t("accuracy.rules.add"), key="rule_add", type="primary"):
        rule = Rule(called.strip() or _said(must), name, must, when)
        if any(rule.name == other.name for other in rules):
            st.warning(say("accuracy.rules.named_already"))
        elif can_be_asked(tables, rule):
            choose(rules=(*rules, rule))
        else:
            st.warning(say("accuracy.rules.not_understood"))


def _condition(columns: list[str], key: str) -> Condition:
    """The boxes of one condition: column, test, and a value or another column."""
    t = state.words()
    left, middle, right = st.columns(3)
    column = left.selectbox(t(f"accuracy.rules.{key}"), columns, key=f"rule_{key}_column")
    test = middle.selectbox(
        t("accuracy.rules.test"), TESTS, format_func=lambda one: t(f"accuracy.tests.{one}"),
        key=f"rule_{key}_test",
    )  # fmt: skip
    value = other = ""
    if test not in NEED_NOTHING:
        value = right.text_input(
            t("accuracy.rules.value"), max_chars=500, key=f"rule_{key}_value",
            help=say("accuracy.rules.value_help"),
        )  # fmt: skip
        if test in OF_TWO and not value:
            other = right.selectbox(
                t("accuracy.rules.other"), columns, index=None, key=f"rule_{key}_other",
                placeholder=t("app.pick_placeholder"),
            ) or ""  # fmt: skip
    return Condition(column, test, value, other)


def _said(one: Condition) -> str:
    """A rule in words, where the user gave it no name."""
    t = state.words()
    return " ".join(filter(None, (one.column, t(f"accuracy.tests.{one.test}"), one.value or one.other)))
