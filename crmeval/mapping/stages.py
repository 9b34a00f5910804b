"""Deals in wide format: columns that hold the date on which a stage was entered."""

import re
from collections.abc import Mapping

from crmeval.mapping.profiles import Profile

# HubSpot: Date entered "Appointment Scheduled (Sales Pipeline)"; the pipeline is no part of the name.
_ENTERED = re.compile(
    r"^(?:date entered|entered|дата входа в(?: этап| стадию)?"
    r"|дата перехода (?:в|на)(?: этап| стадию)?|дата этапа)"
    r"\s+[\"'«“]?(?P<stage>.+?)(?:\s+\((?P<pipeline>[^()]*)\))?[\"'»”]?$",
    re.IGNORECASE,
)
_FEW = 2


def stage_columns(found: Mapping[str, Profile]) -> Mapping[str, str]:
    """Header of a column of dates → the stage entered on them; a single such column is none."""
    named = {}
    for header, profile in found.items():
        match = _ENTERED.match(header.strip())
        if match and (profile.dates + profile.counted > 0 or not profile.distinct):
            named[header] = match["stage"].strip()
    return named if len(named) >= _FEW else {}
