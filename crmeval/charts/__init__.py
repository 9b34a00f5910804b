"""Results → Altair charts: the same ones on pages and in reports. The registry: which analysis has which."""

from collections.abc import Mapping

from crmeval.charts import (
    accuracy,
    accuracy_cure,
    accuracy_sample,
    bottlenecks,
    compare,
    cycles,
    ease,
    ease_more,
    effort,
    feedback,
    flow,
    flow_map,
    impact,
    output,
    retention,
    roi,
    scorecard,
    stages,
)
from crmeval.charts.style import Chart

CHARTS: Mapping[str, tuple[Chart, ...]] = {
    "output": output.CHARTS,
    "cycles": cycles.CHARTS,
    "stages": stages.CHARTS,
    "bottlenecks": bottlenecks.CHARTS,
    "flow": flow.CHARTS,
    "flow_map": flow_map.CHARTS,
    "hours": (effort.STAGE_HOURS,),
    "response": (effort.RESPONSE_CURVE, effort.RESPONSE_MONTHS),
    "effort": (effort.KINDS,),
    "compare": compare.CHARTS,
    "accuracy": (
        *accuracy.CHARTS,
        accuracy_sample.TRUTH,
        accuracy_sample.TRUE_PEOPLE,
        accuracy_cure.SINCE,
        accuracy_cure.PROGRESS,
        accuracy_cure.CURVE,
        accuracy_cure.COSTS,
    ),
    "usability": (ease.SUS_SCALE, ease.ITEMS),
    "adoption": (ease.ADOPTION, ease_more.HABITS, ease_more.SAID_AND_DONE),
    "training": (ease.TRAINING, ease_more.PATH),
    "retention": retention.CHARTS,
    "feedback": feedback.CHARTS,
    "impact": impact.CHARTS,
    "roi": roi.CHARTS,
    "scorecard": scorecard.CHARTS,
}
