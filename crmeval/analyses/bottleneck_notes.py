"""What to beware of in the ranking of stages: what the file hides, what is foretold, what broke the clock."""

import numpy as np
import pandas as pd

from crmeval.analyses.best_quarter import Best
from crmeval.analyses.followed import Followed
from crmeval.analyses.ranking import Ranking
from crmeval.stats.multistate import OPEN
from crmeval.stats.spikes import spikes
from crmeval.words import Text, text

_MUCH = 0.1  # share of stays that outlast all that were seen to end
_LONG = 2  # times the days of a deal that a log has to cover before nothing is said of it


def notes(found: Followed, ranked: Ranking, best: Best, cases: int) -> list[Text]:
    """The notes, the most important first."""
    said = []
    n_open = int(((found.stays.exit == OPEN) & found.stays.whole[found.stays.case]).sum())
    if n_open:
        said.append(text("bottlenecks.open_expected", n=n_open))
    said += _short(found, ranked) + _undecided(ranked) + _bulk(found)
    if found.late_from is not None:
        said.append(text("bottlenecks.late", day=found.late_from.date()))
    for key, n in (
        ("bottlenecks.hidden", found.hidden),
        ("bottlenecks.unknown", found.unknown),
        ("bottlenecks.only_final", cases - len(found.deals)),
    ):
        if n:
            said.append(text(key, n=n))
    if best.why is not None:
        said.append(text("bottlenecks.no_best", why=best.why))
    return said


def _short(found: Followed, ranked: Ranking) -> list[Text]:
    """Said of a log that is short against the time a deal takes, while deals are open."""
    still = found.stays.exit == OPEN
    if not still.any():
        return []
    until = float(np.max(found.entered + found.stays.days))
    span = until - float(found.entered.min())
    return [text("bottlenecks.short", span=span, total=ranked.total)] if span < _LONG * ranked.total else []


def _undecided(ranked: Ranking) -> list[Text]:
    """Said of the stages of which much is not seen to end: their days are at least so many."""
    much = ranked.stages[ranked.stages["undecided"] > _MUCH]
    return [
        text("bottlenecks.undecided", stage=stage, share=float(share))
        for stage, share in zip(much["stage"], much["undecided"], strict=True)
    ]


def _bulk(found: Followed) -> list[Text]:
    """Said of days on which deals were closed in bulk: their last stay ended when somebody tidied up."""
    ends = found.ended[found.stays.exit == found.stays.stages]
    days, n = spikes(np.floor(ends[np.isfinite(ends)]))
    if not len(days):
        return []
    day = pd.Timestamp(int(days[0]), unit="D").date()
    return [text("bottlenecks.bulk", n=int(n[0]), day=day, share=float(n[0] / len(ends)), days=len(days))]
