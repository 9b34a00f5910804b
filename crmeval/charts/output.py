"""Charts of sales: win rates by owner against chance, deals by month."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREEN, GREY, ORANGE, PICKED, Chart, either, finish, named, rows, told
from crmeval.charts.time_axis import MONTHS as MONTHS_AXIS
from crmeval.results import Result
from crmeval.words import Words

_MOST_OWNERS = 40
_MOST_MONTHS = 60
_FAINT, _PALE = 0.3, 0.35


def by_owner(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Win rate of each owner, by name, on the range in which chance keeps one with so many deals."""
    owners = result.tables.get("owners", pd.DataFrame())
    overall = result.get("deals.win_rate")
    if owners.empty or overall is None:
        return None
    rated = owners.dropna(subset="win_rate")
    shown = rated.loc[rated["deals"].nlargest(_MOST_OWNERS).index.sort_values()]
    if shown.empty:
        return None
    picked = alt.selection_point(name=PICKED, fields=["owner"])
    title = words("columns.win_rate")
    base = alt.Chart(shown).encode(
        y=alt.Y("owner", type="nominal", sort=shown["owner"].to_list(), title=None),
        opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
        tooltip=told(
            words,
            "owner",
            ("deals", ","),
            ("won", ","),
            *((column, ".1%") for column in ("win_rate", "low", "high", "low_998", "high_998")),
        ),
    )
    scale, said = alt.Scale(zero=False, nice=True), words("charts.owners.rate")
    rate = alt.X("win_rate", type="quantitative", title=said, axis=alt.Axis(format=".0%"), scale=scale)
    ranges = base.mark_bar(color=GREY, height=9, cornerRadius=2).encode(
        x=alt.X("low_998", type="quantitative", title=said, scale=scale),
        x2=alt.X2("high_998"),
        opacity=either(alt.OpacityValue, picked, _PALE, _PALE * _FAINT),
    )
    points = base.mark_point(color=BLUE, filled=True, size=90, cursor="pointer", opacity=1).encode(x=rate)
    all_of_them = pd.DataFrame({"rate": [overall.value], "name": [words("charts.owners.all")]})
    line = (
        alt.Chart(all_of_them)
        .mark_rule(color=ORANGE, strokeDash=[5, 4])
        .encode(
            x=alt.X("rate", type="quantitative"),
            tooltip=told(words, ("name", "", " "), ("rate", ".1%", title)),
        )
    )
    return finish(alt.layer(ranges, line, points.add_params(picked), height=rows(len(shown))), words)


def by_month(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Deals created, won and lost in each month; months at an edge of the file are pale."""
    months = result.tables.get("months", pd.DataFrame())
    if len(months) < 2:  # noqa: PLR2004 - one month is no course
        return None
    kinds = ("created", "won", "lost")
    names = {kind: words(f"columns.{kind}") for kind in kinds}
    long = months.tail(_MOST_MONTHS).melt(["month", "edge"], list(kinds), var_name="kind", value_name="n")
    partly = words("charts.months.partly")
    long = long.assign(
        name=long["kind"].map(names), part=long["edge"].map(lambda edge: partly if edge else "")
    )
    colour = named(names.values(), (GREY, GREEN, ORANGE), symbolOpacity=1)
    base = alt.Chart(long).encode(
        x=alt.X("month", type="temporal", title=None, axis=MONTHS_AXIS),
        y=alt.Y("n", type="quantitative", title=words("charts.months.deals")),
        color=colour,
    )
    points = base.mark_point(filled=True, size=70).encode(
        opacity=either(alt.OpacityValue, "datum.edge == ''", 1.0, _PALE),
        tooltip=told(
            words, ("month", "%B %Y"), ("name", "", " "), ("n", ","), ("part", "", words("columns.edge"))
        ),
    )
    lines = base.mark_line().transform_filter("datum.edge == ''")
    pale = base.mark_line(opacity=_PALE, strokeDash=[3, 3])
    return finish(alt.layer(pale, lines, points, height=340), words)


OWNERS, MONTHS = Chart("owners", by_owner), Chart("months", by_month)
CHARTS = (MONTHS, OWNERS)
