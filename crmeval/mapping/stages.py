"""Deals in wide format: columns that hold the date on which a stage was entered."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np

from crmeval.fields import LOST, WON
from crmeval.mapping.concepts import words
from crmeval.mapping.evidence import before
from crmeval.mapping.outcomes import outcome_of
from crmeval.mapping.profiles import Profile

# HubSpot: Date entered "Appointment Scheduled (Sales Pipeline)"; the pipeline is no part of the name.
_STAGE = r"\s+[\"'«“]?(?P<stage>.+?)(?:\s+\((?P<pipeline>[^()]*)\))?[\"'»”]?$"
_ENTERED = re.compile(
    r"^(?:date entered|entered|дата входа в(?: этап| стадию)?"
    rf"|дата перехода (?:в|на)(?: этап| стадию)?|дата этапа){_STAGE}",
    re.IGNORECASE,
)
_LEFT = re.compile(rf"^(?:date exited|exited|дата выхода из(?: этапа| стадии)?){_STAGE}", re.IGNORECASE)
BETWEEN = " / "  # a pipeline and its stage
_DATE = re.compile(r"^(?:date (?:of )?|дата |дт\.? )|\s*\b(?:date|dt|at|on|дата)$", re.IGNORECASE)
_FEW, _HALF = 2, 0.5
_NO_STAGE = {"expect", "modify", "due", "birth", "create", "close", "by"}


def stage_columns(found: Mapping[str, Profile], mapped: Collection[str] = ()) -> Mapping[str, str]:
    """Header of a column of dates → the stage entered on them; a single such column is none.

    Named as such, or a funnel: columns of dates beside each other that no field took, each later than the one
    before and filled for fewer of the same deals.
    """
    named = {
        header: parts for header, profile in found.items() if (parts := _named(_ENTERED, header, profile))
    }
    if len(named) < _FEW:
        return _funnel(found, mapped)
    pipelines: dict[str, set[str]] = {}
    for stage, pipeline in named.values():
        pipelines.setdefault(stage, set()).add(pipeline)
    return {
        header: in_pipeline(pipeline, stage) if len(pipelines[stage]) > 1 else stage
        for header, (stage, pipeline) in named.items()
    }


def stage_exits(found: Mapping[str, Profile], entered: Collection[str]) -> Mapping[str, str]:
    """Header of a column of `stage_columns` → the column of the dates on which the same stage was left."""
    left = {
        parts: header for header, profile in found.items() if (parts := _named(_LEFT, header, profile))
    }  # fmt: skip
    stages = {header: _named(_ENTERED, header, found[header]) for header in entered}
    return {header: left[parts] for header, parts in stages.items() if parts in left}


def in_pipeline(pipeline: str, stage: str) -> str:
    """The name of a stage that other pipelines have too; won and lost are the same in all."""
    return stage if not pipeline or outcome_of(stage) in (WON, LOST) else f"{pipeline}{BETWEEN}{stage}"


def _named(pattern: re.Pattern[str], header: str, profile: Profile) -> tuple[str, str] | None:
    """The stage and the pipeline that the header of a column of dates names, None where it names none."""
    match = pattern.match(header.strip())
    if match and (profile.dates + profile.counted > 0 or not profile.distinct):
        return match["stage"].strip(), (match["pipeline"] or "").strip()
    return None


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
