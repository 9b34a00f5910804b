"""Files come in: each is read or refused with its reason, and a mapping is proposed."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from crmeval.errors import CrmevalError
from crmeval.reading import Sheet, read_file
from crmeval.ui import state
from crmeval.ui.saving import open_assessment

SAVED = ".crmeval"


def take_uploads(uploads: Sequence[Any]) -> None:
    """Reads the files of the uploader that have not been seen yet; those read before stay.

    A file that cannot serve is named with its reason in `work().refused`; the others go on.
    """
    mine = state.work()
    seen = tuple(upload.file_id for upload in uploads)
    if not uploads or seen == mine.uploads_seen:
        return
    t = state.words()
    sheets = {(sheet.file, sheet.name): sheet for sheet in mine.sheets if not mine.is_sample}
    mine.uploads_seen, mine.refused = seen, []
    with st.status(t("data.reading")) as status:
        for upload in uploads:
            status.update(label=t("data.reading_file", file=upload.name))
            try:
                sheets |= _sheets_of(upload)
            except CrmevalError as error:
                mine.refused.append(error.text)
        status.update(label=t("data.understanding"))
        if sheets:
            state.take_sheets(sheets.values())
    st.rerun()


def _sheets_of(upload: Any) -> dict[tuple[str, str], Sheet]:
    if upload.name.endswith(SAVED):
        seen = state.work().uploads_seen
        open_assessment(upload.getvalue())
        state.work().uploads_seen = seen
        return {}
    return {(sheet.file, sheet.name): sheet for sheet in read_file(upload.name, upload.getvalue())}
