"""Findings as a person reads them: what was seen, what it is worth, what to do next."""

from collections.abc import Sequence

import streamlit as st

from crmeval.results import Finding
from crmeval.ui import state
from crmeval.ui.navigation import PAGES
from crmeval.ui.parts import literal, say


def finding_list(found: Sequence[Finding]) -> None:
    """The findings in their order, each with its worth, its next step and the page that shows more."""
    t = state.words()
    if not found:
        st.info(say("app.no_findings"))
    scripts = {entry.name: entry.script for entry in PAGES}
    for number, finding in enumerate(found, start=1):
        with st.container(border=True):
            left, right = st.columns([5, 1], vertical_alignment="center")
            worth = "" if finding.value is None else f"{literal(t('app.worth', amount=finding.value))} "
            left.markdown(f"**{number}. {say(finding.text)}**  \n{worth}{say(finding.action)}")
            right.page_link(scripts[finding.page], label=t("app.more"), icon=":material/arrow_forward:")
