"""Charts of a verified sample: what a number of calls buys, and what came back."""

import altair as alt
import pandas as pd

from crmeval.charts.accuracy import funnel_of
from crmeval.charts.style import BLUE, GREY, ORANGE, Chart, either, finish, rows
from crmeval.results import Result
from crmeval.words import Words


def sample_margins(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The margin of the answer by the number of records checked, with the plan marked."""
    margins = result.tables.get("sample_margins")
    if margins is None or margins.empty:
        return None
    calls = alt.X("calls", type="quantitative", title=words("columns.calls"), scale=alt.Scale(zero=True))
    points = alt.Y("margin", type="quantitative", title=words("columns.margin"), scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("calls", type="quantitative", format=",", title=words("columns.calls")),
        alt.Tooltip("margin", type="quantitative", format=".1f", title=words("columns.margin")),
    ]
    base = alt.Chart(margins)
    line = base.mark_line(color=BLUE, strokeWidth=2.5).encode(x=calls, y=points)
    dots = base.mark_point(filled=True, opacity=1).encode(
        x=calls, y=points, tooltip=tooltip,
        color=either(alt.ColorValue, alt.datum.plan, ORANGE, BLUE),
        size=either(alt.SizeValue, alt.datum.plan, 220, 70),
    )  # fmt: skip
    return finish(alt.layer(line, dots, height=280), words)


def truth_by_field(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The true share of wrong cells of each field with its interval, beside what the checks flag."""
    fields = result.tables.get("truth_by_field")
    if fields is None or fields.empty:
        return None
    order = alt.Y("field", type="nominal", sort=fields["field"].to_list(), title=None)
    scale = alt.Scale(domainMin=0)
    title = words("charts.errors_crossed.rate")
    base = alt.Chart(fields.assign(flagged_share=_flagged_share(fields)))
    interval = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=alt.X("low", type="quantitative", title=title, scale=scale, axis=alt.Axis(format=".0%")),
        x2=alt.X2("high"), y=order,
    )  # fmt: skip
    tooltip = [alt.Tooltip("field", type="nominal", title=words("columns.field"))] + [
        alt.Tooltip(name, type="quantitative", format=form, title=words(f"columns.{name}"))
        for name, form in (("cells", ","), ("wrong", ","), ("rate", ".1%"), ("low", ".1%"), ("high", ".1%"))
    ]
    point = base.mark_point(filled=True, size=110, color=BLUE, opacity=1).encode(
        x=alt.X("rate", type="quantitative", title=title, scale=scale), y=order, tooltip=tooltip
    )
    flagged = base.mark_point(shape="diamond", size=110, color=GREY, opacity=1, strokeWidth=2).encode(
        x=alt.X("flagged_share", type="quantitative", title=title, scale=scale),
        y=order,
        tooltip=alt.Tooltip(
            "flagged_share", type="quantitative", format=".1%", title=words("columns.flagged")
        ),
    )
    return finish(alt.layer(interval, flagged, point, height=rows(len(fields))), words)


def _flagged_share(fields: pd.DataFrame) -> pd.Series:
    """The share of the same cells that the checks flag, empty where they cannot be told cell by cell."""
    return fields["flagged"] / fields["cells"] if "flagged" in fields else fields["rate"] * float("nan")


def truth_by_person(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Funnel plot of the verified cells: each person's share of wrong ones, with the limits of chance."""
    return funnel_of(result.tables.get("truth_by_person"), words)


MARGINS = Chart("sample_margins", sample_margins)
TRUTH = Chart("truth_by_field", truth_by_field)
TRUE_PEOPLE = Chart("truth_by_person", truth_by_person)
