"""The section of the time page on the sales cycle: how long deals take, and how old the open ones are."""

from crmeval.charts.cycles import CYCLES, PROGRESS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import asked
from crmeval.ui.parts import answer, how, metrics, notes
from crmeval.ui.table_parts import table


def show(tables: Tables, _settings: Settings) -> None:
    """Days to win and to lose, with the deals still open counted for as long as they were seen."""
    cycles = asked(tables, "cycles")
    if cycles is None:
        return
    answer(cycles)
    metrics(cycles, "cycle.won.median", "cycle.lost.median", "cycle.km_median", "cycle.won_share")
    notes(cycles)
    for shown in (PROGRESS, CYCLES):
        chart(shown, cycles, f"time_{shown.name}")
    for name in ("cycles", "cycles_by_month"):
        if name in cycles.tables:
            table(cycles.tables[name], f"time_{name}_rows", title=f"result_tables.{name}")
    how(cycles)
