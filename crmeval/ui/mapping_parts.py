"""The mapping screen: every sheet with what it is taken for, sample values, and the choices a user has."""

from dataclasses import replace

import streamlit as st

from crmeval.fields import LEFT_OUT, LOOKUP, LOST, OPEN, TABLES, WON
from crmeval.mapping import MappingProposal, SheetMapping
from crmeval.reading import Sheet
from crmeval.tables import Import, Tables
from crmeval.ui import state
from crmeval.ui.parts import literal, say, table
from crmeval.words import Words

_SURE = 0.8
_SAMPLES = 3
_FEW_FIELDS = 12  # a questionnaire's 30 items are shown only where there is a column for them
_CHOICES = (*TABLES, LOOKUP, LEFT_OUT)


def mapping_screen() -> None:
    """All sheets, each with its mapping; a change is kept at once and can be undone."""
    mine = state.work()
    changed = mine.proposal
    for position, sheet in enumerate(mine.sheets):
        mapping = mine.proposal.of(sheet.file, sheet.name)
        if mapping is not None:
            changed = changed.changed(_sheet(sheet, mapping, f"map{len(mine.undo)}_{position}"))
    if changed != mine.proposal:
        state.change_mapping(changed)
        st.rerun()


def _sheet(sheet: Sheet, mapping: SheetMapping, key: str) -> SheetMapping:
    t = state.words()
    with st.container(border=True):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        with left:
            st.markdown(f"**{literal(sheet.title)}**")
            st.caption(say("data.sheet_said", n=sheet.rows_read, columns=len(sheet.columns)))
        chosen = right.selectbox(
            t("data.this_is"), _CHOICES, index=_CHOICES.index(mapping.table), key=f"{key}_table",
            format_func=lambda name: t(f"tables.{name or 'left_out'}.name"),
        )  # fmt: skip
        if chosen != mapping.table:
            return _as_another_table(sheet, mapping, chosen)
        for note in sheet.notes:
            st.caption(say(note))
        if not mapping.used:
            return mapping
        if mapping.source != "unknown":
            st.badge(say(f"sources.{mapping.source}"), icon=":material/verified:")
        if mapping.table == LOOKUP or mapping.joins:
            st.caption(
                say(
                    "data.joined_by",
                    key=mapping.key,
                    table=t(f"tables.{(mapping.joins or ('deals',))[0]}.name"),
                )
            )
        mapping = _fields(sheet, mapping, key, t)
        mapping = _outcomes(mapping, key, t)
        _missing(mapping)
        with st.expander(t("data.first_rows")):
            st.dataframe(
                sheet.table.slice(0, 5).to_pandas(),
                hide_index=True,
                key=f"{key}_rows",
                alt=t("data.first_rows"),
            )
    return mapping


def _as_another_table(sheet: Sheet, mapping: SheetMapping, table_name: str) -> SheetMapping:
    """The sheet proposed anew as the table the user says it is."""
    from crmeval.mapping import propose

    if table_name in TABLES:
        again = propose((sheet,), {sheet.file: table_name}).sheets[0]
        if again.table == table_name:
            return again
    return SheetMapping(file=mapping.file, sheet=mapping.sheet, table=table_name)


def _fields(sheet: Sheet, mapping: SheetMapping, key: str, t: Words) -> SheetMapping:
    if mapping.table not in TABLES:
        return mapping
    spec = TABLES[mapping.table]
    few = len(spec.fields) <= _FEW_FIELDS
    shown = [f.name for f in spec.fields if few or f.required or f.name in mapping.columns]
    columns = dict(mapping.columns)
    cells = st.columns(4)
    for position, name in enumerate(shown):
        with cells[position % 4]:
            options = ("", *sheet.columns)
            current = mapping.columns.get(name, "")
            label = t(f"fields.{mapping.table}.{name}") + (" *" if spec[name].required else "")
            chosen = st.selectbox(
                literal(label), options, index=options.index(current) if current in options else 0,
                key=f"{key}_{name}_{current}", format_func=lambda header: header or t("data.no_column"),
            )  # fmt: skip
            st.caption(_basis(sheet, mapping, name, chosen, t))
            columns.pop(name, None)
            if chosen:
                columns[name] = chosen
    if columns == dict(mapping.columns):
        return mapping
    sure = {name: 1.0 if columns.get(name) != mapping.columns.get(name) else mapping.confidence.get(name, 1.0)
            for name in columns}  # fmt: skip
    return replace(mapping, columns=columns, confidence=sure)


def _basis(sheet: Sheet, mapping: SheetMapping, name: str, header: str, t: Words) -> str:
    """Sample values of the chosen column, and how sure the proposal is."""
    if not header:
        constant = mapping.constants.get(name)
        return literal(t("data.constant", value=constant)) if constant else "—"
    values = [value for value in sheet.table[header].slice(0, 200).to_pylist() if value is not None]
    samples = ", ".join(dict.fromkeys(value[:24] for value in values[:_SAMPLES])) or t("data.empty_column")
    sure = mapping.confidence.get(name, 1.0)
    doubt = "" if sure >= _SURE else f" · {t('data.unsure', share=sure)}"
    return literal(samples + doubt)


def _outcomes(mapping: SheetMapping, key: str, t: Words) -> SheetMapping:
    if not mapping.outcomes:
        return mapping
    choices = (WON, LOST, OPEN)
    outcomes = dict(mapping.outcomes)
    with st.expander(t("data.outcomes")):
        cells = st.columns(4)
        for position, (value, outcome) in enumerate(mapping.outcomes.items()):
            outcomes[value] = cells[position % 4].selectbox(
                literal(value),
                choices,
                index=choices.index(outcome),
                key=f"{key}_outcome_{position}_{outcome}",
                format_func=lambda one: t(f"outcomes.{one}"),
            )
    return mapping if outcomes == dict(mapping.outcomes) else replace(mapping, outcomes=outcomes)


def _missing(mapping: SheetMapping) -> None:
    for name in mapping.missing:
        st.warning(say("data.missing", field=state.words()(f"fields.{mapping.table}.{name}")))


def complete(proposal: MappingProposal) -> bool:
    """Whether every sheet that takes part has what its table requires."""
    return any(sheet.used for sheet in proposal.sheets) and not any(
        sheet.missing for sheet in proposal.sheets
    )


def receipt(tables: Tables) -> None:
    """What became of every row: read = used + set aside, by file and sheet, with the reasons."""
    from crmeval.report.set_aside import set_aside_rows

    t = state.words()
    st.subheader(say("data.receipt"))
    for one in tables.imports:
        _receipt(one)
    if len(tables.set_aside):
        table(set_aside_rows(tables, t), "set_aside", title="data.set_aside")
    if len(tables.problems):
        table(tables.problems.drop(columns="import").assign(
            problem=[t(f"problems.{code}") for code in tables.problems["problem"]]
        ), "problems", title="data.problems")  # fmt: skip


def _receipt(one: Import) -> None:
    title = f"{one.file} · {one.sheet}" if one.sheet else one.file
    said = say(
        "data.receipt_line", n=one.rows_read, used=one.rows_used, aside=one.rows_set_aside,
        table=state.words()(f"tables.{one.table or 'left_out'}.name"),
    )  # fmt: skip
    st.markdown(f"**{literal(title)}** — {said}")
    for note in one.notes:
        st.caption(say(note))
