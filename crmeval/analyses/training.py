"""Does training help? Errors of trained people before and after, against those not yet trained."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses import months
from crmeval.analyses.accuracy_tables import BY_PERSON_AND_MONTH
from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.clock import as_days
from crmeval.analyses.lifetimes import lifetimes
from crmeval.analyses.people import keyed, teams_of
from crmeval.analyses.training_more import around_events, by_team, hours, needs
from crmeval.fields import WON
from crmeval.results import EFFICIENCY, POINTS_OF_SHARE, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.difference import NEVER, WINDOW, Difference, Panel, changes, difference_in_differences
from crmeval.stats.event_study import EventStudy, event_study
from crmeval.stats.intervals import CONFIDENCE, mean_t
from crmeval.tables import Tables
from crmeval.words import Text, text

EFFECT, CYCLE_EFFECT = "training.effect", "training.cycle_effect"
PEOPLE, TEAMS = "people", "teams"
_FEWEST = 2  # people on either side
_MONTHS_TO_JUDGE = 3
_NAMED = 5
_HUNDRED = 100


def _panel(work: pd.DataFrame, trained: pd.DataFrame) -> tuple[Panel, pd.Index]:
    """The people by months, less those whose training lies before the first month."""
    summed = work.groupby(["key", "month"])[["counts", "totals"]].sum()
    numbers = summed.index.get_level_values("month")
    every = range(int(numbers.min()), int(numbers.max()) + 1)
    wide = {
        name: summed[name].unstack("month").reindex(columns=every).fillna(0.0)
        for name in ("counts", "totals")
    }
    start = trained["month"].reindex(wide["totals"].index) - every[0]
    start = start.where(start < len(every), NEVER).fillna(NEVER)
    kept = (start >= 0).to_numpy()
    people = wide["totals"].index[kept]
    panel = Panel(
        wide["counts"].to_numpy()[kept], wide["totals"].to_numpy()[kept], start.to_numpy(np.int64)[kept]
    )
    return panel, people


def _attended(tables: Tables) -> pd.DataFrame:
    """Every training attended, the earliest first: user and key, when, hours, topic."""
    training = tables["training"].drop_null(["user", "trained_at"])
    found = tables.frame(training.select("user", "trained_at", "hours", "topic"))
    return found.assign(key=keyed(found["user"])).sort_values(["trained_at", "user"])


def trained_people(tables: Tables) -> pd.DataFrame:
    """Each trained person by key: name, first training, its month, hours of all."""
    found = _attended(tables)
    found = found.groupby("key").agg(
        user=("user", "first"), trained_at=("trained_at", "first"), hours=("hours", "sum")
    )
    month = [months.number_of(at) for at in found["trained_at"]]
    return found.assign(month=pd.Series(month, index=found.index, dtype="float64"))


def _errors(results: Results) -> pd.DataFrame | None:
    """Wrong cells out of checked cells, by person and month of entry, as the accuracy analysis found them."""
    accuracy = results.get("accuracy")
    found = accuracy.tables.get(BY_PERSON_AND_MONTH) if accuracy else None
    if found is None:
        return None
    numbers = found["month"].dt.year * 12 + found["month"].dt.month - 1
    return _work(found.assign(month=numbers).rename(columns={"wrong": "counts", "cells": "totals"}))


def _cycles(tables: Tables, settings: Settings) -> pd.DataFrame | None:
    """Days from first contact to won out of won deals, by owner and month of closing; no negative ones."""
    if not tables.has("deals", "owner", "created_at", "closed_at"):
        return None
    lives = lifetimes(tables, settings)
    won = lives.filter((lives.outcome == WON) & (lives.took >= 0))
    grouped = won.group_by(months.month_number(won.closed_at), person=won.owner)
    found = tables.frame(grouped.agg(counts=won.took.sum(), totals=won.count()))
    return _work(found.assign(counts=as_days(found["counts"])))


def _work(found: pd.DataFrame) -> pd.DataFrame | None:
    """What people did, by key of the person and number of the month: `counts` out of `totals`."""
    known = found.dropna(subset=["person", "month"])
    if known.empty:
        return None
    known = known.assign(key=keyed(known["person"]), month=known["month"].astype("int64"))
    return known.groupby(["key", "month"], as_index=False).agg(
        person=("person", "first"), counts=("counts", "sum"), totals=("totals", "sum")
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """The difference, the panel it was found in, and whether its units are `people` or whole `teams`."""

    found: Difference
    panel: Panel
    units: str


def _compare(
    work: pd.DataFrame | None, trained: pd.DataFrame, source: str, teams: Mapping[str, str]
) -> Compared | Text:
    """The difference, or why there is none."""
    if work is None:
        return text(f"training.no_{source}")
    if not work["key"].isin(trained.index).any():
        return text("training.nobody_known", n=len(trained))
    panel, people = _panel(work, trained)
    found = difference_in_differences(panel)
    if found is None or min(found.treated, found.controls) < _FEWEST:
        return text("training.nobody_to_compare", window=WINDOW)
    grouped = by_team(panel, people, teams)
    found_by_team = difference_in_differences(grouped) if grouped else None
    if grouped and found_by_team:
        return Compared(found_by_team, grouped, TEAMS)
    return Compared(found, panel, PEOPLE)


def _measure(measure_id: str, compared: Compared, unit: str) -> Measure:
    found = compared.found
    facts = {
        "same": found.as_large, "treated": found.treated, "controls": found.controls,
        "window": WINDOW, "ways": found.assignments,
    }  # fmt: skip
    people = found.treated + found.controls
    text_id = f"{measure_id}_{TEAMS}" if compared.units == TEAMS else ""
    return Measure(measure_id, found.value, unit, people, found.low, found.high, facts, text_id)


def by_month(work: pd.DataFrame, trained: pd.DataFrame) -> pd.DataFrame:
    """Share of wrong cells by month, of people who were trained at any time and of those who never were."""
    group = np.where(work["key"].isin(trained.index), "trained", "untrained")
    summed = work.assign(group=group).groupby(["month", "group"], as_index=False)
    table = summed.agg(people=("key", "nunique"), counts=("counts", "sum"), cells=("totals", "sum"))
    return pd.DataFrame(
        {
            "month": months.starts(table["month"]),
            "group": table["group"],
            "people": table["people"],
            "cells": table["cells"].astype("int64"),
            "share": table["counts"] / table["cells"],
        }
    )


def by_user(work: pd.DataFrame, trained: pd.DataFrame) -> pd.DataFrame:
    """Each person: when trained, hours, share of wrong cells, in the months before and after the training.

    `needs`: never trained, and the share is clearly above that of everybody together: even the lower end of
    the interval of the mean of the monthly shares (three months or more).
    """
    usual = work["counts"].sum() / work["totals"].sum()
    panel, people = _panel(work, trained)
    grouped = work.groupby("key")
    table = grouped.agg(user=("person", "first"), cells=("totals", "sum"), counts=("counts", "sum"))
    table = table.join(trained[["trained_at", "hours"]])
    monthly = work.assign(share=work["counts"] / work["totals"]).groupby("key")["share"]
    above = monthly.apply(_clearly_above, usual)
    change = pd.Series(np.nan, index=people)
    for month in np.unique(panel.start[panel.start != NEVER]):
        mine = panel.start == month
        change[mine] = changes(panel, int(month))[mine]
    table = table.assign(
        share=table["counts"] / table["cells"], change=change, needs=table["trained_at"].isna() & above
    )
    columns = ["user", "trained_at", "hours", "cells", "share", "change", "needs"]
    return table[columns].sort_values(["needs", "share"], ascending=False, ignore_index=True)


def _clearly_above(shares: pd.Series, usual: float) -> bool:
    interval = mean_t(shares) if len(shares) >= _MONTHS_TO_JUDGE else None
    return interval is not None and interval[0] > usual


def _answer(compared: Compared | Text) -> Text:
    if isinstance(compared, Text):
        return text("training.answer_not_measured", reason=compared)
    found = compared.found
    facts = {
        "n": found.treated, "controls": found.controls, "points": abs(found.value) * _HUNDRED,
        "same": found.as_large, "ways": found.assignments,
    }  # fmt: skip
    if compared.units == TEAMS:
        return text("training.answer_teams", **facts, change=found.value * _HUNDRED)
    if found.smallest_p > 1 - CONFIDENCE:
        return text("training.answer_too_few", **facts)
    if found.p > 1 - CONFIDENCE:
        return text("training.answer_no_difference", **facts)
    return text("training.answer_fewer" if found.value < 0 else "training.answer_more", **facts)


def _findings(people: pd.DataFrame) -> tuple[Finding, ...]:
    needing = people.loc[people["needs"], "user"]
    if needing.empty:
        return ()
    names = ", ".join(needing.head(_NAMED)) + (" …" if len(needing) > _NAMED else "")
    said = text("training.finding_need", n=len(needing), names=names)
    return (Finding(EFFICIENCY, said, text("training.action_need"), "ease", evidence=("accuracy.rate",)),)


def _notes(
    trained: pd.DataFrame, work: pd.DataFrame | None, compared: Compared | Text, study: EventStudy | None
) -> tuple[Text, ...]:
    notes = []
    if isinstance(compared, Compared):
        notes.append(text(f"training.note_permutation_{compared.units}", n=compared.found.assignments))
    if study and study.trend is not None and study.trend_p is not None:
        apart = study.trend_p <= 1 - CONFIDENCE
        facts = {"points": abs(study.trend) * _HUNDRED, "p": study.trend_p}
        notes.append(text(f"training.note_{'apart' if apart else 'parallel'}", **facts))
    if work is not None:
        unknown = int((~trained.index.isin(work["key"])).sum())
        early = int((trained["month"] < work["month"].min()).sum())
        counts = {"unknown": unknown, "early": early}
        notes += [text(f"training.note_{name}", n=n) for name, n in counts.items() if n]
    return tuple(notes)


def run(tables: Tables, settings: Settings, results: Results) -> Result:
    """Compares how people changed around their training with how the others changed meanwhile."""
    trained, teams = trained_people(tables), teams_of(tables)
    errors = _errors(results)
    compared = {
        (EFFECT, POINTS_OF_SHARE): _compare(errors, trained, "errors", teams),
        (CYCLE_EFFECT, "days"): _compare(_cycles(tables, settings), trained, "cycles", teams),
    }
    found = compared[EFFECT, POINTS_OF_SHARE]
    study = event_study(found.panel) if isinstance(found, Compared) else None
    known = {key: one for key, one in compared.items() if isinstance(one, Compared)}
    measures = [_measure(name, one, unit) for (name, unit), one in known.items()]
    if isinstance(found, Compared) and errors is not None:
        measures += hours(found.found, errors, trained, results, settings)
    people = None if errors is None else by_user(errors, trained)
    return Result(
        answer=_answer(found),
        measures=tuple(measures),
        not_measured={name: one for (name, _), one in compared.items() if isinstance(one, Text)},
        tables=_tables(tables, settings, results, trained, study),
        findings=() if people is None else _findings(people),
        notes=_notes(trained, errors, found, study),
    )


def _tables(
    tables: Tables, settings: Settings, results: Results, trained: pd.DataFrame, study: EventStudy | None
) -> dict[str, pd.DataFrame]:
    """What can be told month by month, person by person and field by field."""
    errors = _errors(results)
    if errors is None:
        return {}
    found = {
        "training_by_month": by_month(errors, trained),
        "training_by_user": by_user(errors, trained),
        "training_needs": needs(results, _attended(tables)),
        "training_path": study.path if study else pd.DataFrame(),
        "around_events": around_events(errors, settings.events),
    }
    return {name: frame for name, frame in found.items() if len(frame)}


ANALYSIS = Analysis(
    name="training",
    area=EFFICIENCY,
    page="ease",
    needs=("training",),
    measures=(EFFECT, CYCLE_EFFECT),
    run=run,
)
