"""Data: upload files, confirm what they are, see what became of every row."""

import streamlit as st

from crmeval.errors import CrmevalError
from crmeval.ui import state
from crmeval.ui.mapping_parts import hindrances, mapping_screen
from crmeval.ui.parts import page, say, starting_points
from crmeval.ui.receipt_parts import receipt
from crmeval.ui.saving import save_button
from crmeval.ui.settings_parts import settings_form
from crmeval.ui.uploading import uploader


def mapping() -> None:
    """The mapping, to confirm or change."""
    st.caption(say("data.mapping_help"))
    mapping_screen()
    hindered = hindrances(mine.proposal)
    for reason in hindered:
        st.warning(say(reason))
    with st.container(horizontal=True):
        if st.button(t("data.use"), type="primary", disabled=bool(hindered)):
            try:
                state.apply_mapping()
            except CrmevalError as error:
                st.error(say(error.text))
            else:
                st.rerun()
        if st.button(t("data.undo"), icon=":material/undo:", disabled=not mine.undo):
            state.undo_mapping()
            st.rerun()


t = page("data")
mine = state.work()
if mine.tables is None and not mine.sheets:
    st.markdown(say("data.mission"))
uploader()

if mine.tables is not None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: **{say('data.ready')}**")
        st.page_link("pages/overview_page.py", label=t("data.go_on"), icon=":material/arrow_forward:")
        save_button()
    received, mapped, company = st.tabs([t("data.receipt"), t("data.mapping"), t("data.settings")])
    with received:
        receipt(mine.tables)
    with mapped:
        if mine.sheets:
            mapping()
        else:
            st.info(say("data.opened"))
    with company:
        settings_form()
elif mine.sheets:
    st.header(say("data.mapping"))
    mapping()
else:
    st.caption(say("data.promise"))
    starting_points("data", upload_link=False)
