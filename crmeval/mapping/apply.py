"""A mapping applied to the sheets: the typed tables of an assessment, and an account of every row."""

from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.errors import MappingError
from crmeval.fields import LOOKUP, TABLES, USABILITY_ITEMS, Field
from crmeval.mapping import deals as dealing
from crmeval.mapping import history, swaps
from crmeval.mapping.joins import join, refer, written_as
from crmeval.mapping.likert import with_numbers
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.parts import OTHER, STAGE_DATE, Part, aside, part_of, set_aside_incomplete
from crmeval.mapping.readings import ORDERED
from crmeval.mapping.receipt import receipt
from crmeval.reading.sheet import Sheet
from crmeval.tables import IMPORT, ROW, Tables
from crmeval.words import text


def apply(sheets: Sequence[Sheet], proposal: MappingProposal) -> Tables:
    """The tables of these sheets under this mapping.

    Every row of every sheet is used or listed in `Tables.set_aside` with its reason; every filled cell that
    a field could not understand is null and listed in `Tables.problems`. A sheet the mapping does not name
    is left out, and said to be.

    Raises:
        MappingError: a required field has no column, or a column is named that the sheet does not have.
    """
    parts = [_part(place, sheet, proposal.of(sheet.file, sheet.name)) for place, sheet in enumerate(sheets)]
    united = {name: _united(name, [p for p in parts if _is_main(p, name)]) for name in TABLES}
    tables = {name: table for name, table in united.items() if table is not None}
    _check_joins(tables, parts)
    if "deals" in tables:
        tables["deals"] = _settled(tables["deals"], [part for part in parts if part.mapping.table == "deals"])
    _sum_used(tables, parts)
    _note_exchanged(tables, parts)
    for part in parts:
        if part.mapping.table == LOOKUP and part.mapping.joins and part.mapping.joins[0] in tables:
            name, on = part.mapping.joins
            tables[name] = join(tables[name], part, on)
    _refer_to_deals(tables, parts)
    _split_stages(tables, parts)
    _order_stages(tables, parts)
    lookups = (part for part in parts if part.mapping.table == LOOKUP)
    tables |= {f"{LOOKUP}_{number}": _as_lookup(part) for number, part in enumerate(lookups, start=1)}
    return _tables(tables, parts)


def _part(place: int, sheet: Sheet, mapping: SheetMapping | None) -> Part:
    """The sheet typed; a left-out one with all its rows set aside."""
    mapping = mapping or SheetMapping(sheet.file, sheet.name, "")
    _check(sheet, mapping)
    if mapping.table == "usability":
        sheet = with_numbers(sheet, [mapping.columns[q] for q in USABILITY_ITEMS if q in mapping.columns])
    part = part_of(place, sheet, mapping, _fields(mapping))
    if not mapping.used:
        part.notes.append(text("import_notes.left_out"))
        part.drop(pc.is_valid(part.rows[ROW]).to_numpy(), "left_out", [""] * len(part.rows))
    elif not mapping.adds:
        history.set_aside_other_fields(part)
        set_aside_incomplete(part)
    if mapping.table == "deals":
        dealing.derive_outcome(part)
    return history.with_pipelines(part)


def _fields(mapping: SheetMapping) -> tuple[Field, ...]:
    """The fields a sheet may give: those of its table; a lookup's are those of the table it joins."""
    if mapping.table == LOOKUP:
        return TABLES[mapping.joins[0]].fields if mapping.joins else ()
    return TABLES[mapping.table].fields if mapping.used else ()


def _check(sheet: Sheet, mapping: SheetMapping) -> None:
    """Refuse a mapping that cannot serve this sheet."""
    if mapping.missing:
        missing = mapping.missing[0]
        field = text(f"fields.{mapping.table}.{missing}")
        raise MappingError(
            "missing_field", sheet=sheet.title, table=text(f"tables.{mapping.table}.name"), field=field
        )
    named = [*mapping.columns.values(), *mapping.stage_dates, *([mapping.key] if mapping.key else [])]
    for header in named:
        if header not in sheet.columns:
            raise MappingError("no_such_column", sheet=sheet.title, column=header)


def _check_joins(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """Refuse a sheet that adds to the rows of a table nobody gives."""
    for part in parts:
        if part.mapping.table != LOOKUP and part.mapping.joins and part.mapping.joins[0] not in tables:
            name = text(f"tables.{part.mapping.joins[0]}.name")
            raise MappingError("joined_to_nothing", sheet=part.sheet.title, table=name)


def _is_main(part: Part, name: str) -> bool:
    return part.mapping.table == name and not part.mapping.adds


def _united(name: str, parts: list[Part]) -> pa.Table | None:
    """The rows of all sheets of a table, one after the other."""
    if not parts:
        return None
    if name == "kpis":
        _agree(parts)
    return pa.concat_tables([part.rows for part in parts], promote_options="permissive").combine_chunks()


def _agree(parts: list[Part]) -> None:
    """Columns that are numbers in one sheet of key figures and words in another become words in both."""
    texts = {
        column for part in parts for column in part.rows.column_names
        if column.startswith(OTHER) and part.rows[column].type == pa.string()
    }  # fmt: skip
    for part in parts:
        for column in texts & set(part.rows.column_names):
            index = part.rows.column_names.index(column)
            part.rows = part.rows.set_column(index, column, part.rows[column].cast(pa.string()))


def _settled(deals: pa.Table, parts: list[Part]) -> pa.Table:
    """The deals, one row each, with what other files say of them, each with an outcome."""
    mains = [part for part in parts if not part.mapping.adds]
    deals, gone = dealing.one_row_each(deals, sure=len(mains) == 1 and dealing.ids_differ(mains[0]))
    for part in mains:
        mine = gone[gone[IMPORT] == part.place]
        for reason, rows in mine.groupby("reason", sort=True):
            part.set_aside.append(aside(part.place, rows[ROW].to_numpy(), str(reason), rows["deal_id"]))
            part.notes.append(text(f"import_notes.{reason}", n=len(rows)))
    for part in parts:
        if part.mapping.adds and part.mapping.joins:
            deals = join(deals, part, part.mapping.joins[1])
    if len(mains) == 1:
        return dealing.fill_outcome(mains[0], deals).combine_chunks()
    pieces = [dealing.fill_outcome(part, deals.filter(pc.equal(deals[IMPORT], part.place))) for part in mains]
    return pa.concat_tables(pieces).combine_chunks()


def _refer_to_deals(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """Write the ids of deals in other tables as the deals have them; tell which deals are not there."""
    for name in ("stage_events", "activities") if "deals" in tables else ():
        whole = tables.get(name)
        if whole is None or "deal_id" not in whole.column_names:
            continue
        pieces = [
            refer(rows, part, tables["deals"], "deal_id") if "deal_id" in part.mapping.columns else rows
            for part in parts if _is_main(part, name)
            for rows in [whole.filter(pc.equal(whole[IMPORT], part.place))]
        ]  # fmt: skip
        tables[name] = pa.concat_tables(pieces).combine_chunks()
    for part in parts if "deals" in tables else ():
        part.undated = [
            frame.assign(deal_id=written_as(frame["deal_id"], tables["deals"], "deal_id"))
            for frame in part.undated
        ]


def _note_exchanged(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """Tell where ends lie before their beginnings as if day and month had changed places."""
    for name, fields in ORDERED.items():
        headers = {one: p.mapping.columns[one] for p in parts for one in fields if one in p.mapping.columns}
        whole = tables.get(name)
        if whole is None or not {*fields} <= {*whole.column_names} & {*headers}:
            continue
        crossed = swaps.crossed(*(whole[one].to_numpy() for one in fields))
        if crossed is not None:
            start, end = (headers[one] for one in fields)
            note = text("date_signs.order", start=start, end=end, n=crossed[1], left=crossed[2])
            next(part for part in parts if _is_main(part, name)).notes.append(note)


def _sum_used(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """The sums of money of every part, as they stand in the tables."""
    for part in parts:
        for name in part.read_sums:
            rows = part.rows
            if not part.mapping.adds and part.mapping.used:
                whole = tables[part.mapping.table]
                mine = pc.equal(whole[IMPORT], part.place)
                rows = whole.select([one for one in whole.column_names if one == name]).filter(mine)
            part.used_sums[name] = (
                float(pc.sum(rows[name]).as_py() or 0) if name in rows.column_names else 0.0
            )


def _split_stages(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """Take the stage dates of wide deals out of the deals and into the stage events."""
    wide = [part.mapping for part in parts if _is_main(part, "deals")]
    stages = {header: stage for mapping in wide for header, stage in mapping.stage_columns.items()}
    exits = {header: left for mapping in wide for header, left in mapping.stage_exits.items()}
    events = dealing.stage_events(tables["deals"], stages, exits) if stages else None
    if events is not None:
        known = [tables["stage_events"]] if "stage_events" in tables else []
        tables["stage_events"] = pa.concat_tables([*known, events], promote_options="permissive")
        tables["deals"] = tables["deals"].drop_columns(
            sorted({STAGE_DATE + header for mapping in wide for header in mapping.stage_dates})
        )


def _order_stages(tables: dict[str, pa.Table], parts: list[Part]) -> None:
    """Give stage events the places that the user gave the stages."""
    order = next((part.mapping.stage_order for part in parts if part.mapping.stage_order), ())
    events = tables.get("stage_events")
    if not order or events is None:
        return
    named, known = events["stage"].combine_chunks(), pa.array(order, pa.string())
    place = pc.coalesce(*(pc.index_in(one, value_set=known) for one in (named, history.bare(named))))
    position = pc.add(place.cast(pa.float64()), 1.0)
    if "position" in events.column_names:
        events = events.drop_columns(["position"])
    tables["stage_events"] = events.append_column("position", position)


def _as_lookup(part: Part) -> pa.Table:
    """All columns of a lookup under their headers, to be checked like records."""
    headers = part.mapping.columns
    names = [OTHER + headers[name] if name in headers else name for name in part.rows.column_names]
    return part.rows.rename_columns(names).select(
        [*(OTHER + header for header in part.sheet.columns), ROW, IMPORT]
    )


def _tables(tables: dict[str, pa.Table], parts: list[Part]) -> Tables:
    """Safe names for the columns that are no field, and the receipts."""
    labels: dict[str, dict[str, str]] = {}
    for name, table in tables.items():
        others = [column for column in table.column_names if column.startswith(OTHER)]
        safe = {column: f"x{number}" for number, column in enumerate(others, start=1)}
        labels[name] = {safe[column]: column.removeprefix(OTHER) for column in others}
        tables[name] = table.rename_columns([safe.get(column, column) for column in table.column_names])
    imports = tuple(receipt(part) for part in parts)
    lists = {
        name: pd.concat(found, ignore_index=True)
        for name in ("set_aside", "problems", "unmatched", "undated")
        if (found := [frame for part in parts for frame in getattr(part, name)])
    }
    return Tables(tables, labels=labels, imports=imports, **lists)
