"""A plan of what the CRM costs and brings, month by month, and what that is worth today.

Month 0 is the start and is not discounted. What is paid once falls into its month; a regular amount falls at
the end of each month after its first, a yearly one spread evenly over the year's months.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmeval.stats import cashflow

ONCE, WEEK, MONTH, QUARTER, HALF_YEAR, YEAR = "once", "week", "month", "quarter", "half_year", "year"
MEASURED, REPORTED, ASSUMED = "measured", "reported", "assumed"
KINDS = (MEASURED, REPORTED, ASSUMED)

WEEKS_IN_MONTH = 52 / 12
_TIMES_A_MONTH = {WEEK: WEEKS_IN_MONTH, MONTH: 1.0, QUARTER: 1 / 3, HALF_YEAR: 1 / 6, YEAR: 1 / 12}
_SMALLEST_OUTLAY = 0.10  # of all costs: with less at stake a rate of return on it says nothing


@dataclass(frozen=True, slots=True)
class Schedule:
    """When money flows: once in month `first`, or in every month after it up to `last` (None: to the end).

    In the first `ramp_up` regular months the flow climbs in even steps to its full height.
    """

    every: str = MONTH
    first: int = 0
    last: int | None = None
    ramp_up: int = 0

    def flows(self, amount: float, horizon: int) -> NDArray[np.float64]:
        """The flow in each of the months 0 … `horizon`; what falls later is left out."""
        months = np.arange(horizon + 1)
        if self.every == ONCE:
            return np.where(months == self.first, amount, 0.0)
        age = months - self.first
        running = (age >= 1) & (months <= (horizon if self.last is None else self.last))
        climbed = np.clip(age / (self.ramp_up + 1), 0, 1)
        return np.where(running, amount * _TIMES_A_MONTH[self.every] * climbed, 0.0)


@dataclass(frozen=True, slots=True)
class CostLine:
    """Something the CRM costs: an amount per period of its schedule, for all users together."""

    name: str
    amount: float
    schedule: Schedule = field(default_factory=Schedule)
    category: str = ""

    def flows(self, horizon: int) -> NDArray[np.float64]:
        """What is paid in each of the months 0 … `horizon`."""
        return self.schedule.flows(self.amount, horizon)


@dataclass(frozen=True, slots=True)
class Benefit:
    """Something the CRM brings: an amount per period of its schedule.

    `kind` says how it is known: measured in the data (with the 95 % interval `low` … `high`), reported by the
    company, or assumed. `attribution` is the share that is owed to the CRM rather than to what else changed;
    `recapture` the share of saved hours that is put to productive use. `stream` names the money it is, so
    that the same money is not counted twice; empty for a line of its own.
    """

    name: str
    amount: float
    kind: str = ASSUMED
    schedule: Schedule = field(default_factory=Schedule)
    attribution: float = 1.0
    recapture: float = 1.0
    low: float | None = None
    high: float | None = None
    stream: str = ""

    def flows(self, horizon: int) -> NDArray[np.float64]:
        """What is gained in each of the months 0 … `horizon`, after attribution and recapture."""
        return self.schedule.flows(self.amount * self.attribution * self.recapture, horizon)


@dataclass(frozen=True, slots=True)
class Plan:
    """All costs and benefits over a horizon, and the yearly rate that discounts them."""

    costs: tuple[CostLine, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    horizon_months: int = 36
    discount_rate: float = 0.10

    @property
    def monthly_rate(self) -> float:
        """The rate per month: (1 + yearly rate)^(1/12) − 1."""
        return cashflow.monthly_rate(self.discount_rate)

    def total(self, lines: Iterable[CostLine] | Iterable[Benefit]) -> NDArray[np.float64]:
        """The flow of some of its lines together, in each of the months 0 … horizon."""
        flows = [line.flows(self.horizon_months) for line in lines]
        return np.sum(flows, axis=0) if flows else np.zeros(self.horizon_months + 1)

    def present_value(self, line: CostLine | Benefit) -> float:
        """What one line is worth in the money of month 0."""
        return cashflow.npv(self.monthly_rate, line.flows(self.horizon_months))


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What a plan is worth. Money is of month 0, rates of return are per year.

    `irr` is None where it would mislead, and `irr_hidden` then says why: `none` or `several` roots, or
    a `small_outlay` at the start (under a tenth of all costs). `irr_roots` has them all in any case.
    """

    pv_costs: float
    pv_benefits: float
    npv: float
    roi: float | None
    payback_months: float | None
    irr: float | None
    irr_hidden: str
    irr_roots: tuple[float, ...]
    mirr: float | None
    measured_share: float | None


def cash_flows(plan: Plan) -> pd.DataFrame:
    """Month by month: costs, benefits, net, the nets added up, and the net discounted to month 0."""
    costs, benefits = plan.total(plan.costs), plan.total(plan.benefits)
    net = benefits - costs
    return pd.DataFrame(
        {
            "month": np.arange(plan.horizon_months + 1),
            "costs": costs,
            "benefits": benefits,
            "net": net,
            "cumulative": np.cumsum(net),
            "discounted": cashflow.discounted(plan.monthly_rate, net),
        }
    )


def appraise(plan: Plan) -> Appraisal:
    """The plan's value: ROI = (PV benefits − PV costs) / PV costs, and its kin."""
    costs, benefits = plan.total(plan.costs), plan.total(plan.benefits)
    pv_costs, pv_benefits = (cashflow.npv(plan.monthly_rate, flows) for flows in (costs, benefits))
    measured = sum(plan.present_value(line) for line in plan.benefits if line.kind == MEASURED)
    roots = tuple(cashflow.annual_rate(root) for root in cashflow.irr_roots(benefits - costs))
    hidden = _irr_hidden(roots, costs[0], pv_costs)
    modified = cashflow.mirr(benefits - costs, plan.monthly_rate, plan.monthly_rate)
    return Appraisal(
        pv_costs=pv_costs,
        pv_benefits=pv_benefits,
        npv=pv_benefits - pv_costs,
        roi=cashflow.roi(pv_benefits, pv_costs),
        payback_months=cashflow.payback(benefits - costs),
        irr=None if hidden else roots[0],
        irr_hidden=hidden,
        irr_roots=roots,
        mirr=None if modified is None else cashflow.annual_rate(modified),
        measured_share=measured / pv_benefits if pv_benefits > 0 else None,
    )


def _irr_hidden(roots: tuple[float, ...], outlay: float, pv_costs: float) -> str:
    """Why the internal rate of return may not be shown; empty where it may."""
    if not roots:
        return "none"
    if len(roots) > 1:
        return "several"
    return "small_outlay" if outlay < _SMALLEST_OUTLAY * pv_costs else ""
