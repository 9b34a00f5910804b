"""Data: upload files, confirm what they are, see what became of every row."""

import streamlit as st

from crmeval.errors import CrmevalError
from crmeval.reading import read_file
from crmeval.ui import state
from crmeval.ui.mapping_parts import complete, mapping_screen, receipt
from crmeval.ui.parts import page, say, starting_points
from crmeval.ui.saving import open_assessment, save_button
from crmeval.ui.settings_parts import settings_form

t = page("data")
mine = state.work()

uploads = st.file_uploader(t("data.upload"), accept_multiple_files=True, help=say("data.upload_help"))
seen = tuple(upload.file_id for upload in uploads)
if uploads and seen != mine.uploads_seen:
    mine.uploads_seen = seen
    mine.refused = []
    sheets = {(sheet.file, sheet.name): sheet for sheet in mine.sheets if not mine.is_sample}
    with st.status(t("data.reading"), expanded=True) as status:
        for upload in uploads:
            st.write(say("data.reading_file", file=upload.name))
            try:
                if upload.name.endswith(".crmeval"):
                    open_assessment(upload.getvalue())
                    st.rerun()
                sheets.update({(s.file, s.name): s for s in read_file(upload.name, upload.getvalue())})
            except CrmevalError as error:
                mine.refused.append(error.text)
        status.update(label=t("data.read"), state="complete", expanded=False)
    if sheets:
        state.take_sheets(sheets.values())
for refusal in mine.refused:
    st.error(say(refusal))

if not mine.sheets and mine.tables is None:
    st.markdown(say("data.promise"))
    starting_points("data")
    st.stop()

if mine.sheets:
    st.header(say("data.mapping"))
    st.caption(say("data.mapping_help"))
    mapping_screen()
    with st.container(horizontal=True):
        if st.button(t("data.use"), type="primary", disabled=not complete(mine.proposal)):
            try:
                state.apply_mapping()
            except CrmevalError as error:
                st.error(say(error.text))
        if st.button(t("data.undo"), icon=":material/undo:", disabled=not mine.undo):
            state.undo_mapping()
            st.rerun()

if mine.tables is not None:
    st.success(say("data.ready"))
    st.page_link("pages/overview_page.py", label=t("data.go_on"), icon=":material/arrow_forward:")
    receipt(mine.tables)
    save_button()
with st.expander(t("data.settings"), icon=":material/tune:", expanded=mine.tables is not None):
    settings_form()
