"""Charts of retention: the heat map of cohorts, the curve over all of them, revenue of contracts kept."""

from typing import Any

import altair as alt

from crmeval.charts.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PICKED,
    SEQUENTIAL,
    Chart,
    across,
    either,
    finish,
    in_cells,
)
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.words import Words

MOST_COHORTS = 30  # at most 435 cells
_MOST_LABELS = 200
_ROW_HEIGHT = 26
_FAINT = 0.4
_MOVEMENTS = {
    "opening": GREY,
    "churned": ORANGE,
    "contraction": ORANGE,
    "expansion": GREEN,
    "new": BLUE,
    "closing": GREY,
}


def _title(column: str, words: Words) -> str:
    return words(f"columns.{column}")


def _tooltips(words: Words, *columns: tuple[str, str]) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(name, type="quantitative" if way else "nominal", format=way, title=_title(name, words))
        if way
        else alt.Tooltip(name, type="nominal", title=_title(name, words))
        for name, way in columns
    ]


def cohorts(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Heat map of the last thirty cohorts, without the month of the first purchase, in which all bought.

    Months not yet over are grey: their share may still rise.
    """
    table = result.tables.get("cohorts")
    if table is None:
        return None
    latest = sorted(table["cohort"].unique())[-MOST_COHORTS:]
    shown = table[table["cohort"].isin(latest) & (table["age"] > 0)]
    if shown.empty:
        return None
    shown = shown.assign(cohort=shown["cohort"].dt.strftime("%Y-%m"))
    picked = alt.selection_point(name=PICKED, fields=["cohort"])
    tooltip = _tooltips(
        words, ("cohort", ""), ("age", "d"), ("customers", ","), ("active", ","), ("rate", ".1%"),
        ("low", ".1%"), ("high", ".1%"),
    )  # fmt: skip
    position: dict[str, Any] = {
        "x": alt.X("age", type="ordinal", title=_title("age", words), axis=alt.Axis(labelAngle=0)),
        "y": alt.Y("cohort", type="ordinal", title=_title("cohort", words)),
    }
    cells = (
        alt.Chart(shown[shown["mature"]])
        .mark_rect(cursor="pointer")
        .encode(
            **position,
            color=alt.Color(
                "rate", type="quantitative",
                scale=alt.Scale(scheme=SEQUENTIAL, domainMin=0),
                legend=across(words("charts.cohorts.rate"), ".0%"),
            ),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=tooltip,
        )
        .add_params(picked)
    )  # fmt: skip
    unfinished = (
        alt.Chart(shown[~shown["mature"]])
        .mark_rect(color=GREY, opacity=_FAINT)
        .encode(**position, tooltip=tooltip)
    )
    layers = [cells, unfinished]
    if len(shown) <= _MOST_LABELS:
        layers.append(in_cells(shown[shown["mature"]], "rate", ".0%", position))
    return finish(alt.layer(*layers, height=alt.Step(_ROW_HEIGHT)), words)


def curve(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The share of customers who buy, by months since the first purchase, with its interval."""
    table = result.tables.get("retention_curve")
    if table is None or (table["age"] > 0).sum() == 0:
        return None
    base = alt.Chart(table[table["age"] > 0])
    x = alt.X(
        "age", type="quantitative", title=_title("age", words), axis=alt.Axis(tickMinStep=1, format="d")
    )
    share = alt.Axis(format=".0%")
    band = base.mark_area(color=BLUE, opacity=0.2).encode(
        x=x,
        y=alt.Y("low", type="quantitative", title=words("charts.cohorts.rate"), axis=share),
        y2=alt.Y2("high"),
    )
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(size=60)).encode(
        x=x,
        y=alt.Y("rate", type="quantitative", scale=alt.Scale(domainMin=0)),
        tooltip=_tooltips(
            words, ("age", "d"), ("cohorts", "d"), ("customers", ","), ("active", ","), ("rate", ".1%"),
            ("low", ".1%"), ("high", ".1%"),
        ),
    )  # fmt: skip
    return finish(alt.layer(band, line, height=340), words)


def contract_movements(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Revenue of a year ago, what was lost, reduced, added and newly won, and what it is now."""
    table = result.tables.get("contract_movements")
    if table is None or not table["revenue"].abs().sum():
        return None
    shown = spoken(table, words)
    order = shown["movement"].to_list()
    bars = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("movement", type="nominal", sort=order, title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(
                "revenue", type="quantitative", title=_title("revenue", words), axis=alt.Axis(format=",.0f")
            ),
            color=alt.Color(
                "movement", type="nominal", legend=None,
                scale=alt.Scale(domain=order, range=[_MOVEMENTS[code] for code in table["movement"]]),
            ),
            tooltip=_tooltips(words, ("movement", ""), ("customers", ","), ("revenue", ",.0f")),
        )
    )  # fmt: skip
    return finish(bars.properties(height=340), words)


COHORTS = Chart("cohorts", cohorts)
CURVE = Chart("retention_curve", curve)
CONTRACTS = Chart("contract_movements", contract_movements)
CHARTS: tuple[Chart, ...] = (COHORTS, CURVE, CONTRACTS)
