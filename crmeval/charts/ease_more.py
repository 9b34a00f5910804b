"""More charts of adoption and training: habits, words beside deeds, the months around a training."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREY, ORANGE, SEQUENTIAL, Chart, across, finish, rows
from crmeval.charts.time_axis import MONTHS
from crmeval.results import Result
from crmeval.words import Words

_MOST_MONTHS = 36


def adoption_by_person(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Heat map of actions by person and month, people in the order of their names."""
    cells = result.tables.get("adoption_by_person_month")
    if cells is None or cells.empty:
        return None
    months = cells["month"].drop_duplicates().sort_values().tail(_MOST_MONTHS)
    shown = cells[cells["month"].isin(months)]
    people = list(shown["user"].drop_duplicates())
    chart = (
        alt.Chart(shown)
        .mark_rect()
        .encode(
            x=alt.X("month", type="temporal", timeUnit="yearmonth", title=None, axis=MONTHS),
            y=alt.Y("user", type="nominal", sort=people, title=None),
            color=alt.Color(
                "actions", type="quantitative", scale=alt.Scale(scheme=SEQUENTIAL, type="sqrt"),
                legend=across(words("columns.actions"), ",.0f"),
            ),
            tooltip=[
                alt.Tooltip("user", type="nominal", title=words("columns.user")),
                alt.Tooltip("month", type="temporal", timeUnit="yearmonth", title=words("columns.month")),
                alt.Tooltip("actions", type="quantitative", format=",.0f", title=words("columns.actions")),
            ],
        )
        .properties(height=rows(len(people)))
    )  # fmt: skip
    return finish(chart, words)


def said_and_done(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each team: what its forms say, with the interval, against how many of it are active."""
    teams = result.tables.get("said_and_done")
    if teams is None or teams.empty:
        return None
    share = alt.X(
        "active_share", type="quantitative", title=words("columns.active_share"),
        axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    title = words("columns.score")
    base = alt.Chart(teams)
    interval = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=share, y=alt.Y("score_low", type="quantitative", title=title), y2=alt.Y2("score_high")
    )
    point = base.mark_point(filled=True, size=120, color=BLUE, opacity=1).encode(
        x=share, y=alt.Y("score", type="quantitative", title=title, scale=alt.Scale(zero=False)),
        tooltip=[
            alt.Tooltip("team", type="nominal", title=words("columns.team")),
            alt.Tooltip("score", type="quantitative", format=".1f", title=title),
            alt.Tooltip("forms", type="quantitative", title=words("columns.forms")),
            alt.Tooltip("active_share", type="quantitative", format=".0%",
                        title=words("columns.active_share")),
            alt.Tooltip("people", type="quantitative", title=words("columns.people")),
        ],
    )  # fmt: skip
    name = base.mark_text(align="right", dx=-10, fontSize=13, color=GREY).encode(
        x=share, y=alt.Y("score", type="quantitative"), text=alt.Text("team", type="nominal")
    )
    return finish(alt.layer(interval, point, name, height=320), words)


def training_path(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """How far the trained are from the others, month by month around the training; what chance would give."""
    path = result.tables.get("training_path")
    if path is None or path.empty:
        return None
    offset = alt.X(
        "offset",
        type="quantitative",
        title=words("columns.offset"),
        axis=alt.Axis(tickMinStep=1, format="+d"),
    )
    title = words("charts.training_path.difference")
    base = alt.Chart(path)
    band = base.mark_area(color=GREY, opacity=0.25).encode(
        x=offset, y=alt.Y("low", type="quantitative", title=title), y2=alt.Y2("high")
    )
    points = base.mark_line(
        color=BLUE, strokeWidth=2.5, point=alt.OverlayMarkDef(size=80, color=BLUE)
    ).encode(
        x=offset,
        y=alt.Y("difference", type="quantitative", title=title, axis=alt.Axis(format="+.1%")),
        tooltip=[
            alt.Tooltip("offset", type="quantitative", format="+d", title=words("columns.offset")),
            alt.Tooltip("difference", type="quantitative", format="+.2%", title=title),
            alt.Tooltip("low", type="quantitative", format="+.2%", title=words("columns.low")),
            alt.Tooltip("high", type="quantitative", format="+.2%", title=words("columns.high")),
            alt.Tooltip("people", type="quantitative", title=words("columns.people")),
        ],
    )  # fmt: skip
    marks = [
        alt.Chart(pd.DataFrame({"at": [0]}))
        .mark_rule(color=color, strokeDash=[5, 4], strokeWidth=2)
        .encode(
            **{axis: alt.X("at", type="quantitative") if axis == "x" else alt.Y("at", type="quantitative")}
        )
        for axis, color in (("x", ORANGE), ("y", GREY))
    ]
    return finish(alt.layer(band, *marks, points, height=320), words)


HABITS = Chart("adoption_by_person_month", adoption_by_person)
SAID_AND_DONE = Chart("said_and_done", said_and_done)
PATH = Chart("training_path", training_path)
