"""What to do about wrong data: the fields and people where errors gather, and records entered twice."""

from collections.abc import Callable

import pandas as pd

from crmeval.analyses.cells import Judged
from crmeval.analyses.error_spread import ABOVE, by_field, by_person
from crmeval.results import EFFICIENCY, Finding
from crmeval.settings import Settings
from crmeval.stats.clustered import clustered_share
from crmeval.words import text

_MOST_NAMED = 3
_HALF = 0.5
_MINUTES_PER_HOUR = 60
PAGE = "accuracy"


def findings(
    judged: Judged, repeated: int, cost_of: Callable[[float], float | None], evidence: tuple[str, ...]
) -> tuple[Finding, ...]:
    """The findings, none where nothing is wrong.

    `cost_of` says what mending so many cells costs; `evidence` are the measures of the cells judged.
    """
    found = []
    if judged.wrong_cells:
        found.append(_fields(judged, by_field(judged.spread), cost_of, evidence))
        share = clustered_share(*(judged.records[name] for name in ("cells", "wrong", "records")))
        people = by_person(judged.spread, share.design_effect)
        above = people[people["standing"] == ABOVE]
        if len(above):
            found.append(_people(above, cost_of, evidence))
    if repeated:
        told, todo = text("accuracy.findings.duplicates", n=repeated), text("accuracy.actions.duplicates")
        found.append(Finding(EFFICIENCY, told, todo, PAGE, evidence=("accuracy.duplicate_records",)))
    return tuple(found)


def minutes_for(problem: str, settings: Settings) -> float:
    """Minutes that mending one cell with this problem takes: an assumption, unless somebody said."""
    return settings.minutes_by_problem.get(problem, settings.minutes_per_error)


def usual_minutes(found: pd.DataFrame, settings: Settings) -> float:
    """Minutes that a wrong cell takes in the mean, by the kinds that were `found` (problem, found)."""
    known = found[found["found"] > 0]
    if known.empty or not settings.minutes_by_problem:
        return settings.minutes_per_error
    each = known["problem"].map(lambda problem: minutes_for(problem, settings))
    return float((each * known["found"]).sum() / known["found"].sum())


def money(hours: float, settings: Settings) -> float | None:
    """What so many hours of work cost; None where an hour's cost is not known."""
    return hours * settings.hourly_cost if settings.hourly_cost else None


def cost(wrong: float, minutes: float, settings: Settings) -> float | None:
    """Money that mending this many cells takes at `minutes` each; None where an hour's cost is not known."""
    return money(wrong * minutes / _MINUTES_PER_HOUR, settings)


def _fields(
    judged: Judged,
    fields: pd.DataFrame,
    cost_of: Callable[[float], float | None],
    evidence: tuple[str, ...],
) -> Finding:
    """The fewest fields, three at most, that hold half of the wrong cells."""
    needed = int((fields["running_share"] < _HALF).sum()) + 1
    top = fields.head(min(needed, _MOST_NAMED))
    wrong = int(top["wrong"].sum())
    share, names = wrong / judged.wrong_cells, ", ".join(top["field"])
    return Finding(
        EFFICIENCY,
        text("accuracy.findings.fields", n=len(top), fields=names, wrong=wrong, share=share),
        text("accuracy.actions.fields", n=len(top), fields=names),
        PAGE,
        value=cost_of(wrong),
        evidence=evidence,
    )


def _people(
    above: pd.DataFrame, cost_of: Callable[[float], float | None], evidence: tuple[str, ...]
) -> Finding:
    """The people above the 99.8 % limit; worth the errors beyond what all make."""
    names = ", ".join(above["person"].head(_MOST_NAMED).astype(str))
    excess = float((above["wrong"] - above["overall"] * above["cells"]).sum())
    return Finding(
        EFFICIENCY,
        text("accuracy.findings.people", n=len(above), people=names, wrong=int(above["wrong"].sum())),
        text("accuracy.actions.people", n=len(above), people=names),
        PAGE,
        value=cost_of(excess),
        evidence=evidence,
    )
