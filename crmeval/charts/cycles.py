"""Charts of the sales cycle: what becomes of deals with age, days by outcome, the ages of open deals."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREEN, GREY, ORANGE, PINK, Chart, finish, named, told
from crmeval.fields import LOST, OPEN, WON
from crmeval.results import Result
from crmeval.words import Words

_COLOURS = {WON: GREEN, LOST: ORANGE, "closed": PINK, OPEN: GREY}


def _outcomes(shown: pd.DataFrame, words: Words) -> tuple[pd.DataFrame, alt.Color]:
    """The frame with its outcomes named, and their colours."""
    present = [outcome for outcome in _COLOURS if (shown["outcome"] == outcome).any()]
    names = {outcome: words(f"codes.outcome.{outcome}") for outcome in present}
    colour = named(names.values(), (_COLOURS[outcome] for outcome in present))
    order = {outcome: place for place, outcome in enumerate(present)}
    return shown.assign(name=shown["outcome"].map(names), place=shown["outcome"].map(order)), colour


def progress(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The shares of deals won, lost and open at each age, stacked."""
    shares = result.tables.get("progress", pd.DataFrame())
    if shares.empty:
        return None
    shown, colour = _outcomes(shares, words)
    chart = (
        alt.Chart(shown)
        .mark_area(interpolate="step-after", opacity=0.85)
        .encode(
            x=alt.X(
                "day", type="quantitative", title=words("charts.progress.age"), scale=alt.Scale(nice=False)
            ),
            y=alt.Y(
                "share", type="quantitative", stack="zero", title=words("charts.progress.share"),
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]),
            ),
            color=colour,
            order=alt.Order("place", type="quantitative"),
            tooltip=told(words, ("day", ",.0f"), ("name", "", words("columns.outcome")), ("share", ".1%")),
        )
        .properties(height=360)
    )  # fmt: skip
    return finish(chart, words)


def by_outcome(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Bars of the median by outcome, with a tick where nine in ten are closed."""
    cycles = result.tables.get("cycles", pd.DataFrame())
    if cycles.empty:
        return None
    shown, colour = _outcomes(cycles, words)
    base = alt.Chart(shown).encode(
        y=alt.Y("name", type="nominal", sort=shown["name"].to_list(), title=None),
        tooltip=told(
            words,
            ("name", "", words("columns.outcome")),
            *((column, ",.1f") for column in ("n", "mean", "median", "p90")),
        ),
    )
    title = words("charts.cycles.days")
    bars = base.mark_bar().encode(
        x=alt.X("median", type="quantitative", title=title), color=colour.legend(None)
    )
    ticks = base.mark_tick(color=BLUE, thickness=4, size=28, opacity=1).encode(
        x=alt.X("p90", type="quantitative")
    )
    return finish(alt.layer(bars, ticks, height=alt.Step(40)), words)


def ageing(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """How many deals have been open for how long."""
    ages = result.tables.get("ageing", pd.DataFrame())
    if ages.empty or not ages["n"].sum():
        return None
    bands = [
        words("charts.ageing.more", days=low) if pd.isna(high) else f"{words.count(low)}–{words.count(high)}"
        for low, high in zip(ages["age_from"], ages["age_to"], strict=True)
    ]
    chart = (
        alt.Chart(ages.assign(band=bands))
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X(
                "band",
                type="nominal",
                sort=bands,
                title=words("charts.ageing.days"),
                axis=alt.Axis(labelAngle=0),
            ),
            y=alt.Y("n", type="quantitative", title=words("charts.ageing.deals")),
            tooltip=told(
                words,
                ("band", "", words("charts.ageing.days")),
                ("n", ",", words("columns.deals")),
                ("amount", ",.0f"),
            ),
        )
        .properties(height=300)
    )
    return finish(chart, words)


PROGRESS, CYCLES, AGEING = Chart("progress", progress), Chart("cycles", by_outcome), Chart("ageing", ageing)
CHARTS = (PROGRESS, CYCLES, AGEING)
