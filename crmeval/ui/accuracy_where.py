"""Where errors gather: charts by field, person and month, and the wrong cells behind a click."""

import streamlit as st

from crmeval.charts.accuracy import CROSSED, FIELDS, MONTHS, PEOPLE
from crmeval.results import Result
from crmeval.tables import Tables
from crmeval.ui.accuracy_parts import picked_rows
from crmeval.ui.parts import chart, chosen, result_table, say, table


def where(said: Result, _tables: Tables) -> None:
    """Where errors gather; what is picked in a chart or the list narrows the cells below."""
    picks = chart(FIELDS, said, "accuracy_fields", pick=True)
    fields = list(said.tables.get("errors_by_field", {"field": ()})["field"])
    if fields and (field := chosen("accuracy.choose_field", fields, picks, "field", "accuracy_field")):
        picks = [{"field": field}]
    if "errors_by_person" in said.tables:
        picks += chart(CROSSED, said, "accuracy_crossed", pick=True)
        picks += chart(PEOPLE, said, "accuracy_people", pick=True)
    if "errors_by_month" in said.tables:
        chart(MONTHS, said, "accuracy_months")
    if "wrong_cells" in said.tables:
        rows = picked_rows(said.tables["wrong_cells"], picks)
        if picks:
            st.caption(say("accuracy.picked", chosen=", ".join(str(value) for value in picks[0].values())))
        table(rows, "accuracy_wrong", title="result_tables.wrong_cells")
    result_table(said, "fixes")
