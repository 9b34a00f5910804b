"""Files come in: each is read or refused with its reason, and a mapping is proposed."""

import hashlib
from collections.abc import Callable, Container, Sequence
from pathlib import PurePath
from typing import Any

import streamlit as st

from crmeval.errors import CrmevalError
from crmeval.reading import Sheet
from crmeval.reading.guard import read_guarded
from crmeval.reading.progress import Progress
from crmeval.ui import state
from crmeval.ui.parts import say
from crmeval.ui.saving import open_assessment
from crmeval.words import Words, text

SAVED = ".crmeval"
# Streamlit knows these words in English only; they are covered by ours.
_OWN_WORDS = """<style>
[data-testid=stFileUploaderDropzone] button p, [data-testid=stFileUploaderDropzoneInstructions] span {{
    font-size: 0;
}}
[data-testid=stFileUploaderDropzone] button p::after {{ content: "{choose}"; font-size: 0.875rem; }}
[data-testid=stFileUploaderDropzoneInstructions] span::after {{ content: "{limit}"; font-size: 0.875rem; }}
</style>"""


def uploader() -> None:
    """The place to hand in files. What was read stands below it, and it is empty again for the next ones.

    So a file is held once, as sheets; deleting them deletes it; and coming back to the page changes nothing.
    """
    t = state.words()
    mine = state.work()
    in_our_words(t)
    uploads = st.file_uploader(
        t("data.upload"), accept_multiple_files=True, help=say("data.upload_help"),
        key=f"uploader_{mine.uploaders}",
    )  # fmt: skip
    if uploads:
        with st.status(t("data.reading")) as status:
            _take(uploads, status)
        state.empty_uploader()
        st.rerun()
    for refusal in mine.refused:
        st.error(say(refusal))
    for notice in mine.noticed:
        st.info(say(notice))


def in_our_words(t: Words) -> None:
    """Lets the uploaders of the page speak its language."""
    limit = t("data.upload_limit", size=int(st.get_option("server.maxUploadSize")))
    st.html(_OWN_WORDS.format(choose=t("data.upload_choose"), limit=limit))


def _take(uploads: Sequence[Any], status: Any) -> None:
    """Opens the saved assessment among the files, or adds their sheets to those there are."""
    t = state.words()
    saved = [upload for upload in uploads if upload.name.lower().endswith(SAVED)]
    if saved and _opened(saved[0]):
        if len(uploads) > 1:
            state.work().noticed.append(text("data.opened_alone", file=saved[0].name))
        return
    if state.work().is_sample:
        state.forget()  # an invented company's settings must not judge a real one
    mine = state.work()
    mine.noticed = []
    mine.refused = mine.refused if saved else []
    sheets: list[Sheet] = []
    files = [one for one in uploads if one not in saved]
    bar = st.progress(0.0)
    for k, upload in enumerate(files):
        status.update(label=t("data.reading_kth", file=upload.name, k=k + 1, n=len(files)))
        sheets += _read(upload, lambda said, k=k: bar.progress((k + said.share) / len(files)))
    if sheets:
        status.update(label=t("data.understanding"))
        state.take_sheets((*mine.sheets, *sheets))


def _opened(upload: Any) -> bool:
    try:
        open_assessment(upload.getvalue())
    except CrmevalError as error:
        state.work().refused = [error.text]
        return False
    return True


def _read(upload: Any, on_progress: Callable[[Progress], object]) -> tuple[Sheet, ...]:
    """The sheets of a file; none where it was refused, or handed in before."""
    mine = state.work()
    data = upload.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    if digest in mine.files.values() and data:
        mine.noticed.append(text("data.same_file", file=upload.name))
        return ()
    name = _free_name(upload.name, mine.files)
    try:
        sheets = read_guarded(name, data, on_progress)
    except CrmevalError as error:
        mine.refused.append(error.text)
        return ()
    if name != upload.name:
        mine.noticed.append(text("data.same_name", file=upload.name, name=name))
    mine.files[name] = digest
    return sheets


def _free_name(name: str, taken: Container[str]) -> str:
    """The name, with a number where another file bears it already: `deals (2).csv`."""
    path, number, free = PurePath(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free
