"""What the values of a sheet mean: how deals ended, the order of stages, what stands for what."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from crmeval.fields import CATEGORY, LOST, OPEN, TABLES, WON
from crmeval.mapping import SheetMapping
from crmeval.mapping.columns import column_of
from crmeval.mapping.revise import with_meanings
from crmeval.reading import Sheet
from crmeval.ui import state
from crmeval.ui.parts import say

_ENDS = (WON, LOST, OPEN)
_MOST = 300  # values that are offered; a column with more is no list of names
_ROW, _TALLEST = 35, 12


def values_editor(sheet: Sheet, mapping: SheetMapping, key: str) -> SheetMapping:
    """The values of the outcome, and of one field at a time; returns the mapping with what they mean."""
    t = state.words()
    counts = state.once(f"values {sheet.title}", dict(mapping.columns), lambda: _counts(sheet, mapping))
    changed = mapping
    if not mapping.outcomes and not counts:
        return mapping
    with st.expander(
        f":material/rule: {_summary(mapping)}", key=f"values_{sheet.title}", on_change="rerun"
    ) as place:
        if not place.open:
            return mapping
        left, right = st.columns((2, 3) if mapping.outcomes else (3, 1))
        if mapping.outcomes:
            with left:
                st.markdown(f"**{say('data.outcomes')}**")
                changed = _outcomes(mapping, f"{key}_ends")
        if counts:
            with right if mapping.outcomes else left:
                field = st.selectbox(
                    t("data.values_of"), list(counts), key=f"values_field_{sheet.title}",
                    format_func=lambda name: t(f"fields.{mapping.table}.{name}"),
                )  # fmt: skip
                edited = _meanings(mapping, field, counts[field], f"{key}_values_{field}")
                changed = edited if edited != mapping else changed
    return changed


def _summary(mapping: SheetMapping) -> str:
    """How deals ended, by their values, in a line."""
    t = state.words()
    meant = {end: [v for v, said in mapping.outcomes.items() if said == end] for end in _ENDS}
    said = "; ".join(f"{t(f'outcomes.{end}')}: {', '.join(v[:4])}" for end, v in meant.items() if v)
    aliases = sum(a != b for meant in mapping.meanings.values() for a, b in meant.items())
    if not said and not aliases:
        return say("data.values_unsaid")
    return say("data.values" if aliases else "data.values_plain", said=said or "—", n=aliases)


def _counts(sheet: Sheet, mapping: SheetMapping) -> Mapping[str, pd.DataFrame]:
    """The values of each category with their rows, the most frequent first."""
    found = {}
    for one in TABLES[mapping.table].fields:
        header = mapping.columns.get(one.name)
        if one.kind == CATEGORY and header is not None:
            values = column_of(sheet, header).few(_MOST)
            if values and len(values.texts) > 1:
                frame = pd.DataFrame({"value": values.texts.to_pylist(), "rows": values.counts})
                found[one.name] = frame.sort_values("rows", ascending=False, kind="stable", ignore_index=True)
    return found


def _height(rows: int) -> int:
    return _ROW * (min(rows, _TALLEST) + 1) + 3


def _outcomes(mapping: SheetMapping, key: str) -> SheetMapping:
    """Whether each value of the stage or outcome column says won, lost or open."""
    t = state.words()
    labels = {t(f"outcomes.{end}"): end for end in _ENDS}
    said = {end: label for label, end in labels.items()}
    shown = pd.DataFrame({
        "value": list(mapping.outcomes), "end": [said[end] for end in mapping.outcomes.values()],
    })  # fmt: skip
    edited = st.data_editor(
        shown, key=key, hide_index=True, disabled=["value"], alt=t("data.outcomes"),
        height=_height(len(shown)),
        column_config={
            "value": st.column_config.TextColumn(t("columns.value")),
            "end": st.column_config.SelectboxColumn(
                t("fields.deals.outcome"), options=list(labels), required=True
            ),
        },
    )  # fmt: skip
    outcomes = {value: labels[end] for value, end in zip(shown["value"], edited["end"], strict=True)}
    return mapping if outcomes == dict(mapping.outcomes) else replace(mapping, outcomes=outcomes)


def _meanings(mapping: SheetMapping, field: str, counts: pd.DataFrame, key: str) -> SheetMapping:
    """Which value stands for which other, and of stages which place they have."""
    t = state.words()
    meant = mapping.meanings.get(field, {})
    shown = counts.assign(meant=[meant.get(value, value) for value in counts["value"]])
    ordered = field == "stage" and mapping.table in ("deals", "stage_events")
    if ordered:
        places = {stage: place for place, stage in enumerate(mapping.stage_order, start=1)}
        shown["place"] = pd.array([places.get(value) for value in shown["meant"]], dtype="Int64")
    options = [*dict.fromkeys([*counts["value"], *meant.values()])]
    edited = st.data_editor(
        shown, key=key, hide_index=True, disabled=["value", "rows"], alt=t("data.values_of"), placeholder="",
        height=_height(len(shown)),
        column_config={
            "value": st.column_config.TextColumn(t("columns.value"), width=140),
            "rows": st.column_config.NumberColumn(t("columns.rows"), width="small"),
            "meant": st.column_config.SelectboxColumn(
                t("data.stands_for"), options=options, required=True, width=140
            ),
            "place": st.column_config.NumberColumn(t("data.place"), min_value=1, step=1, width="small"),
        },
    )  # fmt: skip
    if not edited["meant"].equals(shown["meant"]):
        return with_meanings(mapping, field, dict(zip(shown["value"], edited["meant"], strict=True)))
    if ordered and not edited["place"].equals(shown["place"]):
        placed = edited.dropna(subset=["place"]).sort_values("place", kind="stable")
        return replace(mapping, stage_order=tuple(dict.fromkeys(placed["meant"])))
    return mapping
