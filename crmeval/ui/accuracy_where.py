"""Where errors gather: by any two of field, person, month and source, and the wrong cells behind a click."""

from functools import partial
from itertools import combinations
from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.error_spread import DIMENSIONS
from crmeval.charts.accuracy import FIELDS, KINDS, MONTHS, PEOPLE, crossing
from crmeval.charts.style import Chart
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui import state
from crmeval.ui.accuracy_parts import picked_rows
from crmeval.ui.chart_parts import chart, chosen
from crmeval.ui.parts import say
from crmeval.ui.table_parts import result_table, table


def where(said: Result, _tables: Tables) -> None:
    """Where errors gather; what is picked in a chart or the list narrows the cells below."""
    picks = chart(FIELDS, said, "accuracy_fields", pick=True)
    fields = list(said.tables.get("errors_by_field", {"field": ()})["field"])
    if fields and (field := chosen("accuracy.choose_field", fields, picks, "field", "accuracy_field")):
        picks = [{"field": field}]
    picks += _crossed(said)
    if "errors_by_kind" in said.tables:
        chart(KINDS, said, "accuracy_kinds")
    if "errors_by_person" in said.tables:
        picks += chart(PEOPLE, said, "accuracy_people", pick=True)
    if "errors_by_month" in said.tables:
        chart(MONTHS, said, "accuracy_months")
    if "errors_before_after" in said.tables:
        result_table(said, "errors_before_after")
        st.caption(say("accuracy.notes.before_after"))
    if "wrong_cells" in said.tables:
        rows = picked_rows(said.tables["wrong_cells"], picks)
        if picks:
            st.caption(say("accuracy.picked", chosen=", ".join(str(value) for value in picks[0].values())))
        table(rows, "accuracy_wrong", title="result_tables.wrong_cells")
    result_table(said, "fixes")


def _crossed(said: Result) -> list[dict[str, Any]]:
    """The heat map of the two dimensions that the visitor chose; returns what was picked in it."""
    crossed = said.tables.get("errors_crossings")
    if crossed is None:
        return []
    t = state.words()
    known = set(zip(crossed["dimension"], crossed["other_dimension"], strict=True))
    pairs = {
        f"{one}.{other}": f"{t(f'columns.{one}')} × {t(f'columns.{other}')}"
        for one, other in combinations(DIMENSIONS, 2)
        if (one, other) in known
    }
    pair = next(iter(pairs))
    if len(pairs) > 1:
        pair = st.segmented_control(
            t("accuracy.crossed"), list(pairs), default=pair, required=True, format_func=pairs.__getitem__,
            key="accuracy_dimensions",
        )  # fmt: skip
    one, other = pair.split(".")
    shown = Chart("errors_crossings", partial(crossing, one=one, other=other))
    picks = chart(shown, said, f"accuracy_crossed_{one}_{other}", pick=True)
    return [_meant(pick, one, other) for pick in picks if "value" in pick and "other_value" in pick]


def _meant(pick: dict[str, Any], one: str, other: str) -> dict[str, Any]:
    """What a picked cell of the heat map stands for, in the columns of the wrong cells."""
    meant = {one: pick["value"], other: pick["other_value"]}
    return {name: pd.Timestamp(value) if name == "month" else value for name, value in meant.items()}
