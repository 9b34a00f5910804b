"""What changed since a saved assessment: its file is handed in, both stand side by side."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.assessment import open_
from crmeval.charts.accuracy_cure import SINCE
from crmeval.errors import CrmevalError
from crmeval.report.content import measure_name
from crmeval.results import POINTS_OF_SHARE, Result
from crmeval.since import Since
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import say
from crmeval.ui.table_parts import table
from crmeval.ui.uploading import SAVED, in_our_words
from crmeval.words import Words, text


def since_last_time(show: Callable[[Since, Words], None]) -> None:
    """The place to hand in the assessment of last time; shows what changed since, once it is there.

    It is handed in once: other pages that ask for it have it then.
    """
    t, mine = state.words(), state.work()
    known = mine.last is not None
    with st.expander(t("since.title"), icon=":material/history:", expanded=known, key="since_open"):
        st.caption(say("since.help"))
        in_our_words(t)
        given = st.file_uploader(t("since.file"), type=[SAVED], key=f"since_{mine.uploaders}")
        if given is not None:
            _take(given)
        if mine.last is None:
            return
        with st.spinner(t("since.doing")):
            found = state.since()
        if found is not None:
            show(found, t)


def _take(given: Any) -> None:
    """Keeps the assessment that was handed in, once."""
    mine = state.work()
    try:
        handed_in = state.once("since_given", given.file_id, lambda: open_(given.getvalue()))
    except CrmevalError as error:
        st.error(say(error.text))
        return
    if handed_in is not mine.last:
        mine.last = handed_in
        st.rerun()


def errors_since(found: Since, t: Words) -> None:
    """What became of the errors, and the measures of accuracy."""
    st.markdown(f"#### {say('since.answer', then=found.created, told=found.told)}")
    st.caption(say("since.how"))
    chart(SINCE, Result(text("cure.nothing"), tables={"people_since": found.cells.people}), "since_people")
    of_accuracy = found.measures[found.measures["measure"].str.startswith("accuracy.")]
    table(_in_words(of_accuracy, t), "since_measures", title="result_tables.measures_since")
    table(found.cells.cells, "since_cells", title="result_tables.cells_since")


def measures_since(found: Since, t: Words) -> None:
    """Every measure then and now, and those that cannot be compared."""
    st.markdown(f"#### {say('since.answer', then=found.created, told=found.moved)}")
    st.caption(say("since.how_measures"))
    table(_in_words(found.measures, t), "since_measures", title="result_tables.measures_since")
    if len(found.apart):
        named = found.apart.assign(
            measure=[measure_name(one, t) for one in found.apart["measure"]], why=found.apart["why"].map(t)
        )
        table(named, "since_apart", title="result_tables.not_compared")
    if len(found.cells.cells):
        st.caption(say("since.beside", section=t("accuracy.sections.cure")))


def _in_words(measures: pd.DataFrame, t: Words) -> pd.DataFrame:
    """The measures as they are said: each has its own unit."""
    rows = []
    for row in measures.to_dict("records"):
        unit = row["unit"]
        apart = POINTS_OF_SHARE if unit == "share" else unit
        rows.append(
            {
                "measure": measure_name(row["measure"], t),
                "before": _said(row, "before", unit, t),
                "now": _said(row, "now", unit, t),
                "difference": _said(row, "difference", apart, t),
                "moved": t(f"codes.moved.{row['moved']}") if row["moved"] else None,
            }
        )
    return pd.DataFrame(rows, columns=["measure", "before", "now", "difference", "moved"])


def _said(row: dict[str, float], name: str, unit: str, t: Words) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    said = t.measure(value, unit)
    if pd.isna(low) or pd.isna(high):
        return said
    bare = POINTS_OF_SHARE if unit == "share" else unit  # the value has the unit already
    return t("since.between", value=said, low=t.bare(low, bare), high=t.bare(high, bare))
