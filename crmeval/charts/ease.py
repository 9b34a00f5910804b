"""Charts of ease of use, adoption and training."""

import altair as alt
import pandas as pd

from crmeval.charts.event_lines import event_lines
from crmeval.charts.style import BLUE, FONT_SIZE, GREY, ORANGE, PICKED, Chart, either, finish
from crmeval.charts.time_axis import MONTHS
from crmeval.codes import spoken
from crmeval.results import Measure, Result
from crmeval.stats.questionnaires import GRADES, SUS_AVERAGE
from crmeval.words import Words

_MOST_GROUPS = 24
_MOST_ROWS = 240  # ten years of months, trained people and the others
_ROW = 34  # pixels a group or a statement gets
_AXIS = 70  # pixels the axis below them gets: a page's height is that of the whole chart
_FAINT = 0.35
_MARGIN = 5.0
_SHOWN_FROM = 40.0  # the grades begin at 51.7; the empty part of the scale is shown where scores lie in it
_MEANS = ("usability.sus_mean", "usability.umux_lite_mean", "usability.likert_mean")


def _mean(result: Result) -> Measure | None:
    return next((found for found in map(result.get, _MEANS) if found is not None), None)


def sus_scale(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The mean score of all forms and of each group with its interval; SUS on its graded scale."""
    mean = _mean(result)
    if mean is None:
        return None
    everybody = pd.DataFrame(
        {"group": [words("ease.all")], "n": [mean.n], "mean": [mean.value], "low": [mean.low],
         "high": [mean.high]}
    )  # fmt: skip
    groups = spoken(result.tables["usability_by_group"].head(_MOST_GROUPS), words)
    several = len(groups["dimension"].unique()) > 1
    named = groups.assign(group=groups["dimension"] + ": " + groups["group"] if several else groups["group"])
    shown = pd.concat([everybody, named[list(everybody.columns)]], ignore_index=True)
    is_sus = mean.id == "usability.sus_mean"
    ends = (0, 100) if "likert" not in mean.id else (mean.facts["lowest"], mean.facts["highest"])
    lowest = _lowest(shown) if is_sus else float(ends[0])
    scale = alt.Scale(domain=[lowest, float(ends[1])], nice=False)
    layers = [*(_grades(scale, lowest, words) if is_sus else ()), *_scores(shown, scale, words)]
    return finish(alt.layer(*layers, height=_ROW * len(shown) + _AXIS), words)


def _lowest(shown: pd.DataFrame) -> float:
    """Where the graded scale begins to be shown: a little below the lowest score or interval."""
    least = float(shown[["mean", "low"]].astype(float).min().min())
    return max(0.0, min(_SHOWN_FROM, least - _MARGIN))


def _grades(scale: alt.Scale, lowest: float, words: Words) -> list[alt.Chart]:
    """Bands of the grades without their plus and minus, letters on top, and a line at the average system."""
    grades = pd.DataFrame({"from": [bound for bound, _ in GRADES], "grade": [said[0] for _, said in GRADES]})
    bands = (
        grades.groupby("grade", as_index=False).agg({"from": "min"}).sort_values("from", ignore_index=True)
    )
    bands["to"] = bands["from"].shift(-1).fillna(100.0)
    bands = bands[bands["to"] > lowest].assign(**{"from": lambda b: b["from"].clip(lower=lowest)})
    bands["middle"] = (bands["from"] + bands["to"]) / 2
    bands["even"] = bands.index % 2 == 0
    band = (
        alt.Chart(bands)
        .mark_rect(color=GREY)
        .encode(
            x=alt.X("from", type="quantitative", scale=scale, title=words("columns.score")),
            x2=alt.X2("to"),
            opacity=either(alt.OpacityValue, alt.datum.even, 0.22, 0.08),
        )
    )
    letter = (
        alt.Chart(bands)
        .mark_text(baseline="bottom", dy=-4, fontWeight="bold", fontSize=FONT_SIZE + 2, color=GREY)
        .encode(
            x=alt.X("middle", type="quantitative", scale=scale),
            y=alt.value(0),
            text=alt.Text("grade", type="nominal"),
        )
    )
    average = pd.DataFrame({"score": [SUS_AVERAGE], "said": [words("ease.average", score=SUS_AVERAGE)]})
    line = (
        alt.Chart(average)
        .mark_rule(color=ORANGE, strokeDash=[5, 4], strokeWidth=2)
        .encode(
            x=alt.X("score", type="quantitative", scale=scale),
            tooltip=alt.Tooltip("said", type="nominal", title=" "),
        )
    )
    return [band, letter, line]


def _scores(shown: pd.DataFrame, scale: alt.Scale, words: Words) -> list[alt.Chart]:
    order = alt.Y("group", type="nominal", sort=shown["group"].to_list(), title=None)
    picked = alt.selection_point(name=PICKED, fields=["group"])
    tooltip = [alt.Tooltip("group", type="nominal", title=words("columns.group"))] + [
        alt.Tooltip(name, type="quantitative", format=".1f", title=words(f"columns.{name}"))
        for name in ("mean", "low", "high")
    ]
    tooltip.append(alt.Tooltip("n", type="quantitative", title=words("columns.n")))
    score = alt.X("mean", type="quantitative", scale=scale, title=words("columns.score"))
    base = alt.Chart(shown)
    interval = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=alt.X("low", type="quantitative", scale=scale, title=words("columns.score")),
        x2=alt.X2("high"), y=order,
    )  # fmt: skip
    point = base.mark_point(filled=True, size=130, color=BLUE, cursor="pointer").encode(
        x=score, y=order, tooltip=tooltip,
        opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
    ).add_params(picked)  # fmt: skip
    return [interval, point]


def usability_items(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """What each statement is worth, lowest first, with its interval and the middle of the scale."""
    items = result.tables.get("usability_items")
    if items is None or items["n"].sum() == 0:
        return None
    is_sus = result.get("usability.sus_mean") is not None
    said = [words(f"usability.items.{code}") for code in items["code"]] if is_sus else items["question"]
    shown = items.assign(said=said).sort_values("worth")
    order = alt.Y("said", type="nominal", sort=shown["said"].to_list(), title=None)
    scale = alt.Scale(domain=[0, 100])
    worth = words("columns.worth")
    tooltip = [alt.Tooltip("question", type="nominal", title=words("columns.question"))] + [
        alt.Tooltip(name, type="quantitative", format=".1f", title=words(f"columns.{name}"))
        for name in ("mean_answer", "worth", "low", "high", "n")
    ]
    base = alt.Chart(shown)
    interval = base.mark_rule(color=BLUE, strokeWidth=3).encode(
        x=alt.X("low", type="quantitative", scale=scale, title=worth), x2=alt.X2("high"), y=order
    )
    point = base.mark_point(filled=True, size=110, color=BLUE, opacity=1).encode(
        x=alt.X("worth", type="quantitative", scale=scale, title=worth), y=order, tooltip=tooltip
    )
    centre = (
        alt.Chart(pd.DataFrame({"centre": [50]}))
        .mark_rule(color=ORANGE, strokeDash=[5, 4], strokeWidth=2)
        .encode(x=alt.X("centre", type="quantitative", scale=scale))
    )
    return finish(alt.layer(centre, interval, point, height=_ROW * len(shown) + _AXIS), words)


def adoption_by_month(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Share of people active by month with its interval; months not covered as a whole are pale."""
    months = result.tables.get("adoption_by_month")
    if months is None or months.empty:
        return None
    share = alt.Y(
        "share", type="quantitative", title=words("charts.adoption_by_month.share"),
        axis=alt.Axis(format=".0%"),
        scale=alt.Scale(domain=[0, 1]),
    )  # fmt: skip
    base = alt.Chart(months.tail(120))
    month = alt.X("month", type="temporal", title=None, axis=MONTHS)
    band = base.mark_area(color=BLUE, opacity=0.2).encode(
        x=month, y=alt.Y("low", type="quantitative"), y2=alt.Y2("high")
    )
    line = base.mark_line(color=BLUE, strokeWidth=2.5).encode(x=month, y=share)
    points = base.mark_point(color=BLUE, filled=True, size=80).encode(
        x=month,
        y=share,
        opacity=either(alt.OpacityValue, alt.datum.complete, 1.0, _FAINT),
        tooltip=[
            alt.Tooltip("month", type="temporal", timeUnit="yearmonth", title=words("columns.month")),
            alt.Tooltip("active_people", type="quantitative", title=words("columns.active_people")),
            alt.Tooltip("known", type="quantitative", title=words("columns.known")),
            alt.Tooltip("share", type="quantitative", format=".1%", title=words("columns.share")),
            alt.Tooltip(
                "actions_each", type="quantitative", format=".1f", title=words("columns.actions_each")
            ),
        ],
    )
    return finish(alt.layer(band, line, points, height=320), words)


def training_by_month(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """Share of wrong cells by month of trained people and of the others, with the months of training."""
    months, people = result.tables.get("training_by_month"), result.tables.get("training_by_user")
    if months is None or people is None or months.empty:
        return None
    names = [words(f"codes.group.{code}") for code in ("trained", "untrained")]
    months = months.tail(_MOST_ROWS)
    lines = (
        alt.Chart(spoken(months, words))
        .mark_line(point=alt.OverlayMarkDef(size=60), strokeWidth=2.5)
        .encode(
            x=alt.X("month", type="temporal", title=None, axis=MONTHS),
            y=alt.Y(
                "share", type="quantitative", title=words("charts.errors_crossed.rate"),
                axis=alt.Axis(format=".1~%"),
            ),
            color=alt.Color(
                "group", type="nominal", scale=alt.Scale(domain=names, range=[BLUE, ORANGE]), title=None,
                legend=alt.Legend(orient="top"),
            ),
            tooltip=[
                alt.Tooltip("month", type="temporal", timeUnit="yearmonth", title=words("columns.month")),
                alt.Tooltip("group", type="nominal", title=words("columns.group")),
                alt.Tooltip("share", type="quantitative", format=".2%", title=words("columns.share")),
                alt.Tooltip("people", type="quantitative", title=words("columns.people")),
                alt.Tooltip("cells", type="quantitative", format=",", title=words("columns.cells")),
            ],
        )
    )  # fmt: skip
    trained = people.dropna(subset="trained_at")
    starts = trained["trained_at"].dt.to_period("M").dt.to_timestamp().value_counts().rename_axis("month")
    marks = (
        alt.Chart(starts.rename("people").reset_index())
        .mark_rule(color=GREY, strokeDash=[5, 4], strokeWidth=2)
        .encode(
            x=alt.X("month", type="temporal"),
            tooltip=[
                alt.Tooltip(
                    "month", type="temporal", timeUnit="yearmonth", title=words("columns.trained_at")
                ),
                alt.Tooltip("people", type="quantitative", title=words("columns.people")),
            ],
        )
    )
    events = result.tables.get("around_events")
    named = None if events is None else events.assign(what="event")
    chart = alt.layer(marks, *event_lines(named, months["month"], words), lines, height=360)
    return finish(chart.resolve_scale(color="independent"), words)


SUS_SCALE = Chart("sus_scale", sus_scale)
ITEMS = Chart("usability_items", usability_items)
ADOPTION = Chart("adoption_by_month", adoption_by_month)
TRAINING = Chart("training_by_month", training_by_month)
