"""Sections of a page under tabs: only the open one is worked out, and it is the one the visitor left."""

from collections.abc import Callable, Mapping

import streamlit as st

from crmeval.ui import state


@st.fragment
def sections(page: str, shown: Mapping[str, Callable[[], None]], *, texts: str = "") -> None:
    """A tab for each section, named `<texts or page>.<section>` in the catalogue; runs the open one alone.

    What is clicked in a section runs that section again, not the rest of the page.

    Streamlit forgets tabs when the visitor goes to another page or changes the language, for their labels are
    their state: the open section is kept in the visitor's work by its name.
    """
    t = state.words()
    labels = [t(f"{texts or page}.{name}") for name in shown]
    key = f"{page}_sections_{t.language}"
    state.begin(key, dict(zip(shown, labels, strict=True)).get(state.opened(page), labels[0]))
    tabs = st.tabs(labels, key=key, on_change="rerun")
    for (name, show), tab in zip(shown.items(), tabs, strict=True):
        if tab.open:
            state.open_section(page, name)
            with tab:
                show()
