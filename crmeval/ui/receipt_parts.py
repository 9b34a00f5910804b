"""The import receipt: what became of every row."""

import streamlit as st

from crmeval.reading.sheet import sheet_title
from crmeval.report.set_aside import set_aside_rows
from crmeval.tables import Import, Tables
from crmeval.ui import state
from crmeval.ui.mapping_parts import CURIOUS
from crmeval.ui.parts import literal, say, table


def receipt(tables: Tables) -> None:
    """What became of every row: read = used + set aside, by file and sheet, with the reasons."""
    t = state.words()
    with st.container(gap="xsmall"):
        for one in tables.imports:
            _sheet(one)
    if len(tables.set_aside):
        rows = set_aside_rows(tables, t).rename(columns={"reason": "why"})
        table(
            rows if rows["sheet"].any() else rows.drop(columns="sheet"), "set_aside", title="data.set_aside"
        )
    if len(tables.problems):
        where = tables.problems["import"].astype(int)
        problems = tables.problems.drop(columns="import").assign(
            problem=[t(f"problems.{code}") for code in tables.problems["problem"]]
        )
        problems.insert(0, "file", [tables.imports[i].file for i in where])
        table(problems, "problems", title="data.problems")


def _sheet(one: Import) -> None:
    t = state.words()
    curious = " ".join(say(note) for note in one.notes if note.key in CURIOUS)
    line = say(
        "data.receipt_line", n=one.rows_read, used=one.rows_used, aside=one.rows_set_aside,
        table=t(f"tables.{one.table or 'left_out'}.name"),
    )  # fmt: skip
    title = literal(sheet_title(one.file, one.sheet))
    st.markdown(f"**{title}** — {line}", help=curious or None)
    for field, (read, used) in one.sums.items():
        name = t(f"fields.{one.table}.{field}")
        st.caption(say("data.sums", field=name, read=read, used=used))
    for note in one.notes:
        if note.key not in CURIOUS:
            st.caption(f"• {say(note)}")
