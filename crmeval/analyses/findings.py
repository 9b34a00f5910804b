"""The findings of all analyses in one list, the most valuable first."""

import math

from crmeval.analyses.base import Results
from crmeval.results import EFFECTIVENESS, EFFICIENCY, Finding

SHOWN = 5  # more than a handful is no priority
_AREAS = (EFFICIENCY, EFFECTIVENESS)


def findings(results: Results, most: int | None = None) -> tuple[Finding, ...]:
    """The findings ordered by their worth in money, those without a known worth last, then by area.

    What several analyses say in the same words is said once. `most` limits how many are given.
    """
    found: list[Finding] = []
    for result in results.values():
        found += [finding for finding in result.findings if finding not in found]
    return tuple(sorted(found, key=_rank)[:most])


def _rank(finding: Finding) -> tuple[float, int]:
    known = finding.value is not None and math.isfinite(finding.value)
    area = _AREAS.index(finding.area) if finding.area in _AREAS else len(_AREAS)
    return (-(finding.value or 0.0) if known else math.inf, area)
