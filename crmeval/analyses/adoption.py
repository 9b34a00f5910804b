"""Do people use the CRM? Who was active in which month, and who has stopped."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses import adoption_depth, months
from crmeval.analyses.base import Analysis, Results
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

_WORK = ("records_created", "records_changed")
_COUNTERS = ("logins", *_WORK, "minutes")
_TRACES = (
    ("records", "entered_by", "entered_at"), ("activities", "owner", "at"), ("deals", "owner", "created_at"),
)  # fmt: skip
_SILENT_MONTHS = 2
_NAMED = 5
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Use:
    """Who was active when: one row per person and month (`user`, `month`, `actions`).

    `source` says what it was counted from; `first` and `last` are the ends of what was observed; `people` is
    everyone ever seen, also those who were never active.
    """

    months: pd.DataFrame
    source: str
    people: pd.Series
    first: pd.Timestamp
    last: pd.Timestamp


def _usage(tables: Tables) -> ir.Table:
    """Rows of the usage table: active is any counter above zero; without counters, the row itself.

    Actions are records created and changed, or else logins.
    """
    usage = tables["usage"]
    active, work, logins = (_total(tables, names) for names in (_COUNTERS, _WORK, ("logins",)))
    return usage.select(
        user=usage.user,
        at=usage.period,
        active=ibis.literal(1) if active is None else (active > 0).ifelse(1, 0),
        actions=next((count for count in (work, logins) if count is not None), ibis.null("float64")),
    )


def _total(tables: Tables, names: tuple[str, ...]) -> Any:
    """The sum of those of the counters that are mapped, None where none is."""
    counters = [tables["usage"][name].fill_null(0) for name in names if tables.has("usage", name)]
    return reduce(add, counters) if counters else None


def _traces(tables: Tables) -> ir.Table | None:
    """What people left behind where no usage was logged: records entered, interactions, deals opened."""
    found = [
        tables[name].select(
            user=tables[name][who], at=tables[name][when], active=ibis.literal(1), actions=ibis.literal(1.0)
        )
        for name, who, when in _TRACES
        if tables.has(name, who, when)
    ]
    return reduce(lambda one, other: one.union(other), found) if found else None


def use(tables: Tables, settings: Settings) -> Use | None:
    """People by month, None where no table says who did something when."""
    logged = tables.has("usage", "user", "period")
    rows = _usage(tables) if logged else _traces(tables)
    if rows is None:
        return None
    if settings.observed_until is not None:
        rows = rows.filter(rows["at"] < pd.Timestamp(settings.observed_until) + pd.Timedelta(days=1))
    rows = rows.drop_null(["user", "at"])
    found = tables.frame(
        rows.group_by("user", months.month_number(rows["at"])).agg(
            active=rows.active.max(),
            actions=rows.actions.sum(),
            first=rows["at"].min(),
            last=rows["at"].max(),
        )
    ).sort_values(["user", "month"], ignore_index=True)
    if found.empty:
        return None
    first, last = found["first"].min(), _last(found, settings, logged=logged)
    active = found.loc[found["active"] > 0, ["user", "month", "actions"]]
    return Use(active, "usage" if logged else "traces", found["user"].drop_duplicates(), first, last)


def _last(found: pd.DataFrame, settings: Settings, *, logged: bool) -> pd.Timestamp:
    """Until when the data reach; a log that dates everything on the first of a month holds whole months."""
    if settings.observed_until is not None:
        return pd.Timestamp(settings.observed_until)
    last: pd.Timestamp = found["last"].max()
    monthly = logged and bool((found["first"].dt.day == 1).all() and (found["last"].dt.day == 1).all())
    return last + pd.offsets.MonthEnd(0) if monthly else last


def by_month(used: Use, known: int) -> pd.DataFrame:
    """Each month from the first to the last: active people, their share with its interval, actions each."""
    numbers = range(months.number_of(used.first), months.number_of(used.last) + 1)
    counts = used.months.groupby("month").agg(active=("user", "nunique"), actions=("actions", "sum"))
    counts = counts.reindex(numbers, fill_value=0).rename_axis("number").reset_index()
    low, high = zip(*(wilson(active, known) for active in counts["active"]), strict=True)
    return pd.DataFrame(
        {
            "month": months.starts(counts["number"]),
            "active_people": counts["active"].astype(int),
            "known": known,
            "share": counts["active"] / known,
            "low": low,
            "high": high,
            "actions_each": counts["actions"] / counts["active"].where(counts["active"] > 0),
            "complete": months.whole(counts["number"], used.first, used.last),
        }
    )


def by_user(used: Use, by_months: pd.DataFrame) -> pd.DataFrame:
    """Each person ever seen: first and last active month, months active, actions; whether they have stopped.

    Stopped: active before, but in neither of the last two whole months nor after. They come first, all others
    after them, both in the order of names: a list of whom to ask, no league table.
    """
    grouped = used.months.groupby("user").agg(
        first=("month", "min"), last=("month", "max"), active_months=("month", "nunique"),
        actions=("actions", "sum"),
    )  # fmt: skip
    whole = by_months.loc[by_months["complete"], "month"]
    silent_from = whole.iloc[-_SILENT_MONTHS] if len(whole) > _SILENT_MONTHS else by_months["month"].iloc[0]
    first, last = months.starts(grouped["first"]), months.starts(grouped["last"])
    frame = grouped.assign(first=first, last=last, stopped=last < silent_from).reindex(used.people)
    frame["active_months"] = frame["active_months"].fillna(0).astype(int)
    frame["stopped"] = frame["stopped"].fillna(False).astype(bool)
    frame = frame.rename_axis("user").reset_index()
    frame = frame.sort_values("user", key=lambda names: names.str.casefold(), kind="stable")
    return frame.sort_values("stopped", ascending=False, kind="stable", ignore_index=True)


def _known(used: Use, settings: Settings) -> tuple[int, Text]:
    """How many people should use the CRM, and where that number comes from."""
    seen = len(used.people)
    if settings.users is None:
        return seen, text("adoption.note_known_seen", n=seen)
    if settings.users < seen:
        return seen, text("adoption.note_known_more_seen", n=seen, said=settings.users)
    return settings.users, text("adoption.note_known_settings", n=settings.users, seen=seen)


def _measures(by_months: pd.DataFrame, people: pd.DataFrame, known: int) -> tuple[Measure, ...]:
    """The usual month first: its interval takes people, not months, as what is drawn by chance."""
    whole = by_months[by_months["complete"]]
    judged = whole if len(whole) else by_months
    share, last = float(judged["share"].mean()), judged.iloc[-1]
    facts = {"months": len(judged)}
    last_facts = {"month": last["month"], "active": int(last["active_people"])}
    found = [
        Measure("adoption.active_share", share, "share", known, *wilson(share * known, known), facts),
        Measure(
            "adoption.last_share", float(last["share"]), "share", known, float(last["low"]),
            float(last["high"]), last_facts,
        ),
    ]  # fmt: skip
    if len(whole) > _SILENT_MONTHS:
        found.append(Measure("adoption.stopped", int(people["stopped"].sum()), "count", len(people)))
    return tuple(found)


def _not_measured(more: list[Measure]) -> dict[str, Text]:
    known = {measure.id for measure in more}
    wanted = ("adoption.fields_filled", "adoption.late_entry")
    return {name: text(f"{name}_needs") for name in wanted if name not in known}


def _findings(last: Measure, people: pd.DataFrame, source: str) -> tuple[Finding, ...]:
    found, stopped = [], people.loc[people["stopped"], "user"]
    if len(stopped):
        names = ", ".join(stopped.head(_NAMED)) + (" …" if len(stopped) > _NAMED else "")
        said = text(f"adoption.finding_stopped_{source}", n=len(stopped), names=names)
        found.append(_finding(said, text("adoption.action_stopped"), "adoption.stopped"))
    if last.high is not None and last.high < _HALF:
        said = text("adoption.finding_few", n=last.facts["active"], known=last.n, share=last.value)
        found.append(_finding(said, text("adoption.action_few"), "adoption.last_share"))
    return tuple(found)


def _finding(said: Text, action: Text, evidence: str) -> Finding:
    return Finding(EFFICIENCY, said, action, page="ease", evidence=(evidence,))


def run(tables: Tables, settings: Settings, results: Results) -> Result:
    """Counts active people by month, names those who have stopped, and looks at what they enter."""
    used = use(tables, settings)
    if used is None or used.months.empty:
        reason = text("adoption.no_dates")
        return Result(text("adoption.answer_no_dates"), not_measured=dict.fromkeys(ANALYSIS.measures, reason))
    known, note = _known(used, settings)
    by_months = by_month(used, known)
    people = by_user(used, by_months)
    measures = _measures(by_months, people, known)
    share, last = measures[:2]
    notes = [text(f"adoption.note_{used.source}"), note]
    if not by_months["complete"].all():
        notes.append(text("adoption.note_incomplete", n=int((~by_months["complete"]).sum())))
    more, by_person = adoption_depth.measures(tables)
    extra = {
        "adoption_by_person_month": adoption_depth.by_person_and_month(used.months, used.people),
        "adoption_by_person": by_person,
        "said_and_done": adoption_depth.said_and_done(
            tables, used.months, months.number_of(used.last), results
        ),
    }
    return Result(
        answer=text("adoption.answer", n=known, share=share.value, **last.facts),
        measures=(*measures, *more),
        not_measured=_not_measured(more),
        tables={
            "adoption_by_month": by_months,
            "adoption_by_user": people,
            **{name: frame for name, frame in extra.items() if len(frame)},
        },
        findings=_findings(last, people, used.source),
        notes=tuple(notes),
    )


ANALYSIS = Analysis(
    name="adoption",
    area=EFFICIENCY,
    page="ease",
    needs=("usage", "records", "activities", "deals"),
    measures=("adoption.active_share",),
    run=run,
)
