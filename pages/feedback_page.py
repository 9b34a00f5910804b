"""Feedback: how satisfied customers are, over time and by segment, and what they say."""

from functools import partial

from crmeval.analyses.segments import dimensions
from crmeval.ui.feedback_parts import scores, segments, themes
from crmeval.ui.parts import answer, how, metrics, need, notes, page, result
from crmeval.ui.sections import sections

page("feedback")
tables = need("feedback", "feedback")
said = result("feedback")

answer(said)
known = ("feedback.nps", "feedback.csat", "feedback.ces", "feedback.mean")
metrics(said, *([one for one in known if said.get(one)] or known))
notes(said)

shown = {"scores": scores}  # only sections that have something to show; names: `feedback.sections.<name>`
if said.measures and dimensions(tables):
    shown["segments"] = segments
if "themes" in said.tables:
    shown["themes"] = themes
sections("feedback.sections", {name: partial(show, tables, said) for name, show in shown.items()})
how(said)
