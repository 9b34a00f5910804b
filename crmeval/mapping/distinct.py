"""A column as its distinct texts: parsing costs what the distinct values cost, not what the rows do."""

from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.reading.grid import stripped


@dataclass(frozen=True, slots=True)
class Distinct:
    """The distinct texts of a column (spaces around them taken off), their counts, and where each row points.

    `places` has one index into `texts` per row, null where the cell is empty.
    """

    texts: pa.Array
    counts: np.ndarray
    places: pa.Array

    @property
    def rows(self) -> int:
        """Rows of the column, empty ones too."""
        return len(self.places)

    def first(self, length: int) -> "Distinct":
        """The first of the texts."""
        return Distinct(self.texts[:length], self.counts[:length], self.places)

    def spread(self, values: pa.Array) -> pa.Array:
        """One value per distinct text, as one value per row."""
        return values.take(self.places)

    def spread_mask(self, mask: np.ndarray) -> np.ndarray:
        """One flag per distinct text, as one flag per row; False for empty cells."""
        return pc.fill_null(self.spread(pa.array(mask, pa.bool_())), False).to_numpy(zero_copy_only=False)


def distinct(column: pa.ChunkedArray) -> Distinct:
    """The distinct texts of a column; cells of nothing but spaces are empty."""
    return different(trimmed(column))


def different(cells: pa.ChunkedArray) -> Distinct:
    """The distinct texts of cells that have no spaces around them."""
    encoded = in_one(cells.dictionary_encode())
    places = encoded.indices
    filled = places.drop_null().to_numpy(zero_copy_only=False)
    return Distinct(encoded.dictionary, np.bincount(filled, minlength=len(encoded.dictionary)), places)


def count_different(cells: pa.ChunkedArray) -> int:
    """How many different texts there are, empty cells aside: cheaper than `different` where most differ."""
    with _engine().cursor() as engine:  # a cursor may run beside those of other visitors
        engine.register("cells", pa.table({"cell": cells}))
        [(count,)] = engine.execute("SELECT count(DISTINCT cell) FROM cells").fetchall()
    return int(count)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    """One for all columns: to open it takes as long as to count a quarter of a million texts."""
    return duckdb.connect(config={"threads": 1})


def each(cells: pa.ChunkedArray) -> Distinct:
    """Every filled cell for itself: cheaper where so few are equal that finding them saves nothing."""
    texts = in_one(cells)
    filled = texts.is_valid().to_numpy(zero_copy_only=False)
    places = pa.array(np.cumsum(filled, dtype=np.int32) - np.int32(1), pa.int32(), mask=~filled)
    return Distinct(texts.drop_null(), np.ones(int(filled.sum()), np.int64), places)


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, without spaces around its texts, empty ones as null."""
    return in_one(trimmed(column))


def trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column without spaces around its texts, empty ones as null."""
    return stripped(column.cast(pa.string()))


def trim(texts: pa.Array) -> pa.Array:
    """The texts without spaces around them, empty ones as null."""
    return stripped(pa.chunked_array([texts])).chunk(0)


def in_one(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
