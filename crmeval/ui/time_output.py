"""The section of the time page on what is sold: output, revenue, win rates, by month and by owner."""

from crmeval.charts.output import MONTHS, OWNERS
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.ui.chart_parts import chart
from crmeval.ui.narrow_parts import asked
from crmeval.ui.parts import answer, how, metrics, notes
from crmeval.ui.table_parts import table


def show(tables: Tables, _settings: Settings) -> None:
    """Deals, sales and revenue; the owners picked in the chart stand in the table."""
    output = asked(tables, "output")
    if output is None:
        return
    answer(output)
    metrics(
        output, "deals.win_rate", "deals.win_rate_all", "deals.revenue_won", "deals.amount_median_won",
        "deals.count", "deals.customers", "activities.per_won_deal",
    )  # fmt: skip
    notes(output)
    chart(MONTHS, output, "time_months")
    picked = {one["owner"] for one in chart(OWNERS, output, "time_owners", pick=True) if "owner" in one}
    owners = output.tables.get("owners")
    if owners is not None and len(owners):
        shown = owners[owners["owner"].isin(picked)] if picked else owners
        table(shown, "time_owners_rows", title="result_tables.owners", hidden=("low_998", "high_998"))
    how(output)
