"""How accurate the entered data are: by checks of every cell and, where records were verified, in truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses import cure, truth
from crmeval.analyses.accuracy_findings import cost, findings, usual_minutes
from crmeval.analyses.accuracy_tables import tables_of
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.cells import LISTED, Judged
from crmeval.analyses.checks import Check, chosen_checks, run_checks, suggest_checks
from crmeval.analyses.checks.columns import header
from crmeval.analyses.checks.model import MISSING
from crmeval.analyses.dated_events import dated_events
from crmeval.analyses.duplicates import CONFIRMED, OPEN, REJECTED, Duplicates, Likeness, alike, decided
from crmeval.analyses.progress import Progress, progress
from crmeval.analyses.training import trained_people
from crmeval.analyses.verified import verify
from crmeval.analyses.verified_model import Verified
from crmeval.results import EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.clustered import ClusteredShare, clustered_share
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

_Limits = tuple[float | None, float | None]
_QUEUE = 2000  # pairs of records kept to look at
_KEPT = 8  # choices of checks whose evidence is kept

MEASURES = (
    "accuracy.cells", "accuracy.wrong_cells", "accuracy.rate", "accuracy.wrong_rate",
    "accuracy.clean_records", "accuracy.clean_rate", "accuracy.flagged_cells", "accuracy.flagged_rate",
    "accuracy.duplicate_records", "accuracy.verified_rate", "accuracy.checks_see", "accuracy.cost",
    "accuracy.false_alarms", "accuracy.kappa",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rows say: cells judged by the checks, records verified, records that may be one.

    `since`: what became of the fix list of last time, where one was loaded.
    """

    checks: tuple[Check, ...]
    flagged: Judged
    found: pd.DataFrame
    wrong: cure.Wrong
    verified: Verified | None
    likeness: Likeness | None
    in_truth: bool = True
    seen: truth.Seen | None = None
    since: Progress | None = None

    @property
    def judged(self) -> Judged:
        """The cells that accuracy is told of: those compared with the truth, where there are any."""
        return self.verified.judged if self.verified else self.flagged

    @property
    def share(self) -> ClusteredShare:
        """The share of wrong cells that accuracy is told of, with its interval."""
        if self.verified:
            return truth.share_of(self.verified.people)
        return clustered_share(*(self.flagged.records[name] for name in ("cells", "wrong", "records")))

    @property
    def widest(self) -> Judged:
        """The judgement that knows of more wrong cells: a verified sample is true, but small."""
        return max(self.judged, self.flagged, key=lambda judged: judged.wrong_cells)

    @property
    def measures_of_widest(self) -> tuple[str, ...]:
        """The measures that tell how many cells of the widest judgement are wrong."""
        if self.verified and self.widest is self.flagged:
            return "accuracy.flagged_cells", "accuracy.flagged_rate"
        return "accuracy.wrong_cells", "accuracy.rate"


def run(tables: Tables, settings: Settings, results: Results) -> Result:  # noqa: ARG001 - the registry's form
    """The accuracy of the data entered, by the suggested checks as they were chosen."""
    return told(tables, settings, evidence(tables, settings))


def suggested(tables: Tables, settings: Settings) -> tuple[Check, ...]:
    """The checks that the data suggest, as suggested."""
    country = settings.holiday_country
    return tables.once("checks", lambda: suggest_checks(tables, country), made_of=country)


def evidence(tables: Tables, settings: Settings, *, in_truth: bool = True) -> Evidence:
    """The evidence by the checks as they are chosen; gathered once for the last few choices."""
    checks = chosen_checks(tables, suggested(tables, settings), settings.checks)
    chosen = settings.checks.with_(same={})  # a verdict on two records needs no new count
    return tables.once(
        "evidence", lambda: gathered(tables, checks, in_truth=in_truth),
        made_of=(settings.holiday_country, chosen, in_truth), keep=_KEPT,
    )  # fmt: skip


def accuracy(tables: Tables, settings: Settings, checks: Sequence[Check], *, in_truth: bool = True) -> Result:
    """The accuracy of the data entered: against verified records if `in_truth`, else by these checks."""
    return told(tables, settings, gathered(tables, checks, in_truth=in_truth))


def gathered(tables: Tables, checks: Sequence[Check], *, in_truth: bool = True) -> Evidence:
    """What the rows say, counted in the engine."""
    flagged, found = run_checks(tables, checks, listed=cure.LISTED)
    verified = verify(tables) if in_truth else None
    seen = truth.seen(tables, verified, checks) if verified else None
    likeness = tables.once("likeness", lambda: alike(tables))
    wrong = cure.Wrong(flagged.wrong, flagged)
    since = progress(tables, wrong)
    return Evidence(tuple(checks), flagged, found, wrong, verified, likeness, in_truth, seen, since)


def told(tables: Tables, settings: Settings, evidence: Evidence) -> Result:
    """The evidence as a result: sentences, measures, tables."""
    if not evidence.judged.cells:
        nothing = text("accuracy.nothing")
        return Result(text("accuracy.answer.nothing"), not_measured=dict.fromkeys(MEASURES, nothing))
    minutes = usual_minutes(evidence.found, settings)
    share = evidence.share
    twins = decided(evidence.likeness, settings.checks.same) if evidence.likeness else None
    trained = trained_people(tables)["month"] if "training" in tables else pd.Series(dtype=float)
    frames = tables_of(
        evidence.judged, evidence.flagged, evidence.found, share.design_effect, settings, trained
    )
    frames |= _tables_beside(evidence, twins, settings)
    if len(frames["errors_by_month"]):
        frames["dated_events"] = dated_events(tables, settings)
    repeated = len(twins.pairs) if twins else 0
    return Result(
        answer=_answer(evidence, frames["errors_by_field"]),
        measures=tuple(_measures(evidence, twins, minutes, settings)),
        not_measured=_not_measured(tables, evidence, settings),
        tables={name: frame for name, frame in frames.items() if len(frame)},
        findings=findings(
            evidence.widest,
            repeated,
            lambda wrong: cost(wrong, minutes, settings),
            evidence.measures_of_widest,
        ),
        notes=tuple(_notes(tables, evidence, twins, frames)),
    )


def _tables_beside(
    evidence: Evidence, twins: Duplicates | None, settings: Settings
) -> dict[str, pd.DataFrame]:
    """What stands beside the cells: how to mend them, duplicates, and the verified file."""
    found = cure.tables_of(evidence.wrong, settings)
    if evidence.since:
        found |= {"fix_progress": evidence.since.people, "fix_cells": evidence.since.cells}
    if twins:
        found |= {"duplicates": twins.pairs, "duplicate_pairs": twins.queue.head(_QUEUE)}
    if evidence.verified:
        found["verified_columns"] = evidence.verified.pairs
        found |= truth.tables_of(evidence.verified, evidence.seen)
    return found


def _answer(evidence: Evidence, fields: pd.DataFrame) -> Text:
    judged = evidence.judged
    facts = {
        "n": judged.wrong_cells, "cells": judged.cells, "records": judged.record_count,
        "share": judged.wrong_cells / judged.cells, "clean": judged.clean_records / judged.record_count,
    }  # fmt: skip
    if not judged.wrong_cells:
        return text("accuracy.answer.true" if evidence.verified else "accuracy.answer.clean", **facts)
    key = "accuracy.answer.verified" if evidence.verified else "accuracy.answer.flagged"
    return text(key, field=fields["field"].iloc[0], **facts)


def _measures(
    evidence: Evidence, twins: Duplicates | None, minutes: float, settings: Settings
) -> list[Measure]:
    judged, share = evidence.judged, evidence.share
    suffix = "_verified" if evidence.verified else ""
    cells, wrong, records, clean = (
        judged.cells, judged.wrong_cells, judged.record_count, judged.clean_records,
    )  # fmt: skip
    right = (1 - share.high, 1 - share.low)
    facts = {"effect": share.design_effect}

    def told(name: str, value: float, unit: str, n: int, limits: _Limits = (None, None)) -> Measure:
        low, high = limits
        measure_id = f"accuracy.{name}"
        return Measure(measure_id, value, unit, n, low, high, facts, text_id=f"{measure_id}{suffix}")

    found = [
        told("cells", cells, "count", records),
        told("wrong_cells", wrong, "count", cells),
        told("rate", 1 - share.share, "share", cells, right),
        told("wrong_rate", share.share, "share", cells, (share.low, share.high)),
        told("clean_records", clean, "count", records),
        told("clean_rate", clean / records, "share", records, wilson(clean, records)),
    ]
    if evidence.verified:
        found.append(Measure("accuracy.verified_rate", 1 - share.share, "share", cells, *right, facts=facts))
    known = evidence.widest.wrong_cells
    if (worth := cost(known, minutes, settings)) is not None:
        priced = {"minutes": minutes, "hourly": settings.hourly_cost}
        found.append(Measure("accuracy.cost", worth, "money", known, facts=priced))
    return found + _measures_of_checks(evidence, twins)


def _measures_of_checks(evidence: Evidence, twins: Duplicates | None) -> list[Measure]:
    """What the automatic checks alone say, whether or not records were verified."""
    found = []
    flagged = evidence.flagged
    if flagged.cells:
        share = clustered_share(*(flagged.records[name] for name in ("cells", "wrong", "records")))
        found += [
            Measure("accuracy.flagged_cells", flagged.wrong_cells, "count", flagged.cells),
            Measure(
                "accuracy.flagged_rate", share.share, "share", flagged.cells, share.low, share.high,
                {"effect": share.design_effect, "records": flagged.record_count},
            ),
        ]  # fmt: skip
    if twins:
        found.append(Measure("accuracy.duplicate_records", len(twins.pairs), "count", twins.likeness.records))
    return found + (truth.measures(evidence.verified, evidence.seen) if evidence.verified else [])


def _not_measured(tables: Tables, evidence: Evidence, settings: Settings) -> dict[str, Text]:
    reasons: dict[str, Text] = {}
    if not evidence.verified:
        key = "needs_verified" if "verified" not in tables else "verified_unmatched"
        reason = text(f"accuracy.{key if evidence.in_truth else 'checks_only'}")
        reasons |= dict.fromkeys(truth.MEASURES, reason)
    else:
        reasons |= truth.not_measured(evidence.verified, evidence.seen)
    if not evidence.likeness:
        reasons["accuracy.duplicate_records"] = text("accuracy.needs_records")
    if not evidence.flagged.cells:
        unflagged = ("accuracy.flagged_cells", "accuracy.flagged_rate")
        reasons |= dict.fromkeys(unflagged, text("accuracy.nothing"))
    if not settings.hourly_cost:
        reasons["accuracy.cost"] = text("accuracy.needs_hourly_cost")
    return reasons


def _notes(
    tables: Tables, evidence: Evidence, twins: Duplicates | None, frames: Mapping[str, pd.DataFrame]
) -> list[Text]:
    notes = []
    if evidence.verified:
        notes.append(text(f"accuracy.notes.{evidence.verified.how}", n=evidence.verified.matched))
        if evidence.verified.unmatched:
            notes.append(text("accuracy.notes.unmatched", n=evidence.verified.unmatched))
        if evidence.verified.unpaired:
            notes.append(text("accuracy.notes.unpaired", columns=", ".join(evidence.verified.unpaired)))
        notes += truth.notes(evidence.verified)
    if evidence.judged.wrong_cells > LISTED:
        notes.append(text("accuracy.notes.capped", shown=LISTED, n=evidence.judged.wrong_cells))
    if evidence.since:
        notes.append(evidence.since.told)
    if not evidence.verified and (expected := _expected(tables, evidence.checks)):
        notes.append(text("accuracy.notes.expected", columns=", ".join(expected)))
    people = frames.get("errors_by_person")
    if people is not None and len(people) and people["dispersion"].iloc[0] > 1:
        notes.append(text("accuracy.notes.dispersion", times=float(np.sqrt(people["dispersion"].iloc[0]))))
    return notes + _notes_on(twins) if twins else notes


def _notes_on(twins: Duplicates) -> list[Text]:
    """How far the list of duplicates can be trusted."""
    notes = []
    counts = twins.queue["verdict"].value_counts()
    if CONFIRMED in counts or REJECTED in counts:
        looked_at = {name: int(counts.get(name, 0)) for name in (CONFIRMED, REJECTED, OPEN)}
        notes.append(text("accuracy.notes.verdicts", **looked_at))
    if twins.repeating:
        notes.append(text("accuracy.notes.repeating", n=twins.repeating))
    for fields, pairs in twins.likeness.related:
        notes.append(text("accuracy.notes.related", n=pairs, columns=", ".join(fields)))
    if twins.likeness.some_left_out:
        notes.append(text("accuracy.notes.some_left_out"))
    return notes


def _expected(tables: Tables, checks: Sequence[Check]) -> list[str]:
    """Columns that are mostly but not always filled: that they should be is our guess, so it is said."""
    return [
        header(tables, check.table, check.column)
        for check in checks
        if check.on and check.code == MISSING and check.reason.facts["share"] < 1
    ]


ANALYSIS = Analysis(
    name="accuracy",
    area=EFFICIENCY,
    page="accuracy",
    needs=("records", "deals", "verified", "lookup_1"),
    measures=MEASURES,
    run=run,
)
