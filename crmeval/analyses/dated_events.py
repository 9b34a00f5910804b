"""What happened on a known day and may show in a series by month: go-live, trainings, releases."""

import pandas as pd

from crmeval.settings import Settings
from crmeval.tables import Tables

GO_LIVE, TRAINING, EVENT = "go_live", "training", "event"
COLUMNS = ("at", "what", "event", "people")
_Row = tuple[pd.Timestamp, str, str, int | None]
_NAMED = 2  # topics of a month that are named


def dated_events(tables: Tables, settings: Settings) -> pd.DataFrame:
    """Go-live, each month's trainings and the events of the settings, in the order of time.

    Columns: `at`, `what` (a code), `event` (its name, empty where it has none), `people` (of a training).
    """
    rows: list[_Row] = [(pd.Timestamp(day), EVENT, name, None) for name, day in settings.events.items()]
    if settings.go_live is not None:
        rows.append((pd.Timestamp(settings.go_live), GO_LIVE, "", None))
    rows += _trainings(tables)
    found = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"at": "datetime64[us]", "people": float})
    return found.sort_values("at", kind="stable", ignore_index=True)


def _trainings(tables: Tables) -> list[_Row]:
    """Each month's trainings on the day of its first."""
    if not tables.has("training", "user", "trained_at"):
        return []
    columns = [name for name in ("user", "trained_at", "topic") if tables.has("training", name)]
    rows = tables.frame(tables["training"].select(columns)).dropna(subset=["user", "trained_at"])
    rows = rows.sort_values("trained_at", kind="stable")
    return [
        (days["trained_at"].iloc[0], TRAINING, _topics(days), days["user"].nunique())
        for _, days in rows.groupby(rows["trained_at"].dt.to_period("M"))
    ]


def _topics(rows: pd.DataFrame) -> str:
    topics = list(rows["topic"].dropna().unique()) if "topic" in rows else []
    return ", ".join(topics[:_NAMED]) + (" …" if len(topics) > _NAMED else "")
