"""Whether day or month comes first in the dates of a sheet: what its rows tell, what was chosen, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from crmeval.fields import DATETIME, TABLES
from crmeval.mapping.columns import Column, column_of
from crmeval.mapping.dates import DMY, MDY, Order
from crmeval.mapping.model import SheetMapping
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

ROWS, SHEET, USER, NOTHING = "rows", "sheet", "user", "nothing"


@dataclass(frozen=True, slots=True)
class Told:
    """The order of day and month in a column and who told it.

    `order` is `dmy`, `mdy`, or empty where dates are written as people usually write them; `by` is `rows`
    (its own), `sheet` (other dates of the sheet), `user`, or `nothing`.
    """

    order: str
    by: str
    evidence: Order

    @property
    def chosen(self) -> str:
        """The order to read by."""
        return self.order or self.evidence.best


def date_columns(mapping: SheetMapping) -> tuple[str, ...]:
    """The headers of a sheet that are read as dates."""
    home = mapping.joins[0] if mapping.joins else mapping.table
    fields = TABLES[home].fields if home in TABLES else ()
    named = [mapping.columns.get(one.name) for one in fields if one.kind == DATETIME]
    return tuple(dict.fromkeys([*(header for header in named if header), *mapping.stage_dates]))


def dated(sheet: Sheet, mapping: SheetMapping) -> dict[str, Column]:
    """The columns that are read as dates."""
    return {header: column_of(sheet, header) for header in date_columns(mapping)}


def told(columns: Mapping[str, Column], mapping: SheetMapping) -> dict[str, Told]:
    """The order in each column: as the user chose, as its rows tell, else as the others' of the sheet."""
    found = {header: column.order for header, column in columns.items()}
    chosen = {
        header: order for header, order in mapping.date_formats.items()
        if order in (DMY, MDY) and header not in mapping.unclear and header in found
    }  # fmt: skip
    known = {evidence.evident for evidence in found.values()} - {""}
    shared = known | set(chosen.values())
    decided = {}
    for header, evidence in found.items():
        order = chosen.get(header, evidence.evident)
        by = ROWS if order == evidence.evident else SHEET if order in known else USER
        if not order and len(shared) == 1:
            order, by = next(iter(shared)), SHEET
        if not order:
            guessed = mapping.date_formats.get(header, "")
            order, by = (guessed if guessed in (DMY, MDY) else ""), NOTHING
        decided[header] = Told(order, by, evidence)
    return decided


def unclear(found: Mapping[str, Told]) -> tuple[str, ...]:
    """The columns in which nothing tells day from month, and it matters. Dates with dots are day first."""
    return tuple(
        header for header, one in found.items()
        if one.by == NOTHING and not one.evidence.dots
        and (one.evidence.either or (one.evidence.day_first and one.evidence.month_first))
    )  # fmt: skip


def how_read(header: str, found: Told) -> tuple[Text, ...]:
    """How day and month were told apart, and how many dates hang on it; nothing where all were plain."""
    order, other = ("day_first", "month_first") if found.chosen == DMY else ("month_first", "day_first")
    evidence = found.evidence
    proof, against = getattr(evidence, order), getattr(evidence, other)
    notes = []
    if proof:
        notes.append(text(f"import_notes.{order}", column=header, n=proof))
    elif evidence.either:
        way = {SHEET: "_sheet", USER: "_chosen"}.get(found.by, "_unsure")
        notes.append(text(f"import_notes.{order}{way}", column=header, n=evidence.either))
    if against:
        notes.append(text("import_notes.other_order", column=header, n=against))
    return tuple(notes)
