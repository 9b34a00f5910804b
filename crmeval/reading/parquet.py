"""Parquet files to sheets: their columns are typed and named already."""

from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crmeval.errors import ReadingError
from crmeval.reading import limits
from crmeval.reading.excel import say_number
from crmeval.reading.grid import Grid, stripped


def read_parquet(file: str, data: bytes) -> tuple[Grid, tuple[str, ...]]:
    """The grid and the names of its columns; rows count from 1.

    Raises:
        ReadingError: the file is damaged or larger than `limits` allows.
    """
    try:
        source = pq.ParquetFile(BytesIO(data))
        limits.check_shape(file, source.metadata.num_rows, len(source.schema_arrow.names))
        groups = range(source.metadata.num_row_groups)
        size = sum(source.metadata.row_group(group).total_byte_size for group in groups)
        limits.check_bytes(file, size, limits.MAX_UNZIPPED)
        table = source.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ReadingError("damaged", file=file) from error
    columns = tuple(stripped(_as_text(column)) for column in table.columns)
    return Grid(columns, np.arange(1, table.num_rows + 1)), tuple(table.column_names)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_boolean(kind):
        return pc.utf8_upper(column.cast(pa.string()))
    if pa.types.is_floating(kind):
        values = column.cast(pa.float64()).to_pylist()
        said = [None if value is None or value != value else say_number(value) for value in values]  # noqa: PLR0124 - NaN
        return pa.chunked_array([pa.array(said, pa.string())])
    if pa.types.is_timestamp(kind):
        moments = pc.strftime(column.cast(pa.timestamp("s", kind.tz), safe=False), "%Y-%m-%d %H:%M:%S")
        return pc.replace_substring_regex(moments, r" 00:00:00$", "")
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        said = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(said, pa.string())])
    return column.cast(pa.string())
