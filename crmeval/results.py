"""What every analysis answers with: measures, tables, findings, and what could not be measured, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crmeval.words import Text, text

POINTS_OF_SHARE = "share_points"  # a difference of two shares, as a fraction: 0.02 is two percentage points
UNITS = (
    "count", "share", POINTS_OF_SHARE, "days", "hours", "months", "minutes", "money", "points", "ratio",
    "text",
)  # fmt: skip
EFFICIENCY, EFFECTIVENESS = "efficiency", "effectiveness"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the contract, with everything needed to trust it.

    `low` and `high` are the 95 % interval where one makes sense; `n` is how many rows the value rests on.
    `name` and `definition` are texts of the catalogue, `measures.<id>.name` and `.definition`.
    """

    id: str
    value: float | str
    unit: str
    n: int
    low: float | None = None
    high: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    text_id: str = ""

    @property
    def name(self) -> Text:
        """What is measured, in a few words."""
        return text(f"measures.{self.text_id or self.id}.name", **self.facts)

    @property
    def definition(self) -> Text:
        """How it is measured: the formula in words, and what was left out."""
        return text(f"measures.{self.text_id or self.id}.definition", n=self.n, **self.facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth doing: what was seen, what it is worth, and the next step.

    `value` is the money at stake where it can be said, else None; `evidence` are measure ids
    the sentence rests on; `page` is the page that shows more.
    """

    area: str
    text: Text
    action: Text
    page: str
    value: float | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of one analysis.

    `answer` is the answer in a sentence; `notes` say what was left out and what to beware of; `not_measured`
    maps the id of each measure that could not be had to the reason; `tables` are small frames, by name.
    """

    answer: Text
    measures: tuple[Measure, ...] = ()
    not_measured: Mapping[str, Text] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    notes: tuple[Text, ...] = ()

    def __getitem__(self, measure_id: str) -> Measure:
        """The measure with this id.

        Raises:
            KeyError: it was not measured; `not_measured` says why.
        """
        for measure in self.measures:
            if measure.id == measure_id:
                return measure
        raise KeyError(measure_id)

    def get(self, measure_id: str) -> Measure | None:
        """The measure with this id, or None where it was not measured."""
        return next((measure for measure in self.measures if measure.id == measure_id), None)
