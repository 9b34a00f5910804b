"""Charts of the accuracy of data: fields by their share of errors, field by person, the funnel of people."""

import altair as alt
import numpy as np
import pandas as pd

from crmeval.charts.event_lines import event_lines
from crmeval.charts.style import (
    BLUE,
    FONT_SIZE,
    GREY,
    ORANGE,
    PICKED,
    SEQUENTIAL,
    Chart,
    across,
    either,
    finish,
    rows,
)
from crmeval.charts.time_axis import MONTHS as MONTHS_AXIS
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.stats.funnel import ACTION, WARNING, limits
from crmeval.words import Words

_MOST_FIELDS, _MOST_POINTS = 20, 200
_LIMIT_POINTS = 12
_FEW_CELLS = 10  # effective ones: of a person with fewer nothing can be said
_FAINT = 0.3
_ROOM = 1.45  # of the longest bar, for what is written beside it
_SHARE = ".1~%"


def _title(column: str, words: Words) -> str:
    return words(f"columns.{column}")


def by_field(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Pareto: wrong cells of each field, most first, with the running share written beside them."""
    fields = result.tables.get("errors_by_field")
    if fields is None or not fields["wrong"].sum():
        return None
    shown = fields[fields["wrong"] > 0].head(_MOST_FIELDS)
    picked = alt.selection_point(name=PICKED, fields=["field"])
    order = alt.Y("field", type="nominal", sort=shown["field"].to_list(), title=None)
    bars = (
        alt.Chart(shown)
        .mark_bar(color=BLUE, cursor="pointer")
        .encode(
            x=alt.X(
                "wrong",
                type="quantitative",
                title=words("charts.errors_by_field.wrong"),
                scale=alt.Scale(domainMax=float(shown["wrong"].max()) * _ROOM, nice=False),
                axis=alt.Axis(tickMinStep=1, format=",d"),
            ),
            y=order,
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=[
                alt.Tooltip("field", type="nominal", title=_title("field", words)),
                alt.Tooltip("wrong", type="quantitative", format=",", title=_title("wrong", words)),
                alt.Tooltip("cells", type="quantitative", format=",", title=_title("cells", words)),
                alt.Tooltip("rate", type="quantitative", format=".1%", title=_title("rate", words)),
                alt.Tooltip(
                    "running_share", type="quantitative", format=".0%", title=_title("running_share", words)
                ),
            ],
        )
        .add_params(picked)
    )
    beside = (
        alt.Chart(shown.assign(said=_beside(shown, words)))
        .mark_text(align="left", dx=6, fontSize=FONT_SIZE, color=GREY)
        .encode(x=alt.X("wrong", type="quantitative"), y=order, text=alt.Text("said", type="nominal"))
    )
    return finish(alt.layer(bars, beside, height=rows(len(shown))), words)


def _beside(fields: pd.DataFrame, words: Words) -> list[str]:
    """What stands beside each bar: its errors, and the share of all errors down to it."""
    return [
        words("charts.errors_by_field.beside", wrong=int(wrong), share=share)
        for wrong, share in zip(fields["wrong"], fields["running_share"], strict=True)
    ]


def by_field_and_person(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Heat map of the share of wrong cells, the fields and people with most errors."""
    return crossing(result, words, "field", "person")


def crossing(result: Result, words: Words, one: str, other: str) -> alt.TopLevelMixin | None:
    """Heat map of the share of wrong cells by two of field, person, month, source; a click picks one."""
    crossed = result.tables.get("errors_crossings")
    if crossed is None:
        return None
    shown = crossed[(crossed["dimension"] == one) & (crossed["other_dimension"] == other)]
    if not shown["wrong"].sum():
        return None
    down, along = _in_order(shown, one, "value"), _in_order(shown, other, "other_value")
    shown = shown[shown["value"].isin(down)]
    picked = alt.selection_point(name=PICKED, fields=["value", "other_value"])
    position = {
        "x": alt.X("other_value", type="nominal", sort=along, title=None,
                   axis=alt.Axis(labelAngle=-40, labelOverlap=False)),
        "y": alt.Y("value", type="nominal", sort=down, title=None),
    }  # fmt: skip
    cells = (
        alt.Chart(shown)
        .mark_rect(cursor="pointer")
        .encode(
            **position,
            color=alt.Color(
                "rate", type="quantitative",
                scale=alt.Scale(scheme=SEQUENTIAL), legend=across(words("charts.errors_crossed.rate"), ".0%"),
            ),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=[
                alt.Tooltip("value", type="nominal", title=_title(one, words)),
                alt.Tooltip("other_value", type="nominal", title=_title(other, words)),
                alt.Tooltip("wrong", type="quantitative", format=",", title=_title("wrong", words)),
                alt.Tooltip("cells", type="quantitative", format=",", title=_title("cells", words)),
                alt.Tooltip("rate", type="quantitative", format=".1%", title=_title("rate", words)),
            ],
        )
        .add_params(picked)
        .properties(height=rows(len(down)))
    )  # fmt: skip
    return finish(cells, words)


def _in_order(shown: pd.DataFrame, dimension: str, column: str) -> list[str]:
    """The values with errors, most first; months in the order of time, all of them."""
    totals = shown.groupby(column)["wrong"].sum()
    if dimension == "month":
        return sorted(totals.index)
    return list(totals[totals > 0].nlargest(_MOST_FIELDS).index)


def by_kind(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Pareto of the kinds of problem that the checks found."""
    kinds = result.tables.get("errors_by_kind")
    if kinds is None or kinds.empty:
        return None
    shown = spoken(kinds.head(_MOST_FIELDS), words).rename(columns={"found": "wrong"})
    order = alt.Y("problem", type="nominal", sort=shown["problem"].to_list(), title=None)
    across_axis = alt.X(
        "wrong", type="quantitative", title=words("charts.errors_by_kind.found"),
        scale=alt.Scale(domainMax=float(shown["wrong"].max()) * _ROOM, nice=False),
        axis=alt.Axis(tickMinStep=1, format=",d"),
    )  # fmt: skip
    base = alt.Chart(shown.assign(said=_beside(shown, words))).encode(y=order)
    bars = base.mark_bar(color=BLUE).encode(x=across_axis)
    beside = base.mark_text(align="left", dx=6, fontSize=FONT_SIZE, color=GREY).encode(
        x=alt.X("wrong", type="quantitative"), text=alt.Text("said", type="nominal")
    )
    return finish(alt.layer(bars, beside, height=rows(len(shown))), words)


def funnel(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Funnel plot: each person's cells and share of wrong ones, with the limits chance would keep."""
    return funnel_of(result.tables.get("errors_by_person"), words)


def funnel_of(people: pd.DataFrame | None, words: Words) -> alt.TopLevelMixin | None:
    """The funnel plot of people with their limits; None where nobody has enough cells."""
    if people is None or people.empty or "design_effect" not in people:
        return None
    enough = people[people["cells"] >= _FEW_CELLS * people["design_effect"]]
    if enough.empty:
        return None
    people = enough
    shown = spoken(people.head(_MOST_POINTS), words)
    standings = [words(f"codes.standing.{code}") for code in ("above", "within", "below")]
    picked = alt.selection_point(name=PICKED, fields=["person"])
    share = alt.Y(
        "rate", type="quantitative", title=words("charts.errors_crossed.rate"), axis=alt.Axis(format=_SHARE)
    )
    points = (
        alt.Chart(shown)
        .mark_point(filled=True, size=90, cursor="pointer")
        .encode(
            x=alt.X("cells", type="quantitative", title=words("charts.errors_by_person.cells"),
                    scale=alt.Scale(zero=False)),
            y=share,
            color=alt.Color(
                "standing", type="nominal", title=None,
                scale=alt.Scale(domain=standings, range=[ORANGE, BLUE, GREY]),
                legend=alt.Legend(orient="top"),
            ),
            shape=alt.Shape("standing", type="nominal", title=None, scale=alt.Scale(domain=standings)),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=[
                alt.Tooltip("person", type="nominal", title=_title("person", words)),
                alt.Tooltip("cells", type="quantitative", format=",", title=_title("cells", words)),
                alt.Tooltip("rate", type="quantitative", format=".1%", title=_title("rate", words)),
                alt.Tooltip("standing", type="nominal", title=_title("standing", words)),
            ],
        )
        .add_params(picked)
    )  # fmt: skip
    lines = (
        alt.Chart(_limits(people, words))
        .mark_line(color=GREY, interpolate="monotone")
        .encode(
            x=alt.X("cells", type="quantitative"),
            y=alt.Y("limit", type="quantitative"),
            detail=alt.Detail("side", type="nominal"),
            strokeDash=alt.StrokeDash(
                "level", type="nominal", title=words("accuracy.limits"), legend=alt.Legend(orient="bottom")
            ),
        )
    )
    return finish(alt.layer(lines, points, height=460), words)


def _limits(people: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The limits as smooth curves: both sides of both levels, from the fewest cells to the most."""
    one = people.iloc[0]
    spread = one["design_effect"] * one["dispersion"]
    # Only at whole effective cells are the limits those of a binomial; between them they would zigzag.
    fewest, most = people["cells"].min() / spread, people["cells"].max() / spread
    effective = np.unique(np.linspace(max(fewest * 0.9, 1), most * 1.05, _LIMIT_POINTS).round())
    cells = effective * spread
    curves = [
        pd.DataFrame(
            {
                "cells": cells,
                "limit": limit,
                "level": words.percent(level, 0 if level == WARNING else 1),
                "side": f"{level} {side}",
            }
        )
        for level in (WARNING, ACTION)
        for side, limit in enumerate(limits(cells, one["overall"], spread, level))
    ]
    return pd.concat(curves, ignore_index=True)


def by_month(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The share of wrong cells by month of entry, with its interval, and what happened in between."""
    months = result.tables.get("errors_by_month")
    if months is None or len(months) < 2:  # noqa: PLR2004 - one point is no line
        return None
    x = alt.X("month", type="temporal", title=None, axis=MONTHS_AXIS)
    base = alt.Chart(months.tail(_MOST_POINTS))
    band = base.mark_area(color=BLUE, opacity=0.2).encode(
        x=x,
        y=alt.Y(
            "low",
            type="quantitative",
            title=words("charts.errors_crossed.rate"),
            axis=alt.Axis(format=_SHARE),
        ),
        y2=alt.Y2("high"),
    )
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(size=60)).encode(
        x=x,
        y=alt.Y("rate", type="quantitative"),
        tooltip=[
            alt.Tooltip("month", type="temporal", format="%m.%Y", title=_title("month", words)),
            alt.Tooltip("wrong", type="quantitative", format=",", title=_title("wrong", words)),
            alt.Tooltip("cells", type="quantitative", format=",", title=_title("cells", words)),
            alt.Tooltip("rate", type="quantitative", format=".1%", title=_title("rate", words)),
        ],
    )
    marks = event_lines(result.tables.get("dated_events"), months.tail(_MOST_POINTS)["month"], words)
    chart = alt.layer(band, *marks, line, height=320)
    return finish(chart.resolve_scale(color="independent"), words)


FIELDS = Chart("errors_by_field", by_field)
CROSSED = Chart("errors_crossed", by_field_and_person)
PEOPLE = Chart("errors_by_person", funnel)
MONTHS = Chart("errors_by_month", by_month)
KINDS = Chart("errors_by_kind", by_kind)
CHARTS: tuple[Chart, ...] = (FIELDS, KINDS, CROSSED, PEOPLE, MONTHS)
