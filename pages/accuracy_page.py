"""Accuracy: which cells are wrong, where errors gather, what mending them costs."""

import streamlit as st

from crmeval.charts.accuracy import CROSSED, FIELDS, MONTHS, PEOPLE
from crmeval.ui.accuracy_parts import accuracy_with, judged_in_truth, picked_rows, switched_checks
from crmeval.ui.parts import answer, chart, chosen, how, metrics, need, notes, page, say, table

t = page("accuracy")
tables = need("accuracy", "records", "deals", "verified")

top, middle = st.container(), st.container()
with st.expander(say("accuracy.checks"), icon=":material/checklist:"):
    checks = switched_checks(tables)
with top:
    said = accuracy_with(tables, checks, in_truth=judged_in_truth(tables))
    answer(said)
    if off := sum(not check.on for check in checks):
        st.caption(say("accuracy.switched", n=off))
    metrics(said, "accuracy.rate", "accuracy.wrong_cells", "accuracy.clean_rate", "accuracy.cells")
    beside = ("accuracy.flagged_rate", "accuracy.checks_see") if said.get("accuracy.verified_rate") else ()
    metrics(said, "accuracy.duplicate_records", "accuracy.cost", *beside)
    notes(said)

with middle:
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
    for name in ("fixes", "duplicates", "checks"):
        if name in said.tables:
            table(
                said.tables[name],
                f"accuracy_{name}",
                title=f"result_tables.{name}",
                shares=("score",),
            )

how(said)
