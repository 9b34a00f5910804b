"""The analyses: each a question to the tables, answered by a frozen `Result`. This is their one registry."""

from collections.abc import Callable, Mapping

from crmeval.analyses import (
    accuracy,
    adoption,
    bottlenecks,
    compare,
    cycles,
    effort,
    feedback,
    flow,
    flow_map,
    hours,
    impact,
    output,
    response,
    retention,
    roi,
    scorecard,
    stages,
    training,
    usability,
)
from crmeval.analyses.again import Made, made
from crmeval.analyses.base import Analysis, Results
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

ANALYSES: tuple[Analysis, ...] = tuple(
    module.ANALYSIS
    for module in (
        output, cycles, hours, response, effort, compare, bottlenecks, stages, flow_map, flow,
        accuracy, usability, adoption, training, retention, feedback, impact,
        roi,  # its benefits are drawn from what the analyses before it measured
        scorecard,  # rests on all the others
    )
)  # fmt: skip


def possible(analysis: Analysis, tables: Tables) -> bool:
    """Whether the tables hold something this analysis can be asked of."""
    return not analysis.needs or any(name in tables for name in analysis.needs)


def assess(tables: Tables, settings: Settings) -> dict[str, Result]:
    """Every analysis that the tables allow, in the order of the registry."""
    return results_of(reassess(tables, settings, {}))


def results_of(made_of: Mapping[str, Made]) -> dict[str, Result]:
    """The results alone, by the names of their analyses."""
    return {name: one.result for name, one in made_of.items()}


def reassess(
    tables: Tables,
    settings: Settings,
    before: Mapping[str, Made],
    on_start: Callable[[Analysis], None] = lambda _: None,
) -> dict[str, Made]:
    """The results for these settings; those from `before`, of the same tables, stay where they still hold.

    `on_start` hears of each analysis before it runs.
    """
    found: dict[str, Made] = {}
    results: dict[str, Result] = {}
    for analysis in ANALYSES:
        name = analysis.name
        if not possible(analysis, tables):
            continue
        if name in before and before[name].holds(settings, results):
            found[name] = before[name]
        else:
            on_start(analysis)
            found[name] = made(analysis, tables, settings, results)
        results[name] = found[name].result
    return found


def not_measured(results: Results) -> dict[str, Text]:
    """Every measure of the contract that has no value, with the reason."""
    reasons: dict[str, Text] = {}
    for analysis in ANALYSES:
        result = results.get(analysis.name)
        for measure_id in analysis.measures:
            if result is None:
                reasons[measure_id] = text(
                    "not_measured.needs_table", tables=text(f"not_measured.tables.{analysis.name}")
                )
            elif result.get(measure_id) is None:
                reasons[measure_id] = result.not_measured.get(measure_id, text("not_measured.no_data"))
        if result is not None:
            reasons.update(result.not_measured)
    return reasons
