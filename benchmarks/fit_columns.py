"""Fits the weights of the second opinion on columns (`crmeval.mapping.second`), says how they generalise.

    python benchmarks/fit_columns.py     # figures held out, then crmeval/mapping/column_weights.toml anew

A logistic regression with a ridge penalty per field, on the `tuned` and `learned` sets of `tests/headers`:
every column of a set, for every field of its table that its values suit. A column that would be right too,
beside a better one, is left out. Held out is one file of sets at a time, since an author repeats himself
within one.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.optimize import minimize  # noqa: E402
from scipy.sparse import csr_array  # noqa: E402
from scipy.special import expit  # noqa: E402

from benchmarks.header_recognition import listed, sets_learned_from, sheet  # noqa: E402
from benchmarks.weights_file import Weights, write  # noqa: E402
from crmeval.fields import TABLES  # noqa: E402
from crmeval.mapping import second  # noqa: E402
from crmeval.mapping.profiles import profiles  # noqa: E402

WEIGHTS = ROOT / "crmeval" / "mapping" / "column_weights.toml"
RIDGE = 0.25  # half the inverse of the usual C = 2
FEWEST = 3  # columns that are the field, to learn it from
SEEN = 2  # sets that a sign must stand in
LEAST = 0.1  # smaller weights are left out
ALWAYS = "is always"  # the intercept, which is not penalised


@dataclass(frozen=True, slots=True)
class Set:
    """A header set: its file, what its columns say, which of them suit a field, and what is right."""

    file: str
    told: Mapping[str, Mapping[str, float]]
    suit: Mapping[str, Sequence[str]]
    wanted: Mapping[str, tuple[str, ...]]


def learnable() -> Iterator[Set]:
    """The sets of tables whose columns are learned."""
    for file, case in sets_learned_from():
        table = listed(case["table"])[0]
        if table not in TABLES or table in second.NOT_LEARNED:
            continue
        found = profiles(sheet(case["cells"], "cells.csv"))
        suit = {
            one.name: [header for header, profile in found.items() if profile.fits(one.kind)]
            for one in TABLES[table].fields
        }
        wanted = {name: listed(answer) for name, answer in case.get("columns", {}).items()}
        yield Set(file, dict(second.features(table, found)), suit, wanted)


def examples(cases: Iterable[Set]) -> dict[str, list[tuple[Mapping[str, float], bool]]]:
    """For each field what columns say, and whether they are it."""
    by_field = defaultdict(list)
    for case in cases:
        for field, headers in case.suit.items():
            best, *also = case.wanted.get(field, ("",))
            by_field[field] += [(case.told[one], one == best) for one in headers if one not in also]
    return by_field


def fitted(listed: Sequence[tuple[Mapping[str, float], bool]], known: frozenset[str]) -> dict[str, float]:
    """Sign → weight: those that make what is right likeliest, less what the penalty takes."""
    names = sorted({name for told, _ in listed for name, value in told.items() if value} & known)
    place = {name: at for at, name in enumerate(names)}
    cells = [
        (row, place[name], value)
        for row, (told, _) in enumerate(listed) for name, value in told.items() if name in place
    ]  # fmt: skip
    rows, columns, values = zip(*cells, strict=True)
    told = csr_array((values, (rows, columns)), shape=(len(listed), len(names)))
    right = np.array([is_it for _, is_it in listed], dtype=float)
    ridge = np.where(np.array(names) == ALWAYS, 0.0, RIDGE)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        sums = told @ weights
        value = (np.logaddexp(0, sums) - right * sums).sum() + (ridge * weights**2).sum()
        return float(value), told.T @ (expit(sums) - right) + 2 * ridge * weights

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(weight), 2) for name, weight in zip(names, best.x, strict=True)}


def learned(cases: Sequence[Set]) -> Weights:
    """The weights of every field that enough sets have."""
    seen = Counter(sign for case in cases for sign in {one for told in case.told.values() for one in told})
    known = frozenset(sign for sign, n in seen.items() if n >= SEEN)
    return {
        field: {sign: weight for sign, weight in fitted(told, known).items() if abs(weight) >= LEAST}
        for field, told in examples(cases).items() if sum(is_it for _, is_it in told) >= FEWEST
    }  # fmt: skip


def right(case: Set, weights: Weights) -> tuple[int, int]:
    """How many fields of a set are right, and of how many that are wanted or found."""
    told = {
        (field, header): second.sum_of(weights[field], case.told[header])
        for field, headers in case.suit.items() if field in weights for header in headers
    }  # fmt: skip
    found = second.likeliest(told)
    asked = {**case.wanted, **found}
    return sum(found.get(one, "") in case.wanted.get(one, ("",)) for one in asked), len(asked)


def main() -> None:
    """Prints the figures held out and writes the weights."""
    cases = list(learnable())
    counts = []
    for file in sorted({case.file for case in cases}):
        weights = learned([case for case in cases if case.file != file])
        counts += [right(case, weights) for case in cases if case.file == file]
    good, n = np.sum(counts, axis=0)
    print(f"held out by file: {good} of {n} fields right, {good / n:.1%} ({len(cases)} sets, table given)")
    title = "What each sign weighs for each field; written by benchmarks/fit_columns.py, see there."
    write(WEIGHTS, title, learned(cases))


if __name__ == "__main__":
    main()
