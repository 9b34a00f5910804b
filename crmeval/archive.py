"""A zip of named parts, read as if a stranger had made it: nothing is executed, or larger than it says."""

import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crmeval.errors import AssessmentError

MAX_UNPACKED = 1024**3
MAX_PARTS = 100
MAX_ROWS = 20_000_000
MAX_COLUMNS = 2_100
MAX_TABLE_BYTES = 2 * 1024**3
_BATCH_ROWS = 8_192
_BAD_ZIP = (
    zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError, OSError,
    OverflowError,
)  # fmt: skip


def pack(parts: Mapping[str, bytes]) -> bytes:
    """The parts in one zip."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts by name.

    Raises:
        AssessmentError: it is no zip (`assessment_foreign`), damaged (`assessment_damaged`), or would unpack
            to more than a gigabyte (`assessment_too_large`).
    """
    if not data.startswith(b"PK"):
        raise AssessmentError("assessment_foreign")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            _check_size(members)
            return {member.filename: archive.read(member) for member in members}
    except _BAD_ZIP as error:
        raise AssessmentError("assessment_damaged") from error


def _check_size(members: list[zipfile.ZipInfo]) -> None:
    """The declared sizes are enough: a member larger than it says fails its check sum while it is read."""
    if len(members) > MAX_PARTS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise AssessmentError("assessment_too_large")


def to_json(value: Any) -> bytes:
    """The value as strict JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def from_json(part: bytes) -> Any:
    """The value; JSON that hides NaN or infinite numbers is refused.

    Raises:
        ValueError: it is no strict JSON.
    """
    return json.loads(part, parse_constant=_refuse, parse_float=_finite)


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value


def to_parquet(table: pa.Table) -> bytes:
    """The table as parquet."""
    sink = BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def from_parquet(part: bytes) -> pa.Table:
    """The table, read in small pieces so that one that swells is stopped early.

    Raises:
        AssessmentError: more rows, columns or bytes than any assessment has.
        pyarrow.ArrowException, OSError: it is no parquet.
    """
    file = pq.ParquetFile(BytesIO(part))
    if file.metadata.num_rows > MAX_ROWS or file.metadata.num_columns > MAX_COLUMNS:
        raise AssessmentError("assessment_too_large")
    batches, size = [], 0
    for batch in file.iter_batches(batch_size=_BATCH_ROWS):
        size += batch.nbytes
        if size > MAX_TABLE_BYTES:
            raise AssessmentError("assessment_too_large")
        batches.append(batch)
    return pa.Table.from_batches(batches, file.schema_arrow).replace_schema_metadata()


def frame_to_parquet(frame: pd.DataFrame) -> bytes:
    """A frame of texts and row numbers as parquet."""
    texts = [name for name, column in frame.items() if column.dtype.kind == "O"]
    return to_parquet(pa.Table.from_pandas(frame.astype(dict.fromkeys(texts, "str")), preserve_index=False))
