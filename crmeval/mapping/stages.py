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
_NO_STEP = {"expect", "modify", "due", "birth", "by"}
_AN_END = {"win", "lose"}
_NO_STAGE = _NO_STEP | {"create", "close"}


def stage_columns(found: Mapping[str, Profile], columns: Mapping[str, str]) -> Mapping[str, str]:
    """Header of a column of dates → the stage entered on them; a single such column is none.

    Named as such, or dates on the way of a deal that none of its fields took (`columns`: field → header):
    after it was created and not after it was closed, some for part of the deals only. Else a funnel: each
    date later than the one before and filled for fewer of the same deals.
    """
    named = {
        header: parts for header, profile in found.items() if (parts := _named(_ENTERED, header, profile))
    }
    if len(named) < _FEW:
        return {header: _stage(header) for header in _on_the_way(found, columns) or _funnel(found, columns)}
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


def _on_the_way(found: Mapping[str, Profile], columns: Mapping[str, str]) -> list[str]:
    created, closed = (found.get(columns.get(name, "")) for name in ("created_at", "closed_at"))
    if created is None:
        return []
    passed = [
        header for header in _dates(found, columns, _NO_STEP | _AN_END)
        if before(created, found[header]) and not before(found[header], created)
        and (closed is None or before(found[header], closed))
    ]  # fmt: skip
    some = any(found[header].filled < created.filled for header in passed)
    return passed if len(passed) >= _FEW and some else []


def _funnel(found: Mapping[str, Profile], columns: Mapping[str, str]) -> list[str]:
    dated = _dates(found, columns, _NO_STAGE)
    if len(dated) < _FEW or not all(_follows(found[one], found[two]) for one, two in pairwise(dated)):
        return []
    return dated if found[dated[-1]].filled < found[dated[0]].filled else []


def _dates(found: Mapping[str, Profile], columns: Mapping[str, str], other: Collection[str]) -> list[str]:
    """Columns of dates that are no field, and whose headers speak of nothing `other`."""
    return [
        header for header, profile in found.items()
        if header not in columns.values() and profile.dates >= _HALF
        and not any(word.means.intersection(other) for word in words(header))
    ]  # fmt: skip


def _stage(header: str) -> str:
    """The stage that a column of dates is called after."""
    return _DATE.sub("", header.replace("_", " ")).strip() or header


def _follows(first: Profile, second: Profile) -> bool:
    """Whether the second date stands only where the first does, and not before it."""
    orphans = ~np.isnat(second.moments) & np.isnat(first.moments)
    return not orphans.any() and before(first, second)
