"""What a visitor's session holds: the only user of `st.session_state`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from crmeval.analyses import ANALYSES, possible, reassess, results_of
from crmeval.analyses.again import Made as MadeResult
from crmeval.assessment import Assessment
from crmeval.kept import Kept
from crmeval.mapping import MappingProposal, SheetMapping, apply, propose
from crmeval.mapping.readings import Calendar
from crmeval.mapping.revise import remembered
from crmeval.reading import Sheet
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.since import Since, with_since
from crmeval.since import since as find_since
from crmeval.tables import Tables
from crmeval.ui.likeness import Same
from crmeval.words import LANGUAGES, Text, Words

_SESSION = "crmeval"
LANGUAGE = "lang"
_SHOWN_KEPT = 100  # tables put together, of all pages
_NUMBERS = count()
Made = TypeVar("Made")


@dataclass
class Work:
    """One visitor's assessment, in memory for as long as the session lives, and nowhere else."""

    sheets: tuple[Sheet, ...] = ()
    proposal: MappingProposal = field(default_factory=lambda: MappingProposal(()))
    tables: Tables | None = None
    settings: Settings = field(default_factory=Settings)
    results: dict[str, MadeResult] = field(default_factory=dict)
    results_of: tuple[str, Settings] | None = None  # the tables and the settings
    is_sample: bool = False
    typed: dict[str, pd.DataFrame] = field(default_factory=dict)
    times_typed: int = 0
    undo: list[MappingProposal] = field(default_factory=list)
    redo: list[MappingProposal] = field(default_factory=list)
    revision: int = 0  # part of the keys of what shows the mapping: it begins anew from what is kept
    known: tuple[SheetMapping, ...] = ()  # chosen by the user, now or in the assessment that was opened
    uploaders: int = 0
    files: dict[str, str] = field(default_factory=dict)  # name → digest of the content
    refused: list[Text] = field(default_factory=list)
    noticed: list[Text] = field(default_factory=list)
    unfitting: list[Text] = field(default_factory=list)  # what of a loaded mapping did not fit
    made: Kept = field(default_factory=Kept)
    last: Assessment | None = None  # of last time, to compare with
    opened: dict[str, str] = field(default_factory=dict)  # page → the section that was open last


def work() -> Work:
    """The visitor's work; a new visitor's is empty."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = Work()
    return st.session_state[_SESSION]


def forget() -> None:
    """Deletes everything the session holds, files and widgets; the language stays."""
    uploaders = work().uploaders
    for key in list(st.session_state):
        if key != LANGUAGE:
            del st.session_state[key]
    work().uploaders = uploaders
    empty_uploader()
    _shown.clear()
    _forget_functions()


def _forget_functions() -> None:
    """Streamlit keeps the functions of all widgets it saw, and with them the variables of their pages."""
    running = get_script_run_ctx()
    if running is not None:
        known = running.session_state._state._new_widget_state.widget_metadata  # noqa: SLF001 - no other way
        for widget in [widget for widget in known if not widget.endswith(f"-{LANGUAGE}")]:
            del known[widget]


def empty_uploader() -> None:
    """Frees the bytes of the files handed in; the next uploader starts without them."""
    work().uploaders += 1  # part of the uploader's key
    running = get_script_run_ctx()
    if running is not None:
        running.uploaded_file_mgr.remove_session_files(running.session_id)


def language() -> str:
    """The language of the page: chosen in the address or the switch, else the browser's, else English."""
    chosen = st.session_state.get(LANGUAGE) or st.query_params.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else preferred_language()


def preferred_language() -> str:
    """The browser's language where we speak it, else English."""
    spoken = (st.context.locale or "").split("-")[0]
    return spoken if spoken in LANGUAGES else LANGUAGES[0]


def words() -> Words:
    """The words of the page's language and the assessment's currency."""
    return Words(language(), work().settings.currency)


def settings() -> Settings:
    """The settings of the assessment."""
    return work().settings


def set_settings(changed: Settings) -> None:
    """Keeps changed settings; results are made anew when next asked for."""
    work().settings = changed


def take_sheets(sheets: Iterable[Sheet]) -> None:
    """New files: a mapping is proposed, and waits to be confirmed."""
    mine = work()
    mine.sheets = tuple(sheets)
    mine.proposal = remembered(mine.sheets, propose(mine.sheets), mine.known)
    uploaded = {sheet.table for sheet in mine.proposal.sheets}
    mine.typed = {name: frame for name, frame in mine.typed.items() if name not in uploaded}
    mine.undo, mine.redo = [], []
    mine.revision += 1
    mine.tables = None
    mine.is_sample = False


def change_mapping(proposal: MappingProposal) -> None:
    """A mapping changed by the user; the one before can be had back, the tables wait to be made anew."""
    mine = work()
    if proposal != mine.proposal:
        mine.known += tuple(sheet for sheet in proposal.sheets if sheet not in mine.proposal.sheets)
        mine.undo.append(mine.proposal)
        mine.redo = []
        mine.proposal = proposal
        mine.revision += 1
        mine.tables = None


def upload_of(sheet: Sheet) -> str:
    """The file that was uploaded: the sheet's own, or the archive it came in."""
    return sheet.file.split("/", 1)[0]


def remove_file(name: str) -> None:
    """Takes an uploaded file and all its sheets out of the work."""
    mine = work()
    mine.files.pop(name, None)
    mine.sheets = tuple(sheet for sheet in mine.sheets if upload_of(sheet) != name)
    kept = {(sheet.file, sheet.name) for sheet in mine.sheets}
    mine.proposal = MappingProposal(tuple(m for m in mine.proposal.sheets if (m.file, m.sheet) in kept))
    mine.undo, mine.redo = [], []
    mine.revision += 1
    mine.tables = None


def undo_mapping() -> None:
    """The mapping before the last change."""
    mine = work()
    if mine.undo:
        undone, mine.proposal = mine.proposal, mine.undo.pop()
        mine.redo.append(undone)
        mine.revision += 1
        kept = mine.proposal.sheets
        mine.known = tuple(one for one in mine.known if one not in undone.sheets or one in kept)
        mine.tables = None


def redo_mapping() -> None:
    """The mapping that was undone last."""
    mine = work()
    if mine.redo:
        left = mine.redo[:-1]
        change_mapping(mine.redo[-1])
        mine.redo = left


def calendar() -> Calendar:
    """All dates of the sheets under the mapping, read when asked for; kept as long as the mapping is."""
    mine = work()
    return once("calendar", mine.revision, lambda: Calendar(mine.sheets, mine.proposal))


def apply_mapping() -> Tables:
    """Makes the tables from the sheets and the mapping."""
    mine = work()
    mine.tables = apply(mine.sheets, mine.proposal)
    for name, frame in mine.typed.items():
        mine.tables = mine.tables.with_frame(name, frame)
    return mine.tables


def type_in(name: str, frame: pd.DataFrame) -> None:
    """Keeps a table typed in by hand; it stands in the place of an uploaded one, until the next upload."""
    mine = work()
    mine.typed[name] = frame
    mine.times_typed += 1  # editors begin anew, from what is kept
    mine.tables = (mine.tables or Tables({})).with_frame(name, frame)


def opened(page: str) -> str:
    """The section of a page that was open last; empty before the first visit."""
    return work().opened.get(page, "")


def open_section(page: str, section: str) -> None:
    """Keeps which section of a page is open, so that it is open again when the visitor comes back."""
    work().opened[page] = section


def begin(key: str, value: Any) -> None:
    """What a widget starts with where it is new: a default that changes later would change the widget."""
    st.session_state.setdefault(key, value)


def tables() -> Tables | None:
    """The tables, None as long as there are none."""
    return work().tables


def results() -> dict[str, Result]:
    """The results of all analyses the tables allow; made anew where the settings they look at change."""
    mine = work()
    if mine.tables is None:
        return {}
    made_of = (mine.tables.fingerprint, mine.settings)
    if mine.results_of != made_of:
        t = words()
        todo = [analysis.name for analysis in ANALYSES if possible(analysis, mine.tables)]
        same_tables = mine.results_of is not None and mine.results_of[0] == mine.tables.fingerprint
        bar = st.progress(0.0, text=t("app.working"))
        mine.results = reassess(
            mine.tables,
            mine.settings,
            mine.results if same_tables else {},
            lambda analysis: bar.progress(
                todo.index(analysis.name) / len(todo), text=t(f"analyses.{analysis.name}.doing")
            ),
        )
        mine.results_of = made_of
        bar.empty()
    return once("results", made_of, lambda: results_of(mine.results))  # the very same until they change


def once(name: str, made_of: Any, make: Callable[[], Made], *, keep: int = 1) -> Made:
    """What `make` gives, kept in the visitor's work, so that deleting the work deletes it too: see `Kept`."""
    return work().made.once(name, made_of, make, keep=keep)


def since() -> Since | None:
    """What changed since the assessment of last time; None where there is none to compare with."""
    mine = work()
    last, made = mine.last, mine.tables
    if last is None or made is None:
        return None
    known = results()
    made_of = (Same(last), made.fingerprint, mine.settings)
    return once("since", made_of, lambda: find_since(last, made, mine.settings, known))


def shown_once(name: str, made_of: Any, show: Callable[[], object], *, keep: int) -> None:
    """Shows what `show` shows. Where that was shown before, it is sent as it was without being made again."""
    _shown(once(name, made_of, lambda: next(_NUMBERS), keep=keep), show)


@st.cache_resource(scope="session", show_spinner=False, max_entries=_SHOWN_KEPT)
def _shown(number: int, _show: Callable[[], object]) -> None:  # noqa: ARG001 - it is kept by its number
    _show()


def assessment() -> Assessment | None:
    """The whole assessment, to report or save it; None as long as there are no tables."""
    mine = work()
    if mine.tables is None:
        return None
    changed = since()
    return Assessment(
        settings=mine.settings,
        tables=mine.tables,
        results=with_since(results(), changed) if changed else results(),
        mapping=mine.proposal,
        created=datetime.now(UTC),
    )
