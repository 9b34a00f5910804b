"""How the CRM is used: who worked in which month, how fully records are filled in, what is entered late."""

from functools import reduce
from operator import add

import ibis
import pandas as pd

from crmeval.analyses import months
from crmeval.analyses.base import Results
from crmeval.analyses.checks.columns import CheckedTable, checkable, filled
from crmeval.analyses.people import keyed, teams_of
from crmeval.analyses.usability_scores import FEWEST_IN_A_GROUP
from crmeval.results import Measure
from crmeval.stats.clustered import clustered_share
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables

_LATE_DAYS = 1  # the day after is still "at once"
_MOST_PEOPLE = 60


def by_person_and_month(active: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """Actions of each person in each month, in the order of names: a picture of habits, no league table.

    At most 60 people, those with most months active; a month without actions is 0.
    """
    if active.empty:
        return pd.DataFrame(columns=["user", "month", "actions"])
    counts = active.groupby("user")["month"].nunique().reindex(people, fill_value=0)
    shown = sorted(counts.sort_values(ascending=False, kind="stable").index[:_MOST_PEOPLE], key=str.casefold)
    numbers = range(int(active["month"].min()), int(active["month"].max()) + 1)
    wide = active.assign(actions=active["actions"].fillna(1)).pivot_table(
        index="user", columns="month", values="actions", aggfunc="sum"
    )
    whole = wide.reindex(index=shown, columns=numbers).fillna(0).rename_axis(index="user")
    found = whole.reset_index().melt("user", var_name="month", value_name="actions")
    return found.assign(month=months.starts(found["month"]))


def filled_in(tables: Tables) -> pd.DataFrame:
    """Cells that people could fill in, and did, by person and month: person, month, cells, filled.

    Of records where there are any, else of deals. Left out are ids, who entered the row and when, columns
    nobody ever filled, and the closing dates of deals, which open ones do not have.
    """
    empty = pd.DataFrame(columns=["person", "month", "cells", "filled"])
    chosen = next((one for one in checkable(tables) if one.name in ("records", "deals") and one.person), None)
    columns = _typed_in(chosen) if chosen else []
    if chosen is None or not columns:
        return empty
    rows = tables[chosen.name]
    full = reduce(add, [filled(rows, column).ifelse(1, 0) for column in columns])
    month = months.month_number(rows[chosen.date]) if chosen.date else ibis.null().cast("int64")
    known = rows.select(person=rows[chosen.person], month=month, full=full).drop_null("person")
    grouped = known.group_by("person", "month")
    found = tables.frame(grouped.agg(filled=known.full.sum(), rows=known.count()))
    return found.assign(cells=found["rows"] * len(columns))[["person", "month", "cells", "filled"]]


def _typed_in(checked: CheckedTable) -> list[str]:
    machine = {checked.id, checked.person, checked.date, "closed_at"}
    return [column for column in checked.columns if column not in machine]


def late(tables: Tables) -> pd.DataFrame:
    """Deals by owner: how many have an activity, and how many of those were entered after it had been done.

    Late: the first activity is more than a day older than the deal. Columns: person, deals, late.
    """
    if not (tables.has("deals", "created_at") and tables.has("activities", "deal_id", "at")):
        return pd.DataFrame(columns=["person", "deals", "late"])
    done, deals = tables["activities"].drop_null(["deal_id", "at"]), tables["deals"].drop_null("created_at")
    first = done.group_by("deal_id").agg(first_at=done["at"].min())
    joined = deals.inner_join(first, "deal_id")
    days = joined.created_at.date().epoch_days() - joined.first_at.date().epoch_days()
    told = joined.select(person=joined.owner, late=(days > _LATE_DAYS).ifelse(1, 0))
    return tables.frame(told.group_by("person").agg(deals=told.count(), late=told.late.sum()))


def measures(tables: Tables) -> tuple[list[Measure], pd.DataFrame]:
    """Fields filled in and deals entered late, and both by person where the person is known."""
    full, tardy = filled_in(tables), late(tables)
    found = []
    if full["cells"].sum():
        people = full.groupby("person")[["cells", "filled"]].sum()
        share = clustered_share(people["cells"], people["filled"])  # people differ: they are what is drawn
        cells = int(full["cells"].sum())
        facts = {"people": len(people)}
        found.append(
            Measure("adoption.fields_filled", share.share, "share", cells, share.low, share.high, facts)
        )
    if tardy["deals"].sum():
        n, hits = int(tardy["deals"].sum()), int(tardy["late"].sum())
        found.append(Measure("adoption.late_entry", hits / n, "share", n, *wilson(hits, n)))
    by_person = full.groupby("person", as_index=False)[["cells", "filled"]].sum()
    by_person = by_person.merge(tardy.dropna(subset="person"), on="person", how="outer")
    if by_person.empty:
        return found, by_person
    shown = pd.DataFrame(
        {
            "person": by_person["person"],
            "filled_share": (by_person["filled"] / by_person["cells"]).astype(float),
            "deals_touched": by_person["deals"].astype("Int64").astype(float),
            "late_share": (by_person["late"] / by_person["deals"]).astype(float),
        }
    )
    return found, shown.sort_values("person", key=lambda names: names.str.casefold(), ignore_index=True)


def said_and_done(tables: Tables, active: pd.DataFrame, last: int, results: Results) -> pd.DataFrame:
    """What a team says of the CRM beside what it does: forms, score, people known, share active in a month.

    Only teams of five forms or more; the team of a person is that of most of their deals. Empty where forms
    or people name no team both know.
    """
    columns = ["team", "forms", "score", "score_low", "score_high", "people", "active_share"]
    usability, teams = results.get("usability"), teams_of(tables)
    groups = usability.tables.get("usability_by_group") if usability else None
    if groups is None or not teams or active.empty:
        return pd.DataFrame(columns=columns)
    mine = groups[groups["dimension"] == "team"].assign(
        team=lambda one: one["group"].str.strip().str.casefold()
    )
    whose = pd.Series(teams).str.strip()
    used = active.assign(team=keyed(active["user"]).map(whose.str.casefold()))
    span = last - int(active["month"].min()) + 1
    sizes = whose.str.casefold().value_counts()
    share = used.groupby("team").size() / (sizes * span)
    joined = mine[mine["n"] >= FEWEST_IN_A_GROUP].assign(
        people=mine["team"].map(sizes), active_share=mine["team"].map(share)
    )
    joined = joined.dropna(subset=["people", "active_share"]).astype({"people": "int64"})
    named = joined.assign(team=joined["group"]).rename(
        columns={"n": "forms", "mean": "score", "low": "score_low", "high": "score_high"}
    )
    return named[columns].sort_values("team", ignore_index=True)
