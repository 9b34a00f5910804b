"""Lines at what happened on a known day, with its name along the line: for charts of months."""

from typing import Any

import altair as alt
import pandas as pd

from crmeval.charts.style import FONT_SIZE, GREY, ORANGE, PINK
from crmeval.words import Words

_COLOURS = {"go_live": ORANGE, "training": GREY, "event": PINK}  # readable on light and on dark
_MOST = 12  # lines that can still be told apart
_LONGEST = 190  # pixels of a name


def event_lines(
    events: pd.DataFrame | None, months: "pd.Series[pd.Timestamp]", words: Words
) -> list[alt.Chart]:
    """A line and a name for each of these events (`at`, `what`, `event`) within the months shown."""
    if events is None or events.empty or months.empty:
        return []
    end = months.max() + pd.offsets.MonthEnd(0)
    shown = events[events["at"].between(months.min(), end)].tail(_MOST)
    if shown.empty:
        return []
    shown = shown.assign(
        name=[_name(*pair, words) for pair in zip(shown["what"], shown["event"], strict=True)]
    )
    colour = alt.Color(
        "what", type="nominal", legend=None,
        scale=alt.Scale(domain=list(_COLOURS), range=list(_COLOURS.values())),
    )  # fmt: skip
    base = alt.Chart(shown[["at", "what", "name"]])
    place: dict[str, Any] = {
        "x": alt.X("at", type="temporal"), "color": colour,
        "tooltip": [
            alt.Tooltip("name", type="nominal", title=words("columns.event")),
            alt.Tooltip("at", type="temporal", format="%d.%m.%Y", title=words("columns.at")),
        ],
    }  # fmt: skip
    lines = base.mark_rule(strokeDash=[5, 4], strokeWidth=2).encode(**place)
    names = base.mark_text(
        angle=270, align="right", baseline="bottom", dx=-4, dy=-4, fontSize=FONT_SIZE - 1, limit=_LONGEST
    ).encode(**place, y=alt.value(0), text=alt.Text("name", type="nominal"))
    return [lines, names]


def _name(what: str, event: str, words: Words) -> str:
    said = words(f"codes.what.{what}")
    if what == "event":
        return event
    return f"{said}: {event}" if event else said
