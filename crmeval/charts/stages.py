"""Charts of stages: where the time goes, how long a stay lasts, how deals move, which ways they take."""

import altair as alt
import pandas as pd

from crmeval.charts.style import (
    BLUE,
    ORANGE,
    PICKED,
    SEQUENTIAL,
    Chart,
    bars,
    either,
    finish,
    in_cells,
    told,
)
from crmeval.results import Result
from crmeval.words import Words

_MOST_STAGES = 25
_MOST_MOVES = 200
_FAINT = 0.3
_NAME_LIMIT = 760  # pixels: as wide as the chart on a small screen


def _bars(result: Result, words: Words, column: str, title: str, number: str) -> alt.TopLevelMixin | None:
    """A bar per stage in which deals spend time; the one with most is marked."""
    stages = result.tables.get("stages", pd.DataFrame())
    if stages.empty or stages[column].notna().sum() == 0:
        return None
    shown = stages.dropna(subset="total").head(_MOST_STAGES)
    shown = shown.assign(first=shown["stage"] == shown["stage"].iloc[0])
    picked = alt.selection_point(name=PICKED, fields=["stage"])
    chart = bars(
        shown, words, "stage", column, words(title), ("n", ","), ("open", ","), ("share", ".1%"),
        ("share_won", ".1%"), ("stay_median", ",.1f"), ("mean", ",.1f"), ("p90", ",.1f"), ("reentries", ","),
        form=number,
    ).mark_bar(cursor="pointer")  # fmt: skip
    chart = chart.encode(
        color=either(alt.ColorValue, "datum.first", ORANGE, BLUE),
        opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
    )
    return finish(chart.add_params(picked), words)


def share(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each stage's share of all time."""
    return _bars(result, words, "share", "charts.stages_share.share", ".0%")


def median(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The median stay in each stage."""
    return _bars(result, words, "stay_median", "charts.stages_median.median", ",.0f")


def transitions(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A square per pair of stages, the darker the more deals moved so."""
    moves = result.tables.get("transitions", pd.DataFrame())
    if moves.empty:
        return None
    shown = moves.head(_MOST_MOVES)
    # Fewer deals reach a later stage, so this is nearly the order in which they are meant to go through them.
    stages = result.tables["stages"]
    stages = stages.assign(arrived=stages["stage"].map(moves.groupby("to")["n"].sum()).fillna(0))
    stages = stages.sort_values(["n", "arrived"], ascending=[False, True], kind="stable")
    order = list(dict.fromkeys([*stages["stage"], *shown["from"], *shown["to"]]))
    picked = alt.selection_point(name=PICKED, fields=["from", "to"])
    position = {
        "x": alt.X(
            "to", type="nominal", sort=order, title=words("charts.transitions.to"),
            axis=alt.Axis(labelAngle=-35, labelLimit=220),
        ),
        "y": alt.Y("from", type="nominal", sort=order, title=words("charts.transitions.from")),
    }  # fmt: skip
    squares = (
        alt.Chart(shown)
        .mark_rect(cursor="pointer")
        .encode(
            **position,
            color=alt.Color(
                "n", type="quantitative", scale=alt.Scale(scheme=SEQUENTIAL, domainMin=0), legend=None
            ),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=told(words, "from", "to", ("n", ",", words("charts.transitions.n")), ("median", ",.1f")),
        )
        .add_params(picked)
    )
    return finish(alt.layer(squares, in_cells(shown, "n", ",", position), height=alt.Step(34)), words)


def variants(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A bar per way, the most frequent first."""
    ways = result.tables.get("variants", pd.DataFrame())
    if ways.empty:
        return None
    shown = ways.head(10)
    # A way is too long for a place beside its bar: its name stands above it, on the chart.
    above = alt.Axis(
        labelAlign="left", labelPadding=0, labelOffset=-9, labelLimit=_NAME_LIMIT, maxExtent=0, minExtent=0,
        domain=False, ticks=False, zindex=1,
    )  # fmt: skip
    row = alt.Y("variant", type="nominal", sort=shown["variant"].to_list(), title=None, axis=above)
    bars = (
        alt.Chart(shown)
        .mark_bar(color=BLUE, size=14, yOffset=8)
        .encode(
            x=alt.X("n", type="quantitative", title=words("charts.variants.n")),
            y=row,
            tooltip=told(
                words, "variant", ("n", ",", words("charts.variants.n")), ("share", ".1%"), ("median", ",.1f")
            ),
        )
    )  # fmt: skip
    return finish(bars.properties(height=alt.Step(42)), words)


SHARE, MEDIAN = Chart("stages_share", share), Chart("stages_median", median)
TRANSITIONS, VARIANTS = Chart("transitions", transitions), Chart("variants", variants)
CHARTS = (SHARE, MEDIAN, TRANSITIONS, VARIANTS)
