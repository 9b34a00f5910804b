"""Charts of groups set against each other: differences with their intervals, and the funnel of people."""

from functools import partial

import altair as alt
import numpy as np
import pandas as pd

from crmeval.analyses.differences import LESS, MORE
from crmeval.charts.style import BLUE, GREEN, GREY, ORANGE, PICKED, Chart, either, finish, rows, told
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.stats.funnel import ACTION, WARNING, limits
from crmeval.words import Words

_FAINT = 0.3
_LIMIT_POINTS = 60
_POINTS = 100  # percentage points in one
_NONE = ("less", "chance", "more")


def forest(result: Result, words: Words, what: str) -> alt.TopLevelMixin | None:
    """A point with its interval for each group; what chance explains is grey."""
    frame = result.tables.get(f"compare_{what}", pd.DataFrame())
    shown = frame[frame["difference"].notna()] if len(frame) else frame
    if shown.empty:
        return None
    ends = ["difference", "low", "high"]
    scale = _POINTS if what == "wins" else 1
    sure = shown["judgement"].where(shown["judgement"].isin([MORE, LESS]), "chance")
    shown = spoken(shown.assign(sure=sure), words)
    shown[ends] *= scale
    verdicts = [words(f"codes.judgement.{code}") for code in _NONE]
    shown["sure"] = sure.map(dict(zip(_NONE, verdicts, strict=True)))
    picked = alt.selection_point(name=PICKED, fields=["group"])
    title = words(f"charts.compare_{what}.x")
    base = alt.Chart(shown).encode(
        y=alt.Y("group", type="nominal", sort=shown["group"].to_list(), title=None),
        color=alt.Color(
            "sure", type="nominal", title=None, legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=verdicts, range=[ORANGE, GREY, BLUE]),
        ),
        opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
        tooltip=_tooltips(shown, what, words),
    )  # fmt: skip
    x = alt.X("low", type="quantitative", title=title, axis=alt.Axis(format="+,.1~f"))
    ranges = base.mark_rule(strokeWidth=3).encode(x=x, x2=alt.X2("high"))
    points = base.mark_point(filled=True, size=110, cursor="pointer", opacity=1).encode(
        x=alt.X("difference", type="quantitative"),
        shape=alt.Shape("sure", type="nominal", legend=None, scale=alt.Scale(domain=verdicts)),
    )
    nothing = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=GREEN, strokeDash=[5, 4])
    line = nothing.encode(x=alt.X("x", type="quantitative"))
    return finish(alt.layer(line, ranges, points.add_params(picked), height=rows(len(shown))), words)


def _tooltips(shown: pd.DataFrame, what: str, words: Words) -> list[alt.Tooltip]:
    figure = "within" if what == "wins" else "days_within"
    forms = {"n": ",", figure: ".1%" if what == "wins" else ",.1f", "difference": "+,.1f", "low": "+,.1f",
             "high": "+,.1f", "p": ".3f"}  # fmt: skip
    return told(words, "group", *(one for one in forms.items() if one[0] in shown), "judgement")


def funnel(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Funnel plot: each owner's closed deals and share won, with the limits that chance would keep."""
    people = result.tables.get("compare_funnel")
    if people is None or people.empty:
        return None
    standings = [words(f"codes.standing.{code}") for code in ("above", "within", "below")]
    share = alt.Y(
        "win_rate", type="quantitative", title=words("charts.compare_funnel.y"),
        axis=alt.Axis(format=".0%"), scale=alt.Scale(zero=False),
    )  # fmt: skip
    x_title = words("charts.compare_funnel.x")
    points = (
        alt.Chart(spoken(people, words))
        .mark_point(filled=True, size=110)
        .encode(
            x=alt.X("closed", type="quantitative", title=x_title, scale=alt.Scale(zero=False)),
            y=share,
            color=alt.Color(
                "standing", type="nominal", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=standings, range=[BLUE, GREY, ORANGE]),
            ),
            shape=alt.Shape("standing", type="nominal", title=None, scale=alt.Scale(domain=standings)),
            tooltip=told(
                words, ("group", "", words("columns.owner")), ("closed", ",", x_title), ("win_rate", ".1%"),
                "standing",
            ),
        )
    )  # fmt: skip
    lines = (
        alt.Chart(_limits(people, words))
        .mark_line(color=GREY, interpolate="monotone")
        .encode(
            x=alt.X("closed", type="quantitative"),
            y=alt.Y("limit", type="quantitative"),
            detail=alt.Detail("side", type="nominal"),
            strokeDash=alt.StrokeDash(
                "level", type="nominal", title=words("charts.compare_funnel.limits"),
                legend=alt.Legend(orient="bottom"),
            ),
        )
    )  # fmt: skip
    return finish(alt.layer(lines, points, height=420), words)


def _limits(people: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The limits as smooth curves, from the fewest deals to the most."""
    overall, spread = float(people["overall"].iloc[0]), float(people["spread"].iloc[0])
    # Only at whole effective counts are the limits those of a binomial; between them they would zigzag.
    ends = people["closed"].min() / spread * 0.9, people["closed"].max() / spread * 1.05
    effective = np.unique(np.linspace(max(ends[0], 1), ends[1], _LIMIT_POINTS).round())
    curves = [
        pd.DataFrame(
            {
                "closed": effective * spread, "limit": limit, "side": f"{level} {side}",
                "level": words.percent(level, 0 if level == WARNING else 1),
            }
        )
        for level in (WARNING, ACTION)
        for side, limit in enumerate(limits(effective * spread, overall, spread, level))
    ]  # fmt: skip
    return pd.concat(curves, ignore_index=True)


WINS = Chart("compare_wins", partial(forest, what="wins"))
DAYS = Chart("compare_days", partial(forest, what="days"))
FUNNEL = Chart("compare_funnel", funnel)
CHARTS = (WINS, DAYS, FUNNEL)
