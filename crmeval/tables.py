"""The tables of an assessment, typed, behind one engine connection, and where their rows came from."""

import hashlib
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr import types as ir

from crmeval.fields import DATETIME, LOST, MONEY, NUMBER, TABLES, WON
from crmeval.kept import Kept
from crmeval.words import Text

_T = TypeVar("_T")

ROW, IMPORT = "_row", "_import"
_ARROW_KINDS = {DATETIME: pa.timestamp("us"), NUMBER: pa.float64(), MONEY: pa.float64()}
_DATED = {
    "deals": ("created_at", "closed_at"), "stage_events": ("entered_at", "left_at"),
    "activities": ("at",), "orders": ("ordered_at",), "feedback": ("answered_at",),
}  # fmt: skip
_FIRST_SIGN = "!"  # after all blanks: a text from here on is none, and need not be trimmed to see that
_FIRST_ROWS, _SHARE_DISTINCT = 2000, 0.25  # of the first rows, for texts to repeat enough to be coded
_CONNECTION = {"threads": 2, "memory_limit": "2GB", "preserve_insertion_order": True}

SET_ASIDE_COLUMNS = ("import", "row", "reason", "value")
PROBLEM_COLUMNS = ("import", "row", "column", "value", "problem")
UNMATCHED_COLUMNS = ("import", "column", "value", "rows")
UNDATED_COLUMNS = ("import", "row", "deal_id")


@dataclass(frozen=True, slots=True)
class Join:
    """How a sheet and a table found each other by their ids.

    `way`: the sheet `describes` what rows of the table name, `adds` to rows of the table, or `refers` to
    them. `column` is the sheet's. `rows` counts rows with an id on the asking side (the table's; the sheet's
    where it refers), `matched` those that found their id on the other. `repeated` counts rows of the sheet
    not used because an earlier one bears their id, `unused` those whose id the table does not have.
    """

    way: str
    table: str
    field: str
    column: str
    rows: int
    matched: int
    repeated: int = 0
    unused: int = 0

    @property
    def orphans(self) -> int:
        """Rows whose id the other side does not have."""
        return self.rows - self.matched


@dataclass(frozen=True, slots=True)
class Import:
    """The receipt of one sheet: rows read = rows used + rows set aside.

    `mapping` tells which column became which field; `sums` holds the sum of every amount as read and as used;
    `joins` how it found other tables by ids.
    """

    file: str
    sheet: str
    table: str
    source: str
    rows_read: int
    rows_used: int
    rows_set_aside: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
    sums: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {column: pd.Series(dtype="int64" if column in ("row", "rows") else "str") for column in columns}
    )


def _from_pandas(frame: pd.DataFrame) -> pa.Table:
    """The frame; texts of mere blanks are empty cells, as they are in what is read from files."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    for place, column in enumerate(table.columns):
        if _is_text(column):
            table = table.set_column(place, table.column_names[place], _without_blanks(column))
    return table


def _is_text(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def _without_blanks(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pc.any(pc.less(texts, _FIRST_SIGN)).as_py():
        return texts
    blank = pc.equal(pc.ascii_trim_whitespace(texts), "")
    return pc.if_else(pc.fill_null(blank, False), pa.scalar(None, texts.type), texts)


def _complete(name: str, table: pa.Table) -> pa.Table:
    """The table with every field of its kind, typed; fields nobody mapped are null."""
    for spec in TABLES[name].fields if name in TABLES else ():
        kind = _ARROW_KINDS.get(spec.kind, pa.string())
        if spec.name not in table.column_names:
            table = table.append_column(spec.name, pa.nulls(table.num_rows, kind))
        else:
            position = table.column_names.index(spec.name)
            table = table.set_column(position, spec.name, table[spec.name].cast(kind))
    for column, values in ((ROW, np.arange(1, table.num_rows + 1)), (IMPORT, np.zeros(table.num_rows, int))):
        if column not in table.column_names:
            table = table.append_column(column, pa.array(values, pa.int64()))
    return table


def _last_date(tables: Mapping[str, pa.Table]) -> pd.Timestamp | None:
    """The last date on which anything happened; when an open deal will close is a hope, not a fact."""
    latest = []
    for name, columns in _DATED.items():
        for column in columns if name in tables else ():
            dates = tables[name][column]
            if column == "closed_at":
                dates = dates.filter(pc.is_in(tables[name]["outcome"], pa.array([WON, LOST])))
            latest.append(pc.max(dates).as_py())
    known = [pd.Timestamp(date) for date in latest if date is not None]
    return max(known) if known else None


class _Digested(io.RawIOBase):
    """Where bytes can be written that are only to be digested."""

    def __init__(self, digest: Any) -> None:
        self._digest = digest

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._digest.update(content)
        return len(content)


def _fingerprint(tables: Mapping[str, pa.Table], labels: Mapping[str, Mapping[str, str]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(f"{name}{sorted(labels.get(name, {}).items())}".encode())
        with pa.ipc.new_stream(_Digested(digest), tables[name].schema) as stream:
            stream.write_table(tables[name].combine_chunks())
    return digest.hexdigest()[:16]


def _coded(rows: pa.Table) -> pa.Table:
    """The rows with texts that repeat as codes of their different values: the engine handles each once."""
    for place, column in enumerate(rows.columns):
        if _repeats(column):
            rows = rows.set_column(place, rows.column_names[place], column.dictionary_encode())
    return rows


def _repeats(column: pa.ChunkedArray) -> bool:
    """Whether a column is of texts that repeat, by its first rows."""
    first = column.slice(0, _FIRST_ROWS)
    return bool(_is_text(column) and pc.count_distinct(first).as_py() <= _SHARE_DISTINCT * len(first))


def _seen(connection: Any, name: str, rows: pa.Table) -> ir.Table:
    """The rows as a table of the engine, which reads them where they are."""
    connection.con.register(name, rows)
    return connection.table(name)


class Tables:
    """The tables of one assessment.

    Every table has all fields of `crmeval.fields`, typed (times are local and without a zone, ids are text;
    no text is mere blanks: such a cell is empty), plus `_row` (the row's number in its file) and `_import`
    (the position of its sheet in `imports`). Columns of the upload that are no field are kept under safe
    names `x1`, `x2`, …; `labels` has their headers.

    `set_aside` lists the rows that were not used (import, row, reason, value); `problems` lists the cells
    that were not understood (import, row, column, value, problem); `unmatched` lists ids without a partner
    in the sheet that should hold them (import, column, value, rows); `undated` lists the deals of which a
    step has no date that is understood, or no name (import, row, deal_id). `reason` and `problem` are
    codes: the catalogue says them under `set_aside.<reason>` and `problems.<problem>`.
    `fingerprint` is a short name for exactly these tables: same content, same name.
    """

    def __init__(
        self,
        tables: Mapping[str, pa.Table],
        *,
        labels: Mapping[str, Mapping[str, str]] | None = None,
        imports: tuple[Import, ...] = (),
        set_aside: pd.DataFrame | None = None,
        problems: pd.DataFrame | None = None,
        unmatched: pd.DataFrame | None = None,
        undated: pd.DataFrame | None = None,
    ) -> None:
        self._labels = {name: dict(found) for name, found in (labels or {}).items()}
        self.imports = imports
        self.set_aside = _empty(SET_ASIDE_COLUMNS) if set_aside is None else set_aside
        self.problems = _empty(PROBLEM_COLUMNS) if problems is None else problems
        self.unmatched = _empty(UNMATCHED_COLUMNS) if unmatched is None else unmatched
        self.undated = _empty(UNDATED_COLUMNS) if undated is None else undated
        self._rows = {name: table.num_rows for name, table in tables.items()}
        self._filled = {
            name: frozenset(
                column for column in table.column_names if table[column].null_count < table.num_rows
            )
            for name, table in tables.items()
        }
        lists = {} if self.undated.empty else {"undated": _from_pandas(self.undated)}
        self._arrow = {name: _complete(name, table) for name, table in tables.items()}
        self._coded = {name: _coded(table) for name, table in self._arrow.items()}
        self.fingerprint = _fingerprint({**self._coded, **lists}, self._labels)
        self._lock = threading.RLock()
        self._kept = 0
        self._made = Kept()
        self._values: dict[Any, Any] = {}
        self._in_engine: dict[str, ir.Table] = {}
        self._last_date = _last_date(self._arrow)

    @cached_property
    def _connection(self) -> Any:
        return ibis.duckdb.connect(**_CONNECTION)

    @classmethod
    def from_frames(
        cls, *, labels: Mapping[str, Mapping[str, str]] | None = None, **frames: pd.DataFrame
    ) -> "Tables":
        """Tables from frames whose columns already have the names of the fields (and `x1`, … for others)."""
        arrow = {name: _from_pandas(frame) for name, frame in frames.items()}
        return cls(arrow, labels=labels)

    def with_frame(self, name: str, frame: pd.DataFrame) -> "Tables":
        """These tables with a frame typed in by hand in the place of, or beside, what was uploaded."""
        kept = {other: self.arrow(other) for other in self.names if other != name}
        labels = {other: found for other, found in self._labels.items() if other != name}
        return Tables(
            {**kept, name: _from_pandas(frame)},
            labels=labels,
            imports=self.imports,
            set_aside=self.set_aside,
            problems=self.problems,
            unmatched=self.unmatched,
            undated=self.undated,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The tables there are."""
        return tuple(self._rows)

    def __contains__(self, name: object) -> bool:
        """Whether there is a table with this name and at least one row."""
        return self._rows.get(str(name), 0) > 0

    def __getitem__(self, name: str) -> ir.Table:
        """The table as an Ibis expression, in the engine once it is asked for (KeyError: no such table)."""
        with self._lock:
            if name not in self._in_engine:
                self._in_engine[name] = _seen(self._connection, name, self._coded[name])
            return self._in_engine[name]

    def count(self, name: str) -> int:
        """How many rows a table has; 0 where there is no such table."""
        return self._rows.get(name, 0)

    def has(self, name: str, *fields: str) -> bool:
        """Whether a table has rows, a mapped column for each of these fields, and values in it."""
        return name in self and self._filled[name].issuperset(fields)

    def label(self, name: str, column: str) -> str:
        """The header of a column as the user wrote it; a field has its own name."""
        return self._labels.get(name, {}).get(column, column)

    def labels(self, name: str) -> Mapping[str, str]:
        """The columns of the upload that are no field: their safe names and headers."""
        return self._labels.get(name, {})

    def frame(self, expression: ir.Table) -> pd.DataFrame:
        """The rows of an expression; one caller at a time, for the connection serves one thread."""
        with self._lock:
            return self._connection.to_pandas(expression)

    def value(self, expression: ir.Scalar) -> Any:
        """The value of a scalar expression, None where it is null; the same question is asked once."""
        question = expression.op()
        with self._lock:
            if question not in self._values:
                value = self._connection.to_pandas(expression)
                self._values[question] = None if pd.isna(value) else value
            return self._values[question]

    @contextmanager
    def kept(self, expression: ir.Table) -> Iterator[ir.Table]:
        """The expression worked out once and kept in the engine, to be asked several questions."""
        with self._lock:
            kept = self._created(expression)
            name = f"_kept_{self._kept}"
        try:
            yield kept
        finally:
            with self._lock:  # not drop_table(): with sqlglot 30 Ibis 12 forgets the name of the table
                self._connection.con.execute(f'DROP TABLE "{name}"')

    def once(self, question: str, make: Callable[[], _T], *, made_of: Any = None, keep: int = 1) -> _T:
        """What `make` says, worked out when first asked for and kept as long as the tables live.

        Where it depends on more than the tables that is `made_of`, and the last `keep` answers stay.
        """
        with self._lock:
            return self._made.once(question, made_of, make, keep=keep)

    def lasting(self, question: str, make: Callable[[], ir.Table | pa.Table]) -> ir.Table:
        """The rows that `make` says, put into the engine when first asked for and kept there."""
        return self.once(f"rows: {question}", lambda: self._created(make()))

    def _created(self, rows: ir.Table | pa.Table) -> ir.Table:
        self._kept += 1
        name = f"_kept_{self._kept}"
        if isinstance(rows, pa.Table):
            return _seen(self._connection, name, rows)
        return self._connection.create_table(name, rows, temp=True)

    def arrow(self, name: str, *columns: str) -> pa.Table:
        """A whole table, or only these columns of it."""
        return self._arrow[name].select(columns) if columns else self._arrow[name]

    def observed_until(self) -> pd.Timestamp | None:
        """The last date that a deal, event, activity, order or answer bears: open cases are cut off there."""
        return self._last_date
