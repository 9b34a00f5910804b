"""Every column of a sheet in one table: samples, the field it is taken for, how sure, how it is read."""

from collections.abc import Mapping
from itertools import combinations

import pandas as pd
import streamlit as st

from crmeval.fields import TABLES
from crmeval.mapping import SheetMapping
from crmeval.mapping.dates import DMY, ISO, MDY
from crmeval.mapping.need import preview
from crmeval.mapping.orders import ROWS
from crmeval.mapping.revise import with_columns
from crmeval.mapping.swaps import NONE
from crmeval.reading import Sheet
from crmeval.ui import state
from crmeval.ui.parts import literal, say
from crmeval.words import Words

CURIOUS = ("reading.notes.encoding", "reading.notes.delimiter")  # how a file was read: for those who ask
_SAMPLE = 28  # characters of a value
_SHARED = {("outcome", "stage")}  # fields that one column may give together
_ROW, _TALLEST = 35, 24  # pixels of a row, rows seen at once

Fields = tuple[str, ...]


def columns_editor(sheet: Sheet, mapping: SheetMapping, key: str) -> SheetMapping:
    """The table of all columns; returns the mapping with the fields as the user chose them."""
    t = state.words()
    choices = _choices(mapping, t)
    shown = _table(sheet, mapping, {fields: label for label, fields in choices.items()}, t)
    told = ["remark"] if shown["remark"].any() else []  # without any, the other columns get its room
    edited = st.data_editor(
        shown, key=f"{key}_columns", hide_index=True, placeholder="",
        column_order=["column", "samples", "field", "sure", *told],
        alt=t("data.columns_alt", sheet=sheet.title),
        disabled=["column", "samples", "sure", "remark"], height=_ROW * (min(len(shown), _TALLEST) + 1) + 3,
        column_config={
            "column": st.column_config.TextColumn(t("data.column"), width=150, pinned=True),
            "samples": st.column_config.TextColumn(t("data.samples"), width=150),
            "field": st.column_config.SelectboxColumn(
                t("data.field"), options=list(choices), required=True, width=160
            ),
            "sure": st.column_config.ProgressColumn(
                t("data.sure"), format="percent", min_value=0, max_value=1, width=85
            ),
            "remark": st.column_config.TextColumn(t("data.remark"), width=237),
        },
    )  # fmt: skip
    _not_found(mapping)
    changed = {
        header: choices[label]
        for header, label, before in zip(shown["column"], edited["field"], shown["field"], strict=True)
        if label != before
    }
    return with_columns(sheet, mapping, _moved(mapping, changed)) if changed else mapping


def _choices(mapping: SheetMapping, t: Words) -> Mapping[str, Fields]:
    """What a column may be, label → fields: none, each field of the table, fields that share a column."""
    spec = TABLES[mapping.table]
    names = {one.name: t(f"fields.{mapping.table}.{one.name}") for one in spec.fields}
    needed = {*spec.required, *spec.any_of[:1]}
    single = {f"{said} *" if name in needed else said: (name,) for name, said in names.items()}
    shared = {
        f"{names[one]} + {names[other]}": (one, other)
        for one, other in combinations(names, 2)
        if (one, other) in _SHARED or mapping.columns.get(one, "") == mapping.columns.get(other, " ")
    }
    return {t("data.no_column"): (), **single, **shared}


def _table(sheet: Sheet, mapping: SheetMapping, labels: Mapping[Fields, str], t: Words) -> pd.DataFrame:
    """One row per column, those with a field first, in the order of the table's fields."""
    fields: dict[str, list[str]] = {}
    order = [one.name for one in TABLES[mapping.table].fields]
    for name in sorted(mapping.columns, key=order.index):
        fields.setdefault(mapping.columns[name], []).append(name)
    remarks = _remarks(sheet, mapping, t)
    previews = state.once(f"columns {sheet.title}", mapping, lambda: preview(sheet, mapping))
    rows = [
        {
            "column": one.header,
            "samples": " · ".join(_short(value) for value in one.samples) or t("data.empty_column"),
            "field": labels[_fields_of(fields.get(one.header, []), labels)],
            "sure": _sure(mapping, fields.get(one.header, [])),
            "remark": remarks.get(one.header, ""),
        }
        for one in previews
    ]
    rows.sort(key=lambda row: list(fields).index(row["column"]) if row["column"] in fields else len(fields))
    return pd.DataFrame(rows, columns=["column", "samples", "field", "sure", "remark"])


def _fields_of(names: list[str], labels: Mapping[Fields, str]) -> Fields:
    return tuple(names) if tuple(names) in labels else tuple(names[:1])


def _sure(mapping: SheetMapping, names: list[str]) -> float | None:
    """How sure the least sure of these fields is."""
    return min((mapping.confidence.get(name, 1.0) for name in names), default=None)


def _short(value: str) -> str:
    return value if len(value) <= _SAMPLE else f"{value[:_SAMPLE]}…"


def _remarks(sheet: Sheet, mapping: SheetMapping, t: Words) -> Mapping[str, str]:
    """How dates are read and why, which stage a column dates, what joins, what is kept beside the fields."""
    rest = "data.is_judged" if mapping.table in ("records", "verified") else "data.is_kept"
    remarks = {header: t(rest) for header in sheet.columns if header not in mapping.headers}
    at = next(at for at, one in enumerate(state.work().sheets) if one is sheet)
    for header, found in state.calendar().told(at).items():
        style = mapping.date_formats.get(header, ISO)
        said = t(f"date_formats.{style}") if style != ISO else ""
        if style in (DMY, MDY):
            evidence = found.evidence
            n = max(evidence.day_first, evidence.month_first) if found.by == ROWS else evidence.either
            said = t(f"date_evidence.{found.by}", format=said, n=n)
        if mapping.swapped.get(header, NONE) != NONE:
            said = f"{t('data.is_swapped')} {said}"
        remarks[header] = said
    remarks |= {header: t("data.is_stage", stage=stage) for header, stage in mapping.stage_columns.items()}
    remarks |= {
        left: t("data.is_stage_exit", stage=mapping.stage_columns[header])
        for header, left in mapping.stage_exits.items() if header in mapping.stage_columns
    }  # fmt: skip
    if mapping.key:
        remarks[mapping.key] = t("data.is_key")
    return remarks


def _not_found(mapping: SheetMapping) -> None:
    """Fields of the table that no column gives, and those that are the same for all rows."""
    t = state.words()
    spec, given = TABLES[mapping.table], {*mapping.columns, *mapping.constants}
    spare = [name for name in spec.any_of if name not in given][1:]  # of 30 questions one free is enough
    rest = [one.name for one in spec.fields if one.name not in {*given, *spare}]
    if rest and not mapping.adds:
        names = ", ".join(t(f"fields.{mapping.table}.{name}") for name in rest)
        st.caption(say("data.not_found", names=names))
    for name, value in mapping.constants.items():
        field = literal(t(f"fields.{mapping.table}.{name}"))
        st.caption(f"{field}: {say('data.constant', value=value)}")


def _moved(mapping: SheetMapping, changed: Mapping[str, Fields]) -> dict[str, str]:
    """The columns with some headers given other fields; a field that is given to another leaves its own."""
    taken = {name for fields in changed.values() for name in fields}
    kept = {
        name: header for name, header in mapping.columns.items()
        if header not in changed and name not in taken
    }  # fmt: skip
    return kept | {name: header for header, fields in changed.items() for name in fields}


def first_rows(sheet: Sheet, mapping: SheetMapping, key: str) -> None:
    """The first rows of the sheet, how it was read, and the way to be rid of its file."""
    t = state.words()
    others = [header for header in sheet.columns if header not in mapping.headers]
    if others and mapping.used and mapping.table not in TABLES:
        st.caption(say("data.others", n=len(others), names=", ".join(others[:6])))
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover(t("data.first_rows"), icon=":material/table_rows:", type="tertiary"):
            top = sheet.table.slice(0, 5).to_pandas()
            st.dataframe(top, hide_index=True, key=f"{key}_rows", alt=t("data.first_rows"))
            st.caption(" ".join(say(note) for note in sheet.notes if note.key in CURIOUS))
        upload = state.upload_of(sheet)
        if st.button(
            literal(t("data.remove", file=upload)), type="tertiary", icon=":material/delete:",
            key=f"{key}_remove",
        ):  # fmt: skip
            state.remove_file(upload)
            st.rerun()
