"""The import receipt as tables: what became of every sheet, row, cell, amount and id; the same everywhere."""

from collections.abc import Mapping

import pandas as pd

from crmeval.report import content
from crmeval.report.set_aside import set_aside_rows
from crmeval.tables import Import, Join, Tables
from crmeval.words import Words

RECEIPT = ("imports", "sums", "joins", "set_aside", "problems", "unmatched")


def receipt_tables(tables: Tables, words: Words) -> dict[str, pd.DataFrame]:
    """The tables of the receipt that have rows, by the name of their title (`report.<name>`)."""
    made = {
        "imports": _imports(tables, words),
        "sums": _sums(tables, words),
        "joins": _joins(tables, words),
        "set_aside": set_aside_rows(tables, words),
        "problems": problem_rows(tables, words),
        "unmatched": _placed(tables.unmatched, tables),
    }
    return {name: made[name] for name in RECEIPT if len(made[name])}


def _imports(tables: Tables, words: Words) -> pd.DataFrame:
    return pd.DataFrame([
        {
            "file": one.file, "sheet": one.sheet, "table": content.imported_as(one, words),
            "source": content.system(one), "rows_read": one.rows_read, "rows_used": one.rows_used,
            "rows_set_aside": one.rows_set_aside, "not_understood": not_understood(tables, at),
            "mapping": content.mapping_said(one, words), "notes": " ".join(words(note) for note in one.notes),
        }
        for at, one in enumerate(tables.imports)
    ])  # fmt: skip


def _sums(tables: Tables, words: Words) -> pd.DataFrame:
    return pd.DataFrame([
        {"file": one.file, "sheet": one.sheet, "field": words(f"fields.{home(one)}.{name}"),
         "sum_read": read, "sum_used": used}
        for one in tables.imports for name, (read, used) in one.sums.items()
    ])  # fmt: skip


def _joins(tables: Tables, words: Words) -> pd.DataFrame:
    return pd.DataFrame([
        {"file": one.file, "sheet": one.sheet, "joined": join_said(join, words), "matched": join.matched,
         "orphans": join.orphans, "repeated": join.repeated, "unused": join.unused}
        for one in tables.imports for join in one.joins
    ])  # fmt: skip


def problem_rows(tables: Tables, words: Words) -> pd.DataFrame:
    """Every cell that was not understood: file, sheet, row, column, value, problem in words."""
    said = {code: words(f"problems.{code}") for code in tables.problems["problem"].unique()}
    placed = _placed(tables.problems, tables)
    return placed.assign(problem=placed["problem"].map(said))


def _placed(rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """The rows with the file and sheet they are about in the place of its number."""
    where = rows["import"].astype(int)
    files = [tables.imports[at].file for at in where]
    named = pd.DataFrame({"file": files, "sheet": [tables.imports[at].sheet for at in where]})
    return pd.concat([named, rows.drop(columns="import").reset_index(drop=True)], axis=1)


def not_understood(tables: Tables, place: int) -> int:
    """How many cells of the sheet at this place were not understood."""
    return int((tables.problems["import"] == place).sum())


def reasons(tables: Tables, place: int) -> Mapping[str, int]:
    """How many rows of the sheet at this place were set aside, by reason (codes)."""
    mine = tables.set_aside[tables.set_aside["import"] == place]
    return {str(reason): int(n) for reason, n in mine["reason"].value_counts().items()}


def home(receipt: Import) -> str:
    """The table whose fields a sheet has: its own, or the one it was joined to."""
    return receipt.joins[0].table if receipt.joins and receipt.joins[0].way != "refers" else receipt.table


def join_said(join: Join, words: Words) -> str:
    """A join in a sentence."""
    facts = {"table": words(f"tables.{join.table}.name"), "column": join.column, "matched": join.matched,
             "field": words(f"fields.{join.table}.{join.field}")}  # fmt: skip
    return words(f"joins.{join.way}", n=join.rows, **facts)


def accounts(tables: Tables, place: int, words: Words) -> tuple[str, ...]:
    """What is to say of a sheet beside its rows: its sums, what its joins left, cells not understood."""
    one = tables.imports[place]
    said = [
        words("joins.sum", field=words(f"fields.{home(one)}.{name}"), read=read, used=used)
        for name, (read, used) in one.sums.items()
    ]
    for join in one.joins:
        left = {"orphans": join.orphans, "repeated": join.repeated, "unused": join.unused}
        rest = [words(f"joins.{name}", n=n) for name, n in left.items() if n]
        said.append("; ".join([join_said(join, words), *rest]))
    if n := not_understood(tables, place):
        said.append(words("joins.not_understood", n=n))
    return tuple(said)
