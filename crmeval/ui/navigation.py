"""The menu: every page once, by section."""

import logging
from dataclasses import dataclass
from typing import Any

import streamlit as st

from crmeval.ui import state
from crmeval.words import LANGUAGES, Words, text


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page: its script is `pages/<name>_page.py`, its address `/<name>` (the first page's is `/`)."""

    name: str
    section: str
    icon: str

    @property
    def script(self) -> str:
        """The script, from the folder of the app.

        Its name never equals the address: Streamlit's old way of finding pages would then skip the menu on a
        deep link.
        """
        return f"pages/{self.name}_page.py"


PAGES = (
    PageEntry("data", "start", ":material/upload_file:"),
    PageEntry("overview", "start", ":material/dashboard:"),
    PageEntry("time", "efficiency", ":material/timelapse:"),
    PageEntry("bottlenecks", "efficiency", ":material/hourglass_top:"),
    PageEntry("accuracy", "efficiency", ":material/fact_check:"),
    PageEntry("ease", "efficiency", ":material/school:"),
    PageEntry("retention", "effectiveness", ":material/group:"),
    PageEntry("feedback", "effectiveness", ":material/reviews:"),
    PageEntry("impact", "effectiveness", ":material/trending_up:"),
    PageEntry("roi", "effectiveness", ":material/payments:"),
    PageEntry("scorecard", "verdict", ":material/balance:"),
)


def chosen_page() -> Any:
    """The menu in the page's language; returns the page the visitor is on."""
    t = state.words()
    sections: dict[str, list[Any]] = {}
    for entry in PAGES:
        page = st.Page(
            entry.script,
            title=t(f"pages.{entry.name}.menu"),
            icon=entry.icon,
            url_path=entry.name,
            default=entry is PAGES[0],
        )
        sections.setdefault(t(f"sections.{entry.section}"), []).append(page)
    return st.navigation(sections)


def run(page: Any) -> None:
    """Runs the page. A fault of ours is logged, and a client is told in their language what to do."""
    try:
        page.run()
    except Exception:
        if st.get_option("client.showErrorDetails") != "none":
            raise
        logging.getLogger(__name__).exception("the page %s failed", page.url_path)
        from crmeval.ui.parts import say

        st.error(say("app.broken"))


def sidebar() -> None:
    """Under the menu: the language, what is loaded, and the way to have it deleted."""
    t = state.words()
    with st.sidebar:
        st.segmented_control(
            t("app.language"),
            LANGUAGES,
            default=state.preferred_language(),
            required=True,
            key=state.LANGUAGE,
            bind="query-params",
            label_visibility="collapsed",
            width="stretch",
        )
        tables = state.tables()
        if tables is not None:
            _loaded(t)


def _loaded(t: Words) -> None:
    from crmeval.ui.parts import literal

    work = state.work()
    tables = work.tables
    if tables is None:
        return
    company = work.settings.company or t("app.your_company")
    st.markdown(f"**{literal(company)}**")
    rows = sum(receipt.rows_used for receipt in tables.imports)
    files = text("app.from_files", n=len({receipt.file for receipt in tables.imports}))
    st.caption(literal(t("app.loaded", files=files, n=rows)))
    if work.is_sample:
        st.caption(literal(t("app.is_sample")))
    if st.button(
        t("app.forget"), icon=":material/delete:", type="tertiary", help=literal(t("app.forget_help"))
    ):
        state.forget()
        st.rerun()
