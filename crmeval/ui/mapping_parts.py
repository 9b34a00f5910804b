"""The mapping screen: what every sheet is taken for, what is to be decided, and the way on, back and out."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from crmeval.errors import CrmevalError
from crmeval.fields import LEFT_OUT, LOOKUP, TABLES
from crmeval.mapping import SheetMapping, from_toml, need, to_toml
from crmeval.mapping.need import Need
from crmeval.mapping.revise import as_table, fitted
from crmeval.reading import Sheet
from crmeval.reading.sheet import sheet_title
from crmeval.ui import state
from crmeval.ui.mapping_columns import CURIOUS, columns_editor, first_rows
from crmeval.ui.mapping_questions import questions
from crmeval.ui.mapping_values import values_editor
from crmeval.ui.parts import literal, say
from crmeval.words import Text, text

_SURE = 0.8
_OPENED = 3  # sheets with something to check that are opened at once; the others are marked
_CHOICES = (*TABLES, LOOKUP, LEFT_OUT)


def mapping_screen() -> None:
    """All sheets, each with its mapping; a change is kept at once and can be undone."""
    mine = state.work()
    lacking = {(one.file, one.sheet): one for one in need(mine.proposal)}
    _bar()
    if questions(tuple(lacking.values())):
        st.rerun()
    cards = [
        _Card(sheet, mapping, lacking.get((sheet.file, sheet.name)), position)
        for position, sheet in enumerate(mine.sheets)
        if (mapping := mine.proposal.of(sheet.file, sheet.name)) is not None
    ]
    doubtful = [card for card in cards if card.doubts][:_OPENED]
    opened = doubtful or [max(cards, key=lambda card: len(card.mapping.columns))]
    changed = mine.proposal
    for card in cards:
        changed = changed.changed(card.shown(expanded=card in opened))
    if changed != mine.proposal:
        state.change_mapping(changed)
        st.rerun()


def _bar() -> None:
    """One click to accept everything, and the ways back and forth, out and in."""
    mine, t = state.work(), state.words()
    hindered = hindrances()
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(t("data.use"), type="primary", icon=":material/check:", disabled=bool(hindered)):
            _accept()
        if st.button(t("data.undo"), icon=":material/undo:", disabled=not mine.undo):
            state.undo_mapping()
            st.rerun()
        if st.button(t("data.redo"), icon=":material/redo:", disabled=not mine.redo):
            state.redo_mapping()
            st.rerun()
        st.download_button(
            t("data.map_save"), data=partial(_file, mine.proposal, mine.sheets), key="map_save",
            file_name="crmeval-mapping.toml", mime="application/toml", on_click="ignore",
            icon=":material/download:", help=say("data.map_save_help"),
        )  # fmt: skip
        with st.popover(t("data.map_load"), icon=":material/upload:"):
            _load()
    for reason in hindered:
        st.warning(say(reason))
    for told in mine.unfitting:
        st.warning(say(told))


def _file(proposal: object, sheets: object) -> bytes:
    return to_toml(proposal, sheets).encode()  # type: ignore[arg-type]


def _accept() -> None:
    try:
        with st.spinner(state.words()("data.applying"), show_time=True):
            state.apply_mapping()
    except CrmevalError as error:
        st.error(say(error.text))
    else:
        st.rerun()


def _load() -> None:
    """A mapping that somebody saved, put to these sheets; what does not fit is told."""
    mine, t = state.work(), state.words()
    given = st.file_uploader(t("data.map_file"), type=["toml"], key=f"mapfile{mine.revision}")
    if given is None:
        return
    try:
        loaded = from_toml(given.getvalue().decode("utf-8-sig"))
    except CrmevalError as error:
        st.error(say(error.text))
    except UnicodeDecodeError:
        st.error(say("errors.not_utf8", file=given.name))
    else:
        proposal, told = fitted(mine.sheets, mine.proposal, loaded)
        mine.unfitting = list(told) or [text("data.map_same")] * (proposal == mine.proposal)
        state.change_mapping(proposal)
        mine.revision += 1  # the uploader is empty again
        st.rerun()


def hindrances() -> list[Text]:
    """What must be settled before the tables can be made; empty where they can."""
    proposal = state.work().proposal
    if not any(sheet.used for sheet in proposal.sheets):
        return [text("data.nothing_used")]
    return [
        text("data.lacks", sheet=sheet_title(one.file, one.sheet),
             field=text(f"fields.{one.table}.{one.fields[0]}"))
        for one in need(proposal)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Card:
    """One sheet: what it is taken for in a line, and its columns and values when it is opened."""

    sheet: Sheet
    mapping: SheetMapping
    lacks: Need | None
    position: int

    @property
    def doubts(self) -> int:
        """How many things the user should look at."""
        unsure = [name for name in self.mapping.columns if self.mapping.confidence.get(name, 1.0) < _SURE]
        copies = [note for note in self.mapping.notes if note.key == "import_notes.same_records"]
        return len(unsure) + len(self.mapping.unclear) + len(copies) + (self.lacks is not None)

    def shown(self, *, expanded: bool) -> SheetMapping:
        """Shows the sheet; returns its mapping as the user left it."""
        label = f"{self._sign()} **{literal(self.sheet.title)}** — {self._summary()}"
        key = f"sheet_{self.sheet.title}"
        state.begin(key, expanded)
        place = st.expander(label, key=key, on_change="rerun")
        if not place.open:
            return self.mapping
        with place:
            return self._body()

    def _sign(self) -> str:
        if not self.mapping.used:
            return ":gray[:material/block:]"
        if self.lacks is not None:
            return ":red[:material/error:]"
        return ":orange[:material/help:]" if self.doubts else ":green[:material/check_circle:]"

    def _summary(self) -> str:
        """What a sheet is taken for, in a line."""
        t, mapping = state.words(), self.mapping
        facts = {"table": t(f"tables.{mapping.table or 'left_out'}.name"), "n": self.sheet.rows_read}
        if not mapping.used:
            return say("data.is_left_out", **facts)
        counted = {"fields": len(mapping.columns), "columns": len(self.sheet.columns)}
        said = (
            say("data.is_table", **counted, **facts) if mapping.table in TABLES
            else say("data.is_lookup", **facts)
        )  # fmt: skip
        if mapping.joins:
            said += f" · {self._joined(*mapping.joins)}"
        return f"{said} · :orange[{say('data.to_check', n=self.doubts)}]" if self.doubts else said

    def _joined(self, table: str, field: str) -> str:
        t = state.words()
        way = "data.joined_by" if self.mapping.table == LOOKUP else "data.adds_to"
        names = {"table": t(f"tables.{table}.name"), "field": t(f"fields.{table}.{field}")}
        return say(way, column=self.mapping.key, **names)

    def _body(self) -> SheetMapping:
        t = state.words()
        key = f"map{state.work().revision}_{self.position}"
        left, right = st.columns([3, 2], vertical_alignment="center")
        chosen = right.selectbox(
            t("data.this_is"), _CHOICES, index=_CHOICES.index(self.mapping.table), key=f"{key}_table",
            format_func=lambda name: t(f"tables.{name or 'left_out'}.name"),
        )  # fmt: skip
        with left, st.container(gap="xsmall"):
            self._about()
        if chosen != self.mapping.table:
            return as_table(state.work().sheets, self.sheet, chosen)
        changed = self.mapping
        if self.mapping.table in TABLES:
            changed = columns_editor(self.sheet, self.mapping, key)
            if changed == self.mapping:
                changed = values_editor(self.sheet, self.mapping, key)
        first_rows(self.sheet, self.mapping, key)
        return changed

    def _about(self) -> None:
        if self.mapping.source != "unknown":
            st.badge(say(f"sources.{self.mapping.source}"), icon=":material/verified:")
        st.caption(say(f"tables.{self.mapping.table or 'left_out'}.row"))
        if self.mapping.table == LOOKUP and not self.mapping.joins:
            st.caption(say("data.joined_to_nothing"))
        for note in (*self.sheet.notes, *self.mapping.notes):
            if note.key not in CURIOUS:
                st.caption(say(note))
