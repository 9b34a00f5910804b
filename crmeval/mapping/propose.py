"""A mapping proposed from the names and the contents of the columns, and from how the sheets fit together."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crmeval.errors import MappingError
from crmeval.fields import LEFT_OUT, LOOKUP, TABLES, WON
from crmeval.mapping import dates
from crmeval.mapping.assign import Assignment, assign
from crmeval.mapping.constants import told_by_header
from crmeval.mapping.copies import with_checked
from crmeval.mapping.exports import export_of
from crmeval.mapping.guess import guess
from crmeval.mapping.links import Draft, as_addition, as_lookup, stands_alone
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.names import normal
from crmeval.mapping.orders import dated, told, unclear
from crmeval.mapping.outcomes import outcomes_of
from crmeval.mapping.people import with_aliases
from crmeval.mapping.presets import UNKNOWN, recognise
from crmeval.mapping.profiles import profiles
from crmeval.mapping.readings import settled
from crmeval.mapping.scales import scale_of
from crmeval.mapping.second import seconded
from crmeval.mapping.stage_orders import with_orders
from crmeval.mapping.stages import stage_columns, stage_exits
from crmeval.reading.sheet import Sheet
from crmeval.words import text


def propose(sheets: Sequence[Sheet], kinds: Mapping[str, str] | None = None) -> MappingProposal:
    """What each sheet is and which of its columns is which field.

    `kinds` says, by file name, which table a file is, where the user knows. A required field that neither
    names nor contents decide stays unmapped: see `need`.

    Raises:
        MappingError: a file is said to be a table there is not, or a file is named that was not given.
    """
    forced = dict(kinds or {})
    _check_kinds(forced, sheets)
    drafts = [draft_of(sheet, _kind(sheet, forced)) for sheet in sheets]
    joined = [linked(draft, drafts, _kind(draft.sheet, forced)) for draft in drafts]
    asked = [_kind(draft.sheet, forced) is None for draft in joined]
    proposal = settled(
        sheets, MappingProposal(tuple(finished(draft) for draft in with_checked(joined, asked)))
    )
    return with_orders(sheets, with_aliases(sheets, proposal))


def _check_kinds(kinds: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    files = {file for sheet in sheets for file in _names(sheet)}
    for file, table in kinds.items():
        if table not in {*TABLES, LOOKUP, LEFT_OUT}:
            raise MappingError("unknown_table", table=table, file=file, tables=", ".join([*TABLES, LOOKUP]))
        if file not in files:
            raise MappingError("no_such_file", file=file, files=", ".join(sorted(files)))


def _names(sheet: Sheet) -> tuple[str, ...]:
    """What the user may call the sheet's file: its name, or the name of the archive it came in."""
    return sheet.file, sheet.file.split("/", 1)[0]


def _kind(sheet: Sheet, kinds: Mapping[str, str]) -> str | None:
    """The table that the user says the sheet is."""
    return next((kinds[name] for name in _names(sheet) if name in kinds), None)


def draft_of(sheet: Sheet, kind: str | None) -> Draft:
    """The sheet on its own: as the user says, else as its columns say."""
    found = profiles(sheet)
    preset = recognise(sheet.columns)
    export = export_of({header: one.some for header, one in found.items()})
    empty = Assignment(LEFT_OUT, {}, {})
    if kind in TABLES:
        best = seconded(assign(kind, found, preset), found, preset)
    else:
        best = guess(sheet, found, preset) if kind is None else empty
    source = export.source if export and preset.source == UNKNOWN else preset.source
    mapping = SheetMapping(
        sheet.file, sheet.name, best.table, source, dict(best.columns), dict(best.confidence)
    )
    return Draft(sheet, found, mapping, best.likely)


def linked(draft: Draft, drafts: Sequence[Draft], kind: str | None) -> Draft:
    """The sheet beside the others: where it is no table of its own, more about deals, or a lookup."""
    mains = [
        other for other in drafts
        if other is not draft and other.mapping.table != LEFT_OUT and not other.mapping.missing
    ]  # fmt: skip
    mapping: SheetMapping | None = None
    doubtful = kind is None and not stands_alone(draft)
    if doubtful or (kind == "deals" and draft.mapping.missing):
        tried = assign("deals", draft.found, recognise(draft.sheet.columns))
        mapping = as_addition(draft, mains, tried.columns)
        if mapping:
            mapping = replace(mapping, columns=dict(tried.columns), confidence=dict(tried.confidence))
    if mapping is None and (kind == LOOKUP or doubtful):
        mapping = as_lookup(
            draft, [main for main in mains if main.mapping.table not in ("records", "verified")]
        )
    if mapping is None and kind == LOOKUP:
        mapping = replace(draft.mapping, table=LOOKUP)
    return replace(draft, mapping=mapping) if mapping else draft


def finished(draft: Draft) -> SheetMapping:
    """The mapping with what hangs on it: outcomes, orders of dates, wide stages, the scale of a score."""
    mapping, notes = draft.mapping, []
    told = told_by_header(mapping.table, mapping.columns)
    constants = {**told, **mapping.constants}
    notes += [
        text("import_notes.told_by_header", column=mapping.columns["amount"], value=one)
        for one in told.values()
    ]
    stages: Mapping[str, str] = {}
    if mapping.table == "deals":
        stages = stage_columns(draft.found, mapping.columns)
        if not {"stage", "outcome"} & {*mapping.columns, *constants} and "won" in normal(
            mapping.columns.get("closed_at", "")
        ):
            constants["outcome"] = WON
    if mapping.table == "feedback" and "score" in mapping.columns and "scale" not in mapping.columns:
        header = mapping.columns["score"]
        scale = scale_of(header, draft.found[header])
        if scale:
            constants["scale"] = scale
            notes.append(text("import_notes.scale", column=header, scale=scale))
    mapping = replace(
        mapping,
        constants=constants,
        stage_columns=stages,
        stage_exits=stage_exits(draft.found, stages),
        outcomes=_outcomes(draft),
        notes=(*mapping.notes, *notes),
    )
    return _with_dates(draft.sheet, mapping)


def _outcomes(draft: Draft) -> Mapping[str, str]:
    """What the values of the outcome column say, or those of the stage column where there is none."""
    columns = draft.mapping.columns if draft.mapping.table == "deals" else {}
    header = columns.get("outcome", columns.get("stage"))
    if header is None or not draft.found[header].is_category:
        return {}
    return outcomes_of(draft.found[header].some)


def _with_dates(sheet: Sheet, mapping: SheetMapping) -> SheetMapping:
    """The mapping with how the dates of each column are written, and where nothing tells their order."""
    columns = dated(sheet, mapping)
    found = told(columns, replace(mapping, date_formats={}))
    formats = {header: dates.style(column.texts, found[header].order) for header, column in columns.items()}
    return replace(mapping, date_formats=formats, unclear=unclear(found))
