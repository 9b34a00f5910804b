"""Accuracy: which cells are wrong, where errors gather, what mending them costs."""

import streamlit as st

from crmeval.ui.accuracy_checks import checks_panel
from crmeval.ui.accuracy_cure import cost_and_cure
from crmeval.ui.accuracy_parts import accuracy_now, judged_in_truth
from crmeval.ui.accuracy_sample import verified_sample
from crmeval.ui.accuracy_twins import twins
from crmeval.ui.accuracy_where import where
from crmeval.ui.parts import answer, how, metrics, need, notes, page

# What each section shows of the result; only the open one runs. Names: `accuracy.sections.<name>`.
SECTIONS = {
    "where": where,
    "checks": checks_panel,
    "twins": twins,
    "sample": verified_sample,
    "cure": cost_and_cure,
}

t = page("accuracy")
tables = need("accuracy", "records", "deals", "verified")
said = accuracy_now(tables, in_truth=judged_in_truth(tables))
answer(said)
metrics(said, "accuracy.rate", "accuracy.wrong_cells", "accuracy.clean_rate", "accuracy.cells")
beside = ("accuracy.flagged_rate", "accuracy.checks_see") if said.get("accuracy.verified_rate") else ()
metrics(said, "accuracy.duplicate_records", "accuracy.cost", *beside)
notes(said)

names = [t(f"accuracy.sections.{name}") for name in SECTIONS]
for tab, show in zip(st.tabs(names, on_change="rerun", key="accuracy_tabs"), SECTIONS.values(), strict=True):
    if tab.open:
        with tab:
            show(said, tables)

how(said)
