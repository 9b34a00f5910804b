"""What a mapping still lacks, and what a column of a sheet looks like beside its field."""

from dataclasses import dataclass

from crmeval.mapping.distinct import distinct
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

_SAMPLES = 3
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Need:
    """Required fields of one sheet that nothing gives, and what they would unlock."""

    file: str
    sheet: str
    table: str
    fields: tuple[str, ...]
    unlocks: Text


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """A column as the mapping screen shows it: its field (empty: none), how sure, and values from its top."""

    header: str
    field: str
    confidence: float
    samples: tuple[str, ...]
    filled: float


def need(proposal: MappingProposal) -> tuple[Need, ...]:
    """The sheets whose tables are of no use until a required field is mapped."""
    return tuple(
        Need(one.file, one.sheet, one.table, one.missing, text(f"tables.{one.table}.adds"))
        for one in proposal.sheets
        if one.missing
    )


def preview(sheet: Sheet, mapping: SheetMapping) -> tuple[ColumnPreview, ...]:
    """Every column of a sheet with its field, its confidence and some of its values."""
    fields: dict[str, str] = {}
    for name, header in mapping.columns.items():
        fields.setdefault(header, name)
    rows = max(sheet.table.num_rows, 1)
    return tuple(
        ColumnPreview(
            header=header,
            field=fields.get(header, ""),
            confidence=mapping.confidence.get(fields.get(header, ""), 0.0),
            samples=samples(sheet, header),
            filled=1 - sheet.table[header].null_count / rows,
        )
        for header in sheet.columns
    )


def samples(sheet: Sheet, header: str) -> tuple[str, ...]:
    """The first different values of a column."""
    return tuple(distinct(sheet.table[header].slice(0, _LOOKED_AT)).texts[:_SAMPLES].to_pylist())
