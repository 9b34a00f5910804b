"""What waits in a stage, and what a shorter stay there is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses.followed import Followed
from crmeval.analyses.ranking import Ranking
from crmeval.fields import OPEN, WON
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.stats.multistate import OPEN as GOES_ON
from crmeval.words import Text, text

FASTER = 0.2  # the part of the stay that is taken away: our example, not a forecast
_YEAR = 365.0
_SHORTEST = 60.0  # days of log under which a year's sales are not foretold


@dataclass(frozen=True, slots=True)
class Money:
    """Open deals and their amounts per stage, in the order of the ranking, and what the first is worth.

    `waiting` is the sum of the amounts of the `open` deals in a stage now, as far as they are known. `extra`
    are the sales a year that come on top if stays in the first stage are a fifth shorter, as many deals
    are in work as now, and as large a share of them is won: throughput is deals in work over their days
    (Little 1961). It rests on the `wins` a year, seen in `n` won deals, and on their mean `amount`. None
    where it cannot be said.
    """

    waiting: pd.Series
    open: pd.Series
    known: bool
    wins: float | None
    amount: float | None
    extra: float | None
    margin: float | None
    n: int

    @property
    def margin_gained(self) -> float | None:
        """The gross margin of the extra sales, where it is known."""
        return None if self.extra is None or self.margin is None else self.extra * self.margin

    def measures(self, stage: str) -> dict[str, Measure | Text]:
        """The two amounts as measures, or why there is none."""
        facts = {"stage": stage, "open": int(self.open.iloc[0])}
        waiting: Measure | Text = text("bottlenecks.no_amounts")
        if self.known:
            value, n = float(self.waiting.iloc[0]), int(self.open.iloc[0])
            waiting = Measure("bottleneck.waiting", value, "money", n, facts=facts)
        extra: Measure | Text = text("bottlenecks.no_worth")
        if self.extra is not None:
            more = {**facts, "faster": FASTER, "wins": self.wins, "amount": self.amount}
            extra = Measure("bottleneck.extra_sales", self.extra, "money", self.n, facts=more)
        return {"bottleneck.waiting": waiting, "bottleneck.extra_sales": extra}

    def found(self, saved: float) -> Text | None:
        """The worth in a sentence, None where it cannot be said; `saved` are the days per deal."""
        if self.extra is None:
            return None
        if self.margin_gained is None:
            return text("bottlenecks.worth_sales", faster=FASTER, saved=saved, extra=self.extra)
        return text("bottlenecks.worth_margin", faster=FASTER, saved=saved, extra=self.margin_gained)


def money(found: Followed, ranked: Ranking, deals: pd.DataFrame, settings: Settings) -> Money:
    """The money of the stages; `deals` has the amounts of all cases in their order."""
    stays, amounts = found.stays, pd.to_numeric(deals["amount"], errors="coerce").to_numpy(float)
    current = (stays.exit == GOES_ON) & (found.outcomes[stays.case] == OPEN)
    stage, worth = stays.stage[current], np.nan_to_num(amounts[stays.case[current]])
    names = ranked.stages["stage"]
    at = pd.Index(found.stages).get_indexer(pd.Index(names))
    waiting = pd.Series(np.bincount(stage, worth, stays.stages)[at])
    n_open = pd.Series(np.bincount(stage, minlength=stays.stages)[at])
    won = found.outcomes == WON
    mean = amounts[won & (amounts > 0)]
    amount = float(mean.mean()) if len(mean) else None
    wins, n = _wins_a_year(found, won)
    every = ranked.stages["every"]
    saved = FASTER * float(every.iloc[0])
    extra = None
    if wins is not None and amount is not None and every.sum() > saved:
        extra = wins * amount * (every.sum() / (every.sum() - saved) - 1)
    known = bool(np.isfinite(amounts).any())
    return Money(waiting, n_open, known, wins, amount, extra, settings.gross_margin, n)


def _wins_a_year(found: Followed, won: np.ndarray) -> tuple[float | None, int]:
    """Deals won in the last year of the log, or at that rate where it is shorter; and how many were seen."""
    ends = found.ended[won[found.stays.case] & (found.stays.exit == found.stays.stages)]
    last, first = np.nanmax(np.append(found.ended, found.entered)), np.nanmin(found.entered)
    span = min(float(last - first), _YEAR)
    if span < _SHORTEST or not len(ends):
        return None, 0
    n = int((ends > last - span).sum())
    return n * _YEAR / span, n
