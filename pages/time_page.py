"""Sales and time: what is achieved, how long it takes, where deals get stuck, and the deals behind it."""

from functools import partial

from crmeval.ui import (
    state,
    time_bottlenecks,
    time_compare,
    time_cycle,
    time_effort,
    time_flow,
    time_hours,
    time_moves,
    time_open,
    time_output,
    time_stages,
    time_what_if,
)
from crmeval.ui.narrow_parts import narrow_control
from crmeval.ui.parts import need, page
from crmeval.ui.sections import sections

SECTIONS = {
    "output": time_output.show,
    "cycle": time_cycle.show,
    "bottlenecks": time_bottlenecks.show,
    "stages": time_stages.show,
    "moves": time_moves.show,
    "flow": time_flow.show,
    "hours": time_hours.show,
    "effort": time_effort.show,
    "open": time_open.show,
    "compare": time_compare.show,
    "what_if": time_what_if.show,
}

page("time")
tables = narrow_control(need("time", "deals", "stage_events", "activities"))
settings = state.settings()
sections("time", {name: partial(show, tables, settings) for name, show in SECTIONS.items()})
