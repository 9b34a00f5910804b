"""Charts of monthly figures before and after the go-live."""

from typing import Any

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREEN, GREY, ORANGE, STACKED, Chart, finish
from crmeval.charts.time_axis import MONTHS
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.words import Words

_MOST_KPIS = 4
_MOST_MONTHS = 120
_PHASES = ("before", "ramp_up", "after")


def _name(kpi: str, header: str, words: Words) -> str:
    return header or words(f"codes.kpi.{kpi}")


def impact_by_month(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each figure by month; with a go-live, its line, the ramp-up's band and the means on both sides."""
    months = result.tables.get("impact_by_month")
    if months is None or months.empty:
        return None
    kpis = list(months["kpi"].unique())[:_MOST_KPIS]
    charts = [_figure(result, kpi, months[months["kpi"] == kpi], words) for kpi in kpis]
    if len(charts) == 1:
        return finish(charts[0].properties(height=360), words)
    return finish(alt.vconcat(*(chart.properties(width=STACKED, height=200) for chart in charts)), words)


def _figure(result: Result, kpi: str, months: pd.DataFrame, words: Words) -> Any:
    months = months.tail(_MOST_MONTHS)
    measure = result.get(f"impact.{kpi}.naive")
    layers = [_line(months, _name(kpi, months["header"].iloc[0], words), words)]
    if measure is not None:
        go_live, settled = measure.facts["go_live"], measure.facts["settled"]
        layers = [_band(go_live, settled, words), *layers, *_means(months), _rule(go_live, words)]
    return alt.layer(*layers)


def _line(months: pd.DataFrame, name: str, words: Words) -> Any:
    colour: Any = alt.value(BLUE)
    if months["phase"].ne("").all():
        names = [words(f"codes.phase.{phase}") for phase in _PHASES]
        colour = alt.Color(
            "phase", type="nominal", scale=alt.Scale(domain=names, range=[GREY, ORANGE, BLUE]), title=None,
            legend=alt.Legend(orient="top"),
        )  # fmt: skip
    base = alt.Chart(spoken(months, words)).encode(
        x=alt.X("month", type="temporal", title=None, axis=MONTHS),
        y=alt.Y(
            "value", type="quantitative", title=name, scale=alt.Scale(zero=False),
            axis=alt.Axis(format=",~f"),
        ),
    )  # fmt: skip
    tooltip = [
        alt.Tooltip("month", type="temporal", timeUnit="yearmonth", title=words("columns.month")),
        alt.Tooltip("value", type="quantitative", format=",.2~f", title=name),
    ]
    line = base.mark_line(color=GREY, strokeWidth=1.5, opacity=0.6)
    points = base.mark_point(filled=True, size=80, opacity=1).encode(color=colour, tooltip=tooltip)
    return alt.layer(line, points)


def _band(go_live: pd.Timestamp, settled: pd.Timestamp, words: Words) -> alt.Chart:
    data = pd.DataFrame({"from": [go_live], "to": [settled], "said": [words("codes.phase.ramp_up")]})
    return (
        alt.Chart(data)
        .mark_rect(color=ORANGE, opacity=0.15)
        .encode(
            x=alt.X("from", type="temporal"),
            x2=alt.X2("to"),
            tooltip=alt.Tooltip("said", type="nominal", title=" "),
        )
    )


def _rule(go_live: pd.Timestamp, words: Words) -> alt.Chart:
    data = pd.DataFrame({"month": [go_live], "said": [words("impact.go_live")]})
    return (
        alt.Chart(data)
        .mark_rule(color=ORANGE, strokeWidth=2, strokeDash=[5, 4])
        .encode(
            x=alt.X("month", type="temporal"),
            tooltip=[
                alt.Tooltip("said", type="nominal", title=" "),
                alt.Tooltip("month", type="temporal", format="%d.%m.%Y", title=words("columns.month")),
            ],
        )
    )


def _means(months: pd.DataFrame) -> list[alt.Chart]:
    """A level line over each side's months at their mean."""
    sides = months[months["phase"].isin(["before", "after"])]
    means = sides.groupby("phase", as_index=False).agg(
        start=("month", "min"), end=("month", "max"), mean=("value", "mean")
    )
    rule = alt.Chart(means).mark_rule(color=GREEN, strokeWidth=3)
    return [
        rule.encode(
            x=alt.X("start", type="temporal"),
            x2=alt.X2("end"),
            y=alt.Y("mean", type="quantitative"),
            tooltip=alt.Tooltip("mean", type="quantitative", format=",.2~f"),
        )
    ]


IMPACT = Chart("impact_by_month", impact_by_month)
CHARTS = (IMPACT,)
