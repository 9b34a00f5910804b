"""The deals of a group, to look at and to hand over."""

import pandas as pd
from ibis import _

from crmeval.tables import Tables

_MOST = 10_000  # rows: more than anybody reads, few enough for a page
_SHOWN = ("deal_id", "created_at", "closed_at", "outcome", "owner", "customer_id", "amount", "source", "team")


def deals_in_group(tables: Tables, by: str, group: str) -> pd.DataFrame:
    """The deals with this value, the newest first, with what they say about themselves; at most 10,000."""
    deals = tables["deals"]
    known = [column for column in _SHOWN if tables.has("deals", column)]
    mine = deals.filter(deals[by] == group).order_by([_.created_at.desc(nulls_first=False), "deal_id"])
    return tables.frame(mine.select(*known).limit(_MOST))
