"""Feedback: how satisfied customers are, over time and by segment, and what they say."""

from crmeval.charts.feedback import DISTRIBUTION, PERIODS, THEMES
from crmeval.ui.chart_parts import chart
from crmeval.ui.feedback_parts import comments_shown, segments, shares
from crmeval.ui.parts import answer, how, metrics, need, notes, page, result
from crmeval.ui.table_parts import table

t = page("feedback")
tables = need("feedback", "feedback")
said = result("feedback")

answer(said)
scores = ("feedback.nps", "feedback.csat", "feedback.ces", "feedback.mean")
metrics(said, *([one for one in scores if said.get(one)] or scores))
picks = []
if said.measures:
    picks += chart(DISTRIBUTION, said, "feedback_distribution", pick=True)
    if "feedback_by_period" in said.tables:
        chart(PERIODS, said, "feedback_periods")
    if "feedback_before_after" in said.tables:
        around = said.tables["feedback_before_after"]
        table(around, "before_after", title="result_tables.feedback_before_after", shares=shares(said))
    picks += segments(tables, said)
    if "themes" in said.tables:
        picks += chart(THEMES, said, "feedback_themes", pick=True)
        table(said.tables["themes"], "feedback_themes_table", title="result_tables.themes")
comments_shown(tables, picks)
notes(said)
how(said)
