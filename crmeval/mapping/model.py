"""A mapping: what each sheet is, and which of its columns is which field."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmeval.fields import LEFT_OUT, LOOKUP, TABLES
from crmeval.words import Text


@dataclass(frozen=True, slots=True)
class SheetMapping:
    """How one sheet becomes a table, or part of one.

    Attributes:
        file: the file's name; with `sheet` it says which sheet is meant.
        sheet: the sheet's name, empty for files without sheets.
        table: a name in `crmeval.fields.TABLES`, `LOOKUP`, or `LEFT_OUT`.
        source: the system the export comes from (`amocrm`, `hubspot`, …), or `unknown`.
        columns: field → header.
        confidence: field → 0 … 1, how sure the proposal is; a user's own choice is 1.
        stage_columns: for wide deals, header of a column of dates → the stage entered on that date.
        stage_exits: of those columns, header → the header of the dates on which the stage was left.
        outcomes: value of the outcome or stage column → `won`, `lost` or `open`.
        date_formats: header → `iso`, `dmy`, `mdy`, `ymd`, `excel` or `epoch`.
        unclear: headers of dates that no row and no other column tells day from month in; the user is asked.
        swapped: header of dates → which of them change day and month back, one of
            `crmeval.mapping.swaps.WHICH`; only the user says so.
        meanings: field → value as written → value as meant (aliases of owners, spellings of products).
        stage_order: the stages from the first to the last, where the user says so.
        constants: field → the one value that all rows have (a file of won deals: outcome → won).
        joins: for a lookup, `(table, field)` that its key column is found in; for a sheet that adds fields to
            the deals of another sheet, `("deals", "deal_id")`.
        key: the header of the joining column; empty where nothing is joined.
        notes: why it was proposed like this, where that is not plain to see.
    """

    file: str
    sheet: str
    table: str
    source: str = "unknown"
    columns: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, float] = field(default_factory=dict)
    stage_columns: Mapping[str, str] = field(default_factory=dict)
    stage_exits: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    date_formats: Mapping[str, str] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    swapped: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stage_order: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    joins: tuple[str, str] | None = None
    key: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether the sheet only adds columns to the rows of another."""
        return self.table == LOOKUP or self.joins is not None

    @property
    def used(self) -> bool:
        """Whether the sheet takes part at all."""
        return self.table != LEFT_OUT

    @property
    def headers(self) -> frozenset[str]:
        """All columns that it names."""
        return frozenset({*self.columns.values(), *self.stage_dates, *filter(None, [self.key])})

    @property
    def stage_dates(self) -> tuple[str, ...]:
        """The columns that say when a stage was entered or left."""
        return (*self.stage_columns, *self.stage_exits.values())

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column and no constant gives; one of `any_of` stands for all of them."""
        if self.table in (LEFT_OUT, LOOKUP) or self.joins:
            return ()
        spec = TABLES[self.table]
        given = {*self.columns, *self.constants}
        missing = [name for name in spec.required if name not in given]
        if spec.any_of and not given & set(spec.any_of):
            missing.append(spec.any_of[0])
        return tuple(missing)


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """The mappings of all sheets, in the order of the sheets."""

    sheets: tuple[SheetMapping, ...]

    def of(self, file: str, sheet: str) -> SheetMapping | None:
        """The mapping of this sheet, None where nothing is said of it."""
        return next((m for m in self.sheets if (m.file, m.sheet) == (file, sheet)), None)

    def changed(self, mapping: SheetMapping) -> "MappingProposal":
        """The same with the mapping of one sheet replaced."""
        return MappingProposal(
            tuple(mapping if (m.file, m.sheet) == (mapping.file, mapping.sheet) else m for m in self.sheets)
        )
