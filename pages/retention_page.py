"""Retention: who comes back, cohort by cohort, who is about to leave, what contracts keep."""

from crmeval.charts.retention import CONTRACTS, CURVE
from crmeval.ui.chart_parts import chart
from crmeval.ui.parts import answer, how, metrics, need, notes, page, result
from crmeval.ui.retention_parts import before_and_after, cohorts, silent_customers
from crmeval.ui.table_parts import result_table, table

t = page("retention")
tables = need("retention", "orders", "contracts", "deals")
said = result("retention")

answer(said)
bought = said.get("retention.orders") is not None
if bought or "contracts" not in tables:
    metrics(
        said, "retention.rate", "retention.repeat_rate", "retention.customers", "retention.orders",
        "retention.revenue", "retention.days_to_second", "retention.at_risk", "retention.at_risk_revenue",
    )  # fmt: skip
if "contracts" in tables:
    of_contracts = ("retention.nrr", "retention.grr", "retention.churn_rate")
    metrics(said, *of_contracts if bought else ("retention.rate", *of_contracts))

if "cohorts" in said.tables:
    cohorts(tables, said)
    chart(CURVE, said, "retention_curve")
    result_table(said, "came_back")
    silent_customers(tables, said)
    before_and_after(tables)

if "contract_movements" in said.tables:
    chart(CONTRACTS, said, "retention_contracts")
    table(said.tables["contract_movements"], "contract_movements")

notes(
    said, besides=("retention.go_live.", "retention.notes.go_live")
)  # said where customers before and after are compared
how(said)
