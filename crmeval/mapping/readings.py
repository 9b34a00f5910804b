"""What follows from reading the dates of a sheet one way or the other, counted in the data themselves."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from crmeval.fields import LEFT_OUT
from crmeval.mapping import swaps
from crmeval.mapping.columns import Column
from crmeval.mapping.dates import DMY, MDY
from crmeval.mapping.joins import match
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.orders import Told, dated, told
from crmeval.mapping.swaps import NONE, Dated, Suspicion
from crmeval.reading.sheet import Sheet

ORDERED = {
    "deals": ("created_at", "closed_at"), "stage_events": ("entered_at", "left_at"),
    "contracts": ("started_at", "ended_at"), "costs": ("from", "to"),
}  # fmt: skip
_DECIDING, _TIMES_FEWER = (
    5,
    10,
)  # so many contradictions, and so many times fewer the other way
_FRIDAY, _THURSDAY = 5, 3  # 1970-01-01 was a Thursday

Place = tuple[int, str]  # the position of a sheet, and a header


@dataclass(frozen=True, slots=True)
class Reading:
    """The dates of a sheet read with the day or the month first.

    `dates` counts cells, of which `future` lie after today and `workdays` (a share) on Monday to Friday;
    `first` and `last` bound them. `pairs` counts rows with a beginning and an end, in `reversed` of which the
    end comes first; `median_days` lies between them.
    """

    order: str
    dates: int = 0
    first: date | None = None
    last: date | None = None
    future: int = 0
    workdays: float = 0.0
    pairs: int = 0
    reversed: int = 0
    median_days: float | None = None

    @property
    def contradictions(self) -> int:
        """Dates that can hardly be meant: in the future, or an end before its beginning."""
        return self.future + self.reversed


@dataclass(frozen=True, slots=True)
class Pair:
    """Two columns of dates of which the first should not be later.

    `places` leads from rows of the end's sheet to rows of the start's (None: they are the same sheet);
    `whole` says whether what lies between them is the length of something.
    """

    start: Place
    end: Place
    places: pa.Array | None = None
    whole: bool = True

    def aligned(self, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The beginnings beside the ends."""
        if self.places is None:
            return start, end
        taken = pa.array(start, pa.timestamp("us")).take(self.places)
        return taken.to_numpy(zero_copy_only=False), end


@dataclass
class Calendar:
    """All dates of an upload under its mapping, read when they are asked for."""

    sheets: Sequence[Sheet]
    proposal: MappingProposal
    _read: dict[tuple[Place, str], np.ndarray] = field(default_factory=dict)
    _pairs: tuple[Pair, ...] | None = None

    def mapping(self, at: int) -> SheetMapping:
        """The mapping of the sheet at this position."""
        sheet = self.sheets[at]
        return self.proposal.of(sheet.file, sheet.name) or SheetMapping(sheet.file, sheet.name, LEFT_OUT)

    def columns(self, at: int) -> dict[str, Column]:
        """The columns of dates of a sheet."""
        return dated(self.sheets[at], self.mapping(at))

    def told(self, at: int) -> dict[str, Told]:
        """The order of day and month in each of them."""
        return told(self.columns(at), self.mapping(at))

    def dated(self, place: Place, order: str = "") -> Dated:
        """A column of dates, read as the mapping says or in another order."""
        at, header = place
        found = self.told(at)[header]
        settled = header not in self.mapping(at).unclear
        return Dated.of(self.columns(at)[header], order or found.chosen, settled=settled)

    def moments(self, place: Place, order: str = "") -> np.ndarray:
        """One moment per row, changed back where the mapping says so.

        In an order that is not the column's, dates that fit only the other one are read in that: so do
        programs that take each date for itself.
        """
        asked = (place, order)
        if asked not in self._read:
            column = self.dated(place, order)
            which = self.mapping(place[0]).swapped.get(place[1], NONE)
            if order:
                other = self.dated(place, MDY if order == DMY else DMY)
                values = np.where(np.isnat(column.values), other.values, column.values)
                column = replace(column, values=values)
            rows = column.rows(column.values) if which == NONE else swaps.put_back(column, which)[0]
            self._read[asked] = rows
        return self._read[asked]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Beginnings and ends, in one sheet or in two that are joined by their ids."""
        if self._pairs is None:
            self._pairs = tuple(_pairs(self))
        return self._pairs

    def reading(self, order: str, asked: Collection[Place], today: date) -> Reading:
        """Some columns read in an order, beside all others as they are."""
        days = np.concatenate([self.moments(place, order) for place in sorted(asked)]).astype("M8[D]")
        days = days[~np.isnat(days)]
        if not len(days):
            return Reading(order)
        spans = [
            (pair, self._span(pair, order, asked)) for pair in self.pairs if {pair.start, pair.end} & {*asked}
        ]
        lengths = np.concatenate([np.empty(0), *(span for _, span in spans)])
        whole = np.concatenate([np.empty(0), *(span for pair, span in spans if pair.whole)])
        weekdays = (days.astype(np.int64) + _THURSDAY) % 7
        return Reading(
            order, len(days), days.min().item(), days.max().item(),
            future=int((days > np.datetime64(today)).sum()),
            workdays=float((weekdays < _FRIDAY).mean()),
            pairs=len(lengths), reversed=int((lengths < 0).sum()),
            median_days=float(np.median(whole)) if len(whole) else None,
        )  # fmt: skip

    def _span(self, pair: Pair, order: str, asked: Collection[Place]) -> np.ndarray:
        """Whole days from the beginnings to the ends."""
        start, end = (self.moments(one, order if one in asked else "") for one in (pair.start, pair.end))
        start, end = (one.astype("M8[D]") for one in pair.aligned(start, end))
        lengths = (end - start) / np.timedelta64(1, "D")
        return lengths[~np.isnan(lengths)]


def _pairs(calendar: Calendar) -> Iterator[Pair]:
    """The pairs of each sheet, and of each sheet with the deals it is about."""
    mappings = [calendar.mapping(at) for at in range(len(calendar.sheets))]
    deals = [at for at, one in enumerate(mappings) if one.table == "deals" and not one.adds]
    for at, one in enumerate(mappings):
        start, end = (one.columns.get(name, "") for name in ORDERED.get(one.table, ("", "")))
        if start and end:
            yield Pair((at, start), (at, end))
        key, last = _about_deals(one)
        for main in deals if last else ():
            begin = mappings[main].columns.get("created_at", "")
            ids = mappings[main].columns.get("deal_id", "")
            if begin and ids and main != at:
                places = match(_column(calendar, at, key), _column(calendar, main, ids)).places
                yield Pair((main, begin), (at, last), places, whole=one.table == "deals")


def _about_deals(mapping: SheetMapping) -> tuple[str, str]:
    """The columns of a sheet with the id of a deal and a date that should not lie before its beginning."""
    columns = mapping.columns
    if mapping.joins and mapping.table == "deals" and "created_at" not in columns:
        return mapping.key, columns.get("closed_at", "")
    if mapping.table == "stage_events":
        return columns.get("deal_id", ""), columns.get("entered_at", "")
    return "", ""


def _column(calendar: Calendar, at: int, header: str) -> pa.ChunkedArray:
    return calendar.sheets[at].table[header].cast(pa.string())


@dataclass(frozen=True, slots=True)
class Question:
    """Columns of dates whose order of day and month nothing tells, read both ways: day first, month first."""

    places: tuple[Place, ...]
    readings: tuple[Reading, Reading]

    @property
    def better(self) -> str:
        """The order with far fewer contradictions, empty where neither has."""
        day, month = self.readings
        for one, other in ((day, month), (month, day)):
            if other.contradictions >= max(_DECIDING, _TIMES_FEWER * one.contradictions):
                return one.order
        return ""


def questions(calendar: Calendar, today: date | None = None) -> tuple[Question, ...]:
    """What must be asked of dates, with what follows from either answer.

    Sheets that are joined are asked about together: they come from one system.
    """
    day = today or datetime.now(UTC).date()
    return tuple(
        Question(places, (calendar.reading(DMY, places, day), calendar.reading(MDY, places, day)))
        for places in _unclear_together(calendar)
    )


def _unclear_together(calendar: Calendar) -> list[tuple[Place, ...]]:
    """The unclear columns by sheet, those of sheets that a pair of them joins as one group."""
    unclear = [calendar.mapping(at).unclear for at in range(len(calendar.sheets))]
    group = {at: at for at, headers in enumerate(unclear) if headers}
    for pair in calendar.pairs if group else ():
        (one, start), (other, end) = pair.start, pair.end
        if start in unclear[one] and end in unclear[other]:
            merged = min(group[one], group[other])
            group = {at: merged if now in (group[one], group[other]) else now for at, now in group.items()}
    return [
        tuple((at, header) for at, now in group.items() if now == name for header in unclear[at])
        for name in sorted(set(group.values()))
    ]


def with_answer(sheets: Sequence[Sheet], proposal: MappingProposal, places: Iterable[Place],
                order: str, *, sure: bool = True) -> MappingProposal:  # fmt: skip
    """The proposal with day or month first in these columns; `sure` where the user said so."""
    for at, header in places:
        mapping = proposal.of(sheets[at].file, sheets[at].name)
        if mapping is not None:
            left = tuple(one for one in mapping.unclear if one != header) if sure else mapping.unclear
            formats = {**mapping.date_formats, header: order}
            proposal = proposal.changed(replace(mapping, date_formats=formats, unclear=left))
    return proposal


def settled(sheets: Sequence[Sheet], proposal: MappingProposal, today: date | None = None) -> MappingProposal:
    """The proposal with unclear dates read the way that contradicts itself less.

    Nothing is decided by that: the user is asked all the same.
    """
    for question in questions(Calendar(sheets, proposal), today):
        if question.better:
            proposal = with_answer(sheets, proposal, question.places, question.better, sure=False)
    return proposal


def suspicions(calendar: Calendar) -> dict[Place, Suspicion]:
    """Columns in which day and month seem to have changed places, and the user has not yet said whether."""
    found: dict[Place, Suspicion] = {}
    for at in range(len(calendar.sheets)):
        mapping = calendar.mapping(at)
        for header in calendar.columns(at):
            place = at, header
            doubt = None if header in mapping.swapped else swaps.suspicion(header, calendar.dated(place))
            if doubt:
                found[place] = doubt
    for pair in calendar.pairs:
        for place, doubt in _crossed(calendar, pair):
            found.setdefault(place, doubt)
    return found


def _crossed(calendar: Calendar, pair: Pair) -> Iterator[tuple[Place, Suspicion]]:
    """The columns of a pair that an exchange would put in order."""
    places = pair.start, pair.end
    if any(header in calendar.mapping(at).swapped or header in calendar.mapping(at).unclear
           for at, header in places):  # fmt: skip
        return
    crossed = swaps.crossed(*pair.aligned(*(calendar.moments(place) for place in places)))
    if crossed is None:
        return
    which, now, left = crossed
    facts = {"start": pair.start[1], "end": pair.end[1], "n": now, "left": left}
    for place, turn in zip(places, which, strict=True):
        if turn:
            yield place, swaps.described(place[1], calendar.dated(place), "order", swaps.ALL, facts)
