"""Deals in wide format: columns that hold the date on which a stage was entered."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np

from crmeval.mapping.concepts import words
from crmeval.mapping.evidence import before
from crmeval.mapping.profiles import Profile

# HubSpot: Date entered "Appointment Scheduled (Sales Pipeline)"; the pipeline is no part of the name.
_ENTERED = re.compile(
    r"^(?:date entered|entered|дата входа в(?: этап| стадию)?"
    r"|дата перехода (?:в|на)(?: этап| стадию)?|дата этапа)"
    r"\s+[\"'«“]?(?P<stage>.+?)(?:\s+\((?P<pipeline>[^()]*)\))?[\"'»”]?$",
    re.IGNORECASE,
)
_DATE = re.compile(r"^(?:date (?:of )?|дата |дт\.? )|\s*\b(?:date|dt|at|on|дата)$", re.IGNORECASE)
_FEW, _HALF = 2, 0.5
_NO_STAGE = {"expect", "modify", "due", "birth", "create", "close", "by"}


def stage_columns(found: Mapping[str, Profile], mapped: Collection[str] = ()) -> Mapping[str, str]:
    """Header of a column of dates → the stage entered on them; a single such column is none.

    Named as such, or a funnel: columns of dates beside each other that no field took, each later than the one
    before and filled for fewer of the same deals.
    """
    named = {}
    for header, profile in found.items():
        match = _ENTERED.match(header.strip())
        if match and (profile.dates + profile.counted > 0 or not profile.distinct):
            named[header] = match["stage"].strip()
    return named if len(named) >= _FEW else _funnel(found, mapped)


def _funnel(found: Mapping[str, Profile], mapped: Collection[str]) -> Mapping[str, str]:
    dated = [
        header for header, profile in found.items()
        if header not in mapped and profile.dates >= _HALF
        and not any(word.means & _NO_STAGE for word in words(header))
    ]  # fmt: skip
    if len(dated) < _FEW or not all(_follows(found[one], found[two]) for one, two in pairwise(dated)):
        return {}
    if found[dated[-1]].filled == found[dated[0]].filled:
        return {}
    return {header: _DATE.sub("", header.replace("_", " ")).strip() or header for header in dated}


def _follows(first: Profile, second: Profile) -> bool:
    """Whether the second date stands only where the first does, and not before it."""
    orphans = ~np.isnat(second.moments) & np.isnat(first.moments)
    return not orphans.any() and before(first, second)
