"""The order of stages where a file tells it: numbers in names, columns side by side, what comes first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from crmeval.fields import DATETIME, LOST, WON
from crmeval.mapping.cells import Way, typed
from crmeval.mapping.columns import column_of
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.orders import dated, told
from crmeval.mapping.outcomes import outcome_of
from crmeval.mapping.presets import UNKNOWN
from crmeval.reading.sheet import Sheet
from crmeval.words import text

_NUMBER = re.compile(r"^\W*(\d{1,3})(?:[.)\-–—:_]|\s)")
_FEW, _MOST = 2, 30  # stages
_ROWS = 20_000  # rows of a history that show what is usual
_MOSTLY = 0.8  # share of first entries that agree with the order
_ENDS: Mapping[str, int] = {WON: 1, LOST: 2}


def with_orders(sheets: Sequence[Sheet], proposal: MappingProposal) -> MappingProposal:
    """The proposal with the order of its stages, where it shows and the file has no positions of its own.

    Steps of a system nobody knows, without deals beside them, may be the log of any process: there a place
    in a line would make rework out of what is only done twice.
    """
    tables = {mapping.table for mapping in proposal.sheets if not mapping.adds}
    for sheet, mapping in zip(sheets, proposal.sheets, strict=True):
        order: tuple[str, ...] = ()
        if (
            mapping.table == "stage_events"
            and "position" not in mapping.columns
            and "stage" in mapping.columns
        ):
            if mapping.source != UNKNOWN or "deals" in tables:
                order = numbered(_stages(sheet, mapping)) or _usual(sheet, mapping)
        elif mapping.table == "deals" and mapping.stage_columns:
            order = _ends_last(dict.fromkeys(mapping.stage_columns.values()))
        elif mapping.table == "deals" and "stage" in mapping.columns and "stage_events" not in tables:
            order = numbered(_stages(sheet, mapping))
        if order:
            note = text("import_notes.stage_order", stages=" → ".join(order))
            proposal = proposal.changed(replace(mapping, stage_order=order, notes=(*mapping.notes, note)))
    return proposal


def _stages(sheet: Sheet, mapping: SheetMapping) -> list[str]:
    """The different stages, none where they are too many to be stages."""
    stages = column_of(sheet, mapping.columns["stage"]).few(_MOST)
    return stages.texts.to_pylist() if stages else []


def _ends_last(stages: Mapping[str, None] | Sequence[str]) -> tuple[str, ...]:
    """The stages with won and then lost after all others."""
    return tuple(sorted(stages, key=lambda stage: _ENDS.get(outcome_of(stage), 0)))


def numbered(stages: Sequence[str]) -> tuple[str, ...]:
    """The stages by the numbers before their names, empty unless all that are no end have their own."""
    numbers = {stage: int(match[1]) for stage in stages if (match := _NUMBER.match(stage))}
    open_ones = [stage for stage in stages if outcome_of(stage) not in _ENDS]
    if len(set(numbers.values())) < max(_FEW, len(numbers)) or not set(open_ones) <= set(numbers):
        return ()
    last = max(numbers.values()) + 1
    return _ends_last(sorted(stages, key=lambda stage: numbers.get(stage, last)))


def _usual(sheet: Sheet, mapping: SheetMapping) -> tuple[str, ...]:
    """The stages as deals usually enter them for the first time; empty where too few agree."""
    stages = _stages(sheet, mapping)
    part = replace(sheet, table=sheet.table.slice(0, _ROWS), rows=sheet.rows[:_ROWS])
    header = mapping.columns["entered_at"]
    found = told(dated(part, mapping), mapping)
    at = typed(header, column_of(part, header), DATETIME, Way(told=found[header])).typed
    steps = pd.DataFrame({
        "deal": part.table[mapping.columns["deal_id"]].to_pandas(),
        "stage": column_of(part, mapping.columns["stage"]).distinct.places.to_pandas(), "at": at.to_pandas(),
    }).dropna()  # fmt: skip
    if len(stages) < _FEW or steps.empty:
        return ()
    first = steps.groupby(["deal", "stage"])["at"].min().unstack()
    moments = first.reindex(columns=range(len(stages))).to_numpy()
    earlier = np.array([(moments[:, [one]] < moments).sum(axis=0) for one in range(len(stages))])
    wins = (earlier > earlier.T).sum(axis=1)
    ranked = sorted(range(len(stages)), key=lambda one: (_ENDS.get(outcome_of(stages[one]), 0), -wins[one]))
    ordered = earlier[np.ix_(ranked, ranked)]
    if not ordered.sum() or np.triu(ordered).sum() < _MOSTLY * ordered.sum():
        return ()
    return tuple(stages[one] for one in ranked)
