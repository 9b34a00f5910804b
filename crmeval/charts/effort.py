"""Charts of working hours, the first contact and the work behind sales."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, ORANGE, Chart, bars, finish, named, told
from crmeval.charts.time_axis import MONTHS as MONTHS_AXIS
from crmeval.results import Result
from crmeval.words import Words

_CLOCKS = {"calendar": BLUE, "business": ORANGE}
_MOST_KINDS = 15


def _clock(shown: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, alt.Color]:
    """The frame with its clocks named, and their colours."""
    names = {clock: words(f"codes.clock.{clock}") for clock in _CLOCKS}
    return shown.assign(name=shown["clock"].map(names)), named(names.values(), _CLOCKS.values())


def stage_hours(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The median working hours of a visit to each stage."""
    stages = result.tables.get("stage_hours", pd.DataFrame())
    if stages.empty:
        return None
    chart = bars(
        stages, words, "stage", "working_hours", words("charts.stage_hours.hours"),
        ("n", ","), ("median", ",.1f"), ("working_hours", ",.1f"), ("share", ".1%"), ("working_share", ".1%"),
    )  # fmt: skip
    return finish(chart, words)


def response_curve(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The share contacted within so many hours, on both clocks."""
    curve = result.tables.get("response_curve", pd.DataFrame())
    if curve.empty:
        return None
    shown, colour = _clock(curve, words)
    chart = (
        alt.Chart(shown)
        .mark_line(interpolate="step-after", strokeWidth=2.5)
        .encode(
            x=alt.X("hours", type="quantitative", title=words("charts.response_curve.hours")),
            y=alt.Y(
                "share", type="quantitative", title=words("charts.response_curve.share"),
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]),
            ),
            color=colour,
            tooltip=told(words, ("name", "", words("columns.clock")), ("hours", ",.1f"), ("share", ".1%")),
        )
        .properties(height=300)
    )  # fmt: skip
    return finish(chart, words)


def response_months(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The median hours to the first contact by month of creation, on both clocks."""
    months = result.tables.get("response_months", pd.DataFrame())
    if months.empty or months["median"].count() < 2:  # noqa: PLR2004 - one month is no course
        return None
    long = months.rename(columns={"median": "calendar", "working_hours": "business"})
    long = long.melt(["month", "n"], list(_CLOCKS), var_name="clock", value_name="hours").dropna(
        subset="hours"
    )
    shown, colour = _clock(long, words)
    base = alt.Chart(shown).encode(
        x=alt.X("month", type="temporal", title=None, axis=MONTHS_AXIS),
        y=alt.Y("hours", type="quantitative", title=words("charts.response_months.hours")),
        color=colour,
        tooltip=told(
            words, ("month", "%B %Y"), ("name", "", words("columns.clock")), ("hours", ",.1f"), ("n", ",")
        ),
    )
    return finish((base.mark_line() + base.mark_point(filled=True, size=60)).properties(height=280), words)


def kinds(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each kind of activity's share of the hours recorded, or of the activities."""
    table = result.tables.get("effort_kinds", pd.DataFrame())
    if table.empty:
        return None
    timed = "hours_share" in table
    column = "hours_share" if timed else "share"
    shown = table.head(_MOST_KINDS)
    title = words("charts.effort_kinds.hours" if timed else "charts.effort_kinds.count")
    chart = bars(shown, words, "activity", column, title, ("n", ","), (column, ".1%", title), form=".0%")
    return finish(chart, words)


STAGE_HOURS = Chart("stage_hours", stage_hours)
RESPONSE_CURVE = Chart("response_curve", response_curve)
RESPONSE_MONTHS = Chart("response_months", response_months)
KINDS = Chart("effort_kinds", kinds)
