"""The deals behind a part of the accounts of a stage."""

import pandas as pd
from ibis import _

from crmeval.analyses.clock import as_days
from crmeval.analyses.stage_flow import fate, fates, path
from crmeval.analyses.stage_visits import visited
from crmeval.settings import Settings
from crmeval.tables import Tables

_MOST = 10_000  # rows: more than anybody reads, few enough for a page


def deals_with_fate(tables: Tables, settings: Settings, stage: str, wanted: str) -> pd.DataFrame:
    """Visits to a stage that went on in a way (see `stage_flow.FATES`): deal, entered, days, next stage.

    Longest first, at most 10,000.
    """
    seen = visited(tables, settings)
    moves = fates(tables, seen)
    intended = path(moves, seen, settings)
    visits = seen.visits.filter(_.stage == stage)
    frame = tables.frame(
        visits.select(
            "deal_id", "stage", "next_stage", "outcome", "is_open", "gap",
            entered_at=_.at.as_timestamp("s"), days=as_days(_.stay.coalesce(_.age)),
        )
    )  # fmt: skip
    chosen = frame[fate(frame, intended.rank, seen.final) == wanted]
    chosen = chosen.sort_values(["days", "deal_id"], ascending=[False, True]).head(_MOST)
    return chosen[["deal_id", "entered_at", "days", "next_stage"]].reset_index(drop=True)
