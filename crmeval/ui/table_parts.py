"""Tables on a page: as people read them, with a download of all their rows."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.report.safe import csv_bytes
from crmeval.report.shown import COUNT, DATE, MONEY, MONTH, NUMBER, SHARE, columns, decoded, way_to_say
from crmeval.results import Result
from crmeval.ui import state
from crmeval.ui.likeness import Alike
from crmeval.ui.parts import say
from crmeval.words import Words

_ROWS_SHOWN = 1000
_ROWS_SAID = 200  # saying a number costs its time: of longer tables the browser says them, in its own way
_TABLES_KEPT = 4  # of one place on a page


def titled(frame: pd.DataFrame, t: Words) -> pd.DataFrame:
    """The frame as people read it: codes in words, columns named in the page's language."""
    return decoded(frame, t).rename(columns={column.name: column.title for column in columns(frame, t)})


def _csv(frame: pd.DataFrame, t: Words) -> bytes:
    # Excel in Russian expects semicolons; commas would leave everything in one column
    return csv_bytes(titled(frame, t), ";" if t.language == "ru" else ",")


def _formats(frame: pd.DataFrame, t: Words) -> dict[str, Any]:
    """How the browser writes dates, and numbers that were not said in words."""
    months, days = ("MM.YYYY", "DD.MM.YYYY") if t.language == "ru" else ("MMM YYYY", "D MMM YYYY")
    ways = {
        SHARE: st.column_config.NumberColumn(format="percent"),
        MONEY: st.column_config.NumberColumn(format="localized", step=0.01),
        NUMBER: st.column_config.NumberColumn(format="localized", step=0.01),
        COUNT: st.column_config.NumberColumn(format="localized"),
        DATE: st.column_config.DateColumn(format=days),
        MONTH: st.column_config.DateColumn(format=months),
    }
    said = len(frame) <= _ROWS_SAID
    whole = {
        column.name for column in columns(frame, t)
        if column.kind in (NUMBER, MONEY) and bool((frame[column.name].dropna() % 1 == 0).all())
    }  # fmt: skip
    return {
        column.title: ways[COUNT if column.name in whole else column.kind]
        for column in columns(frame, t)
        if column.kind in ways and (column.kind in (DATE, MONTH) or not said)
    }


def _said(frame: pd.DataFrame, shares: Sequence[str], t: Words) -> Any:
    """The table with its numbers as the page's language writes them; they still sort as numbers."""
    named = titled(frame, t)
    if len(frame) > _ROWS_SAID:
        return named
    ways = {
        column.title: way_to_say(frame[column.name], SHARE if column.name in shares else column.kind, t)
        for column in columns(frame, t)
    }
    return named.style.format({title: way for title, way in ways.items() if way}, na_rep="—")


def table(
    frame: pd.DataFrame,
    key: str,
    *,
    title: str = "",
    shares: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> None:
    """A table under its title, with a download of all its rows; at most 1,000 are shown.

    `shares` names columns that hold fractions where their name alone does not tell, `hidden` those that only
    the download has.
    """
    t = state.words()
    if title:
        st.markdown(f"**{say(title)}**")
    made_of = (Alike(frame), shares, hidden, t.language, t.currency)
    grid = partial(_grid, frame.head(_ROWS_SHOWN), shares, hidden, key, t(title or "app.rows"))
    state.shown_once(f"table_{key}", made_of, grid, keep=_TABLES_KEPT)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("app.rows_some" if len(frame) > _ROWS_SHOWN else "app.rows_all", n=len(frame)))
        st.download_button(
            t("app.download_csv"), data=partial(_csv, frame, t), file_name=f"{key}.csv",
            key=f"{key}_csv", mime="text/csv", on_click="ignore", type="tertiary", icon=":material/download:",
        )  # fmt: skip


def _grid(frame: pd.DataFrame, shares: Sequence[str], hidden: Sequence[str], key: str, alt: str) -> None:
    t = state.words()
    st.dataframe(
        _said(frame, shares, t),
        hide_index=True,
        key=key,
        placeholder="—",
        column_config=_formats(frame, t),
        column_order=[column.title for column in columns(frame, t) if column.name not in hidden],
        alt=alt,
    )


def result_table(said: Result, name: str, *, hidden: Sequence[str] = ()) -> None:
    """A table of a result, where it has it and there is anything in it."""
    frame = said.tables.get(name)
    if frame is not None and len(frame):
        table(frame, f"table_{name}", title=f"result_tables.{name}", hidden=hidden)
