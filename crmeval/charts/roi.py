"""Costs and benefits drawn: when they pay back, in which scenario, and what that depends on."""

from typing import Any

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, FONT_SIZE, GREEN, GREY, ORANGE, PALETTE, Chart, either, finish
from crmeval.results import Result
from crmeval.words import Words

_BAR = 26
_KINDS = ("measured", "reported", "assumed", "costs", "discount_rate")
_KIND_COLOURS = (GREEN, BLUE, PALETTE[3], ORANGE, GREY)


def said_driver(driver: str, stream: str, words: Words) -> str:
    """The name of a cost or benefit: the user's own, or ours in the language of the page."""
    for key in (f"benefits.{stream}", f"drivers.{stream}"):
        if stream and words.has(key):
            return words(key)
    return driver


def _zero(**encoding: Any) -> alt.Chart:
    return (
        alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=GREY, strokeDash=[4, 4]).encode(**encoding)
    )


def _money(column: str, words: Words, title: str = "") -> alt.Tooltip:
    return alt.Tooltip(column, type="quantitative", format=",.0f", title=title or words(f"columns.{column}"))


def cash_flows(result: Result, words: Words) -> Any:
    """Costs and benefits added up month by month, with the month in which they meet for good."""
    flows = result.tables.get("cash_flows")
    if flows is None or not (flows["costs"].any() or flows["benefits"].any()):
        return None
    month = alt.X("month", type="quantitative", title=words("columns.month"), scale=alt.Scale(nice=False))
    height = alt.Y("cumulative", type="quantitative", title=words("charts.cash_flows.cumulative"),
                   axis=alt.Axis(format=",.0f", tickCount=6))  # fmt: skip
    tooltip = [alt.Tooltip("month", type="quantitative", title=words("columns.month"))]
    tooltip += [_money(column, words) for column in ("costs", "benefits", "net", "cumulative")]
    line = (
        alt.Chart(flows)
        .mark_line(color=BLUE, strokeWidth=3, point=alt.OverlayMarkDef(size=30, color=BLUE))
        .encode(x=month, y=height, tooltip=tooltip)
    )
    layers = [_zero(y=alt.Y("zero", type="quantitative")), line]
    payback = result.get("roi.payback_months")
    if payback is not None:
        layers.append(_payback(float(payback.value), month, words))
    return finish(alt.layer(*layers, height=320), words)


def _payback(months: float, month: alt.X, words: Words) -> alt.Chart:
    name = words("measures.roi.payback_months.name")
    data = pd.DataFrame({"month": [months], "zero": [0.0]})
    return (
        alt.Chart(data)
        .mark_point(size=220, filled=True, opacity=1, color=ORANGE, shape="diamond")
        .encode(
            x=month,
            y=alt.Y("zero", type="quantitative"),
            tooltip=[alt.Tooltip("month", type="quantitative", format=".1f", title=name)],
        )
    )


def scenarios(result: Result, words: Words) -> Any:
    """The net present value in the three scenarios."""
    frame = result.tables.get("scenarios")
    if frame is None:
        return None
    shown = frame.assign(name=[words(f"scenario.{name}") for name in frame["scenario"]])
    colour = either(alt.ColorValue, alt.datum["npv"] < 0, ORANGE, BLUE)
    tooltip = [alt.Tooltip("name", type="nominal", title=words("columns.scenario"))]
    tooltip += [_money(column, words) for column in ("pv_costs", "pv_benefits", "npv")]
    tooltip.append(alt.Tooltip("roi", type="quantitative", format=".0%", title=words("columns.roi")))
    bars = (
        alt.Chart(shown)
        .mark_bar(size=_BAR)
        .encode(
            x=alt.X(
                "npv",
                type="quantitative",
                title=words("columns.npv"),
                axis=alt.Axis(format=",.0f", tickCount=6),
            ),
            y=alt.Y("name", type="nominal", sort=None, title=None),
            color=colour,
            tooltip=tooltip,
        )
    )
    return finish(
        alt.layer(bars, _zero(x=alt.X("zero", type="quantitative")), height=alt.Step(_BAR + 18)), words
    )


def tornado(result: Result, words: Words) -> Any:
    """One bar for each driver, from the plan's worth at its low end to that at its high end."""
    frame = result.tables.get("tornado")
    if frame is None or frame.empty:
        return None
    names = [said_driver(*pair, words) for pair in zip(frame["driver"], frame["stream"], strict=True)]
    kinds = [words(f"evidence.{kind}") for kind in frame["kind"]]
    shown = frame.assign(position=range(len(frame)), name=names, known=kinds)
    scale = alt.Scale(domain=[words(f"evidence.{kind}") for kind in _KINDS], range=list(_KIND_COLOURS))
    bars = (
        alt.Chart(shown)
        .mark_bar(size=_BAR - 6)
        .encode(
            x=alt.X("npv_low", type="quantitative", title=words("columns.npv"),
                    axis=alt.Axis(format=",.0f", tickCount=6)),
            x2=alt.X2("npv_high"),
            y=alt.Y("name", type="nominal", sort=names, title=None),
            color=alt.Color("known", type="nominal", scale=scale, title=words("columns.evidence"),
                            legend=alt.Legend(orient="bottom", labelFontSize=FONT_SIZE)),
            tooltip=[alt.Tooltip("name", type="nominal", title=words("columns.driver")),
                     _money("npv_low", words), _money("npv_high", words), _money("swing", words)],
        )
    )  # fmt: skip
    return finish(alt.layer(bars, _zero(x=alt.X("zero", type="quantitative")), height=alt.Step(_BAR)), words)


CASH_FLOWS = Chart("cash_flows", cash_flows)
SCENARIOS = Chart("scenarios", scenarios)
TORNADO = Chart("tornado", tornado)
CHARTS = (CASH_FLOWS, SCENARIOS, TORNADO)
