"""The events of all cases put in order once, as arrays of codes that every question of time is asked."""

from dataclasses import dataclass, replace
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from numpy.typing import NDArray

from crmeval.analyses.clock import seconds
from crmeval.analyses.undated import gaps
from crmeval.fields import LOST, OPEN, WON
from crmeval.tables import IMPORT, ROW, Tables

Codes = NDArray[np.int32]
Seconds = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

_MICROSECONDS = 1_000_000
_MOST_ROWS = 1 << 26  # of a sheet
_MOST_RANKED = 100  # stages whose usual order is asked for


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases the events belong to: their ids, and what the deals say of each where there are deals.

    `outcome` is a text or None; `closed` and `created` are seconds since 1970, NaN where not known.
    """

    ids: pa.Array
    outcome: NDArray[np.object_]
    closed: Floats
    created: Floats

    @property
    def ended(self) -> Flags:
        """Whether the deals say that the case has ended."""
        return pd.notna(self.outcome) & (self.outcome != OPEN)


@dataclass(frozen=True, slots=True)
class Events:
    """Events in order, those of a case together: by time, then position, usual order of stages, file order.

    `case` and `stage` are codes into `cases.ids` and `stages` (which are in the order of their names); `at`
    are seconds since 1970, so are `left` (by a date of its own; NaN where there is none) and `until` (when
    the case was last seen, if not `at`); `position` is NaN where the file has none. `gap`: between the event
    and the next a step lies, or may lie, of which the file has no date.
    """

    cases: Cases
    stages: tuple[str, ...]
    case: Codes
    stage: Codes
    at: Seconds
    until: Seconds | None
    left: Floats | None
    position: Floats | None
    gap: Flags | None = None

    @property
    def goes_on(self) -> Flags:
        """Whether another event of the same case follows, and nothing is missing between them."""
        return ~self.ends if self.gap is None else ~self.ends & ~self.gap

    @property
    def ends(self) -> Flags:
        """Whether no event of the same case comes after."""
        same = np.zeros(len(self.case), dtype=bool)
        np.equal(self.case[1:], self.case[:-1], out=same[:-1])
        return ~same

    @property
    def begins(self) -> Flags:
        """Whether no event of the same case comes before."""
        return before(self.ends, first=True)

    @property
    def lengths(self) -> Places:
        """How many events each case has, in the order of the cases."""
        return np.diff(np.flatnonzero(np.append(self.begins, True)))

    @property
    def last_seen(self) -> Seconds:
        """When each case was last seen, in the order of the cases."""
        until = self.at if self.until is None else self.until
        first = np.flatnonzero(self.begins)
        return np.maximum.reduceat(until, first) if len(first) else until

    @property
    def repeats(self) -> Flags:
        """Whether the event before it names the same stage."""
        return before(self.goes_on, first=False) & (self.stage == before(self.stage, first=-1))

    @property
    def copies(self) -> Flags:
        """Whether the event before it says the same: this stage at this time."""
        return self.repeats & (self.at == before(self.at, first=0))

    def only(self, kept: Flags | Places) -> "Events":
        """The events of the mask, or at these places."""
        return Events(
            self.cases, self.stages, self.case[kept], self.stage[kept], self.at[kept],
            None if self.until is None else self.until[kept],
            None if self.left is None else self.left[kept],
            None if self.position is None else self.position[kept],
            None if self.gap is None else self.gap[kept],
        )  # fmt: skip

    def without(self, again: Flags) -> "Events":
        """The events without those that only repeat the one before; what is missing after them stays so."""
        found = self.only(~again)
        if self.gap is None:
            return found
        gap = np.zeros(len(found.case), dtype=bool)
        gap[(np.cumsum(~again) - 1)[self.gap]] = True
        return replace(found, gap=gap)

    def steps(self) -> "Events":
        """The events without those that repeat the stage their case is in; a save's end is not the stay's."""
        until = np.repeat(self.last_seen, self.lengths)
        return replace(self, until=until, left=None).without(self.repeats)


def before(values: NDArray[Any], first: Any) -> NDArray[Any]:
    """Of each row, the value of the row before it."""
    return np.concatenate((np.array([first], dtype=values.dtype), values[:-1]))[: len(values)]


def after(values: NDArray[Any], last: Any) -> NDArray[Any]:
    """Of each row, the value of the row after it."""
    return np.concatenate((values[1:], np.array([last], dtype=values.dtype)))[-len(values) or 1 :]


def events_in_order(tables: Tables, *, of_stages: bool) -> Events:
    """The events of stages, or the activities in their place; those without case, stage or time are left out.

    Events of one time go by their positions; where no positions decide, by the usual order of their stages.
    """
    rows = _rows(tables, of_stages=of_stages)
    for name in ("case", "stage", "at"):
        if rows[name].null_count:
            rows = rows.filter(rows[name].is_valid())
    case, ids = _coded(rows["case"])
    stage, stages = _by_name(*_coded(rows["stage"]))
    at = rows["at"].to_numpy().astype("M8[us]").view(np.int64) // _MICROSECONDS
    left = _floats(rows, "left") if "left" in rows.column_names else None
    if left is not None:
        left = np.floor(left / _MICROSECONDS)
    until = None if left is None else np.fmax(at, left).astype(np.int64)
    position = _floats(rows, "position") if "position" in rows.column_names else None
    found = Events(_cases(tables, ids), stages, case, stage, at, until, left, position)
    row = rows["row"].to_numpy()
    order = _order(found, row, None if position is None else np.nan_to_num(position))
    in_order = found.only(order)
    if of_stages and position is None and (rank := _usual_order(in_order)) is not None:
        order = _order(found, row, rank[stage])
        in_order = found.only(order)
    if not of_stages or tables.undated.empty:
        return in_order
    return replace(in_order, gap=_gaps(in_order, tables, rows.take(pa.array(order))))


def _gaps(events: Events, tables: Tables, rows: pa.Table) -> Flags:
    """After which events a step lies, or may lie, that has no date or no name."""
    undated = tables.undated
    case = pc.index_in(pa.array(undated["deal_id"], pa.string()), value_set=events.cases.ids)
    known = pd.DataFrame({"case": case.to_pandas(), "place": _place(undated["import"], undated["row"])})
    place = _place(rows["import"].to_numpy(), rows["row"].to_numpy())
    return gaps(events.case.astype(np.int64), place, known.dropna().astype(np.int64))


def _place(sheet: Any, row: Any) -> Places:
    """Where a row stands, sheets one after the other."""
    return np.asarray(sheet, np.int64) * _MOST_ROWS + np.asarray(row, np.int64)


def _rows(tables: Tables, *, of_stages: bool) -> pa.Table:
    """The columns asked for, under the names they have here; those that nothing fills are left out."""
    if not of_stages:
        key = "deal_id" if tables.has("activities", "deal_id") else "customer_id"
        return tables.arrow("activities", key, "kind", "at", ROW).rename_columns(
            ["case", "stage", "at", "row"]
        )
    columns = {"case": "deal_id", "stage": "stage", "at": "entered_at", "row": ROW, "import": IMPORT}
    more = {"position": "position", "left": "left_at"}
    columns |= {name: column for name, column in more.items() if tables.has("stage_events", column)}
    return tables.arrow("stage_events", *columns.values()).rename_columns(list(columns))


def _coded(values: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Codes of the values in the order in which they first come, and the values."""
    found = values.combine_chunks().dictionary_encode()
    if isinstance(found, pa.ChunkedArray):
        found = found.unify_dictionaries().combine_chunks()
    return found.indices.to_numpy(), found.dictionary


def _by_name(codes: Codes, values: pa.Array) -> tuple[Codes, tuple[str, ...]]:
    """The codes and values in the order of the values."""
    names = np.array(values.to_pylist(), dtype=object)
    order = np.argsort(names)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[codes], tuple(names[order])


def _floats(rows: pa.Table, name: str) -> Floats:
    """A column as numbers, NaN where it is empty."""
    column = rows[name]
    kind = pa.int64() if pa.types.is_timestamp(column.type) else column.type
    return column.cast(kind).cast(pa.float64(), safe=False).to_numpy()


def _cases(tables: Tables, ids: pa.Array) -> Cases:
    """What the deals say of these cases."""
    unknown = np.full(len(ids), np.nan)
    if "deals" not in tables:
        return Cases(ids, np.full(len(ids), None, dtype=object), unknown, unknown)
    deals = tables["deals"].filter(_.deal_id.notnull())
    is_closed = deals.outcome.isin([WON, LOST]).fill_null(False)
    ends = deals.group_by("deal_id").agg(
        outcome=deals.outcome.max(),
        closed=seconds(is_closed.ifelse(deals.closed_at, ibis.null("timestamp(6)"))).max(),
        created=seconds(deals.created_at).min(),
    )
    said = tables.frame(ends).set_index("deal_id").reindex(ids.to_pandas())
    outcome = said["outcome"].astype(object)
    return Cases(
        ids, outcome.where(outcome.notna(), None).to_numpy(),
        said["closed"].to_numpy(float), said["created"].to_numpy(float),
    )  # fmt: skip


def _order(events: Events, row: Seconds, tie: NDArray[Any] | None) -> Places:
    """The order of the events by case and time, and of those at one time by tie and row."""
    if not len(events.at):
        return np.empty(0, dtype=np.int64)
    key = events.case.astype(np.int64)
    key *= int(events.at.max() - events.at.min()) + 1
    key += events.at - events.at.min()
    order = _by_digits(key)
    in_order = key[order]
    same = in_order[1:] == in_order[:-1]
    tied = np.append(same, False) | np.insert(same, 0, False)
    if tied.any():
        mine = order[tied]
        ties = (row[mine], *([] if tie is None else [tie[mine]]), in_order[tied])
        order[tied] = mine[np.lexsort(ties)]
    return order


def _by_digits(keys: Seconds) -> Places:
    """The stable order of whole numbers from 0, by sixteen bits at a time, which numpy sorts by radix."""
    order = np.argsort(keys.astype(np.uint16), kind="stable")
    for shift in range(16, int(keys.max()).bit_length(), 16):
        order = order[np.argsort((keys >> shift).astype(np.uint16)[order], kind="stable")]
    return order


def _usual_order(events: Events) -> Places | None:
    """The place of each stage by how long after its case began it is usually entered.

    None where no two stages share a time, or there are too many stages to have an order.
    """
    tied = events.goes_on & (after(events.at, 0) == events.at) & (after(events.stage, -1) != events.stage)
    if not tied.any() or not 1 < len(events.stages) <= _MOST_RANKED:
        return None
    begun = np.repeat(events.at[events.begins], events.lengths)
    late = np.bincount(events.stage, events.at - begun) / np.bincount(events.stage)
    return np.unique(late, return_inverse=True)[1]
