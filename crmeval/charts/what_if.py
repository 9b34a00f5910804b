"""The chart of a change: days of a won deal in each stage, as they are and as they would be."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREY, Chart, finish, rows, told
from crmeval.results import Result
from crmeval.words import Words

_PALE = 0.45


def stages(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """A bar per stage with what would be left, and behind it, pale, what is now."""
    shown = result.tables.get("what_if", pd.DataFrame())
    if shown.empty:
        return None
    names = {"now": words("charts.what_if.now"), "then": words("charts.what_if.then")}
    tooltip = told(words, "stage", ("days_before", ",.1f"), ("days_after", ",.1f"))
    y = alt.Y("stage", type="nominal", sort=shown["stage"].to_list(), title=None)
    legend = alt.Color(
        "what", type="nominal", title=None, legend=alt.Legend(orient="top", symbolOpacity=1),
        scale=alt.Scale(domain=list(names.values()), range=[GREY, BLUE]),
    )  # fmt: skip
    title = words("charts.what_if.days")
    now = (
        alt.Chart(shown.assign(what=names["now"]))
        .mark_bar(opacity=_PALE)
        .encode(x=alt.X("days_before", type="quantitative", title=title), y=y, color=legend, tooltip=tooltip)
    )
    then = (
        alt.Chart(shown.assign(what=names["then"]))
        .mark_bar(height=alt.RelativeBandSize(0.5))
        .encode(x=alt.X("days_after", type="quantitative", title=title), y=y, color=legend, tooltip=tooltip)
    )
    return finish(alt.layer(now, then, height=rows(len(shown))), words)


STAGES = Chart("what_if", stages)
