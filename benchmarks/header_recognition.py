"""How often a sheet's table, system and columns are proposed right: on sets tuned on, and on sets never seen.

The sets are in `tests/headers`: a header, a few rows, and what a careful person would map. Several answers
may be right (`["Amount", "Net"]`; an empty one means that the field may stay unmapped). What a field is
proposed where nothing is wanted counts as wrong too. The engine's words and rules were tuned on the `tuned`
sets; its weights were fitted to them and to the `learned` ones, which nobody who works on the engine has
read. The `unseen` sets, where there are any, are neither. Their authors did not work on the engine either.
"""

import argparse
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import pyarrow as pa  # noqa: E402

from crmeval.fields import TABLES  # noqa: E402
from crmeval.mapping import SheetMapping, propose  # noqa: E402
from crmeval.reading.header import unique_names  # noqa: E402
from crmeval.reading.sheet import Sheet  # noqa: E402

SURE = 0.8
PARTS = "tuned", "learned", "unseen"
LEARNED_FROM = "tuned", "learned"


@dataclass(frozen=True, slots=True)
class Guess:
    """What one field was proposed: `wanted` lists every right answer, an empty one stands for unmapped."""

    set_name: str
    field: str
    wanted: tuple[str, ...]
    got: str
    confidence: float
    required: bool

    @property
    def right(self) -> bool:
        """Whether the proposal is one of the right answers."""
        return self.got in self.wanted


@dataclass(frozen=True, slots=True)
class Judged:
    """A set and what was proposed for it."""

    name: str
    table: str
    table_got: str
    table_right: bool
    source: str
    source_got: str
    guesses: tuple[Guess, ...]


def sets(part: str) -> Iterator[Mapping]:
    """The header sets of a part."""
    for _, case in sets_by_file(part):
        yield case


def sets_by_file(part: str) -> Iterator[tuple[str, Mapping]]:
    """The header sets of a part, each with the file it stands in."""
    for path in sorted((ROOT / "tests" / "headers").glob(f"{part}_*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["sheets"]:
            yield path.stem, case


def sets_learned_from() -> Iterator[tuple[str, Mapping]]:
    """The header sets to which weights are fitted, each with the file it stands in."""
    for part in LEARNED_FROM:
        yield from sets_by_file(part)


def given() -> tuple[str, ...]:
    """The parts that have sets: at times none is left unseen."""
    return tuple(part for part in PARTS if any(sets(part)))


def sheet(cells: str, file: str) -> Sheet:
    """Lines of cells as the reader gives them: the header, then rows."""
    header, *rows = ([cell.strip() for cell in line.split("|")] for line in cells.strip("\n").splitlines())
    columns = {
        name: pa.chunked_array([pa.array([row[at] or None for row in rows], pa.string())])
        for at, name in enumerate(unique_names(header))
    }
    aside = pd.DataFrame(columns=["row", "reason", "value"]).astype({"row": "int64"})
    return Sheet(file, "", pa.table(columns), np.arange(2, len(rows) + 2), aside)


def judge(case: Mapping) -> Judged:
    """What is proposed for a set, beside what is right."""
    files = {"beside": "beside.csv", "cells": case.get("file", "cells.csv")}
    sheets = [sheet(case[key], file) for key, file in files.items() if key in case]
    mapping = propose(sheets).sheets[-1]
    tables = listed(case["table"])
    right = mapping.table in tables
    guesses = [
        *_fields(case, mapping, right=right),
        *_stage_dates(case, mapping, right=right),
        *_key(case, mapping),
    ]
    wanted = case.get("source", "unknown")
    return Judged(case["name"], tables[0], mapping.table, right, wanted, mapping.source, tuple(guesses))


def listed(answer: str | Sequence[str]) -> tuple[str, ...]:
    """An answer, or several that are right, as a tuple."""
    return (answer,) if isinstance(answer, str) else tuple(answer)


def _fields(case: Mapping, mapping: SheetMapping, *, right: bool) -> Iterator[Guess]:
    """Fields of the right table that are wanted or proposed; under a wrong table, also what it is sure of.

    A sheet that is as well another table has its fields listed for the first only.
    """
    if right and mapping.table != listed(case["table"])[0]:
        return
    table = listed(case["table"])[0]
    fields = TABLES.get(table, case.get("columns", {}))  # of a sheet that is as well another table, its own
    wanted = {name: listed(answer) for name, answer in case.get("columns", {}).items() if name in fields}
    got = mapping.columns if right else {}
    for name in dict.fromkeys([*wanted, *got]):
        yield _guess(case["name"], table, name, wanted.get(name, ("",)), got.get(name, ""), mapping)
    if not right:
        for name, column in mapping.columns.items():
            if name in _required(mapping.table):
                yield _guess(case["name"], mapping.table, name, (), column, mapping)


def _guess(
    name: str, table: str, field: str, wanted: tuple[str, ...], got: str, mapping: SheetMapping
) -> Guess:
    sure = mapping.confidence.get(field, 0.0) if got else 0.0
    return Guess(name, f"{table}.{field}", wanted, got, sure, field in _required(table))


def _required(table: str) -> tuple[str, ...]:
    """Fields a table is of no use without; any of its alternatives is one of them."""
    return (*TABLES[table].required, *TABLES[table].any_of) if table in TABLES else ()


def _stage_dates(case: Mapping, mapping: SheetMapping, *, right: bool) -> Iterator[Guess]:
    """Columns of stage dates, judged together: all that are wanted and none but those that may be."""
    needed = set(case.get("stage_columns", ()))
    allowed = needed | set(case.get("stage_columns_may", ()))
    got = set(mapping.stage_columns) if right else set()
    if needed or got:
        fits = needed <= got <= allowed
        listed = ", ".join(sorted(got))
        wanted = listed if fits else ", ".join(sorted(needed))
        yield Guess(case["name"], "deals.(stage dates)", (wanted,), listed, 0.0, required=False)


def _key(case: Mapping, mapping: SheetMapping) -> Iterator[Guess]:
    """What a reference list is joined by."""
    if "joins" in case:
        got = f"{'.'.join(mapping.joins or ())} by {mapping.key}"
        yield Guess(
            case["name"], "lookup.(key)", (f"{case['joins']} by {case['key']}",), got, 0.0, required=False
        )


def sure_and_wrong(judged: Iterable[Judged]) -> list[Guess]:
    """Required fields that were proposed with confidence and are wrong."""
    return [
        guess for one in judged for guess in one.guesses
        if guess.required and guess.got and guess.confidence >= SURE and not guess.right
    ]  # fmt: skip


def told_surely(judged: Iterable[Judged]) -> tuple[int, int]:
    """How many required fields are right with confidence, and of how many that are wanted or proposed."""
    asked = [guess for one in judged for guess in one.guesses if guess.required and guess.wanted != ("",)]
    return sum(guess.right and guess.confidence >= SURE for guess in asked), len(asked)


def by_field(judged: Iterable[Judged]) -> dict[str, tuple[int, int]]:
    """Field → (right, all), and `*` for all of them."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for guess in (guess for one in judged for guess in one.guesses if guess.wanted):
        table = guess.field.split(".")[0]
        for key in (guess.field, f"{table}.*", "*"):
            counts[key][0] += guess.right
            counts[key][1] += 1
    return {key: (right, n) for key, (right, n) in counts.items()}


def _share(right: int, n: int) -> str:
    return f"{right:4d}/{n:<4d} {100 * right / n:6.1f} %" if n else f"{'':17}"


def _print(parts: Mapping[str, list[Judged]]) -> None:
    print(f"{'':28}" + "".join(f"{f'{part} ({len(found)} sets)':>20}" for part, found in parts.items()))
    lines: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for part, found in parts.items():
        named = [
            one
            for one in found
            if "unknown" not in {one.source, one.source_got} or one.source != one.source_got
        ]
        lines["table"][part] = sum(one.table_right for one in found), len(found)
        lines["system"][part] = sum(one.source == one.source_got for one in named), len(named)
        for key, count in sorted(by_field(found).items()):
            lines[key][part] = count
    for key in ["table", "system", "*", *sorted(set(lines) - {"table", "system", "*"})]:
        shares = (_share(*lines[key].get(part, (0, 0))) for part in parts)
        print(f"{'all fields' if key == '*' else key:28}" + "".join(f"{share:>20}" for share in shares))


def _print_wrong(part: str, found: list[Judged], *, names: bool) -> None:
    sure = sure_and_wrong(found)
    told, asked = told_surely(found)
    print(f"\n{part}: {told} of {asked} required fields right with confidence")
    print(f"{part}: {len(sure)} confident (≥ {SURE}) wrong guesses of a required field")
    for field, n in sorted(pd.Series([guess.field for guess in sure], dtype=str).value_counts().items()):
        print(f"  {n} × {field}")
    for one in found if names else ():
        wrong = [guess for guess in one.guesses if not guess.right]
        if wrong or not one.table_right or one.source != one.source_got:
            print(
                f"  {one.name}: {one.table_got or 'left out'} ({one.table}), {one.source_got} ({one.source})"
            )
        for guess in wrong:
            print(f"      {guess.field}: {guess.got or '–'} at {guess.confidence:.2f}, wanted {guess.wanted}")


def main() -> None:
    """Prints the figures; names the failures only of the part that may be looked at."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--part", choices=PARTS, help="one part only")
    options.add_argument("--show", nargs="?", const="tuned", choices=PARTS, help="name what went wrong")
    asked = options.parse_args()
    parts = {part: [judge(case) for case in sets(part)] for part in given() if asked.part in {None, part}}
    _print(parts)
    for part, found in parts.items():
        _print_wrong(part, found, names=asked.show == part)


if __name__ == "__main__":
    main()
