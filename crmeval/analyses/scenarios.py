"""What if: three scenarios of a plan, what each driver must at least be, and which driver matters most."""

from dataclasses import dataclass, replace

import pandas as pd

from crmeval.analyses.plan import ASSUMED, Appraisal, Benefit, CostLine, Plan, appraise
from crmeval.stats import cashflow

PESSIMISTIC, BASE, OPTIMISTIC = "pessimistic", "base", "optimistic"
SCENARIOS = (PESSIMISTIC, BASE, OPTIMISTIC)
COSTS, RATE = "costs", "discount_rate"

_WIDEST = 12  # bars of a tornado that can still be read


@dataclass(frozen=True, slots=True)
class Spread:
    """How far things may go another way than planned, as shares; conventions of ours, to be replaced.

    A benefit that is measured with an interval goes from its lower to its upper bound instead.
    """

    assumed: float = 0.50
    reported: float = 0.25
    overrun: float = 0.20
    rate: float = 0.50

    def of(self, benefit: Benefit) -> tuple[float, float]:
        """The lowest and the highest amount of a benefit that are to be reckoned with."""
        if benefit.low is not None and benefit.high is not None:
            return benefit.low, benefit.high
        share = self.assumed if benefit.kind == ASSUMED else self.reported
        margin = abs(benefit.amount) * share
        return benefit.amount - margin, benefit.amount + margin

    def dearer(self, line: CostLine) -> CostLine:
        """The cost line after the overrun; a credit stays as it is."""
        return replace(line, amount=line.amount + max(line.amount, 0) * self.overrun)


def scenario(plan: Plan, name: str, spread: Spread | None = None) -> Plan:
    """The plan with its benefits at their low end and costs overrun, as it stands, or at their high end."""
    spread = spread or Spread()
    if name == BASE:
        return plan
    end = 0 if name == PESSIMISTIC else 1
    benefits = tuple(replace(line, amount=spread.of(line)[end]) for line in plan.benefits)
    costs = tuple(map(spread.dearer, plan.costs)) if name == PESSIMISTIC else plan.costs
    return replace(plan, benefits=benefits, costs=costs)


def scenarios(plan: Plan, spread: Spread | None = None) -> pd.DataFrame:
    """The three scenarios side by side: one row each, with what the plan would be worth."""
    worth = {name: appraise(scenario(plan, name, spread)) for name in SCENARIOS}
    return pd.DataFrame([_row(name, found) for name, found in worth.items()])


def _row(name: str, found: Appraisal) -> dict[str, object]:
    return {
        "scenario": name,
        "pv_costs": found.pv_costs,
        "pv_benefits": found.pv_benefits,
        "npv": found.npv,
        "roi": found.roi,
        "payback_months": found.payback_months,
    }


def break_even(plan: Plan) -> pd.DataFrame:
    """The amount of each driver at which the plan is worth nothing (NPV 0), all others as planned.

    The value is linear in every amount, so the share of it that is needed is 1 − NPV / PV of the driver. No
    amount is given where the plan is worth something even without the driver. The last row has the costs,
    all together and in today's money: the most they may be.
    """
    npv = _npv(plan)
    rows = [
        {**_driver(line), "amount": line.amount, "needed": 1 - npv / value}
        for line in plan.benefits
        if (value := plan.present_value(line)) > 0
    ]
    if (costs := cashflow.npv(plan.monthly_rate, plan.total(plan.costs))) > 0:
        rows.append(
            {"driver": COSTS, "stream": COSTS, "kind": COSTS, "amount": costs, "needed": 1 + npv / costs}
        )
    frame = pd.DataFrame(rows, columns=["driver", "stream", "kind", "amount", "needed"])
    frame["needed"] = frame["needed"].astype(float).where(frame["needed"] >= 0)
    frame["break_even"] = frame["amount"] * frame["needed"]
    return frame


def tornado(plan: Plan, spread: Spread | None = None) -> pd.DataFrame:
    """The plan's NPV when one driver goes to its low or its high end and all others stay, widest first."""
    spread = spread or Spread()
    bars = [(_driver(line), *_with_benefit(plan, at, spread)) for at, line in enumerate(plan.benefits)]
    bars += [(_driver(line), _with_overrun(plan, at, spread), plan) for at, line in enumerate(plan.costs)]
    dear, cheap = (
        replace(plan, discount_rate=plan.discount_rate * (1 + way * spread.rate)) for way in (1, -1)
    )
    bars.append(({"driver": RATE, "stream": RATE, "kind": RATE}, dear, cheap))
    rows = [{**driver, "npv_low": _npv(low), "npv_high": _npv(high)} for driver, low, high in bars]
    frame = pd.DataFrame(rows)
    frame["swing"] = (frame["npv_high"] - frame["npv_low"]).abs()
    frame = frame[frame["swing"] > 0].sort_values("swing", ascending=False, kind="stable")
    return frame.head(_WIDEST).reset_index(drop=True)


def _npv(plan: Plan) -> float:
    return cashflow.npv(plan.monthly_rate, plan.total(plan.benefits) - plan.total(plan.costs))


def _driver(line: CostLine | Benefit) -> dict[str, object]:
    if isinstance(line, CostLine):
        return {"driver": line.name, "stream": "", "kind": COSTS}
    return {"driver": line.name, "stream": line.stream, "kind": line.kind}


def _with_benefit(plan: Plan, at: int, spread: Spread) -> tuple[Plan, Plan]:
    """The plan with one benefit at its low, and at its high end."""
    before, line, after = plan.benefits[:at], plan.benefits[at], plan.benefits[at + 1 :]
    low, high = (
        replace(plan, benefits=(*before, replace(line, amount=end), *after)) for end in spread.of(line)
    )
    return low, high


def _with_overrun(plan: Plan, at: int, spread: Spread) -> Plan:
    """The plan with one cost line overrun."""
    before, line, after = plan.costs[:at], plan.costs[at], plan.costs[at + 1 :]
    return replace(plan, costs=(*before, spread.dearer(line), *after))
