"""How charts look: one palette safe for colour-blind eyes, numbers in the language of the page."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import altair as alt
import pandas as pd

from crmeval.results import Result
from crmeval.words import Words

BLUE, ORANGE, GREEN, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#7F7F7F"
PALETTE = (BLUE, ORANGE, GREEN, PINK, GREY)
SEQUENTIAL: Final = "blues"  # light to dark, for amounts
PICKED = "picked"  # the name of the selection that pages listen to

# Lower bound of contrast and size: readable from the back row at a projector's resolution.
FONT_SIZE = 13
_LOW_ROW, _TALL_ROW, _FEW_ROWS = 28, 48, 140  # pixels
_NAME = 280  # pixels for a name; longer ones end in dots
STACKED = 720  # pixels: charts above one another cannot take the width of their page, axes and all
_TICKS = 8  # a number every inch or so; more only hide the bars


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart for pages and reports.

    `draw` gives the chart, or None where the result has nothing to draw; `charts.<name>.title` and `.alt` are
    its texts in the catalogue. Altair's shorthand strings are slow, so charts name their types in full.
    """

    name: str
    draw: Callable[[Result, Words], alt.TopLevelMixin | None]


_NUMBERS: dict[str, dict[str, Any]] = {
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    "ru": {
        "decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0₽"],
        "percent": "\u00a0%",
    },
}  # fmt: skip
_MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
    "ru": ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь",
           "ноябрь", "декабрь"],
}  # fmt: skip
_SHORT_MONTHS = {
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    "ru": ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"],
}
_DAYS = {
    "en": ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "ru": ["воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"],
}
_SHORT_DAYS = {
    "en": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
    "ru": ["вс", "пн", "вт", "ср", "чт", "пт", "сб"],
}


def rows(n: int) -> alt.Step:
    """The height of each of `n` rows: room for its name, and no chart so flat that it looks broken."""
    return alt.Step(min(_TALL_ROW, max(_LOW_ROW, _FEW_ROWS / max(n, 1))))


def across(title: str, form: str = ",") -> alt.Legend:
    """The legend of a heat map above it, where a low map does not cut it off."""
    return alt.Legend(
        orient="top", direction="horizontal", gradientLength=220, format=form,
        title=title, titleOrient="left", titleBaseline="middle",
    )  # fmt: skip


def in_cells(shown: pd.DataFrame, column: str, form: str, position: dict[str, Any]) -> alt.Chart:
    """The number in each cell of a heat map, dark or light as its cell, which both themes share."""
    dark = float(shown[column].max()) / 2 if len(shown) else 0.0
    return (
        alt.Chart(shown)
        .mark_text(fontSize=FONT_SIZE - 1)
        .encode(
            **position,
            text=alt.Text(column, type="quantitative", format=form),
            color=either(alt.ColorValue, alt.datum[column] > dark, "#f7fbff", "#08306b"),
        )
    )


def named(names: Iterable[str], colours: Iterable[str], **legend: Any) -> alt.Color:
    """The colour of what the column `name` holds, with a legend above that names them in this order."""
    scale = alt.Scale(domain=list(names), range=list(colours))
    return alt.Color(
        "name", type="nominal", title=None, scale=scale, legend=alt.Legend(orient="top", **legend)
    )


def either(channel: Callable[..., Any], test: Any, this: Any, that: Any) -> Any:
    """One value where the test holds, else the other; without Altair's search for the channel's schema.

    `channel` is a channel for values, such as `alt.OpacityValue`; `test` an expression, or a selection.
    """
    held = {"param": test.name} if isinstance(test, alt.Parameter) else {"test": str(test)}
    return channel(that, condition={**held, "value": this})


def told(words: Words, *columns: str | tuple[str, ...]) -> list[alt.Tooltip]:
    """What a mark says when it is pointed at: names as they are, numbers and dates in their form.

    A column is given by its name, by its name and form, or by these and its title; without one it has its
    own of the catalogue.
    """
    return [_told(words, *((column,) if isinstance(column, str) else column)) for column in columns]


def _told(words: Words, name: str, form: str = "", title: str = "") -> alt.Tooltip:
    kind: Any = "temporal" if form.startswith("%") else "quantitative" if form else "nominal"
    form_ = form or alt.Undefined
    return alt.Tooltip(name, type=kind, title=title or words(f"columns.{name}"), format=form_)


def bars(
    shown: pd.DataFrame,
    words: Words,
    name: str,
    column: str,
    title: str,
    *tooltip: tuple[str, ...],
    form: str = "",
) -> alt.Chart:
    """A bar per row, in the order of the frame, beside the row's name; it can be pointed at."""
    axis = alt.Axis(format=form) if form else alt.Undefined
    return (
        alt.Chart(shown)
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X(column, type="quantitative", title=title, axis=axis),
            y=alt.Y(name, type="nominal", sort=shown[name].to_list(), title=None),
            tooltip=told(words, name, *tooltip),
        )
        .properties(height=rows(len(shown)))
    )


def finish(chart: Any, words: Words) -> Any:
    """The chart with the language's numbers and dates and the house's sizes; call it last, once."""
    chart.config = _look(words.language)
    return chart


@cache
def _look(language: str) -> alt.Config:
    """The language's numbers and dates, and the house's sizes."""
    time = {
        "dateTime": "%x, %X", "date": "%d.%m.%Y", "time": "%H:%M", "periods": ["", ""],
        "days": _DAYS[language], "shortDays": _SHORT_DAYS[language],
        "months": _MONTHS[language], "shortMonths": _SHORT_MONTHS[language],
    }  # fmt: skip
    apart = alt.AxisConfig(labelOverlap=False, labelFlush=False)  # a bar without its name says nothing
    return alt.Config(
        locale=alt.Locale(number=_NUMBERS[language], time=time),
        axis=alt.AxisConfig(
            labelFontSize=FONT_SIZE, titleFontSize=FONT_SIZE, labelLimit=_NAME, titleFontWeight="normal"
        ),
        axisBand=apart,
        axisPoint=apart,
        axisXQuantitative=alt.AxisConfig(tickCount=_TICKS),
        axisYQuantitative=alt.AxisConfig(tickCount=_TICKS - 3),
        legend=alt.LegendConfig(
            labelFontSize=FONT_SIZE, titleFontSize=FONT_SIZE, labelLimit=_NAME, titleLimit=_NAME
        ),
        view=alt.ViewConfig(strokeOpacity=0),
    )


def taken_apart(chart: Any) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """The chart as Vega-Lite without its rows, and the rows by the names that it gives them.

    The names tell places in the chart, not what is in them: where other rows come, a browser that shows the
    chart already has only the rows to change. The size without a page's width is left to the page.
    """
    rows: dict[str, pd.DataFrame] = {}
    for part in _with_rows(chart):
        named = (name for name, known in rows.items() if known is part.data)
        name = next(named, f"rows_{len(rows)}")
        rows[name] = part.data
        part.data = alt.NamedData(name=name)
    spec = chart.to_dict(validate=False)
    for size in ("continuousWidth", "continuousHeight"):
        spec["config"]["view"].pop(size, None)
    return spec, rows


def _with_rows(chart: Any) -> Iterator[Any]:
    """The chart and the charts it is made of, those that hold rows."""
    if isinstance(chart.data, pd.DataFrame):
        yield chart
    for parts in ("layer", "vconcat", "hconcat"):
        for part in getattr(chart, parts, ()):
            yield from _with_rows(part)
