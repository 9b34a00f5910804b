"""The import receipt: what became of every row, cell, amount and id."""

from functools import partial

import streamlit as st

from crmeval.reading.sheet import sheet_title
from crmeval.report.receipt import accounts, receipt_tables
from crmeval.report.xlsx import receipt_xlsx
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.mapping_columns import CURIOUS
from crmeval.ui.parts import XLSX, literal, say
from crmeval.ui.table_parts import table


def receipt(tables: Tables) -> None:
    """What became of every row: read = used + set aside, by file and sheet, with the reasons."""
    t = state.words()
    with st.container(gap="small"):
        for place in range(len(tables.imports)):
            _sheet(tables, place)
    st.download_button(
        t("data.receipt_xlsx"), data=partial(receipt_xlsx, tables, t), file_name="crmeval-receipt.xlsx",
        key="receipt_xlsx", mime=XLSX, on_click="ignore", icon=":material/receipt_long:",
    )  # fmt: skip
    listed = receipt_tables(tables, t)
    for name in ("set_aside", "problems", "unmatched"):
        if name in listed:
            rows = listed[name].rename(columns={"reason": "why"})
            kept = rows if rows["sheet"].any() else rows.drop(columns="sheet")
            table(kept, name, title=f"data.{name}")


def _sheet(tables: Tables, place: int) -> None:
    one, t = tables.imports[place], state.words()
    curious = " ".join(say(note) for note in one.notes if note.key in CURIOUS)
    line = say(
        "data.receipt_line", n=one.rows_read, used=one.rows_used, aside=one.rows_set_aside,
        table=t(f"tables.{one.table or 'left_out'}.name"),
    )  # fmt: skip
    title = literal(sheet_title(one.file, one.sheet))
    with st.container(gap="xxsmall"):
        st.markdown(f"**{title}** — {line}", help=curious or None)
        for said in accounts(tables, place, t):
            st.caption(f":material/check: {literal(said)}")
        for note in one.notes:
            if note.key not in CURIOUS:
                st.caption(f"• {say(note)}")
