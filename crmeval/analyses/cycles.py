"""How long it takes from first contact to won or lost, counting what is still open."""

import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.clock import as_days, seconds
from crmeval.analyses.endings import CLOSED
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.lifetimes import from_deals, lifetimes
from crmeval.fields import LOST, OPEN, WON
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.delayed_entry import delayed_entry
from crmeval.stats.intervals import log_log, mean_t, median_order
from crmeval.stats.survival import Survival, cumulative_incidence, incidence_variance, kaplan_meier
from crmeval.tables import Tables
from crmeval.words import Text, text

_P90 = 0.9
_FEW = 20  # closed deals under which nothing is concluded
_MANY_STALE = 0.2  # share of open deals that are older than nearly all closed ones ever were
_CURVE_POINTS = 120
_AGE_EDGES = (0, 7, 30, 60, 90, 180, 365)

Days = NDArray[np.float64]


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Durations by outcome; the median with open deals censored; the ages of what is still open."""
    lives, late_from = _lives(tables, settings)
    took = lives.dropna(subset="took")
    if took.empty:
        return _nothing(tables)
    by_outcome = {outcome: took.loc[took["outcome"] == outcome, "took"].to_numpy() for outcome in (WON, LOST)}
    curve = _survival(lives)
    measures, missing = _measures(by_outcome, took["took"].to_numpy(), curve)
    won = _won_share(lives)
    measures, missing = [*measures, *won[0]], missing | won[1]
    stale = _stale(lives, took["took"])
    return Result(
        answer=_answer(by_outcome, took["took"].to_numpy(), curve),
        measures=tuple(measures),
        not_measured=missing,
        tables={
            "cycles": _by_outcome(lives),
            "cycles_by_month": _by_month(lives),
            "progress": _progress(lives),
            "ageing": _ageing(lives),
        },
        findings=_findings(stale, lives, took["took"]),
        notes=(*_notes(tables, lives, curve, late_from), *_of_deals_alone(tables, settings)),
    )


def _lives(tables: Tables, settings: Settings) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Per deal: outcome, amount, month of first contact, days `took` (closed) or `age` (open), `entry`.

    `entry` are the days that had passed when ends began to be recorded, and that day is told, where of the
    deals that began before it only those are in the file that lasted until then.
    """
    lives = lifetimes(tables, settings)
    frame = tables.frame(
        lives.select(
            "outcome", "amount", month=_.created_at.truncate("M"), took=as_days(_.took), age=as_days(_.age),
            begun=as_days(seconds(_.created_at)),
        )
    )  # fmt: skip
    possible = _possible(frame)
    entry, late_from = delayed_entry(
        possible["begun"].to_numpy(float), _lasted(possible), possible["took"].notna().to_numpy()
    )
    frame["entry"] = pd.Series(entry, index=possible.index).reindex(frame.index, fill_value=0.0)
    return frame, None if late_from is None else pd.Timestamp(late_from, unit="D")


def _lasted(lives: pd.DataFrame) -> Days:
    """How long each deal took, or has been open."""
    return lives["took"].fillna(lives["age"]).to_numpy(float)


def _nothing(tables: Tables) -> Result:
    key = "cycles.no_closing_dates" if from_deals(tables) else "cycles.no_final_stages"
    return Result(text(key), not_measured=dict.fromkeys(ANALYSIS.measures, text(key)))


def _survival(lives: pd.DataFrame) -> Survival | None:
    """Kaplan–Meier over all deals whose duration can be; None where the data do not say where they end."""
    possible = _possible(lives)
    if possible.empty:
        return None
    return kaplan_meier(_lasted(possible), possible["took"].notna())


def _possible(lives: pd.DataFrame) -> pd.DataFrame:
    """Deals with a duration that is known and not negative."""
    return lives[lives["took"].fillna(lives["age"]) >= 0]


def _measures(
    by_outcome: dict[str, Days], closed: Days, curve: Survival | None
) -> tuple[list[Measure], dict[str, Text]]:
    negative = int((closed < 0).sum())
    measures = [Measure("cycle.negative", negative, "count", len(closed))]
    missing: dict[str, Text] = {}
    for name, days in (*by_outcome.items(), ("closed", closed)):
        if len(days):
            measures += _durations(name, days)
        else:
            missing |= {
                f"cycle.{name}.{kind}": text(f"cycles.none_{name}") for kind in ("mean", "median", "p90")
            }
    median = curve.median if curve else None
    if curve is None or median is None:
        missing["cycle.km_median"] = text("cycles.median_not_reached")
    else:
        n = int(curve.at_risk[0])
        facts = {"open": n - int(curve.events.sum())}
        measures.append(Measure("cycle.km_median", median, "days", n, *curve.median_interval, facts=facts))
    return measures, missing


def _won_share(lives: pd.DataFrame) -> tuple[list[Measure], dict[str, Text]]:
    """The share of deals won by the age by which nine in ten of those won so far were (Aalen–Johansen)."""
    possible = _possible(lives)
    won = (possible["outcome"] == WON) & possible["took"].notna()
    if won.sum() < _FEW:
        return [], {"cycle.won_share": text("cycles.few_won", n=int(won.sum()))}
    causes = np.where(won, 1, np.where(possible["took"].notna(), 2, 0))
    day = float(np.ceil(possible.loc[won, "took"].quantile(_P90)))
    lasted, entry = _lasted(possible), possible["entry"]
    share, variance = (
        float(found(lasted, causes, entry)[1].loc[:day].iloc[-1])
        for found in (cumulative_incidence, incidence_variance)
    )
    facts = {"days": day, "open": int(possible["took"].isna().sum())}
    interval = log_log(share, variance)
    return [Measure("cycle.won_share", share, "share", len(possible), *interval, facts=facts)], {}


def _durations(name: str, days: Days) -> list[Measure]:
    mean_low, mean_high = mean_t(days) or (None, None)
    low, high = median_order(days) or (None, None)
    facts, n = {"negative": int((days < 0).sum())}, len(days)
    return [
        Measure(f"cycle.{name}.mean", float(days.mean()), "days", n, mean_low, mean_high, facts),
        Measure(f"cycle.{name}.median", float(np.median(days)), "days", n, low, high, facts),
        Measure(f"cycle.{name}.p90", float(np.quantile(days, _P90)), "days", n, facts=facts),
    ]


def _answer(by_outcome: dict[str, Days], closed: Days, curve: Survival | None) -> Text:
    if len(closed) < _FEW:
        return text("cycles.answer_few", n=len(closed))
    won = by_outcome[WON]
    said = text("cycles.answer_closed", n=len(closed), days=float(np.median(closed)))
    if len(won):
        said = text("cycles.answer_won", n=len(won), days=float(np.median(won)))
    median = curve.median if curve else None
    return said if median is None else text("cycles.answer_with_open", said=said, days=median)


def _by_outcome(lives: pd.DataFrame) -> pd.DataFrame:
    """Per outcome: n, mean, median and p90 of the days it took; of open deals, of their age so far."""
    days = lives.assign(days=lives["took"].fillna(lives["age"])).dropna(subset="days")
    order = [outcome for outcome in (WON, LOST, CLOSED, OPEN) if (days["outcome"] == outcome).any()]
    found = days.groupby("outcome")["days"]
    table = found.agg(n="size", mean="mean", median="median", p90=lambda values: values.quantile(_P90))
    return table.reindex(order).reset_index()


def _by_month(lives: pd.DataFrame) -> pd.DataFrame:
    """Per month of first contact: deals, how many have closed, the naive median and Kaplan–Meier's."""
    rows = []
    for month, of_month in _possible(lives).groupby("month"):
        curve = _survival(of_month)
        closed = of_month["took"].dropna()
        rows.append(
            {
                "month": month, "n": len(of_month), "closed": len(closed),
                "median": closed.median() if len(closed) else np.nan,
                "km_median": np.nan if curve is None or curve.median is None else curve.median,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["month", "n", "closed", "median", "km_median"])


def _progress(lives: pd.DataFrame) -> pd.DataFrame:
    """What has become of deals by each age (Aalen–Johansen): day, outcome, share."""
    possible = _possible(lives)
    names = [name for name in (WON, LOST, CLOSED) if (possible["outcome"] == name).any()]
    codes = possible["outcome"].map({name: code for code, name in enumerate(names, 1)})
    causes = codes.where(possible["took"].notna(), 0).astype(int)
    ended = cumulative_incidence(_lasted(possible), causes, possible["entry"])
    last = ended.index[-1] if len(ended) else 0.0
    ages = np.unique(np.linspace(0, last, _CURVE_POINTS).round() if last >= _CURVE_POINTS else ended.index)
    shown = ended.reindex(ended.index.union(pd.Index(ages))).ffill().fillna(0.0).reindex(ages)
    shown.columns = pd.Index(names, dtype="object")
    shown[OPEN] = 1 - shown.sum(axis=1)
    return shown.rename_axis("day").reset_index().melt("day", var_name="outcome", value_name="share")


def _ageing(lives: pd.DataFrame) -> pd.DataFrame:
    """Open deals by how long they have been open: from, to (empty: no end), n, amount at hand."""
    open_ = lives[lives["age"].notna()]
    if open_.empty:
        return pd.DataFrame(columns=["age_from", "age_to", "n", "amount"])
    edges = (*_AGE_EDGES, np.inf)
    bins = pd.cut(open_["age"], edges, right=False, labels=False)
    groups = open_.groupby(bins)
    table = pd.DataFrame({"n": groups.size(), "amount": groups["amount"].sum(min_count=1)})
    table = table.reindex(range(len(_AGE_EDGES))).fillna({"n": 0}).astype({"n": int})
    limits = pd.DataFrame({"age_from": _AGE_EDGES, "age_to": [*_AGE_EDGES[1:], np.nan]})
    return pd.concat([limits, table.reset_index(drop=True)], axis=1)


def _stale(lives: pd.DataFrame, closed: pd.Series) -> int:
    """How many open deals are older than nine in ten closed ones were when they closed."""
    return int((lives["age"] > closed.quantile(_P90)).sum())


def _findings(stale: int, lives: pd.DataFrame, closed: pd.Series) -> tuple[Finding, ...]:
    n_open = int(lives["age"].notna().sum())
    if len(closed) < _FEW or n_open < _FEW or stale < _MANY_STALE * n_open:
        return ()
    limit = float(closed.quantile(_P90))
    return (
        Finding(
            area=EFFICIENCY,
            text=text("cycles.found_stale", n=stale, share=stale / n_open, days=limit),
            action=text("cycles.close_stale", days=limit),
            page="time",
            evidence=("cycle.closed.p90", "deals.open"),
        ),
    )


def _notes(
    tables: Tables, lives: pd.DataFrame, curve: Survival | None, late_from: pd.Timestamp | None
) -> list[Text]:
    took = lives["took"].dropna()
    negative, undated = int((took < 0).sum()), int(lives["took"].isna().sum() - lives["age"].notna().sum())
    begun_unknown = tables.count("deals") - len(lives) if from_deals(tables) else 0
    notes = [] if from_deals(tables) else [text("cycles.from_stages")]
    if negative:
        without = float(took[took >= 0].mean())
        notes.append(text("cycles.with_negative", n=negative, mean=float(took.mean()), without=without))
    if curve is not None and curve.median is not None:
        notes.append(text("cycles.naive_against_km", naive=float(took.median()), km=curve.median))
    if late_from is not None and curve is not None and curve.median is not None:
        notes.append(_late(lives, curve.median, late_from))
    if begun_unknown:
        notes.append(text("cycles.begun_unknown", n=begun_unknown))
    if undated > 0:
        notes.append(text("cycles.undated", n=undated))
    return notes


def _of_deals_alone(tables: Tables, settings: Settings) -> tuple[Text, ...]:
    """Said of deals without stages; what a log of stages hides is no matter of the whole cycle."""
    return () if "stage_events" in tables else cannot_show(tables, settings)


def _late(lives: pd.DataFrame, median: float, late_from: pd.Timestamp) -> Text:
    """Said where closings were recorded late: the median if older deals count only from then on."""
    possible = _possible(lives)
    late = kaplan_meier(_lasted(possible), possible["took"].notna(), possible["entry"]).median
    facts = {"day": late_from.date(), "plain": median}
    return text("cycles.late_open", **facts) if late is None else text("cycles.late", **facts, median=late)


ANALYSIS = Analysis(
    name="cycles",
    area=EFFICIENCY,
    page="time",
    needs=("deals", "stage_events"),
    measures=(
        "cycle.won.mean", "cycle.won.median", "cycle.won.p90", "cycle.lost.mean", "cycle.lost.median",
        "cycle.lost.p90", "cycle.closed.mean", "cycle.closed.median", "cycle.closed.p90", "cycle.km_median",
        "cycle.negative", "cycle.won_share",
    ),
    run=run,
)  # fmt: skip
