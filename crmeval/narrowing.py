"""The tables of some deals only: those of one owner, team, source."""

import pyarrow as pa
import pyarrow.compute as pc

from crmeval.tables import Tables

OF_DEALS = ("stage_events", "activities")  # the tables that follow the deals
DIMENSIONS = ("owner", "team", "source", "product", "pipeline")


def dimensions(tables: Tables) -> list[str]:
    """The fields of deals that they can be narrowed by."""
    return [name for name in DIMENSIONS if tables.has("deals", name)]


def values(tables: Tables, field: str) -> list[str]:
    """The values of a field of deals, the most frequent first."""
    deals = tables["deals"]
    counted = tables.frame(
        deals.filter(deals[field].notnull()).group_by(field).agg(n=lambda rows: rows.count())
    )
    return list(counted.sort_values(["n", field], ascending=[False, True])[field])


def narrowed(tables: Tables, field: str, value: str) -> Tables:
    """The tables with only the deals that have this value, and only what belongs to these deals.

    Activities that name no deal are left out; tables that do not follow deals stay whole.
    """
    arrow = {name: tables.arrow(name) for name in tables.names}
    deals = arrow["deals"].filter(pc.equal(arrow["deals"][field], pa.scalar(value)))
    kept = {
        name: table.filter(pc.is_in(table["deal_id"], deals["deal_id"].combine_chunks()))
        for name, table in arrow.items() if name in OF_DEALS
    }  # fmt: skip
    labels = {name: tables.labels(name) for name in tables.names}
    return Tables(
        {**arrow, **kept, "deals": deals}, labels=labels, imports=tables.imports, undated=tables.undated
    )
