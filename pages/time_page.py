"""Sales and time: what is achieved, how long it takes, the work behind it, and which groups differ."""

from functools import partial

from crmeval.ui import state, time_compare, time_cycle, time_effort, time_hours, time_open, time_output
from crmeval.ui.narrow_parts import narrow_control
from crmeval.ui.parts import need, page
from crmeval.ui.sections import sections

SECTIONS = {
    "output": time_output.show,
    "cycle": time_cycle.show,
    "hours": time_hours.show,
    "effort": time_effort.show,
    "open": time_open.show,
    "compare": time_compare.show,
}

page("time")
tables = narrow_control(need("time", "deals", "stage_events", "activities"))
settings = state.settings()
sections("time", {name: partial(show, tables, settings) for name, show in SECTIONS.items()})
