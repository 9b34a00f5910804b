"""Do customers come back? Purchases by cohort, the way back to the second one, contracts kept, go-live."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmeval.analyses import contracts
from crmeval.analyses.at_risk import at_risk
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.cohorts import active_customers, curve, triangle
from crmeval.analyses.purchases import Purchases, caveats, date_of, first_of, purchases, totals
from crmeval.analyses.repeat import GoLive, around_go_live, first_and_second
from crmeval.results import EFFECTIVENESS, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.intervals import wilson
from crmeval.stats.survival import Survival, kaplan_meier
from crmeval.tables import Tables
from crmeval.words import Text, text

YEAR_MONTHS = 12
FEWEST_MONTHS_BEFORE = 6
HORIZONS = (90, 180, 365)
OF_CUSTOMERS = (
    "retention.customers", "retention.repeat_rate", "retention.rate", "retention.days_to_second",
    "retention.at_risk", "retention.at_risk_revenue",
)  # fmt: skip
OF_PURCHASES = ("retention.orders", "retention.revenue", *OF_CUSTOMERS)
LARGE_SHARE_WITHOUT_CUSTOMER = 0.05


@dataclass
class _Said:
    """The parts of the result, as they are found."""

    measures: list[Measure] = field(default_factory=list)
    missing: dict[str, Text] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def period_kept(found: Purchases) -> tuple[int, int] | None:
    """The first and last month of the period that customers are asked to have come back in.

    The last 12 complete months, where at least 6 precede them; else half of the complete months there are.
    """
    last = found.last_complete_month
    complete = last - _first_month(found) + 1
    long_enough = complete >= YEAR_MONTHS + FEWEST_MONTHS_BEFORE
    length = YEAR_MONTHS if long_enough else min(complete // 2, YEAR_MONTHS)
    return (last - length + 1, last) if length >= 1 else None


def _first_month(found: Purchases) -> int:
    first = date_of(found.first)
    return first.year * YEAR_MONTHS + first.month - 1


def customers_kept(tables: Tables, found: Purchases, period: tuple[int, int]) -> tuple[int, int]:
    """S and E − N: customers who bought in as many months before the period; those who also did in it."""
    start, end = period
    month = found.visits.month
    per_customer = found.visits.group_by("customer").aggregate(
        before=month.between(start - (end - start + 1), start - 1).any(),
        inside=month.between(start, end).any(),
    )
    counted = per_customer.aggregate(
        at_start=per_customer.before.ifelse(1, 0).sum(),
        kept=(per_customer.before & per_customer.inside).ifelse(1, 0).sum(),
    )
    row = tables.frame(counted).iloc[0]
    return int(row["at_start"]), int(row["kept"])


def _rate(tables: Tables, found: Purchases, said: _Said) -> None:
    period = period_kept(found)
    at_start, kept = customers_kept(tables, found, period) if period else (0, 0)
    if period is None or at_start == 0:
        said.missing["retention.rate"] = text("retention.too_short")
        return
    months = period[1] - period[0] + 1
    facts = {
        "start": first_of(period[0]),
        "end": first_of(period[1] + 1) - pd.Timedelta(days=1),
        "months": months,
    }
    said.measures.append(
        Measure("retention.rate", kept / at_start, "share", at_start, *wilson(kept, at_start), facts)
    )
    if months < YEAR_MONTHS:
        said.notes.append(text("retention.notes.short_period", n=months))


def _survival(visits: pd.DataFrame, found: Purchases) -> Survival:
    came_back = visits["gap"].notna()
    waited = visits["gap"].where(came_back, found.last - visits["first"])
    return kaplan_meier(np.repeat(waited, visits["customers"]), np.repeat(came_back, visits["customers"]))


def came_back_within(survival: Survival) -> pd.DataFrame:
    """The share of customers who bought again within 90, 180 and 365 days, those still watched counted in.

    Only horizons that the data reach.
    """
    rows = []
    for days in HORIZONS:
        if len(survival.times) and survival.times[-1] >= days:
            place = int(np.searchsorted(survival.times, days, side="right")) - 1
            low, high = 1 - survival.high[place], 1 - survival.low[place]
            rows.append({"within_days": days, "share": 1 - survival.at(days), "low": low, "high": high})
    return pd.DataFrame(rows, columns=["within_days", "share", "low", "high"])


def _coming_back(visits: pd.DataFrame, found: Purchases, said: _Said) -> None:
    customers = int(visits["customers"].sum())
    again = int(visits.loc[visits["gap"].notna(), "customers"].sum())
    said.measures += [
        Measure("retention.customers", customers, "count", customers),
        Measure("retention.repeat_rate", again / customers, "share", customers, *wilson(again, customers)),
    ]
    survival = _survival(visits, found)
    said.tables["came_back"] = came_back_within(survival)
    if survival.median is None:
        said.missing["retention.days_to_second"] = text("retention.median_not_reached")
        return
    low, high = survival.median_interval
    said.measures.append(Measure("retention.days_to_second", survival.median, "days", customers, low, high))


def _cohorts(tables: Tables, found: Purchases, said: _Said) -> None:
    cohorts = triangle(active_customers(tables, found), found)
    said.tables |= {"cohorts": cohorts, "retention_curve": curve(cohorts)}
    said.notes.append(text("retention.notes.first_cohort", when=cohorts["cohort"].min()))
    if found.last_complete_month < found.last_month:
        said.notes.append(text("retention.notes.unfinished", when=date_of(found.last)))


def _silent(tables: Tables, found: Purchases, settings: Settings, said: _Said) -> None:
    """Customers at risk; at stake is the gross margin of what they brought, where the margin is known."""
    silent = at_risk(tables, found)
    said.tables["at_risk"] = silent
    n, revenue = len(silent), float(silent["revenue"].sum())
    said.measures.append(Measure("retention.at_risk", n, "count", n))
    if silent["revenue"].notna().any():
        said.measures.append(Measure("retention.at_risk_revenue", revenue, "money", n))
    else:
        said.missing["retention.at_risk_revenue"] = text("not_measured.no_data")
    if n:
        evidence = ("retention.at_risk", "retention.at_risk_revenue")
        brought = revenue if revenue > 0 else None
        key = "retention.findings.at_risk" if brought else "retention.findings.at_risk_no_money"
        worth = brought * settings.gross_margin if brought and settings.gross_margin else None
        said.findings.append(
            Finding(
                EFFECTIVENESS, text(key, n=n, amount=brought), text("retention.findings.call"), "retention",
                worth, evidence,
            )
        )  # fmt: skip


def compared(around: GoLive) -> tuple[Text, str]:
    """Repeat purchases around go-live, in a sentence, and `more`, `fewer`, `same` or `unknown`."""
    facts = {"days": around.within, "before": around.before, "after": around.after}
    if not around.enough:
        return text("retention.notes.go_live_too_little", **facts), "unknown"
    value, low, high = around.difference
    direction = "more" if low > 0 else "fewer" if high < 0 else "same"
    before, after = around.before_again / around.before, around.after_again / around.after
    points = {"points": 100 * value, "low": 100 * low, "high": 100 * high}
    return text(
        f"retention.go_live.{direction}", **facts, **points, share_before=before, share_after=after
    ), direction


def _go_live(visits: pd.DataFrame, found: Purchases, settings: Settings, said: _Said) -> None:
    if settings.go_live is None:
        return
    around = around_go_live(visits, found, settings.go_live)
    sentence, direction = compared(around)
    said.tables["repeat_before_after"] = around.table
    said.notes.append(sentence)
    if direction in ("more", "fewer"):
        action = text(f"retention.go_live.{direction}_action")
        said.findings.append(
            Finding(EFFECTIVENESS, sentence, action, "retention", evidence=("retention.repeat_rate",))
        )


def _of_purchases(tables: Tables, settings: Settings, said: _Said) -> None:
    with purchases(tables, settings) as found:
        if found is None:
            said.missing |= dict.fromkeys(OF_PURCHASES, text("retention.no_purchases"))
            return
        _sums(tables, found, said)
        visits = first_and_second(tables, found)
        if visits.empty:
            said.missing |= dict.fromkeys(OF_CUSTOMERS, text("retention.no_customers"))
            return
        _coming_back(visits, found, said)
        _rate(tables, found, said)
        _cohorts(tables, found, said)
        _silent(tables, found, settings, said)
        _go_live(visits, found, settings, said)


def _sums(tables: Tables, found: Purchases, said: _Said) -> None:
    total = totals(tables, found)
    rows = int(total["rows"])
    said.notes += caveats(found, total)
    said.measures.append(Measure("retention.orders", int(total["orders"]), "count", rows))
    if total["no_amount"] < rows:
        said.measures.append(Measure("retention.revenue", float(total["revenue"]), "money", rows))
    else:
        said.missing["retention.revenue"] = text("retention.no_amounts")
    _without_customer(total, said)


def _without_customer(total: pd.Series, said: _Said) -> None:
    share = total["nobody_gross"] / total["gross"] if total["gross"] > 0 else 0.0
    if share >= LARGE_SHARE_WITHOUT_CUSTOMER:
        said.findings.append(
            Finding(
                EFFECTIVENESS, text("retention.findings.nobody", share=share),
                text("retention.findings.name_them"), "retention", evidence=("retention.revenue",),
            )
        )  # fmt: skip


def _of_contracts(tables: Tables, settings: Settings, said: _Said) -> None:
    end = contracts.end_of_contracts(tables, settings) if "contracts" in tables else None
    if end is None:
        reason = text("not_measured.needs_table", tables=text("not_measured.tables.contracts"))
        said.missing |= dict.fromkeys(contracts.MEASURES, reason)
        return
    kept = contracts.kept(tables, end)
    measures, missing = contracts.contractual(kept, paid=tables.has("contracts", "amount"))
    said.missing |= missing
    if measures:
        if "retention.rate" in said.missing:
            said.missing.pop("retention.rate")
            measures.insert(0, contracts.rate(kept))
        said.tables["contract_movements"] = contracts.movements(kept.opening, kept.customers)
        said.notes.append(text("retention.notes.contracts", start=kept.start, end=kept.end))
    said.measures += measures


def _answer(said: _Said) -> Text:
    values = {measure.id: measure.value for measure in said.measures}
    parts = [
        text(
            f"retention.answer.{name.split('.')[1]}", value=values[name], n=values.get("retention.customers")
        )
        for name in ("retention.repeat_rate", "retention.rate", "retention.nrr", "retention.churn_rate")
        if name in values
    ]
    if not parts:
        return text("retention.answer.nothing")
    if len(parts) == 1:
        return parts[0]
    return text("retention.answer.two", first=parts[0], second=parts[1])


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Retention from purchases and, where there are any, from contracts."""
    said = _Said()
    _of_purchases(tables, settings, said)
    _of_contracts(tables, settings, said)
    return Result(
        _answer(said),
        tuple(said.measures),
        said.missing,
        said.tables,
        tuple(said.findings),
        tuple(said.notes),
    )


ANALYSIS = Analysis(
    name="retention",
    area=EFFECTIVENESS,
    page="retention",
    needs=("orders", "contracts", "deals"),
    measures=(*OF_PURCHASES, *contracts.MEASURES),
    run=run,
)
