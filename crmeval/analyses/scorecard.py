"""Does the CRM work? Efficiency and effectiveness as a pair of scores, each with what it does not know."""

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.metrics import Metric, given, metrics
from crmeval.results import EFFECTIVENESS, EFFICIENCY, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Tables
from crmeval.words import Text, text

AREAS = (EFFICIENCY, EFFECTIVENESS)
SCORED, NO_TARGET, NO_FLOOR, NOT_MEASURED = "scored", "no_target", "no_floor", "not_measured"
LEAST_COVERAGE = 0.60  # with less known, the subtotal would say more about what is missing
RED_FLAG, GOOD = 40, 60
_BANDS = ((80, "strong"), (GOOD, "good"), (RED_FLAG, "fair"), (0, "weak"))
_MOSTLY = 0.5
_JIGGLES, _SEED, _FIRMNESS = 2_000, 20_240_229, 20.0
_MIDDLE_95 = (2.5, 97.5)
_COLUMNS = ["measure", "area", "aspect", "state", "value", "unit", "floor", "target", "score", "score_low",
            "score_high", "weight", "evidence"]  # fmt: skip


_NUMBERS = ("value", "floor", "target", "score", "score_low", "score_high", "weight")


def run(tables: Tables, settings: Settings, results: Results) -> Result:  # noqa: ARG001 - scores results only
    """The scorecard of all results before it."""
    card = score_table(results, settings)
    bounds = pd.DataFrame([subtotal(card, area) for area in AREAS])
    known = {row["area"]: row for row in bounds.to_dict("records")}
    scored = {area: row["score"] for area, row in known.items() if not math.isnan(row["score"])}
    count = card[card["state"] == SCORED].groupby("area").size()
    return Result(
        answer=text("scorecard.answer", **{area: _said(row) for area, row in known.items()}),
        measures=tuple(
            Measure(f"score.{area}", int(score), "points", int(count[area])) for area, score in scored.items()
        ),
        not_measured={
            f"score.{area}": text("scorecard.low_coverage", coverage=known[area]["coverage"])
            for area in AREAS
            if area not in scored
        },
        tables={"scores": card, "score_bounds": bounds},
        notes=(
            text("scorecard.notes.conventions"),
            *_red_flags(card, results),
            *_gaps(card),
            *_beside(results),
        ),
    )


def score_table(results: Results, settings: Settings) -> pd.DataFrame:
    """One row for each metric that is measured, and one for each aspect of which nothing is.

    `weight` is 1 for an aspect unless the company sets it, shared by its metrics that are scored; an aspect
    without any keeps its weight as missing.
    """
    measured = _measured(results)
    aspects: dict[str, list[Metric]] = {}
    for metric in metrics(settings):
        aspects.setdefault(metric.aspect, []).append(metric)
    rows = [row for aspect in aspects.values() for row in _aspect(aspect, measured, settings)]
    return pd.DataFrame(rows, columns=_COLUMNS).astype(dict.fromkeys(_NUMBERS, float))


def _measured(results: Results) -> dict[str, Measure]:
    return {measure.id: measure for result in results.values() for measure in result.measures}


def _aspect(
    aspect: list[Metric], measured: Mapping[str, Measure], settings: Settings
) -> list[dict[str, object]]:
    """The rows of one aspect: its measured metrics, else its first as missing."""
    rows = [_row(metric, measured) for metric in aspect if _number(measured.get(metric.id))]
    rows = rows or [_row(aspect[0], {})]
    weighed = [row for row in rows if row["state"] == SCORED] or rows[:1]
    for row in weighed:
        row["weight"] = _weight(settings, str(row["measure"]), 1 / len(weighed))
    return rows


def _number(measure: Measure | None) -> bool:
    return measure is not None and not isinstance(measure.value, str) and math.isfinite(measure.value)


def _weight(settings: Settings, measure_id: str, default: float) -> float:
    weight = given(settings.weights, measure_id, default)
    return weight if weight is not None and weight >= 0 else default


def _row(metric: Metric, measured: Mapping[str, Measure]) -> dict[str, object]:
    row: dict[str, object] = {"measure": metric.id, "area": metric.area, "aspect": metric.aspect,
                              "floor": metric.floor, "target": metric.target, "weight": 0.0}  # fmt: skip
    measure = measured.get(metric.id)
    if measure is None:
        return {**row, "state": NOT_MEASURED}
    value = float(measure.value)
    score = metric.score(value)
    ends = [metric.score(end) for end in (measure.low, measure.high) if end is not None]
    known = sorted(end for end in ends if end is not None)
    return {
        **row,
        "state": SCORED if score is not None else NO_TARGET if metric.target is None else NO_FLOOR,
        "value": value,
        "unit": measure.unit,
        "score": score,
        "score_low": known[0] if known else None,
        "score_high": known[-1] if known else None,
        "evidence": _evidence(metric.id, measured),
    }


def _evidence(measure_id: str, measured: Mapping[str, Measure]) -> str:
    """How a metric is known: a return is as well known as most of its benefits, all else is measured."""
    if measure_id != "roi.roi":
        return "measured"
    share = measured.get("roi.measured_share")
    return "measured" if share is not None and float(share.value) >= _MOSTLY else "reported"


def subtotal(card: pd.DataFrame, area: str) -> dict[str, object]:
    """The score of an area: the weighted mean of what is scored, a whole number, and how firm it is.

    `coverage` is the weight of what is scored as a share of all weight; under 60 % there is no score.
    `at_least` and `at_most` are what it would be if everything missing scored 0, or 100. `jiggled_low` and
    `jiggled_high` hold 95 % of the scores under weights drawn around these (Dirichlet, concentration 20).
    """
    rows = card[card["area"] == area]
    total = rows["weight"].sum()
    scored = rows[(rows["state"] == SCORED) & (rows["weight"] > 0)]
    weights, scores_ = scored["weight"].to_numpy(float), scored["score"].to_numpy(float)
    weight = weights.sum()
    coverage = float(weight / total) if total > 0 else 0.0
    enough = coverage >= LEAST_COVERAGE - 1e-9
    mean = float(weights @ scores_ / weight) if weight > 0 else 0.0
    low, high = jiggled(scores_, weights) if enough else (math.nan, math.nan)
    return {
        "area": area,
        "score": float(round(mean)) if enough else math.nan,
        "coverage": coverage,
        "at_least": float(round(mean * coverage)),
        "at_most": float(round(mean * coverage + 100 * (1 - coverage))),
        "jiggled_low": low,
        "jiggled_high": high,
    }


def jiggled(values: Iterable[float], weights: Iterable[float]) -> tuple[float, float]:
    """The range that holds 95 % of the weighted means when weights are drawn around those given.

    A Dirichlet distribution with mean `weights` and concentration 20, with a fixed seed: how much the score
    owes to weights that were a matter of opinion.
    """
    shares = np.asarray(list(weights), dtype=float)
    drawn = np.random.default_rng(_SEED).dirichlet(_FIRMNESS * shares / shares.sum(), _JIGGLES)
    low, high = np.percentile(drawn @ np.asarray(list(values), dtype=float), _MIDDLE_95)
    return float(round(low)), float(round(high))


def scores(result: Result) -> dict[str, float | None]:
    """The pair of scores with their coverage, as the file contract has them; None under 60 % coverage."""
    found: dict[str, float | None] = {}
    for area in AREAS:
        score = result.get(f"score.{area}")
        found[area] = None if score is None else int(score.value)
    coverage = result.tables["score_bounds"].set_index("area")["coverage"]
    return {**found, **{f"coverage_{area}": float(coverage[area]) for area in AREAS}}


def weakest(result: Result, most: int = 3) -> pd.DataFrame:
    """The metrics that score less than good, the lowest first: where the CRM does not work."""
    card = result.tables["scores"]
    return card[card["score"] < GOOD].nsmallest(most, "score")


def band(score: float) -> str:
    """The word for a score: strong from 80, good from 60, fair from 40, else weak; conventions of ours."""
    return next(name for least, name in _BANDS if score >= least)


def _said(row: Mapping[Hashable, Any]) -> Text:
    if math.isnan(row["score"]):
        return text("scorecard.unknown", coverage=row["coverage"])
    return text(
        "scorecard.known", score=int(row["score"]), band=text(f"scorecard.bands.{band(row['score'])}")
    )


def _red_flags(card: pd.DataFrame, results: Results) -> list[Text]:
    """What scores under 40 is named whatever the mean says: one strong metric may not hide a weak one."""
    measured = _measured(results)
    weak = card[card["score"] < RED_FLAG]
    return [
        text("scorecard.notes.red_flag", name=measured[row["measure"]].name, score=round(row["score"]))
        for row in weak.to_dict("records")
    ]


def _beside(results: Results) -> list[Text]:
    """What the automatic checks find where verified records are scored: told, not counted again."""
    measured = _measured(results)
    flagged = measured.get("accuracy.flagged_rate")
    if flagged is None or "accuracy.verified_rate" not in measured:
        return []
    return [text("scorecard.notes.checks_beside", share=flagged.value, n=flagged.n)]


def _gaps(card: pd.DataFrame) -> list[Text]:
    """What weighs in but is not scored: it lacks its data, or a target."""
    gaps = card[(card["state"] != SCORED) & (card["weight"] > 0)]
    return [
        text(f"scorecard.notes.{row['state']}", name=text(f"scorecard.aspects.{row['aspect']}"))
        if row["aspect"] != row["measure"]
        else text(f"scorecard.notes.own_{row['state']}", measure=row["measure"])
        for row in gaps.to_dict("records")
    ]


ANALYSIS = Analysis(
    name="scorecard",
    area="verdict",
    page="scorecard",
    needs=(),
    measures=("score.efficiency", "score.effectiveness"),
    run=run,
)
