"""People as tables name them: compared without case and outer spaces, and the team each belongs to."""

import pandas as pd

from crmeval.tables import Tables


def keyed(names: pd.Series) -> pd.Series:
    """Names in the form in which they are compared: without case and outer spaces."""
    return names.astype("str").str.strip().str.casefold()


def teams_of(tables: Tables) -> dict[str, str]:
    """The team of each person by key, as most of their deals say; empty where no table tells."""
    if not tables.has("deals", "owner", "team"):
        return {}
    deals = tables["deals"].drop_null(["owner", "team"])
    found = tables.frame(deals.group_by("owner", "team").agg(n=deals.count()))
    found = found.assign(key=keyed(found["owner"])).sort_values(["n", "team"])
    found = found.drop_duplicates("key", keep="last")
    return dict(zip(found["key"], found["team"], strict=True))
