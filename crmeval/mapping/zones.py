"""Times that name their zone: those of several zones in one column are brought to that of most."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from crmeval.mapping.dates import Dates
from crmeval.mapping.distinct import Distinct
from crmeval.words import Text, text

_ZONE = r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})$"
_SUMMER = 60  # minutes: the same place, in summer and in winter
_HOUR = 60


def in_one_zone(
    header: str, values: Distinct, read: Dates
) -> tuple[NDArray[np.datetime64], tuple[Text, ...]]:
    """The times of different texts as the clock of one zone shows them, and what is to be told of it.

    A zone that all share is dropped: the times are that clock's. So are two zones an hour apart: they are the
    clock of one place in summer and in winter. Where zones differ by more, days between two times would be
    wrong by hours; all are then as the zone of most rows shows them.
    """
    zoned = np.flatnonzero(read.zoned & ~np.isnat(read.values))
    if not len(zoned):
        return read.values, ()
    offset, rows = _offsets(values.texts.take(pa.array(zoned))), values.counts[zoned]
    zones, place = np.unique(offset, return_inverse=True)
    said = {"column": header, "n": int(rows.sum()), "zones": ", ".join(map(zone_name, zones))}
    if zones[-1] - zones[0] <= _SUMMER:
        return read.values, (text("import_notes.zones", **said),)
    most = zones[np.bincount(place, rows).argmax()]
    moments = read.values.copy()
    moments[zoned] += (most - offset).astype("m8[m]")
    changed = int(rows[offset != most].sum())
    return moments, (text("import_notes.zones_differ", **{**said, "n": changed}, zone=zone_name(most)),)


def _offsets(texts: pa.Array) -> NDArray[np.int64]:
    """Minutes by which the clock of each text's zone is ahead of UTC."""
    found = pc.extract_regex(texts, _ZONE)
    hours, minutes = (
        pc.fill_null(pc.struct_field(found, name).cast(pa.int64()), 0).to_numpy()
        for name in ("hours", "minutes")
    )
    behind = pc.fill_null(pc.equal(pc.struct_field(found, "sign"), "-"), False).to_numpy(zero_copy_only=False)
    ahead: NDArray[np.int64] = np.where(behind, -1, 1) * (hours * _HOUR + minutes)
    return ahead


def zone_name(offset: int) -> str:
    """The zone that is so many minutes ahead of UTC: `UTC+3`, `UTC−4:30`."""
    hours, minutes = divmod(abs(int(offset)), _HOUR)
    sign = "" if not offset else "+" if offset > 0 else "−"
    return f"UTC{sign}{hours if offset else ''}" + (f":{minutes:02}" if minutes else "")
