"""A mapping after the user changed it: what hangs on the change is worked out anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmeval.mapping import dates
from crmeval.mapping.distinct import distinct
from crmeval.mapping.links import Draft
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.profiles import profiles
from crmeval.mapping.propose import _draft, _finished, _linked
from crmeval.reading.sheet import Sheet


def as_table(sheets: Sequence[Sheet], sheet: Sheet, table: str) -> SheetMapping:
    """What this sheet is beside the others, now that the user says which table it is."""
    drafts = [_draft(one, table if one is sheet else None) for one in sheets]
    mine = next(draft for draft in drafts if draft.sheet is sheet)
    return _finished(_linked(mine, drafts, table))


def with_columns(sheet: Sheet, mapping: SheetMapping, columns: Mapping[str, str]) -> SheetMapping:
    """The mapping with the columns the user chose; outcomes and dates of other columns are read anew.

    What the user said of the values that are still there stays.
    """
    sure = {
        name: 1.0 if mapping.columns.get(name) != header else mapping.confidence.get(name, 1.0)
        for name, header in columns.items()
    }
    key = columns.get(mapping.joins[1], mapping.key) if mapping.joins else mapping.key
    constants = {name: value for name, value in mapping.constants.items() if name not in columns}
    changed = replace(mapping, columns=dict(columns), confidence=sure, key=key, constants=constants)
    fresh = _finished(Draft(sheet, profiles(sheet), changed))
    said = {value: end for value, end in mapping.outcomes.items() if value in fresh.outcomes}
    orders = {header: order for header, order in mapping.date_formats.items() if header in fresh.date_formats}
    return replace(
        changed, outcomes={**fresh.outcomes, **said}, date_formats={**fresh.date_formats, **orders}
    )


def unclear_dates(sheet: Sheet, mapping: SheetMapping) -> tuple[str, ...]:
    """The columns of dates in which no row tells day from month, where no other column does."""
    orders = {
        header: dates.order(distinct(sheet.table[header]))
        for header, style in mapping.date_formats.items()
        if style in (dates.DMY, dates.MDY)
    }
    if any(order.evident for order in orders.values()):
        return ()
    return tuple(header for header, order in orders.items() if order.either and not order.dots)


def remembered(
    sheets: Sequence[Sheet], proposal: MappingProposal, known: Sequence[SheetMapping]
) -> MappingProposal:
    """The proposal with what is known from before about sheets with the same columns.

    A sheet of the same name is meant first; else one with all the columns that were mapped, and as a table
    that the proposal finds in it too. Values that are new since then are taken as proposed.
    """
    for sheet in sheets:
        proposed = proposal.of(sheet.file, sheet.name)
        fits = [one for one in known if _headers(one) <= set(sheet.columns)]
        same = [one for one in fits if (one.file, one.sheet) == (sheet.file, sheet.name)]
        alike = [one for one in fits if proposed and one.used and one.table == proposed.table]
        if proposed and (same or alike):
            before = (same or alike)[-1]
            proposal = proposal.changed(
                replace(
                    before,
                    file=sheet.file,
                    sheet=sheet.name,
                    outcomes={**proposed.outcomes, **before.outcomes} if before.outcomes else {},
                    date_formats={**before.date_formats, **proposed.date_formats},
                )
            )
    return proposal


def _headers(mapping: SheetMapping) -> set[str]:
    return {*mapping.columns.values(), *mapping.stage_columns, *filter(None, [mapping.key])}
