"""The flow map: stages from left to right, moves between them as bands, what goes back as arcs below."""

from functools import partial
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from crmeval.analyses.flow_map import drawn, usual
from crmeval.charts.style import (
    FONT_SIZE,
    GREY,
    ORANGE,
    PICKED,
    SEQUENTIAL,
    Chart,
    across,
    either,
    finish,
    told,
)
from crmeval.results import Result
from crmeval.words import Words

_BOX = 22.0  # half the height of a stage, in pixels; its half width is a share of the place it has
_WIDE = 0.34
_ASIDE = 0.10  # an arc leaves and lands a little beside the middle, so that both can be seen
_ARC, _FURTHER, _DEEPEST = 34.0, 16.0, 130.0
_POINTS = 21
_THINNEST, _THICKEST = 2, 16
_FAINT = 0.25
_SIGN = 7.4  # pixels of a letter
_ROOM = 780.0  # pixels that the narrowest page has for the map
_LINES, _LINE = 3, 16.0
_SLANT, _SLANTED = 38, 200.0
_NUMBERS = 14  # moves whose number is written beside them
_CLOSE = 9  # stages from which on there is no room for a number between two of them
_LEGEND = 58.0  # pixels that the legend above takes of the height
_NO_TIME = "#d0d4d9"  # the box of a stage in which no time is spent


def draw(result: Result, words: Words, by: str, *, whole: bool) -> alt.TopLevelMixin | None:
    """The map coloured by each stage's share of all time (`share`) or its median stay (`stay_median`).

    Of a `whole` map the rare moves are left out; a page has done so by its slider.
    """
    nodes = result.tables.get("map_nodes", pd.DataFrame())
    if nodes.empty:
        return None
    edges = drawn(result, usual(result)).tables["map_edges"] if whole else result.tables["map_edges"]
    edges = edges.reset_index(drop=True)
    place = dict(zip(nodes["stage"], nodes["place"], strict=True))
    edges = edges.assign(
        move=edges.index, at=edges["from"].map(place).astype(float), goal=edges["to"].map(place).astype(float)
    )
    lines = _lines(edges)
    top, bottom = max(float(lines["y"].max()), _BOX) + 18, min(float(lines["y"].min()), -_BOX) - 14
    named, low = _names(nodes, bottom)
    x = alt.Scale(domain=[-0.5, len(nodes) - 0.5], nice=False, zero=False)
    y = alt.Scale(domain=[low, top], nice=False, zero=False)
    picked = alt.selection_point(name=PICKED, fields=["from", "to"])
    layers = [
        _guides(nodes, bottom, x, y),
        _bands(lines, picked, x, y, words),
        _heads(lines, picked, x, y),
        _ends(nodes, by, x, y),
        _boxes(nodes, by, x, y, words).add_params(picked),
        _counts(nodes, by, x, y),
        _numbers(lines, x, y),
        named.encode(x=_at("place", x), y=_up("name_y", y)),
    ]
    return finish(alt.layer(*layers, height=top - low + _LEGEND), words)


def _at(name: str, scale: alt.Scale) -> alt.X:
    return alt.X(name, type="quantitative", axis=None, scale=scale)


def _up(name: str, scale: alt.Scale) -> alt.Y:
    return alt.Y(name, type="quantitative", axis=None, scale=scale)


def _lines(edges: pd.DataFrame) -> pd.DataFrame:
    """The points of every move: straight to the next stage, else over the stages between or back below."""
    t = np.linspace(0, 1, _POINTS)
    span = (edges["goal"] - edges["at"]).to_numpy()
    way, straight = np.sign(span), span == 1
    begin = edges["at"].to_numpy() + np.where(straight, _WIDE, way * _ASIDE)
    end = edges["goal"].to_numpy() - np.where(straight, _WIDE, way * _ASIDE)
    height = np.minimum(_ARC + _FURTHER * (np.abs(span) - 1), _DEEPEST)
    x = begin[:, None] + (end - begin)[:, None] * t
    arc = way[:, None] * (_BOX + height[:, None] * np.minimum(4 * t * (1 - t), 1))
    y = np.where(straight[:, None], 0.0, arc)
    points = edges.loc[edges.index.repeat(_POINTS)].reset_index(drop=True)
    return points.assign(
        x=x.ravel(), y=y.ravel(), step=np.tile(np.arange(_POINTS), len(edges)),
        turn=np.repeat(np.where(straight, 90, np.where(way > 0, 180, 0)), _POINTS),
    )  # fmt: skip


def _bands(lines: pd.DataFrame, picked: Any, x: alt.Scale, y: alt.Scale, words: Words) -> alt.Chart:
    """A line per move, as thick as many deals take it; what goes back has a colour of its own."""
    forward, back = words("charts.flow_map.forward"), words("charts.flow_map.backward")
    shown = lines.assign(way=np.where(lines["backward"], back, forward))
    return (
        alt.Chart(shown)
        .mark_line(cursor="pointer", strokeCap="butt", interpolate="monotone")
        .encode(
            x=_at("x", x), y=_up("y", y), order=alt.Order("step", type="quantitative"),
            detail=alt.Detail("move", type="nominal"),
            strokeWidth=alt.StrokeWidth(
                "n", type="quantitative", legend=None,
                scale=alt.Scale(range=[_THINNEST, _THICKEST], domain=[0, float(lines["n"].max())]),
            ),
            color=alt.Color(
                "way", type="nominal", title=None, legend=alt.Legend(orient="top", symbolStrokeWidth=6),
                scale=alt.Scale(domain=[forward, back], range=[GREY, ORANGE]),
            ),
            opacity=either(alt.OpacityValue, picked, 0.75, _FAINT),
            tooltip=told(
                words, "from", "to", ("n", ",", words("charts.flow_map.moves")),
                ("days", ",.1f", words("columns.days_before_move")),
            ),
        )
    )  # fmt: skip


def _heads(lines: pd.DataFrame, picked: Any, x: alt.Scale, y: alt.Scale) -> alt.Chart:
    """Where each move goes: a triangle at its end."""
    ends = lines[lines["step"] == _POINTS - 1]
    return (
        alt.Chart(ends)
        .mark_point(shape="triangle-up", filled=True, size=110, cursor="pointer")
        .encode(
            x=_at("x", x), y=_up("y", y),
            angle=alt.Angle("turn", type="quantitative", scale=alt.Scale(domain=[0, 360], range=[0, 360])),
            color=either(alt.ColorValue, "datum.backward", ORANGE, GREY),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
        )
    )  # fmt: skip


def _ends(nodes: pd.DataFrame, by: str, x: alt.Scale, y: alt.Scale) -> alt.Chart:
    """The boxes of stages in which no time is spent, as those in which deals end."""
    return (
        alt.Chart(_framed(nodes[nodes[by].isna()]))
        .mark_rect(cornerRadius=5, color=_NO_TIME, stroke=GREY, cursor="pointer")
        .encode(x=_at("left", x), x2=alt.X2("right"), y=_up("low", y), y2=alt.Y2("high"))
    )


def _framed(nodes: pd.DataFrame) -> pd.DataFrame:
    """The stages with the edges of their boxes, and with what a click on one picks."""
    framed = nodes.assign(left=nodes["place"] - _WIDE, right=nodes["place"] + _WIDE, low=-_BOX, high=_BOX)
    framed["from"], framed["to"] = nodes["stage"], ""
    return framed


def _boxes(nodes: pd.DataFrame, by: str, x: alt.Scale, y: alt.Scale, words: Words) -> alt.Chart:
    """A box per stage, darker where more time goes."""
    shown = _framed(nodes[nodes[by].notna()])
    form = ".0%" if by == "share" else ",.0f"
    return (
        alt.Chart(shown)
        .mark_rect(cornerRadius=5, stroke=GREY, cursor="pointer")
        .encode(
            x=_at("left", x), x2=alt.X2("right"), y=_up("low", y), y2=alt.Y2("high"),
            color=alt.Color(
                by, type="quantitative", scale=alt.Scale(scheme=SEQUENTIAL, domainMin=0),
                legend=across(words(f"charts.flow_map.{by}"), form),
            ),
            tooltip=told(
                words, "stage", ("n", ","), ("open", ","), ("share", ".1%"), ("stay_median", ",.1f")
            ),
        )
    )  # fmt: skip


def _counts(nodes: pd.DataFrame, by: str, x: alt.Scale, y: alt.Scale) -> alt.Chart:
    """How many deals came to the stage, dark or light as its box."""
    dark = float(nodes[by].max()) / 2 if nodes[by].notna().any() else 0.0
    return (
        alt.Chart(nodes.assign(middle=0.0))
        .mark_text(fontSize=FONT_SIZE, fontWeight="bold")
        .encode(
            x=_at("place", x), y=_up("middle", y), text=alt.Text("n", type="quantitative", format=","),
            color=either(alt.ColorValue, alt.datum[by] > dark, "#f7fbff", "#08306b"),
        )
    )  # fmt: skip


def _numbers(lines: pd.DataFrame, x: alt.Scale, y: alt.Scale) -> alt.Chart:
    """The number of deals on the moves that most take, above a band, below an arc that goes back."""
    middle = lines[lines["step"] == _POINTS // 2].nlargest(_NUMBERS, "n")
    if lines[["at", "goal"]].max().max() >= _CLOSE:
        middle = middle[middle["goal"] - middle["at"] != 1]
    off = np.where(middle["backward"], -14.0, 16.0)
    return (
        alt.Chart(middle.assign(y=middle["y"] + off))
        .mark_text(fontSize=FONT_SIZE - 2, color=GREY)
        .encode(x=_at("x", x), y=_up("y", y), text=alt.Text("n", type="quantitative", format=","))
    )


def _guides(nodes: pd.DataFrame, bottom: float, x: alt.Scale, y: alt.Scale) -> alt.Chart:
    """A thin line from each stage down to its name."""
    return (
        alt.Chart(nodes.assign(low=bottom, high=-_BOX))
        .mark_rule(color=GREY, opacity=0.5, strokeDash=[2, 3])
        .encode(x=_at("place", x), y=_up("low", y), y2=alt.Y2("high"))
    )


def _names(nodes: pd.DataFrame, bottom: float) -> tuple[alt.Chart, float]:
    """The stages' names below all, broken into lines where they fit, else slanted; and the lowest y."""
    signs = int(_ROOM / len(nodes) / _SIGN)
    broken = [_broken(str(name), signs) for name in nodes["stage"]]
    if all(broken):
        lines = max(name.count("\n") + 1 for name in broken if name)
        mark: dict[str, Any] = {"baseline": "top", "lineBreak": "\n", "lineHeight": _LINE}
        shown, low = nodes.assign(label=broken, name_y=bottom - 4), bottom - 8 - lines * _LINE
    else:
        longest = min(max(len(str(name)) for name in nodes["stage"]) * _SIGN, _SLANTED)
        mark = {"align": "right", "baseline": "middle", "angle": 360 - _SLANT, "limit": _SLANTED}
        shown = nodes.assign(label=nodes["stage"], name_y=bottom - 6)
        low = bottom - 12 - longest * float(np.sin(np.radians(_SLANT)))
    text = alt.Text("label", type="nominal")
    chart = alt.Chart(shown).mark_text(fontSize=FONT_SIZE, color=GREY, **mark).encode(text=text)
    return chart, low


def _broken(name: str, signs: int) -> str:
    """The name in at most three lines of so many signs; empty where it does not fit."""
    lines = [""]
    for word in name.split():
        if len(word) > signs:
            return ""
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if len(longer) <= signs else [*lines, word]
    return "\n".join(lines) if len(lines) <= _LINES else ""


SHARE = Chart("flow_map", partial(draw, by="share", whole=False))
MEDIAN = Chart("flow_map", partial(draw, by="stay_median", whole=False))
CHARTS = (Chart("flow_map", partial(draw, by="share", whole=True)),)
