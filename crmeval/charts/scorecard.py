"""The scorecard drawn: the pair of scores with what is not known, and the score of each metric."""

from typing import Any

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, ORANGE, Chart, either, finish
from crmeval.results import Result
from crmeval.words import Words

_BAR = 30
_HUNDRED = alt.Scale(domain=[0, 100])
_RED_FLAG = 40
_PALE = 0.35  # so that the line over a bar can be seen


def said_metric(measure_id: str, words: Words) -> str:
    """The name of a measure, its id where the catalogue has none that needs no facts."""
    key = f"measures.{measure_id}.name"
    return words(key) if words.has(key) else measure_id


def _axis(column: str, words: Words) -> alt.X:
    return alt.X(column, type="quantitative", scale=_HUNDRED, title=words("columns.score"))


def _points(column: str, words: Words) -> alt.Tooltip:
    return alt.Tooltip(column, type="quantitative", format=".0f", title=words(f"columns.{column}"))


def scores(result: Result, words: Words) -> Any:
    """Efficiency and effectiveness from 0 to 100; the thin line is where what is missing could move them."""
    bounds = result.tables["score_bounds"]
    if not (bounds["coverage"] > 0).any():
        return None
    shown = bounds.assign(name=[words(f"measures.score.{area}.name") for area in bounds["area"]])
    side = alt.Y("name", type="nominal", sort=None, title=None)
    tooltip = [alt.Tooltip("name", type="nominal", title=words("columns.area")), _points("score", words)]
    tooltip.append(
        alt.Tooltip("coverage", type="quantitative", format=".0%", title=words("columns.coverage"))
    )
    tooltip += [_points(column, words) for column in ("at_least", "at_most")]
    base = alt.Chart(shown)
    bars = base.mark_bar(size=_BAR, color=BLUE, opacity=_PALE).encode(
        x=_axis("score", words), y=side, tooltip=tooltip
    )
    lines = base.mark_rule(color=BLUE, strokeWidth=4).encode(
        x=_axis("at_least", words), x2=alt.X2("at_most"), y=side, tooltip=tooltip
    )
    ends = base.mark_tick(color=BLUE, size=_BAR, thickness=5, opacity=1).encode(
        x=_axis("score", words), y=side, tooltip=tooltip
    )
    return finish(alt.layer(bars, lines, ends, height=alt.Step(_BAR + 16)), words)


def metrics(result: Result, words: Words) -> Any:
    """The score of each metric, weakest first, with the interval of its value."""
    card = result.tables["scores"]
    scored = card[card["state"] == "scored"].sort_values("score", kind="stable")
    if scored.empty:
        return None
    shown = pd.DataFrame(scored[["measure", "area", "score", "score_low", "score_high"]])
    shown["name"] = [said_metric(measure, words) for measure in shown["measure"]]
    shown["side"] = [words(f"measures.score.{area}.name") for area in shown["area"]]
    row = alt.Y("name", type="nominal", sort=list(shown["name"]), title=None)
    tooltip = [alt.Tooltip("name", type="nominal", title=words("columns.measure")),
               alt.Tooltip("side", type="nominal", title=words("columns.area"))]  # fmt: skip
    tooltip += [_points(column, words) for column in ("score", "score_low", "score_high")]
    colour = either(alt.ColorValue, alt.datum["score"] < _RED_FLAG, ORANGE, BLUE)
    base = alt.Chart(shown)
    bars = base.mark_bar(size=_BAR - 10, opacity=_PALE).encode(
        x=_axis("score", words), y=row, color=colour, tooltip=tooltip
    )
    lines = base.mark_rule(strokeWidth=3).encode(
        x=_axis("score_low", words), x2=alt.X2("score_high"), y=row, color=colour, tooltip=tooltip
    )
    ends = base.mark_tick(size=_BAR - 10, thickness=4, opacity=1).encode(
        x=_axis("score", words), y=row, color=colour, tooltip=tooltip
    )
    return finish(alt.layer(bars, lines, ends, height=alt.Step(_BAR)), words)


CHARTS = (Chart("scores", scores), Chart("score_metrics", metrics))
