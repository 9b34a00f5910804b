"""Data: upload files, confirm what they are, see what became of every row."""

import streamlit as st

from crmeval.ui import state
from crmeval.ui.mapping_parts import mapping_screen
from crmeval.ui.parts import page, say, starting_points
from crmeval.ui.receipt_parts import receipt
from crmeval.ui.saving import save_button
from crmeval.ui.settings_parts import settings_form
from crmeval.ui.uploading import uploader

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
            st.caption(say("data.mapping_help"))
            mapping_screen()
        else:
            st.info(say("data.opened"))
    with company:
        settings_form()
elif mine.sheets:
    st.header(say("data.mapping"))
    st.caption(say("data.mapping_help"))
    mapping_screen()
else:
    st.caption(say("data.promise"))
    starting_points("data", upload_link=False)
