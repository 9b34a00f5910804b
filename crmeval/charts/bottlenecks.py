"""Charts of the bottleneck: days per deal in each stage beside the naive ones, and who is quick there."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREEN, ORANGE, PICKED, Chart, either, finish, rows, told
from crmeval.results import Result
from crmeval.words import Words

_MOST_STAGES, _MOST_GROUPS = 25, 40
_FAINT = 0.3
_INTERVAL = "#7F7F7F"


def by_stage(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A bar per stage with its interval, and a mark where ended deals alone would put it."""
    found = result.tables.get("bottlenecks", pd.DataFrame())
    if found.empty:
        return None
    shown = found.head(_MOST_STAGES)
    shown = shown.assign(first=shown.index == shown.index[0])
    picked = alt.selection_point(name=PICKED, fields=["stage"])
    base = alt.Chart(shown).encode(
        y=alt.Y("stage", type="nominal", sort=shown["stage"].to_list(), title=None),
        tooltip=told(
            words, "stage", ("days_won", ",.1f"), ("days_low", ",.1f"), ("days_high", ",.1f"),
            ("share", ".1%"), ("probability", ".1%"), ("naive", ",.1f"), ("bias", "+.1%"), ("open", ","),
        ),
    )  # fmt: skip
    bars = (
        base.mark_bar(cursor="pointer")
        .encode(
            x=alt.X("days_won", type="quantitative", title=words("charts.bottlenecks.days")),
            color=either(alt.ColorValue, "datum.first", ORANGE, BLUE),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
        )
        .add_params(picked)
    )
    lines = base.mark_rule(color=_INTERVAL, strokeWidth=3).encode(
        x=alt.X("days_low", type="quantitative"), x2=alt.X2("days_high")
    )
    naive = base.mark_tick(color=_INTERVAL, thickness=4, size=24, opacity=1).encode(
        x=alt.X("naive", type="quantitative")
    )
    return finish(alt.layer(bars, lines, naive, height=rows(len(shown))), words)


def by_group(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A point per team or owner with its interval; the best quarter is marked."""
    found = result.tables.get("bottleneck_groups", pd.DataFrame())
    if found.empty:
        return None
    shown = found.head(_MOST_GROUPS)
    base = alt.Chart(shown).encode(
        y=alt.Y("group", type="nominal", sort=shown["group"].to_list(), title=None),
        tooltip=told(words, "group", ("n", ","), ("stay", ",.1f"), ("stay_low", ",.1f"),
                         ("stay_high", ",.1f"), ("likely", ",.1f")),
    )  # fmt: skip
    lines = base.mark_rule(color=_INTERVAL, strokeWidth=2).encode(
        x=alt.X("stay_low", type="quantitative", title=words("charts.bottleneck_groups.days")),
        x2=alt.X2("stay_high"),
    )
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("stay", type="quantitative"),
        color=either(alt.ColorValue, "datum.best", GREEN, BLUE),
    )
    return finish(alt.layer(lines, points, height=rows(len(shown))), words)


BY_STAGE, BY_GROUP = Chart("bottlenecks", by_stage), Chart("bottleneck_groups", by_group)
CHARTS = (BY_STAGE, BY_GROUP)
