"""Charts of the cure: what kinds of error cost, and how far the first fixes reach."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREY, ORANGE, Chart, finish, rows
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.words import Words

_MOST = 40  # fixes on the curve: later ones add next to nothing


def cost_by_problem(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Hours to mend by kind of error, most first."""
    problems = result.tables.get("errors_by_problem")
    if problems is None or problems.empty:
        return None
    shown = spoken(problems, words)
    bars = (
        alt.Chart(shown)
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("hours", type="quantitative", title=words("columns.hours")),
            y=alt.Y("problem", type="nominal", sort=shown["problem"].to_list(), title=None),
            tooltip=[
                alt.Tooltip("problem", type="nominal", title=words("columns.problem")),
                alt.Tooltip("wrong", type="quantitative", format=",", title=words("columns.wrong")),
                alt.Tooltip("minutes", type="quantitative", title=words("columns.minutes")),
                alt.Tooltip("hours", type="quantitative", format=",.1f", title=words("columns.hours")),
            ],
        )
    )
    return finish(bars.properties(height=rows(len(shown))), words)


def fix_curve(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The running share of wrong cells that the first fixes mend."""
    fixes = result.tables.get("fix_rules")
    if fixes is None or fixes.empty:
        return None
    shown = pd.DataFrame(
        {
            "number": range(1, min(len(fixes), _MOST) + 1),
            "running_share": fixes["running_share"].head(_MOST),
            "wrong": fixes["wrong"].head(_MOST),
            "fix": [words(fix) for fix in fixes["fix"].head(_MOST)],
        }
    )
    number = alt.X(
        "number", type="quantitative", title=words("columns.fixes"), axis=alt.Axis(tickMinStep=1),
        scale=alt.Scale(domain=[1, max(len(shown), 2)], nice=False),
    )  # fmt: skip
    share = alt.Y(
        "running_share", type="quantitative", title=words("columns.running_share"),
        axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    base = alt.Chart(shown)
    line = base.mark_line(color=BLUE, strokeWidth=2.5).encode(x=number, y=share)
    dots = base.mark_point(color=BLUE, filled=True, size=80, opacity=1).encode(
        x=number, y=share,
        tooltip=[
            alt.Tooltip("fix", type="nominal", title=words("columns.fix")),
            alt.Tooltip("wrong", type="quantitative", format=",", title=words("columns.wrong")),
            alt.Tooltip("running_share", type="quantitative", format=".1%",
                        title=words("columns.running_share")),
        ],
    )  # fmt: skip
    rule = (
        alt.Chart(pd.DataFrame({"share": [0.8]}))
        .mark_rule(color=GREY, strokeDash=[5, 4])
        .encode(y=alt.Y("share", type="quantitative"))
    )
    return finish(alt.layer(rule, line, dots, height=280), words)


def fix_progress(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each person's cells of the fix list and new ones: fixed, not fixed, new."""
    return _states(result.tables.get("fix_progress"), words)


def since_last_time(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Each person's cells that were or are wrong since the assessment of last time: fixed, not fixed, new."""
    return _states(result.tables.get("people_since"), words)


def _states(people: pd.DataFrame | None, words: Words) -> alt.TopLevelMixin | None:
    if people is None or people.empty:
        return None
    states = ["fixed", "not_fixed", "new"]
    long = people.head(_MOST).melt("person", states, "change", "found")
    said = [words(f"codes.change.{state}") for state in states]
    long["change"] = long["change"].map(dict(zip(states, said, strict=True)))
    bars = (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=alt.X("found", type="quantitative", title=words("columns.found")),
            y=alt.Y("person", type="nominal", sort=people["person"].to_list(), title=None),
            color=alt.Color(
                "change", type="nominal", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=said, range=[BLUE, ORANGE, GREY]),
            ),
            tooltip=[
                alt.Tooltip("person", type="nominal", title=words("columns.person")),
                alt.Tooltip("change", type="nominal", title=words("columns.change")),
                alt.Tooltip("found", type="quantitative", format=",", title=words("columns.found")),
            ],
        )
    )  # fmt: skip
    return finish(bars.properties(height=rows(min(len(people), _MOST))), words)


COSTS = Chart("errors_by_problem", cost_by_problem)
CURVE = Chart("fix_rules", fix_curve)
PROGRESS = Chart("fix_progress", fix_progress)
SINCE = Chart("people_since", since_last_time)
