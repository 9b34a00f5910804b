"""The mapping screen: every sheet with what it is taken for, sample values, and the choices a user has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from crmeval.fields import LEFT_OUT, LOOKUP, LOST, OPEN, TABLES, WON
from crmeval.mapping import MappingProposal, SheetMapping, need
from crmeval.mapping.dates import DMY, ISO, MDY
from crmeval.mapping.need import Need, samples
from crmeval.mapping.revise import as_table, with_columns
from crmeval.reading import Sheet
from crmeval.ui import state
from crmeval.ui.parts import literal, say
from crmeval.words import Text, Words

_SURE = 0.8
_IN_A_ROW = 4
_SAMPLE = 24  # characters of a value
_OPENED = 3  # unsure sheets that are opened at once; the others are marked
_NAMED = 6  # columns or values named in a line
_CHOICES = (*TABLES, LOOKUP, LEFT_OUT)
CURIOUS = ("reading.notes.encoding", "reading.notes.delimiter")
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Doubts:
    """What the user should look at: fields we are unsure of, dates that can be read in two ways."""

    fields: frozenset[str]
    dates: tuple[str, ...]
    missing: bool

    def __len__(self) -> int:
        return len(self.fields) + len(self.dates) + self.missing


def mapping_screen() -> None:
    """All sheets, each with its mapping; a change is kept at once and can be undone."""
    mine = state.work()
    first = mine.undo[0] if mine.undo else mine.proposal
    lacking = {(one.file, one.sheet): one for one in need(mine.proposal)}
    changed, unsure = mine.proposal, 0
    for position, sheet in enumerate(mine.sheets):
        mapping = mine.proposal.of(sheet.file, sheet.name)
        if mapping is None:
            continue
        lacks = lacking.get((sheet.file, sheet.name))
        doubts = _doubts(mapping, lacks)
        touched = mapping != first.of(sheet.file, sheet.name)
        opened = touched or doubts.missing or len(mine.sheets) == 1 or bool(doubts and unsure < _OPENED)
        unsure += bool(doubts)
        label = f"{_sign(mapping, doubts)} **{literal(sheet.title)}** — {_summary(sheet, mapping, doubts)}"
        with st.expander(label, expanded=opened):
            card = _Card(sheet, mapping, doubts, f"map{len(mine.undo)}_{position}", state.words())
            changed = changed.changed(card.shown(lacks))
    if changed != mine.proposal:
        state.change_mapping(changed)
        st.rerun()


def _doubts(mapping: SheetMapping, lacks: Need | None) -> Doubts:
    unsure = {name for name in mapping.columns if mapping.confidence.get(name, 1.0) < _SURE}
    return Doubts(frozenset(unsure), mapping.unclear, lacks is not None)


def _sign(mapping: SheetMapping, doubts: Doubts) -> str:
    if not mapping.used:
        return ":gray[:material/block:]"
    if doubts.missing:
        return ":red[:material/error:]"
    return ":orange[:material/help:]" if doubts else ":green[:material/check_circle:]"


def _summary(sheet: Sheet, mapping: SheetMapping, doubts: Doubts) -> str:
    """What a sheet is taken for, in a line."""
    t = state.words()
    facts = {"table": t(f"tables.{mapping.table or 'left_out'}.name"), "n": sheet.rows_read}
    if not mapping.used:
        return say("data.is_left_out", **facts)
    said = say(
        "data.is_table", fields=len(mapping.columns), columns=len(sheet.columns), **facts
    ) if mapping.table in TABLES else say("data.is_lookup", **facts)  # fmt: skip
    if mapping.joins:
        said += f" · {_joined(mapping, t)}"
    return f"{said} · :orange[{say('data.to_check', n=len(doubts))}]" if doubts else said


def _joined(mapping: SheetMapping, t: Words) -> str:
    table, field = mapping.joins or ("deals", "deal_id")
    way = "data.joined_by" if mapping.table == LOOKUP else "data.adds_to"
    names = {"table": t(f"tables.{table}.name"), "field": t(f"fields.{table}.{field}")}
    return say(way, column=mapping.key, **names)


def _in_rows(items: Iterable[One]) -> Iterator[tuple[Any, One]]:
    """Each item with its place in a grid whose rows stay in line."""
    listed = tuple(items)
    for start in range(0, len(listed), _IN_A_ROW):
        yield from zip(st.columns(_IN_A_ROW), listed[start : start + _IN_A_ROW], strict=False)


def _named(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:_NAMED]) + (", …" if len(listed) > _NAMED else "")


@dataclass(frozen=True, slots=True)
class _Card:
    """The choices of one sheet. Widgets begin with `key`, which changes with every change of the mapping."""

    sheet: Sheet
    mapping: SheetMapping
    doubts: Doubts
    key: str
    t: Words

    def shown(self, lacks: Need | None) -> SheetMapping:
        """Shows the sheet; returns its mapping as the user left it."""
        left, right = st.columns([3, 2], vertical_alignment="center")
        chosen = right.selectbox(
            self.t("data.this_is"), _CHOICES, index=_CHOICES.index(self.mapping.table),
            key=f"{self.key}_table", format_func=lambda name: self.t(f"tables.{name or 'left_out'}.name"),
        )  # fmt: skip
        with left, st.container(gap="xsmall"):
            self._about(lacks)
        if chosen != self.mapping.table:
            return as_table(state.work().sheets, self.sheet, chosen)
        changed = self.mapping
        if self.mapping.table in TABLES:
            changed = self._fields()
            if changed == self.mapping:
                changed = self._dates(self._outcomes())
        self._rest()
        return changed

    def _about(self, lacks: Need | None) -> None:
        if self.mapping.source != "unknown":
            st.badge(say(f"sources.{self.mapping.source}"), icon=":material/verified:")
        st.caption(say(f"tables.{self.mapping.table or 'left_out'}.row"))
        if self.mapping.table == LOOKUP and not self.mapping.joins:
            st.caption(say("data.joined_to_nothing"))
        if lacks is not None:
            for name in lacks.fields:
                st.markdown(f":red[{say('data.missing', field=self._label(name), adds=lacks.unlocks)}]")
        for note in (*self.sheet.notes, *self.mapping.notes):
            if note.key not in CURIOUS:
                st.caption(say(note))

    def _label(self, name: str) -> str:
        """The field's name; where one of several is enough, the first two of them."""
        spec = TABLES[self.mapping.table]
        names = spec.any_of[:2] if name in spec.any_of[:1] else (name,)
        return " / ".join(self.t(f"fields.{self.mapping.table}.{one}") for one in names)

    def _fields(self) -> SheetMapping:
        """The fields with their columns and sample values; those without a column below them."""
        spec, given = TABLES[self.mapping.table], {*self.mapping.columns, *self.mapping.constants}
        missing = self.mapping.missing
        spare = [name for name in spec.any_of if name not in given][1:]  # of 30 questions one free is enough
        shown = [one.name for one in spec.fields if one.name in given or one.name in missing]
        rest = [one.name for one in spec.fields if one.name not in {*shown, *spare}]
        columns = {}
        for cell, name in _in_rows(shown):
            with cell.container(gap="xxsmall"):
                columns[name] = self._field(name)
                st.caption(self._basis(name, columns[name]))
                if name in self.doubts.fields:
                    share = self.t.percent(self.mapping.confidence[name], 0)
                    st.markdown(f":small[:orange[{say('data.unsure', share=share)}]]")
        if rest:
            st.caption(say("data.not_found"))
        for cell, name in _in_rows(rest):
            with cell:
                columns[name] = self._field(name)
        chosen = {name: header for name, header in columns.items() if header}
        return self.mapping if chosen == dict(self.mapping.columns) else with_columns(
            self.sheet, self.mapping, chosen
        )  # fmt: skip

    def _field(self, name: str) -> str:
        options = ("", *self.sheet.columns)
        required = name in TABLES[self.mapping.table].required or name in self.mapping.missing
        label = self.t(f"fields.{self.mapping.table}.{name}") + (" *" if required else "")
        if name in self.mapping.missing:
            label = f":red[{label}]"
        elif name in self.doubts.fields:
            label = f":orange[:material/help: {label}]"
        return st.selectbox(
            label, options, index=options.index(self.mapping.columns.get(name, "")),
            key=f"{self.key}_{name}", format_func=lambda header: header or self.t("data.no_column"),
        )  # fmt: skip

    def _basis(self, name: str, header: str) -> str:
        """Sample values of the chosen column, and how its dates are read."""
        if not header:
            constant = self.mapping.constants.get(name)
            return say("data.constant", value=constant) if constant else "—"
        values = [
            value if len(value) <= _SAMPLE else f"{value[:_SAMPLE]}…" for value in samples(self.sheet, header)
        ]
        said = literal(", ".join(values) or self.t("data.empty_column"))
        style = self.mapping.date_formats.get(header, ISO)
        if style != ISO:
            said += f" · {say(f'date_formats.{style}')}"
        return said

    def _outcomes(self) -> SheetMapping:
        """How deals ended: what each value of the stage or outcome column means."""
        if not self.mapping.outcomes:
            return self.mapping
        choices = (WON, LOST, OPEN)
        meant = {end: [v for v, said in self.mapping.outcomes.items() if said == end] for end in choices}
        said = "; ".join(f"{self.t(f'outcomes.{end}')}: {_named(v)}" for end, v in meant.items() if v)
        outcomes = dict(self.mapping.outcomes)
        with st.expander(f"{say('data.outcomes')} {literal(said)}"):
            for position, (cell, (value, outcome)) in enumerate(_in_rows(self.mapping.outcomes.items())):
                outcomes[value] = cell.selectbox(
                    literal(value), choices, index=choices.index(outcome), key=f"{self.key}_end_{position}",
                    format_func=lambda one: self.t(f"outcomes.{one}"),
                )  # fmt: skip
        changed = outcomes != dict(self.mapping.outcomes)
        return replace(self.mapping, outcomes=outcomes) if changed else self.mapping

    def _dates(self, mapping: SheetMapping) -> SheetMapping:
        """Whether day or month comes first, where no row of the sheet tells."""
        styles = dict(mapping.date_formats)
        if self.doubts.dates:
            st.markdown(f":orange[{say('data.unclear_dates')}]")
        for position, (cell, header) in enumerate(_in_rows(self.doubts.dates)):
            styles[header] = cell.selectbox(
                literal(header), (DMY, MDY), index=(DMY, MDY).index(styles[header]),
                key=f"{self.key}_date_{position}", format_func=lambda one: self.t(f"date_formats.{one}"),
            )  # fmt: skip
            cell.caption(literal(_named(samples(self.sheet, header))))
        return mapping if styles == dict(mapping.date_formats) else replace(mapping, date_formats=styles)

    def _rest(self) -> None:
        """The columns that are no field, the first rows, and the way to be rid of the file."""
        if stages := self.mapping.stage_columns:
            st.caption(say("data.stage_columns", names=_named(stages)))
        fields = {*self.mapping.columns.values(), *self.mapping.stage_columns, self.mapping.key}
        others = [header for header in self.sheet.columns if header not in fields]
        if others and self.mapping.used:
            use = "data.judged" if self.mapping.table in ("records", "verified") else "data.others"
            st.caption(say(use, n=len(others), names=_named(others)))
        with st.expander(self.t("data.first_rows")):
            st.dataframe(
                self.sheet.table.slice(0, 5).to_pandas(), hide_index=True, key=f"{self.key}_rows",
                alt=self.t("data.first_rows"),
            )  # fmt: skip
            st.caption(" ".join(say(note) for note in self.sheet.notes if note.key in CURIOUS))
        upload = state.upload_of(self.sheet)
        if st.button(
            literal(self.t("data.remove", file=upload)), type="tertiary", icon=":material/delete:",
            key=f"{self.key}_remove",
        ):  # fmt: skip
            state.remove_file(upload)
            st.rerun()


def hindrances(proposal: MappingProposal) -> list[Text]:
    """What must be settled before the tables can be made; empty where they can."""
    from crmeval.reading.sheet import sheet_title
    from crmeval.words import text

    if not any(sheet.used for sheet in proposal.sheets):
        return [text("data.nothing_used")]
    return [
        text("data.lacks", sheet=sheet_title(one.file, one.sheet),
             field=text(f"fields.{one.table}.{one.fields[0]}"))
        for one in need(proposal)
    ]  # fmt: skip
