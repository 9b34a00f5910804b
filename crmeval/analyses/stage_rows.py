"""The deals behind a stage or a move, to look at and to hand over."""

from collections.abc import Callable

import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.clock import as_days
from crmeval.analyses.stage_visits import visited
from crmeval.settings import Settings
from crmeval.tables import Tables

_MOST = 10_000  # rows: more than anybody reads, few enough for a page
_OF_DEALS = ("outcome", "owner", "customer_id", "amount", "source", "team")


def deals_in_stage(tables: Tables, settings: Settings, stage: str) -> pd.DataFrame:
    """Visits to a stage, longest first: deal, entered, days (so far, where open), open, the deal's own data.

    At most 10,000 rows.
    """
    seen = visited(tables, settings)
    visits = seen.visits.filter(_.stage == stage)
    rows = visits.select(
        "deal_id",
        entered_at=_.at.as_timestamp("s"),
        days=as_days(_.stay.coalesce(_.age)),
        open=_.is_open == 1,
    )
    return _longest(tables, rows)


def deals_on_move(tables: Tables, settings: Settings, stage: str, next_stage: str) -> pd.DataFrame:
    """Moves between two stages, slowest first: deal, moved, days before the move, the deal's own data.

    At most 10,000 rows.
    """
    seen = visited(tables, settings)
    moves = seen.visits.filter((_.stage == stage) & (_.next_stage == next_stage))
    rows = moves.select("deal_id", moved_at=_.next_at.as_timestamp("s"), days=as_days(_.next_at - _.at))
    return _longest(tables, rows)


def _longest(tables: Tables, rows: ir.Table) -> pd.DataFrame:
    """The rows, longest first, with what the deals say about themselves."""
    rows = rows.order_by([_.days.desc(nulls_first=False), "deal_id"]).limit(_MOST)
    frame = tables.frame(rows).assign(days=lambda found: found["days"].astype(float))
    return _with_deals(tables, frame, lambda deals: deals.semi_join(rows, "deal_id"))


def with_deals(tables: Tables, frame: pd.DataFrame) -> pd.DataFrame:
    """A list of at most a few hundred deals with what they say about themselves."""
    return _with_deals(tables, frame, lambda deals: deals.filter(_.deal_id.isin(list(frame["deal_id"]))))


def _with_deals(tables: Tables, frame: pd.DataFrame, mine: Callable[[ir.Table], ir.Table]) -> pd.DataFrame:
    known = [column for column in _OF_DEALS if tables.has("deals", column)]
    if not known or frame.empty:
        return frame
    deals = tables["deals"].select("deal_id", *known).distinct(on="deal_id")
    return frame.merge(tables.frame(mine(deals)), on="deal_id", how="left")
