"""Usability forms, scored: for each form, by group, by item, and the forms to look at twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from crmeval.fields import USABILITY_ITEMS
from crmeval.stats import intervals
from crmeval.stats import questionnaires as forms
from crmeval.stats.questionnaires import Form
from crmeval.tables import ROW, Tables

MOST_GROUPS = 12
FEWEST_IN_A_GROUP = 5  # of fewer, people could be recognised by their answers


@dataclass(frozen=True, slots=True)
class Scored:
    """The forms with their answers (those off the scale emptied) and a score for each that allows one."""

    form: Form
    rows: pd.DataFrame
    answers: pd.DataFrame
    score: pd.Series
    straight: pd.Series
    off_scale: int

    @property
    def used(self) -> pd.Series:
        """The scores there are."""
        return self.score.dropna()

    @property
    def filled_in(self) -> int:
        """Scored forms in which an empty answer was counted as the centre."""
        return int((self.answers.isna().any(axis=1) & self.score.notna()).sum())


def score(tables: Tables) -> Scored:
    """Every form of the table, scored."""
    items = [item for item in USABILITY_ITEMS if tables.has("usability", item)]
    expression = tables["usability"]
    rows = tables.frame(expression.select(ROW, *items, "respondent", "answered_at", *_dimensions(tables)))
    answers = rows[items].astype(float)
    form = forms.detect(answers)
    on_scale = answers.where(answers.ge(form.lowest) & answers.le(form.highest) & (answers % 1 == 0))
    off_scale = int(answers.notna().sum().sum() - on_scale.notna().sum().sum())
    return Scored(form, rows, on_scale, form.scores(on_scale), forms.straight_lines(on_scale), off_scale)


def _dimensions(tables: Tables) -> list[str]:
    fields = [name for name in ("role", "team") if tables.has("usability", name)]
    return fields + [name for name in tables.labels("usability") if tables.has("usability", name)]


def by_group(scored: Scored, tables: Tables) -> pd.DataFrame:
    """Scores by role, team and every other column that has two to twelve values.

    Groups of fewer than five forms are left out, so that nobody can be recognised. Columns: what the groups
    are, the group, forms, mean with 95 % interval (empty for a single form), standard deviation, median.
    """
    found = []
    for column in _dimensions(tables):
        groups = scored.rows[column].astype("str").where(scored.rows[column].notna())
        if 1 < groups.nunique() <= MOST_GROUPS:
            found += [
                {
                    "dimension": tables.label("usability", column),
                    "group": name,
                    **_summary(values, scored.form.scale),
                }
                for name, values in scored.used.groupby(groups)
                if len(values) >= FEWEST_IN_A_GROUP
            ]
    columns = ["dimension", "group", "n", "mean", "low", "high", "sd", "median"]
    return pd.DataFrame(found, columns=columns)


def hidden_groups(scored: Scored, tables: Tables) -> int:
    """How many groups are too small to be shown."""
    counts = [scored.used.groupby(scored.rows[column].dropna()).size() for column in _dimensions(tables)]
    return sum(int((sizes < FEWEST_IN_A_GROUP).sum()) for sizes in counts if 1 < len(sizes) <= MOST_GROUPS)


def mean_interval(values: pd.Series, scale: tuple[float, float]) -> tuple[float, float] | None:
    """Student's interval for a mean, cut off where the scale ends; None for fewer than two values."""
    found = intervals.mean_t(values)
    return found and (max(found[0], scale[0]), min(found[1], scale[1]))


def _summary(values: pd.Series, scale: tuple[float, float]) -> dict[str, float]:
    low, high = mean_interval(values, scale) or (np.nan, np.nan)
    return {
        "n": len(values), "mean": values.mean(), "low": low, "high": high,
        "sd": values.std(ddof=1), "median": values.median(),
    }  # fmt: skip


def headers(tables: Tables) -> dict[str, str]:
    """The header under which each field stood in the file."""
    receipts = [receipt.mapping for receipt in tables.imports if receipt.table == "usability"]
    return {field: header for mapping in receipts for field, header in mapping.items()}


def by_item(scored: Scored, questions: Mapping[str, str] = MappingProxyType({})) -> pd.DataFrame:
    """Each item: its question, how many answered, the mean answer, and its worth with a 95 % interval.

    Worth is 0 … 100, the higher the better: a negative item is turned round.
    """
    worth = scored.form.contributions(scored.answers) * 100
    found = []
    for item in scored.form.items:
        summary = _summary(worth[item].dropna(), (0, 100))
        found.append(
            {
                "code": item, "question": questions.get(item, item), "n": summary["n"],
                "mean_answer": scored.answers[item].mean(),
                "worth": summary["mean"], "low": summary["low"], "high": summary["high"],
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def distribution(scored: Scored) -> pd.DataFrame:
    """How many forms have each score."""
    counts = scored.used.value_counts().sort_index()
    return pd.DataFrame({"score": counts.index.to_numpy(), "n": counts.to_numpy()})


def remarked(scored: Scored) -> pd.DataFrame:
    """Forms without a score and forms answered in a straight line, by their row in the file."""
    remark = pd.Series(np.select([scored.score.isna(), scored.straight], ["empty", "straight"], ""))
    return pd.DataFrame(
        {
            "row": scored.rows[ROW],
            "score": scored.score,
            "empty": scored.answers.isna().sum(axis=1),
            "remark": remark,
        }
    )[remark != ""].reset_index(drop=True)
