"""Does the CRM pay? Its costs against the benefits that are measured, reported or assumed, as cash flows."""

from collections.abc import Mapping

import pandas as pd

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.benefits import counted_once, measured
from crmeval.analyses.costs import Lines, lines
from crmeval.analyses.plan import Appraisal, Benefit, Plan, appraise, cash_flows
from crmeval.analyses.scenarios import break_even, scenarios, tornado
from crmeval.results import EFFECTIVENESS, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

OF_COSTS = ("roi.pv_costs",)
OF_BENEFITS = (
    "roi.npv", "roi.roi", "roi.payback_months", "roi.irr", "roi.mirr", "roi.pv_benefits",
    "roi.measured_share",
)  # fmt: skip
_UNITS = {
    "roi.npv": "money", "roi.roi": "share", "roi.payback_months": "months", "roi.irr": "share",
    "roi.mirr": "share", "roi.pv_costs": "money", "roi.pv_benefits": "money", "roi.measured_share": "share",
}  # fmt: skip
_MOSTLY = 0.5


def run(tables: Tables, settings: Settings, results: Results) -> Result:
    """The plan that the cost table and the results of the other analyses make, and what it is worth."""
    return of(lines(tables, settings), settings, results)


def of(found: Lines, settings: Settings, results: Results, supposed: tuple[Benefit, ...] = ()) -> Result:
    """What these lines are worth together with what the results show and what is `supposed`."""
    if found.users_unknown:
        reason = text("roi.users_unknown")
        return Result(reason, not_measured=dict.fromkeys((*OF_COSTS, *OF_BENEFITS), reason))
    shown, left_out = measured(results, settings)
    plan = Plan(
        costs=found.costs,
        benefits=counted_once((*shown, *found.benefits, *supposed)),
        horizon_months=settings.horizon_months,
        discount_rate=settings.discount_rate,
    )
    return result(plan, (*found.notes, *left_out))


def result(plan: Plan, notes: tuple[Text, ...] = ()) -> Result:
    """What a plan is worth, as a result: the measures, the flows, the lines, and what would change them."""
    worth = appraise(plan)
    values, missing = _values(plan, worth)
    facts = {"months": plan.horizon_months, "rate": plan.discount_rate}
    n = len(plan.costs) + len(plan.benefits)
    return Result(
        answer=_answer(plan, worth),
        measures=tuple(Measure(name, value, _UNITS[name], n, facts=facts) for name, value in values.items()),
        not_measured=missing,
        tables=_tables(plan),
        findings=_findings(plan, worth),
        notes=(text("roi.notes.convention", **facts), text("roi.notes.assumed_scale"), *notes),
    )


def _values(plan: Plan, worth: Appraisal) -> tuple[Mapping[str, float], Mapping[str, Text]]:
    """The measures that have a value, and the reasons of those that have none."""
    if not plan.benefits:
        reason = text("roi.no_benefits")
        costs = {"roi.pv_costs": worth.pv_costs} if plan.costs else {}
        return costs, dict.fromkeys(OF_BENEFITS, reason)
    values = {name: getattr(worth, name.removeprefix("roi.")) for name in _UNITS}
    roots = ", ".join(f"{root:.0%}" for root in worth.irr_roots)
    reasons = {
        "roi.roi": text("roi.no_costs"),
        "roi.payback_months": text("roi.not_paid_back", n=plan.horizon_months),
        "roi.irr": text(f"roi.irr_hidden.{worth.irr_hidden or 'none'}", roots=roots),
        "roi.mirr": text("roi.irr_hidden.none"),
        "roi.measured_share": text("roi.no_positive_benefits"),
    }
    known = {name: value for name, value in values.items() if value is not None}
    return known, {name: reasons[name] for name, value in values.items() if value is None}


def _answer(plan: Plan, worth: Appraisal) -> Text:
    facts = {"n": plan.horizon_months, "costs": worth.pv_costs, "benefits": worth.pv_benefits,
             "npv": abs(worth.npv), "roi": worth.roi, "share": worth.measured_share}  # fmt: skip
    if not plan.benefits:
        return text("roi.answer.costs_only", **facts)
    if worth.roi is None:
        return text("roi.answer.no_costs", **facts)
    if worth.npv < 0:
        return text("roi.answer.loss", **facts)
    if worth.payback_months is None:
        return text("roi.answer.gain_then_loss", **facts)
    months = text("units.months_said", n=worth.payback_months, value=worth.payback_months)
    gain = "gain" if worth.measured_share else "gain_not_measured"
    return text(f"roi.answer.{gain}", payback=months, **facts)


def _tables(plan: Plan) -> Mapping[str, pd.DataFrame]:
    tables = {"cash_flows": cash_flows(plan), "cost_lines": cost_lines(plan)}
    if plan.benefits:
        tables |= {
            "benefit_lines": benefit_lines(plan),
            "scenarios": scenarios(plan),
            "break_even": break_even(plan),
            "tornado": tornado(plan),
        }
    return tables


def cost_lines(plan: Plan) -> pd.DataFrame:
    """Every cost line with what it is worth today and its share of all costs."""
    frame = pd.DataFrame(
        [
            {
                "item": line.name,
                "category": line.category,
                "amount": line.amount,
                "period": line.schedule.every,
                "present_value": plan.present_value(line),
            }
            for line in plan.costs
        ],
        columns=["item", "category", "amount", "period", "present_value"],
    )
    return frame.assign(share=frame["present_value"] / frame["present_value"].sum())


def benefit_lines(plan: Plan) -> pd.DataFrame:
    """Every benefit with how it is known, what is counted of it, and what it is worth today."""
    frame = pd.DataFrame(
        [
            {
                "driver": line.name,
                "stream": line.stream,
                "kind": line.kind,
                "amount": line.amount,
                "amount_low": line.low,
                "amount_high": line.high,
                "period": line.schedule.every,
                "attribution": line.attribution,
                "recapture": line.recapture,
                "present_value": plan.present_value(line),
            }
            for line in plan.benefits
        ]
    )
    return frame.assign(share=frame["present_value"] / frame["present_value"].sum())


def _findings(plan: Plan, worth: Appraisal) -> tuple[Finding, ...]:
    if not plan.benefits or worth.roi is None or worth.measured_share is None:
        return ()
    found = []
    if worth.npv < 0:
        facts = {"n": plan.horizon_months, "missing": -worth.npv}
        found.append(_finding("loss", -worth.npv, ("roi.npv", "roi.roi"), facts))
    if worth.measured_share < _MOSTLY:
        name = "unproven" if worth.measured_share > 0 else "nothing_proven"
        found.append(_finding(name, None, ("roi.measured_share",), {"share": worth.measured_share}))
    return tuple(found)


def _finding(
    name: str, value: float | None, evidence: tuple[str, ...], facts: Mapping[str, object]
) -> Finding:
    said, action = text(f"findings.roi.{name}.text", **facts), text(f"findings.roi.{name}.action")
    return Finding(EFFECTIVENESS, said, action, page="roi", value=value, evidence=evidence)


ANALYSIS = Analysis(
    name="roi",
    area=EFFECTIVENESS,
    page="roi",
    needs=("costs",),
    measures=(*OF_COSTS, *OF_BENEFITS),
    run=run,
)
