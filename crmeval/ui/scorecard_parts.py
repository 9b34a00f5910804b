"""The part of the scorecard that the company sets: floors, targets and weights."""

from typing import Any

import pandas as pd
import streamlit as st

from crmeval.analyses.metrics import metrics
from crmeval.charts.scorecard import said_metric
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.ui import state
from crmeval.ui.parts import literal, say
from crmeval.ui.table_parts import titled
from crmeval.words import Words

_EDITABLE = ("floor", "target", "points")
_WHOLE = 100.0


def coverage_lines(said: Result) -> None:
    """For each score: how much of its weight is known, and how firm that makes it."""
    t = state.words()
    for row in said.tables["score_bounds"].to_dict("records"):
        name = t(f"measures.score.{row['area']}.name")
        missing = "coverage" if row["coverage"] < 1 else "covered"
        line = t(f"scorecard.page.{missing}", share=row["coverage"], low=row["at_least"], high=row["at_most"])
        if not pd.isna(row["jiggled_low"]):
            line += " " + t("scorecard.page.jiggled", low=row["jiggled_low"], high=row["jiggled_high"])
        st.markdown(f"**{literal(name)}.** {literal(line)}")


def target_editor(said: Result) -> None:
    """The metrics with their floors, targets and weights to change; kept when the user says so."""
    t = state.words()
    st.caption(say("scorecard.page.metrics_help"))
    card = said.tables["scores"].reset_index(drop=True)
    points = _points(card)
    shown = pd.DataFrame(
        {
            "measure": [said_metric(measure, t) for measure in card["measure"]],
            "value": [_said(row, t) for row in card.itertuples()],
            "floor": card["floor"],
            "target": card["target"],
            "points": points,
            "score": card["score"].round(),
            "state": [t(f"scorecard.states.{state_}") for state_ in card["state"]],
        }
    )
    edited = st.data_editor(
        titled(shown, t), hide_index=True, width="stretch", height="content", placeholder="—",
        key=f"scorecard_{_version()}",
        column_config={
            t(f"columns.{column}"): st.column_config.NumberColumn(format="localized") for column in _EDITABLE
        },
        disabled=[t(f"columns.{column}") for column in shown if column not in _EDITABLE],
    )  # fmt: skip
    if st.button(t("scorecard.page.keep"), type="primary", key="scorecard_keep"):
        changed = edited.set_axis(shown.columns, axis="columns")
        state.set_settings(with_edits(state.settings(), card, changed, points))
        st.rerun()


def _said(row: Any, t: Words) -> str:
    """The value of a metric in its unit, a dash where it has none."""
    return "—" if pd.isna(row.value) else t.measure(row.value, row.unit or "ratio")


def _version() -> int:
    """Another number when the settings change: the editor then begins anew from what is kept."""
    now = state.settings()
    return hash((*now.floors.items(), *now.targets.items(), *now.weights.items()))


def _points(card: pd.DataFrame) -> pd.Series:
    """The weights of each area as parts of 100."""
    return (card["weight"] / card.groupby("area")["weight"].transform("sum") * _WHOLE).round(1)


def with_edits(now: Settings, card: pd.DataFrame, edited: pd.DataFrame, points: pd.Series) -> Settings:
    """The settings with what was changed (`floor`, `target`, `points`), so that our conventions stay ours.

    `points` are the weights before the change, in parts of 100 for an area.
    """
    ours = {metric.id: metric for metric in metrics(now)}
    floors, targets = dict(now.floors), dict(now.targets)
    for measure, floor, target in zip(card["measure"], edited["floor"], edited["target"], strict=True):
        _set(floors, measure, floor, ours[measure].floor)
        _set(targets, measure, target, ours[measure].target)
    weights = dict(now.weights)
    given = edited["points"].fillna(0.0)
    if not given.equals(points):
        # A mean weight of 1 keeps an area in step with aspects that join later.
        scaled = given / given.groupby(card["area"]).transform(lambda area: area[area > 0].mean())
        weighed = (given > 0) | (given != points)  # what has no weight yet gets its own with its target
        weights |= dict(zip(card["measure"][weighed], scaled[weighed].fillna(0.0), strict=True))
    return now.with_(floors=floors, targets=targets, weights=weights)


def _set(values: dict[str, float], measure: str, given: float | None, now: float | None) -> None:
    if given is None or pd.isna(given):
        values.pop(measure, None)
    elif given != now:
        values[measure] = float(given)
