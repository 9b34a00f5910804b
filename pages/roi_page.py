"""Costs and benefits: cost lines, sliders, three scenarios, payback, and what it all depends on."""

from crmeval.ui.parts import page
from crmeval.ui.roi_answer import plan

page("roi")
plan()
