"""A mapping after the user changed it: what hangs on the change is worked out anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from crmeval.mapping.links import Draft
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.orders import dated, told, unclear
from crmeval.mapping.people import PEOPLE, with_aliases
from crmeval.mapping.profiles import profiles
from crmeval.mapping.propose import draft_of, finished, linked
from crmeval.mapping.readings import Calendar, suspicions
from crmeval.reading.sheet import Sheet, sheet_title
from crmeval.words import Text, text

_HALF = 0.5


def as_table(sheets: Sequence[Sheet], sheet: Sheet, table: str) -> SheetMapping:
    """What this sheet is beside the others, now that the user says which table it is."""
    drafts = [draft_of(one, table if one is sheet else None) for one in sheets]
    mine = next(draft for draft in drafts if draft.sheet is sheet)
    return _with_people(sheet, finished(linked(mine, drafts, table)), PEOPLE)


def _with_people(sheet: Sheet, mapping: SheetMapping, fields: Collection[str]) -> SheetMapping:
    """The mapping with the spellings of people brought to one in these fields."""
    return with_aliases([sheet], MappingProposal((mapping,)), fields).sheets[0]


def with_columns(sheet: Sheet, mapping: SheetMapping, columns: Mapping[str, str]) -> SheetMapping:
    """The mapping with the columns the user chose; outcomes and dates of other columns are read anew.

    What the user said of the values and dates that are still there stays.
    """
    sure = {
        name: 1.0 if mapping.columns.get(name) != header else mapping.confidence.get(name, 1.0)
        for name, header in columns.items()
    }
    key = columns.get(mapping.joins[1], mapping.key) if mapping.joins else mapping.key
    constants = {name: value for name, value in mapping.constants.items() if name not in columns}
    kept = {name for name, header in columns.items() if mapping.columns.get(name) == header}
    meanings = {name: meant for name, meant in mapping.meanings.items() if name in kept}
    changed = replace(
        mapping, columns=dict(columns), confidence=sure, key=key, constants=constants, meanings=meanings,
        stage_order=mapping.stage_order if "stage" in kept else (),
    )  # fmt: skip
    fresh = finished(Draft(sheet, profiles(sheet), changed))
    said = {value: end for value, end in mapping.outcomes.items() if value in fresh.outcomes}
    orders = {header: order for header, order in mapping.date_formats.items() if header in fresh.date_formats}
    formats = {**fresh.date_formats, **orders}
    asked = tuple(header for header in formats if header not in orders or header in mapping.unclear)
    changed = replace(
        changed,
        outcomes={**fresh.outcomes, **said},
        date_formats=formats,
        unclear=asked,
        swapped={header: which for header, which in mapping.swapped.items() if header in formats},
    )
    changed = replace(changed, unclear=unclear(told(dated(sheet, changed), changed)))
    return _with_people(sheet, changed, PEOPLE - kept)


def with_swap(mapping: SheetMapping, header: str, which: str) -> SheetMapping:
    """The mapping with the user's word on which dates of a column change day and month back."""
    return replace(mapping, swapped={**mapping.swapped, header: which})


def with_meanings(mapping: SheetMapping, field: str, meant: Mapping[str, str]) -> SheetMapping:
    """The mapping with what values of a field stand for.

    Values that stand for themselves need no entry, unless they were said to stand for another: the next
    proposal must not say so again.
    """
    before = mapping.meanings.get(field, {})
    said = {one: value for one, value in meant.items() if value and (value != one or one in before)}
    others = {name: entries for name, entries in mapping.meanings.items() if name != field}
    return replace(mapping, meanings={**others, field: said} if said else others)


def remembered(
    sheets: Sequence[Sheet], proposal: MappingProposal, known: Sequence[SheetMapping]
) -> MappingProposal:
    """The proposal with what is known from before about sheets with the same columns.

    A sheet of the same name is meant first; else one with all the columns that were mapped, and as a table
    that the proposal finds in it too. Values that are new since then are taken as proposed.
    """
    for sheet in sheets:
        proposed = proposal.of(sheet.file, sheet.name)
        fits = [one for one in known if one.headers <= set(sheet.columns)]
        same = [one for one in fits if (one.file, one.sheet) == (sheet.file, sheet.name)]
        alike = [one for one in fits if proposed and one.used and one.table == proposed.table]
        if proposed and (same or alike):
            proposal = proposal.changed(_again((same or alike)[-1], proposed))
    return _with_swaps_that_show(sheets, proposal)


def _again(before: SheetMapping, proposed: SheetMapping) -> SheetMapping:
    """What was chosen before, for a new sheet; what its own rows tell goes before what others' told."""
    known = before.date_formats
    asked = {header for header in proposed.unclear if header not in known or header in before.unclear}
    told_now = {
        header: order
        for header, order in proposed.date_formats.items()
        if header not in proposed.unclear or header in asked
    }
    fields = {*proposed.meanings, *before.meanings}
    return replace(
        before,
        file=proposed.file,
        sheet=proposed.sheet,
        outcomes={**proposed.outcomes, **before.outcomes} if before.outcomes else {},
        date_formats={**known, **told_now},
        unclear=tuple(header for header in proposed.unclear if header in asked),
        meanings={
            name: {**proposed.meanings.get(name, {}), **before.meanings.get(name, {})} for name in fields
        },
    )


def fitted(
    sheets: Sequence[Sheet], proposal: MappingProposal, loaded: MappingProposal
) -> tuple[MappingProposal, tuple[Text, ...]]:
    """The proposal with a mapping from a file, and what of it did not fit these sheets.

    A sheet takes the mapping of its own name, else the one whose columns it has most of (half at least);
    columns that it does not have are left out and told.
    """
    told: list[Text] = []
    taken: set[int] = set()
    for sheet in sheets:
        at = _closest(sheet, loaded)
        proposed = proposal.of(sheet.file, sheet.name)
        if at is None or proposed is None:
            told.append(text("data.map_sheet_unknown", sheet=sheet.title))
            continue
        taken.add(at)
        before, lost = _without(loaded.sheets[at], set(sheet.columns))
        if lost:
            told.append(text("data.map_columns_gone", sheet=sheet.title, n=len(lost), names=", ".join(lost)))
        swapped = before.swapped
        proposal = proposal.changed(replace(_again(before, proposed), swapped=swapped))
    told += [
        text("data.map_sheet_gone", sheet=sheet_title(one.file, one.sheet))
        for at, one in enumerate(loaded.sheets) if at not in taken and one.used
    ]  # fmt: skip
    return proposal, tuple(told)


def _closest(sheet: Sheet, loaded: MappingProposal) -> int | None:
    """The position of the mapping meant for a sheet, None where none is."""
    columns = set(sheet.columns)
    held = [
        len(one.headers & columns) / max(len(one.headers), 1)
        + ((one.file, one.sheet) == (sheet.file, sheet.name))
        for one in loaded.sheets
    ]
    best = max(range(len(held)), key=lambda at: held[at], default=None)
    return best if best is not None and held[best] >= _HALF else None


def _without(mapping: SheetMapping, columns: set[str]) -> tuple[SheetMapping, list[str]]:
    """The mapping of the columns that there are, and the headers of the others."""
    lost = sorted(mapping.headers - columns)
    joined = mapping.key not in lost
    return replace(
        mapping,
        columns={name: header for name, header in mapping.columns.items() if header in columns},
        stage_columns={header: one for header, one in mapping.stage_columns.items() if header in columns},
        stage_exits={one: left for one, left in mapping.stage_exits.items() if {one, left} <= columns},
        date_formats={header: one for header, one in mapping.date_formats.items() if header in columns},
        swapped={header: one for header, one in mapping.swapped.items() if header in columns},
        joins=mapping.joins if joined else None,
        key=mapping.key if joined else "",
    ), lost


def _with_swaps_that_show(sheets: Sequence[Sheet], proposal: MappingProposal) -> MappingProposal:
    """Days and months are changed back only in files that show the exchange: next month's may be whole."""
    if not any(mapping.swapped for mapping in proposal.sheets):
        return proposal
    bare = MappingProposal(tuple(replace(mapping, swapped={}) for mapping in proposal.sheets))
    shown = suspicions(Calendar(sheets, bare))
    for at, sheet in enumerate(sheets):
        mapping = proposal.of(sheet.file, sheet.name)
        if mapping and mapping.swapped:
            kept = {header: which for header, which in mapping.swapped.items() if (at, header) in shown}
            proposal = proposal.changed(replace(mapping, swapped=kept))
    return proposal
