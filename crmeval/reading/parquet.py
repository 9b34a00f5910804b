"""Parquet files to sheets: their columns are typed and named already."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crmeval.errors import ReadingError
from crmeval.reading import limits
from crmeval.reading.grid import Grid, stripped
from crmeval.reading.said import say_duration, say_number


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
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    say = next((say for is_it, say in _WAYS if is_it(column.type)), _cast)
    return say(column)


def _cast(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    whole = column.cast(pa.timestamp("s", column.type.tz), safe=False)
    return pc.replace_substring_regex(pc.strftime(whole, "%Y-%m-%d %H:%M:%S"), r" 00:00:00$", "")


def _times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(column.cast(pa.string()), r"\.\d+$", "")


def _each(say: Callable[[Any], str]) -> Callable[[pa.ChunkedArray], pa.ChunkedArray]:
    """Each value as `say` says it; nothing where there is none or it is not a number."""

    def said(column: pa.ChunkedArray) -> pa.ChunkedArray:
        texts = [
            None if value is None or value != value else say(value)  # noqa: PLR0124 - NaN
            for value in column.to_pylist()
        ]
        return pa.chunked_array([pa.array(texts, pa.string())])

    return said


def _say_short(value: float) -> str:
    """A number of single precision: 0.1, which as a double would be 0.10000000149011612."""
    return say_number(float(str(np.float32(value))))


def _say_nested(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _say_bytes(value: bytes) -> str:
    """Text, or hexadecimal digits where the bytes are none: an id must not lose any."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _is_binary(kind: pa.DataType) -> bool:
    kinds = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(is_it(kind) for is_it in (*kinds, pa.types.is_binary_view))


_WAYS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.ChunkedArray], pa.ChunkedArray]], ...] = (
    (pa.types.is_boolean, lambda column: pc.utf8_upper(_cast(column))),
    (pa.types.is_timestamp, _moments),
    (pa.types.is_time, _times),
    (pa.types.is_float64, _each(say_number)),
    (pa.types.is_floating, _each(_say_short)),
    (pa.types.is_duration, lambda column: _each(say_duration)(column.cast(pa.duration("us"), safe=False))),
    (pa.types.is_nested, _each(_say_nested)),
    (_is_binary, _each(_say_bytes)),
)
