"""Deals in wide format: columns that hold the date on which a stage was entered."""

import re
from collections.abc import Mapping

from crmeval.mapping.profiles import Profile

# HubSpot: Date entered "Appointment Scheduled (Sales Pipeline)"; the pipeline is not part of the stage's name.
_ENTERED = re.compile(
    r"^(?:date entered|entered|date of|дата входа в(?: этап| стадию)?|дата перехода (?:в|на)(?: этап| стадию)?|дата этапа)"
    r"\s+[\"'«“]?(?P<stage>.+?)(?:\s+\((?P<pipeline>[^()]*)\))?[\"'»”]?$",
    re.IGNORECASE,
)
_FEW = 2


def stage_columns(found: Mapping[str, Profile]) -> Mapping[str, str]:
    """Header of a column of dates → the stage entered on them; a single such column is none."""
    named = {
        header: match["stage"].strip() for header, profile in found.items()
        if (match := _ENTERED.match(header.strip())) and (profile.dates + profile.counted > 0 or not profile.distinct)
    }  # fmt: skip
    return named if len(named) >= _FEW else {}
