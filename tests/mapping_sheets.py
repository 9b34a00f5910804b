"""Sheets written down in a test: the header, then rows of cells; an empty cell is empty."""

from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import HealthCheck, settings

from crmeval.mapping import MappingProposal, SheetMapping, apply
from crmeval.reading.sheet import Sheet
from crmeval.tables import Tables

RELAXED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def moment(written):
    """A local date or time, from its ISO form."""
    return datetime.fromisoformat(written)


def sheet(header, *rows, file="file.csv", name="", numbers=None, set_aside=()):
    """A sheet as the reader gives it; data begin in row 2 unless `numbers` says where each row stood."""
    names = header.split("|") if isinstance(header, str) else list(header)
    cells = [row.split("|") if isinstance(row, str) else list(row) for row in rows]
    columns = {
        column: pa.chunked_array([pa.array([row[at] or None for row in cells], pa.string())])
        for at, column in enumerate(names)
    }
    aside = pd.DataFrame(list(set_aside), columns=["row", "reason", "value"]).astype({"row": "int64"})
    stood = np.arange(2, len(cells) + 2) if numbers is None else np.asarray(numbers)
    return Sheet(file, name, pa.table(columns), stood, aside)


def mapped(one, table, columns, **more):
    """The tables of one sheet under a mapping given by hand."""
    return apply([one], MappingProposal((SheetMapping(one.file, one.name, table, columns=columns, **more),)))


def rows(tables: Tables, name: str, *columns: str):
    """Rows of a table as tuples, in the order of the file."""
    frame = tables.frame(tables[name].order_by(["_import", "_row"]))
    return [
        tuple(row)
        for row in frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None).to_numpy()
    ]


def notes(tables: Tables, place: int = 0):
    """The notes of a receipt: key of the sentence → its facts."""
    return {note.key.removeprefix("import_notes."): dict(note.facts) for note in tables.imports[place].notes}
