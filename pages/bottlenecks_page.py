"""Bottlenecks: where deals wait, what that is worth, how they move, and what a faster stage would bring."""

from functools import partial

from crmeval.ui import state, time_bottlenecks, time_flow, time_moves, time_stages, time_what_if
from crmeval.ui.narrow_parts import narrow_control
from crmeval.ui.parts import need, page
from crmeval.ui.sections import sections

SECTIONS = {
    "bottlenecks": time_bottlenecks.show,
    "stages": time_stages.show,
    "moves": time_moves.show,
    "flow": time_flow.show,
    "what_if": time_what_if.show,
}

page("bottlenecks")
tables = narrow_control(need("bottlenecks", "stage_events", "activities", "deals"))
settings = state.settings()
shown = {name: partial(show, tables, settings) for name, show in SECTIONS.items()}
sections("bottlenecks", shown, texts="time")
