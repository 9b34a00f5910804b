# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Parquet."""

import datetime as dt
import decimal
import io
import struct

import pyarrow as pa
import pyarrow.parquet as pq

from hostile.case import read, refused

_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}


def parquet(columns: dict[str, pa.Array], **options: object) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, **options)
    return target.getvalue()


@read("deals.parquet", 1, cells=_DEAL)
def a_parquet_file() -> bytes:
    return parquet({"id": pa.array(["D-1"]), "sum": pa.array([5])})


@read(
    "types.parquet", 2,
    cells={
        ("big", 0): "9223372036854775807", ("money", 0): "1.50", ("day", 0): "2024-01-02", ("won", 0): "TRUE",
        ("at", 0): "2024-01-02 03:04:05", ("clock", 0): "03:04:00", ("took", 0): "26:00:00", ("short", 0): "0.1",
        ("share", 0): "0.25", ("share", 1): None, ("list", 0): "[1, 2]", ("said", 0): '{"этап": "new"}',
        ("raw", 0): "abc", ("raw", 1): "ff", ("kind", 1): "b", ("money", 1): None,
    },
)  # fmt: skip
def a_parquet_file_of_all_kinds() -> bytes:
    return parquet({
        "big": pa.array([2**63 - 1, 0]), "money": pa.array([decimal.Decimal("1.50"), None]),
        "day": pa.array([dt.date(2024, 1, 2), None]), "won": pa.array([True, None]),
        "at": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5), None], pa.timestamp("us")),  # noqa: DTZ001
        "clock": pa.array([dt.time(3, 4), None]), "took": pa.array([dt.timedelta(hours=26), None]),
        "short": pa.array([0.1, None], pa.float32()), "share": pa.array([0.25, float("nan")]),
        "list": pa.array([[1, 2], None]), "said": pa.array([{"этап": "new"}, None]),
        "raw": pa.array([b"abc", b"\xff"]), "kind": pa.array(["a", "b"]).dictionary_encode(),
    })  # fmt: skip


@refused("wide.parquet", "too_many_columns")
def a_parquet_file_of_three_thousand_columns() -> bytes:
    return parquet({f"c{n}": pa.array([1]) for n in range(3000)})


@refused("deals.parquet", "no_rows")
def a_parquet_file_of_nulls() -> bytes:
    return parquet({"id": pa.nulls(5)})


@refused("deals.parquet", "damaged")
def a_parquet_file_cut_short() -> bytes:
    return parquet({"id": pa.array(["D-1"] * 1000)})[:-30]


@refused("deals.parquet", "damaged", "could_not_be_read", "no_rows")
def a_parquet_file_of_noise() -> bytes:
    return b"PAR1" + bytes(range(256)) * 40 + struct.pack("<I", 5000) + b"PAR1"


@refused("deals.parquet", "too_much_memory", "too_many_bytes", "damaged", slow=True)
def a_parquet_file_with_one_text_a_million_times() -> bytes:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["y" * 32_000]))
    return parquet({"id": values})
