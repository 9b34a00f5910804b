"""Charts of feedback: the distribution of scores, months, segments, and the themes of comments."""

import altair as alt
import pandas as pd

from crmeval.charts.style import BLUE, GREY, ORANGE, PICKED, Chart, either, finish, rows
from crmeval.charts.time_axis import MONTHS
from crmeval.codes import spoken
from crmeval.results import Result
from crmeval.words import Words

MOST_SEGMENTS = 40
_FAINT = 0.4
_COLOURS = {"bad": ORANGE, "between": GREY, "good": BLUE}
_OF_HIGHEST = {10: "nps", 7: "ces", 5: "csat"}


def _title(column: str, words: Words) -> str:
    return words(f"columns.{column}")


def _score_title(result: Result, words: Words) -> str:
    return words(f"measures.feedback.{_OF_HIGHEST[result['feedback.mean'].facts['highest']]}.name")


def score_format(result: Result) -> str:
    """How scores are written: NPS is in points, every other score a share."""
    return ".0f" if result["feedback.mean"].facts["highest"] == max(_OF_HIGHEST) else ".0%"


def _side_colour(shown: pd.DataFrame, codes: pd.Series) -> alt.Color:
    named = {str(name): _COLOURS[code] for name, code in zip(shown["side"], codes, strict=True)}
    scale = alt.Scale(domain=list(named), range=list(named.values()))
    return alt.Color("side", type="nominal", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _scored_tooltips(result: Result, words: Words) -> list[alt.Tooltip]:
    way = score_format(result)
    return [
        alt.Tooltip("n", type="quantitative", format=",", title=_title("n", words)),
        alt.Tooltip("value", type="quantitative", format=way, title=_score_title(result, words)),
        alt.Tooltip("low", type="quantitative", format=way, title=_title("low", words)),
        alt.Tooltip("high", type="quantitative", format=way, title=_title("high", words)),
    ]


def distribution(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """How many gave each score; bad, middling and good ones apart."""
    table = result.tables.get("feedback_distribution")
    if table is None:
        return None
    shown = spoken(table, words)
    picked = alt.selection_point(name=PICKED, fields=["score"])
    bars = (
        alt.Chart(shown)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("score", type="ordinal", title=_title("score", words), axis=alt.Axis(labelAngle=0)),
            y=alt.Y("n", type="quantitative", title=words("charts.feedback_distribution.answers")),
            color=_side_colour(shown, table["side"]),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=[
                alt.Tooltip("score", type="ordinal", title=_title("score", words)),
                alt.Tooltip("n", type="quantitative", format=",", title=_title("n", words)),
                alt.Tooltip("share", type="quantitative", format=".1%", title=_title("share", words)),
            ],
        )
        .add_params(picked)
    )
    return finish(bars.properties(height=320), words)


def by_period(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The score of every month with its interval."""
    table = result.tables.get("feedback_by_period")
    if table is None or table.empty:
        return None
    base = alt.Chart(table)
    x = alt.X("period", type="temporal", title=None, axis=MONTHS)
    band = base.mark_area(color=BLUE, opacity=0.2).encode(
        x=x,
        y=alt.Y(
            "low", type="quantitative", title=_score_title(result, words),
            axis=alt.Axis(format=score_format(result)),
        ),
        y2=alt.Y2("high"),
    )  # fmt: skip
    line = base.mark_line(color=BLUE, point=alt.OverlayMarkDef(size=60)).encode(
        x=x,
        y=alt.Y("value", type="quantitative"),
        tooltip=[
            alt.Tooltip("period", type="temporal", format="%m.%Y", title=_title("period", words)),
            *_scored_tooltips(result, words),
        ],
    )
    return finish(alt.layer(band, line, height=320), words)


def by_segment(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The score of every segment of the first column with its interval: those that differ stand out.

    Of many segments, the best and the worst twenty.
    """
    table = result.tables.get("feedback_by_segment")
    if table is None or table.empty:
        return None
    dimension = table["dimension"].iloc[0]
    shown = table[table["dimension"] == dimension]
    if len(shown) > MOST_SEGMENTS:
        shown = pd.concat([shown.head(MOST_SEGMENTS // 2), shown.tail(MOST_SEGMENTS // 2)])
    differs, alike = (
        words("charts.feedback_by_segment.differs"),
        words("charts.feedback_by_segment.like_others"),
    )
    shown = shown.assign(differs=shown["differs"].map({True: differs, False: alike}))
    title = str(spoken(shown.head(1), words)["dimension"].iloc[0])
    picked = alt.selection_point(name=PICKED, fields=["segment"])
    base = alt.Chart(shown).encode(
        y=alt.Y("segment", type="nominal", sort=shown["segment"].to_list(), title=title),
        color=alt.Color(
            "differs", type="nominal", title=None, legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=[differs, alike], range=[ORANGE, BLUE]),
        ),
        opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
    )  # fmt: skip
    axis = alt.Axis(format=score_format(result))
    lines = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low", type="quantitative", title=_score_title(result, words), axis=axis), x2=alt.X2("high")
    )
    points = base.mark_point(filled=True, size=90, cursor="pointer").encode(
        x=alt.X("value", type="quantitative"),
        tooltip=[
            alt.Tooltip("segment", type="nominal", title=_title("segment", words)),
            *_scored_tooltips(result, words),
        ],
    )
    return finish(alt.layer(lines, points.add_params(picked), height=rows(len(shown))), words)


def themes(result: Result, words: Words) -> alt.TopLevelMixin | None:
    """The words that bad and good answers differ in most, bad ones to the right."""
    table = result.tables.get("themes")
    if table is None or table.empty:
        return None
    shown = spoken(table, words)
    picked = alt.selection_point(name=PICKED, fields=["theme"])
    bars = (
        alt.Chart(shown)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("keyness", type="quantitative", title=words("charts.themes.strength")),
            y=alt.Y("theme", type="nominal", sort=shown["theme"].to_list(), title=None),
            color=_side_colour(shown, table["side"]),
            opacity=either(alt.OpacityValue, picked, 1.0, _FAINT),
            tooltip=[
                alt.Tooltip("theme", type="nominal", title=_title("theme", words)),
                alt.Tooltip("bad_answers", type="quantitative", title=_title("bad_answers", words)),
                alt.Tooltip("good_answers", type="quantitative", title=_title("good_answers", words)),
                alt.Tooltip("quote", type="nominal", title=_title("quote", words)),
            ],
        )
        .add_params(picked)
    )
    return finish(bars.properties(height=rows(len(shown))), words)


DISTRIBUTION = Chart("feedback_distribution", distribution)
PERIODS = Chart("feedback_by_period", by_period)
SEGMENTS = Chart("feedback_by_segment", by_segment)
THEMES = Chart("themes", themes)
CHARTS: tuple[Chart, ...] = (DISTRIBUTION, PERIODS, SEGMENTS, THEMES)
