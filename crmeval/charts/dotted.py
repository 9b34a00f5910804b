"""Charts of single deals: the dotted chart of their steps, and the ages of open ones beside the usual."""

from functools import partial

import altair as alt
import pandas as pd

from crmeval.analyses.dots import LENGTH, START
from crmeval.charts.style import BLUE, GREY, ORANGE, PICKED, Chart, either, finish, told
from crmeval.charts.time_axis import MONTHS
from crmeval.results import Result
from crmeval.words import Words

_FAINT = 0.25
_HEIGHT = 460
_MONTHS_FROM = pd.Timedelta(days=120)  # over less, months are too few ticks
_BANDS = (("p50", 0.45), ("p85", 0.28), ("p95", 0.15))


def dotted(result: Result, words: Words, by: str) -> alt.TopLevelMixin | None:
    """A row per deal, a dot per step: by the calendar, the first begun on top, or by days, the longest."""
    steps = result.tables.get("deal_steps", pd.DataFrame())
    if steps.empty:
        return None
    row = steps[by].rank(method="dense").sub(1) * 1.0
    tie = steps.groupby(by)["deal_id"].rank(method="dense")
    order = (row * 1e4 + tie).rank(method="dense")
    shown = steps.assign(row=order if by == START else -order)
    # stages in the order in which deals come to them: near colours are near stages
    stages = steps.groupby("stage")["day"].median().sort_values().index.to_list()
    picked = alt.selection_point(name=PICKED, fields=["deal_id"])
    long = steps["at"].max() - steps["at"].min() > _MONTHS_FROM
    at = (
        alt.X("at", type="temporal", title=None, axis=MONTHS if long else alt.Undefined)
        if by == START
        else alt.X("day", type="quantitative", title=words("charts.dotted.day"))
    )
    chart = (
        alt.Chart(shown[["deal_id", "stage", "at", "day", "row"]])
        .mark_circle(size=22, cursor="pointer")
        .encode(
            x=at,
            y=alt.Y("row", type="quantitative", sort="descending", axis=None, scale=alt.Scale(zero=False)),
            color=alt.Color(
                "stage", type="nominal", title=None, sort=stages,
                scale=alt.Scale(domain=stages, scheme="viridis"),
                legend=alt.Legend(orient="top", columns=4, symbolOpacity=1, symbolSize=90),
            ),
            opacity=either(alt.OpacityValue, picked, 0.9, _FAINT),
            tooltip=told(
                words, "deal_id", "stage", ("at", "%d.%m.%Y", words("columns.entered_at")),
                ("day", ",.0f", words("charts.dotted.day")),
            ),
        )
        .add_params(picked)
        .properties(height=_HEIGHT)
    )  # fmt: skip
    return finish(chart, words)


def ageing(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Open deals by stage and age on bands of how long stays there usually last."""
    found = result.tables.get("open_stays", pd.DataFrame())
    if found.empty:
        return None
    usual = result.tables["usual_stays"]
    usual = usual[usual["stage"].isin(found["stage"]) & usual["p85"].notna()]
    stages = found.groupby("stage")["days"].max().sort_values(ascending=False).index.to_list()
    x = alt.X("stage", type="nominal", sort=stages, title=None, axis=alt.Axis(labelAngle=-20))
    title = words("charts.ageing_stages.days")
    bands = [
        alt.Chart(usual).mark_bar(color=BLUE, opacity=opacity, width=alt.RelativeBandSize(0.8)).encode(
            x=x, y=alt.Y(end, type="quantitative", title=title)
        )
        for end, opacity in reversed(_BANDS)
    ]  # fmt: skip
    names = {True: words("charts.ageing_stages.late"), False: words("charts.ageing_stages.usual")}
    late = (found["days"] > found["p85"]).map(names)
    picked = alt.selection_point(name=PICKED, fields=["deal_id"])
    points = (
        alt.Chart(found.assign(late=late))
        .mark_circle(size=60, cursor="pointer", stroke="white", strokeWidth=0.5)
        .encode(
            x=x, y=alt.Y("days", type="quantitative", title=title),
            color=alt.Color(
                "late", type="nominal", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=list(names.values()), range=[ORANGE, GREY]),
            ),
            opacity=either(alt.OpacityValue, picked, 0.9, _FAINT),
            tooltip=told(
                words, "deal_id", "stage", *((name, ",.0f") for name in ("days", "p50", "p85", "p95"))
            ),
        )
        .add_params(picked)
    )  # fmt: skip
    return finish(alt.layer(*bands, points, height=_HEIGHT - 60), words)


BY_START = Chart("dotted", partial(dotted, by=START))
BY_LENGTH = Chart("dotted", partial(dotted, by=LENGTH))
AGEING = Chart("ageing_stages", ageing)
