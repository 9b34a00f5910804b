"""What the verified cells say: true accuracy by field and person, and how well the checks see."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses.cells import LISTED
from crmeval.analyses.checks import Check, run_checks
from crmeval.analyses.error_spread import with_limits
from crmeval.analyses.verified_model import BY_CELL, Verified
from crmeval.results import Measure
from crmeval.stats.clustered import ClusteredShare, clustered_share
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

MEASURES = ("accuracy.verified_rate", "accuracy.checks_see", "accuracy.false_alarms", "accuracy.kappa")
_COLUMNS = ["cells", "wrong", "rate", "low", "high"]


def share_of(counts: pd.DataFrame) -> ClusteredShare:
    """The share of wrong cells of these records (`cells`, `wrong`, `records`, `stratum`, `weight`).

    Records are weighted by what they stand for, where that is known of all of them.
    """
    weights = counts["weight"] if len(counts) and bool(counts["weight"].notna().all()) else None
    return clustered_share(
        counts["cells"], counts["wrong"], counts["records"],
        strata=counts["stratum"].fillna("").to_numpy(dtype=str), weights=weights,
    )  # fmt: skip


def by(verified: Verified, name: str) -> pd.DataFrame:
    """Wrong cells by `field` or `person`: checked cells, wrong ones, their share with its interval.

    Cells of one record are not independent: the interval rests on records. Fields stand most wrong first,
    people by name with the limits of a funnel plot: a small sample makes no league table.
    """
    counts = verified.fields if name == "field" else verified.people
    found = []
    for value, mine in counts.dropna(subset=name).groupby(name, sort=True):
        share = share_of(mine)
        sizes = [int((mine["records"] * mine[count]).sum()) for count in ("cells", "wrong")]
        found.append([value, *sizes, share.share, share.low, share.high])
    frame = pd.DataFrame(found, columns=[name, *_COLUMNS])
    if name == "field":
        return frame.sort_values(["rate", name], ascending=[False, True], ignore_index=True)
    every = share_of(verified.people)
    return with_limits(frame, every.share, every.design_effect) if len(frame) > 1 else frame


@dataclass(frozen=True, slots=True)
class Seen:
    """Of the verified cells: how many are wrong, how many the checks flag, how many are both.

    `by_field` has the same counts for each field.
    """

    wrong: int
    flagged: int
    both: int
    by_field: pd.DataFrame


def seen(tables: Tables, verified: Verified, checks: Sequence[Check]) -> Seen | None:
    """How the verified cells look to these checks; None where it cannot be told cell by cell."""
    key = ["record_id", "field"] if verified.how == BY_CELL else ["import", "row", "field"]
    flagged = run_checks(tables, checks, verified.ids)[0].wrong
    wrong = verified.judged.wrong
    if LISTED in (len(wrong), len(flagged)) or verified.checked.empty:
        return None
    flagged = flagged[flagged["field"].isin(verified.fields["field"])][key].drop_duplicates()
    flagged = flagged.merge(verified.checked)
    cells = wrong[key].assign(wrong=1).merge(flagged.assign(flagged=1), on=key, how="outer").fillna(0)
    cells["both"] = cells["wrong"] * cells["flagged"]
    names = ["wrong", "flagged", "both"]
    by_field = cells.groupby("field", as_index=False)[names].sum().astype(dict.fromkeys(names, "int64"))
    wrong_cells, flagged_cells, both = (int(cells[name].sum()) for name in names)
    return Seen(wrong_cells, flagged_cells, both, by_field)


def measures(verified: Verified, found: Seen | None) -> list[Measure]:
    """What the checks see of the truth, how often they cry wolf, and how far two checkers agree."""
    said = []
    if found and found.wrong:
        share = found.both / found.wrong
        said.append(_share("accuracy.checks_see", share, found.wrong, found.both))
    if found and found.flagged:
        false = found.flagged - found.both
        said.append(_share("accuracy.false_alarms", false / found.flagged, found.flagged, false))
    twice = verified.agreement
    if twice.n and twice.kappa is not None:
        facts = {"alike": twice.alike}
        said.append(Measure("accuracy.kappa", twice.kappa, "ratio", twice.n, twice.low, twice.high, facts))
    return said


def not_measured(verified: Verified, found: Seen | None) -> dict[str, Text]:
    """Which of these measures there are none of, and why."""
    reasons: dict[str, Text] = {}
    if found is None:
        reasons |= dict.fromkeys(MEASURES[1:3], text("accuracy.checks_see_unknown"))
    elif not found.wrong:
        reasons["accuracy.checks_see"] = text("accuracy.nothing_wrong")
    if found and not found.flagged:
        reasons["accuracy.false_alarms"] = text("accuracy.nothing_flagged")
    if verified.agreement.kappa is None:
        key = "accuracy.one_verdict" if verified.agreement.n else "accuracy.needs_second_check"
        reasons["accuracy.kappa"] = text(key)
    return reasons


def notes(verified: Verified) -> list[Text]:
    """What a check sheet leaves open, and what it was weighted by."""
    found = []
    if verified.left_out:
        found.append(text("accuracy.notes.not_checked", n=verified.left_out))
    if len(verified.people["weight"].dropna().unique()) > 1:
        found.append(text("accuracy.notes.weighted", n=verified.people["stratum"].nunique()))
    return found


def _share(measure_id: str, share: float, n: int, hits: int) -> Measure:
    return Measure(measure_id, share, "share", n, *wilson(hits, n))


def tables_of(verified: Verified, found: Seen | None) -> dict[str, pd.DataFrame]:
    """True accuracy by field and person, and the cells two checkers judge differently."""
    fields = by(verified, "field")
    if found:
        known = found.by_field.set_index("field").reindex(fields["field"])
        fields["flagged"] = known["flagged"].fillna(0).to_numpy(dtype=np.int64)
        fields["seen"] = known["both"].fillna(0).to_numpy(dtype=np.int64)
    return {
        "truth_by_field": fields,
        "truth_by_person": by(verified, "person"),
        "disputed": verified.disputed,
    }
