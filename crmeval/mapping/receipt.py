"""The receipt of a sheet: every row read was used or set aside, and every amount accounted for."""

from crmeval.mapping.parts import Part
from crmeval.tables import Import


def receipt(part: Part) -> Import:
    """What became of the sheet."""
    return Import(
        file=part.sheet.file,
        sheet=part.sheet.name,
        table=part.mapping.table,
        source=part.mapping.source,
        rows_read=part.sheet.rows_read,
        rows_used=part.sheet.rows_read - part.rows_set_aside,
        rows_set_aside=part.rows_set_aside,
        mapping=dict(part.mapping.columns),
        notes=tuple(part.notes),
        joins=tuple(part.joins),
        sums={name: (part.read_sums[name], part.used_sums[name]) for name in part.read_sums},
    )
