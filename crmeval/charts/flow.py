"""Charts of the flow: what became of entries, new and closed deals by week, where deals stand, velocity."""

import altair as alt
import pandas as pd

from crmeval.analyses.stage_flow import FATES
from crmeval.charts.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PICKED,
    PINK,
    STACKED,
    Chart,
    either,
    finish,
    named,
    rows,
    told,
)
from crmeval.charts.time_axis import MONTHS as MONTHS_AXIS
from crmeval.results import Result
from crmeval.words import Words

_FAINT, _PALE = 0.35, 0.35
_DAY = "%d.%m.%Y"
_SKY, _YELLOW = "#56B4E9", "#E69F00"  # the rest of the palette of Okabe and Ito
_FATES = {
    "moved_on": BLUE, "won": GREEN, "moved_back": PINK, "lost": ORANGE, "ended": _YELLOW, "still_there": GREY,
    "unknown": "#C8C8C8",
}  # fmt: skip
_STAGES = (BLUE, _SKY, GREEN, _YELLOW, ORANGE, PINK, GREY, "#8B6BB1", "#4D4D4D", "#A6761D")
_MOST_STAGES = len(_STAGES)


def accounts(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A bar per stage, as long as its entries, of what became of them."""
    table = result.tables.get("stage_accounts", pd.DataFrame())
    if table.empty:
        return None
    present = [fate for fate in FATES if table[fate].sum()]
    names = {fate: words(f"columns.{fate}") for fate in present}
    long = table.melt(["stage", "entries"], present, var_name="fate", value_name="n")
    long = long[long["n"] > 0].assign(
        name=lambda frame: frame["fate"].map(names), share=lambda frame: frame["n"] / frame["entries"],
        place=lambda frame: frame["fate"].map({fate: place for place, fate in enumerate(present)}),
    )  # fmt: skip
    picked = alt.selection_point(name=PICKED, fields=["stage", "fate"])
    chart = (
        alt.Chart(long)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("n", type="quantitative", stack="zero", title=words("charts.stage_accounts.n")),
            y=alt.Y("stage", type="nominal", sort=table["stage"].to_list(), title=None),
            color=named(names.values(), (_FATES[fate] for fate in present), columns=4),
            order=alt.Order("place", type="quantitative"),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=told(words, "stage", ("name", "", " "), ("n", ","), ("share", ".1%")),
        )
        .add_params(picked)
        .properties(height=rows(len(table)))
    )  # fmt: skip
    return finish(chart, words)


def weeks(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """New and closed deals of each week above, deals in progress below; weeks at an edge are pale."""
    table = result.tables.get("weeks", pd.DataFrame())
    if len(table) < 3:  # noqa: PLR2004 - two weeks are no course
        return None
    closed = table[[name for name in ("won", "lost", "closed") if name in table]].sum(axis=1)
    shown = table.assign(closed_all=closed)
    names = {"arrived": words("columns.arrived"), "closed_all": words("charts.weeks.closed")}
    long = shown.melt(["week", "edge"], list(names), var_name="kind", value_name="n")
    long = long.assign(name=long["kind"].map(names))
    x = alt.X("week", type="temporal", title=None, axis=MONTHS_AXIS)
    pale = either(alt.OpacityValue, "datum.edge == ''", 1.0, _PALE)
    colour = named(names.values(), (GREY, GREEN))
    flows = alt.Chart(long).encode(x=x, color=colour)
    counted = alt.Y("n", type="quantitative", title=words("charts.weeks.flow"))
    tips = told(words, ("week", _DAY), ("name", "", " "), ("n", ","))
    above = alt.layer(
        flows.mark_line(strokeWidth=1.5).encode(y=counted, opacity=alt.value(0.7)),
        flows.mark_point(filled=True, size=28).encode(y=counted, opacity=pale, tooltip=tips),
    ).properties(width=STACKED, height=200)
    stock = alt.Y("in_progress", type="quantitative", title=words("charts.weeks.stock"))
    below = (
        alt.Chart(shown)
        .mark_bar(color=BLUE)
        .encode(
            x=x, y=stock, opacity=pale, tooltip=told(words, ("week", _DAY), ("in_progress", ","))
        )
        .properties(width=STACKED, height=140)
    )  # fmt: skip
    return finish(alt.vconcat(above, below).resolve_scale(x="shared"), words)


def stage_weeks(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Deals in each stage at the end of each week, stacked in the order of the path."""
    table = result.tables.get("stage_weeks", pd.DataFrame())
    if table.empty or table["in_progress"].sum() == 0:
        return None
    order = [stage for stage in result.tables["stage_accounts"]["stage"] if (table["stage"] == stage).any()]
    if len(order) > _MOST_STAGES:
        order = list(table.groupby("stage")["in_progress"].sum().nlargest(_MOST_STAGES).index)
    shown = table[table["stage"].isin(order)]
    shown = shown.assign(place=shown["stage"].map({stage: place for place, stage in enumerate(order)}))
    chart = (
        alt.Chart(shown)
        .mark_area(interpolate="step-after", opacity=0.9)
        .encode(
            x=alt.X("week", type="temporal", title=None, axis=MONTHS_AXIS),
            y=alt.Y("in_progress", type="quantitative", stack="zero", title=words("columns.in_progress")),
            color=alt.Color(
                "stage", type="nominal", title=None, legend=alt.Legend(orient="top", columns=4),
                scale=alt.Scale(domain=order, range=list(_STAGES[: len(order)])),
            ),
            order=alt.Order("place", type="quantitative", sort="descending"),
            tooltip=told(words, ("week", _DAY), "stage", ("in_progress", ",")),
        )
        .properties(height=300)
    )  # fmt: skip
    return finish(chart, words)


def velocity(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Sales velocity of the deals that began in each month."""
    table = result.tables.get("velocity_months", pd.DataFrame())
    if table.empty or table["velocity"].count() < 2:  # noqa: PLR2004 - one month is no course
        return None
    base = alt.Chart(table.dropna(subset="velocity")).encode(
        x=alt.X("month", type="temporal", title=None, axis=MONTHS_AXIS),
        y=alt.Y("velocity", type="quantitative", title=words("charts.velocity.per_day")),
        tooltip=told(
            words, ("month", "%B %Y"), ("velocity", ",.0f"), ("deals", ","), ("win_share", ".1%"),
            ("size", ",.0f"), ("cycle", ",.1f"),
        ),
    )  # fmt: skip
    lines = base.mark_line(color=BLUE) + base.mark_point(color=BLUE, filled=True, size=70)
    return finish(lines.properties(height=260), words)


ACCOUNTS, WEEKS = Chart("stage_accounts", accounts), Chart("weeks", weeks)
STAGE_WEEKS, VELOCITY = Chart("stage_weeks", stage_weeks), Chart("velocity", velocity)
CHARTS = (ACCOUNTS, WEEKS, STAGE_WEEKS, VELOCITY)
