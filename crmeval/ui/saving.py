"""Saving the assessment to one file and opening it again, and the reports to take away."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crmeval.assessment import Assessment, open_, save
from crmeval.ui import state
from crmeval.ui.parts import XLSX


def open_assessment(data: bytes) -> None:
    """Puts a saved assessment in the place of the session's work (AssessmentError where it is none)."""
    saved = open_(data)
    state.forget()
    mine = state.work()
    mine.tables, mine.settings = saved.tables, saved.settings
    mine.proposal = saved.mapping or mine.proposal
    mine.known = mine.proposal.sheets


def save_button() -> None:
    """A button that gives the assessment as one file, to go on later or to compare with."""
    t = state.words()
    mine = state.work()
    if mine.tables is None:
        return
    to_save = Assessment(
        settings=mine.settings,
        tables=mine.tables,
        results={},
        mapping=mine.proposal,
        created=datetime.now(UTC),
    )
    st.download_button(
        t("app.save"), data=partial(save, to_save), file_name="assessment.crmeval", key="save",
        mime="application/zip", on_click="ignore", icon=":material/save:",
    )  # fmt: skip


def report_downloads() -> None:
    """Buttons that give the report as a PDF, as a page and as a workbook."""
    from crmeval.report.document import document
    from crmeval.report.html import report_html
    from crmeval.report.pdf import report_pdf
    from crmeval.report.xlsx import report_xlsx

    t = state.words()
    found = state.assessment()
    if found is None:
        return
    with st.container(horizontal=True):
        st.download_button(
            t("app.report_pdf"), data=lambda: report_pdf(document(found, t), t),
            file_name="crmeval-report.pdf", key="report_pdf", mime="application/pdf", on_click="ignore",
            type="primary", icon=":material/picture_as_pdf:",
        )  # fmt: skip
        st.download_button(
            t("app.report_html"), data=lambda: report_html(document(found, t), t),
            file_name="crmeval-report.html", key="report_html", mime="text/html", on_click="ignore",
            icon=":material/description:",
        )  # fmt: skip
        st.download_button(
            t("app.report_xlsx"), data=lambda: report_xlsx(found, t), file_name="crmeval-report.xlsx",
            key="report_xlsx", mime=XLSX, on_click="ignore", icon=":material/table_view:",
        )  # fmt: skip
        save_button()
