"""Scorecard and report: the pair of scores, what is missing, what to do first, targets to agree on."""

import streamlit as st

from crmeval.analyses.findings import SHOWN, findings
from crmeval.charts.scorecard import CHARTS
from crmeval.ui import state
from crmeval.ui.chart_parts import chart
from crmeval.ui.findings_parts import finding_list
from crmeval.ui.parts import answer, how, metrics, need, notes, page, say
from crmeval.ui.saving import report_downloads
from crmeval.ui.scorecard_parts import coverage_lines, target_editor
from crmeval.ui.since_parts import measures_since, since_last_time

page("scorecard")
need("scorecard")
results = state.results()
said = results["scorecard"]

answer(said)
metrics(said, "score.efficiency", "score.effectiveness")
chart(CHARTS[0], said, "chart_scores")
coverage_lines(said)
since_last_time(measures_since)

st.subheader(say("scorecard.page.findings"))
finding_list(findings(results, SHOWN))

chart(CHARTS[1], said, "chart_score_metrics")
st.subheader(say("scorecard.page.metrics"))
target_editor(said)
notes(said)

st.subheader(say("scorecard.page.report"))
report_downloads()
how(said)
