"""Around training: who acted as one, hours spent and gained, what each person needs next, releases."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmeval.analyses import months
from crmeval.analyses.accuracy_findings import usual_minutes
from crmeval.analyses.base import Results
from crmeval.analyses.people import keyed
from crmeval.results import Measure
from crmeval.settings import Settings
from crmeval.stats.difference import NEVER, WINDOW, Difference, Panel
from crmeval.stats.funnel import ACTION, limits

_FEWEST_CELLS = 20
_MINUTES = 60


def by_team(panel: Panel, people: pd.Index, teams: Mapping[str, str]) -> Panel | None:
    """The panel with teams in the place of people, where whole teams were trained in one month.

    Then it was teams that were chosen, not people, and only teams may be exchanged in the test. None where
    teams are not known of everybody, are as many as people, or were split by the training.
    """
    team = pd.Series(people.map(teams), dtype="object")
    if team.isna().any() or not 1 < team.nunique() < len(people):
        return None
    starts = pd.Series(panel.start).groupby(team)
    if (starts.max() > starts.min()).any() or bool((starts.first() == NEVER).all()):
        return None
    counts, totals = (
        pd.DataFrame(part).groupby(team.to_numpy()).sum().to_numpy() for part in (panel.counts, panel.totals)
    )
    return Panel(counts, totals, starts.first().to_numpy())


def hours(
    found: Difference, work: pd.DataFrame, trained: pd.DataFrame, results: Results, settings: Settings
) -> list[Measure]:
    """Hours of training, and hours of mending a month that the trained now save, with the same interval.

    Saved: the effect × the cells that the trained enter in a month × minutes to mend one.
    """
    known = trained[trained.index.isin(work["key"])]
    spent = float(known["hours"].sum())
    mine = work[work["key"].isin(known.index)]
    if known.empty or mine.empty:
        return []
    cells = float(mine["totals"].sum() / mine["month"].nunique())
    accuracy = results.get("accuracy")
    listed = accuracy.tables.get("checks") if accuracy else None
    minutes = settings.minutes_per_error if listed is None else usual_minutes(listed, settings)
    worth = cells * minutes / _MINUTES
    low, high = (None if end is None else -end * worth for end in (found.high, found.low))
    saved = -found.value * worth
    facts = {"cells": cells, "minutes": minutes, "people": len(known)}
    measures = [Measure("training.hours_saved", saved, "hours", len(known), low, high, facts)]
    if spent > 0:
        measures.append(Measure("training.hours", spent, "hours", len(known)))
        if saved > 0:
            facts = {"spent": spent, "saved": saved}
            measures.append(
                Measure("training.payback_months", spent / saved, "months", len(known), facts=facts)
            )
    return measures


def needs(results: Results, training: pd.DataFrame) -> pd.DataFrame:
    """Who should learn about which field next: errors beyond what chance explains, and no training on it yet.

    Columns: person, field, cells, wrong, rate, overall (of everybody in that field), excess (wrong cells
    above that), topics (of the trainings so far). A training is on a field if its topic names it.
    """
    columns = ["person", "field", "cells", "wrong", "rate", "overall", "excess", "topics"]
    accuracy = results.get("accuracy")
    crossed = accuracy.tables.get("errors_crossed") if accuracy else None
    if crossed is None or crossed["person"].nunique() < 2:  # noqa: PLR2004 - one has nobody to be compared with
        return pd.DataFrame(columns=columns)
    found = crossed.groupby(["person", "field"], as_index=False)[["cells", "wrong"]].sum()
    total = found.groupby("field")[["cells", "wrong"]].transform("sum")
    overall = total["wrong"] / total["cells"]
    found = found.assign(rate=found["wrong"] / found["cells"], overall=overall)
    found = found[(found["cells"] >= _FEWEST_CELLS) & (found["overall"] > 0)]
    if found.empty:
        return pd.DataFrame(columns=columns)
    high = limits(found["cells"], found["overall"].to_numpy(), 1.0, ACTION)[1]  # one cell of a record each
    found = found[found["rate"] > high]
    topics = training.groupby("key")["topic"].agg(lambda said: "; ".join(dict.fromkeys(said.dropna())))
    found = found.assign(
        excess=found["wrong"] - found["overall"] * found["cells"],
        topics=keyed(found["person"]).map(topics).fillna(""),
    )
    pairs = zip(found["field"], found["topics"], strict=True)
    told = [field.casefold() in said.casefold() for field, said in pairs]
    found = found[~np.array(told, dtype=bool)]
    return found[columns].sort_values(["excess", "person"], ascending=[False, True], ignore_index=True)


def around_events(work: pd.DataFrame, events: Mapping[str, str], window: int = WINDOW) -> pd.DataFrame:
    """Share of wrong cells of everybody in the months before and after each event: a description, no effect.

    Columns: event, at, share_before, share_after, change, cells. The month of the event itself is left out.
    """
    rows = []
    for name, said in sorted(events.items(), key=lambda one: (one[1], one[0])):
        at = pd.Timestamp(said)
        month = months.number_of(at)
        before = work[work["month"].between(month - window, month - 1)]
        after = work[work["month"].between(month + 1, month + window)]
        shares = [
            part["counts"].sum() / part["totals"].sum() if part["totals"].sum() else np.nan
            for part in (before, after)
        ]
        cells = int(before["totals"].sum() + after["totals"].sum())
        rows.append([name, at, *shares, shares[1] - shares[0], cells])
    columns = ["event", "at", "share_before", "share_after", "change", "cells"]
    return pd.DataFrame(rows, columns=columns)
