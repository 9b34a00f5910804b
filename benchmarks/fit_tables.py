"""Fits the weights by which `crmeval.mapping.weighing` tells what a sheet is; says how well they generalise.

    python benchmarks/fit_tables.py          # cross-validated figures, then crmeval/mapping/weights.toml anew
    python benchmarks/fit_tables.py --show   # and what was told wrong while held out

Multinomial logistic regression with a ridge penalty on the `tuned` sets of `tests/headers`, each also,
counted by half, without half of the columns that its table can do without. Lookups, which only stand beside
other sheets, are sheets of no table here. Sets of rare tables count for more, by the root of their share. All
seeds are fixed.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.optimize import minimize  # noqa: E402

from benchmarks.header_recognition import listed, sets, sheet  # noqa: E402
from crmeval.fields import LEFT_OUT, LOOKUP, TABLES  # noqa: E402
from crmeval.mapping.assign import assign  # noqa: E402
from crmeval.mapping.profiles import profiles  # noqa: E402
from crmeval.mapping.signs import Trial, of_sheet, possible, signs  # noqa: E402
from crmeval.mapping.weighing import BY_HAND, IMPOSSIBLE  # noqa: E402
from crmeval.presets import recognise  # noqa: E402

WEIGHTS = ROOT / "crmeval" / "mapping" / "weights.toml"
LEARNED = tuple(name for name, spec in TABLES.items() if not spec.made_here)
NONE = len(LEARNED)
RIDGE, RIDGE_SAYS = 0.1, 0.2  # what headers speak of is the greater part of the signs
LEAST = 0.05  # smaller weights are left out
FOLDS, SEED, SURE, HALF, COPIES = 8, 0, 0.93, 0.5, 1


@dataclass(frozen=True, slots=True)
class Learned:
    """The signs of all sets for one table: a row per set, a column per sign; what it lacks to be possible."""

    names: tuple[str, ...]
    values: np.ndarray
    lacks: np.ndarray

    @property
    def ridge(self) -> np.ndarray:
        """The penalty of each sign."""
        return np.array([RIDGE_SAYS if name.startswith(("says ", "key ")) else RIDGE for name in self.names])


def smaller(case: Mapping, draw: np.random.Generator) -> str:
    """The cells of a set without half of the columns that its table can do without."""
    table = listed(case["table"])[0]
    needed = {*TABLES[table].required, *TABLES[table].any_of, "q1", "q2"} if table in TABLES else set()
    kept = {
        one for name, answer in case.get("columns", {}).items() if name in needed for one in listed(answer)
    }
    lines = [line.split("|") for line in case["cells"].strip("\n").splitlines()]
    stays = [header.strip() in kept or draw.random() < HALF for header in lines[0]]
    stays = stays if any(stays) else [True] * len(stays)
    return "\n".join(
        "|".join(cell for cell, stay in zip(line, stays, strict=False) if stay) for line in lines
    )


def learned(cells: Sequence[str]) -> list[Learned]:
    """The signs of all sets for each table."""
    rows: list[list[tuple[dict[str, float], bool]]] = []
    for case in cells:
        one = sheet(case, "cells.csv")
        found, preset = profiles(one), recognise(one.columns)
        trials = [Trial(one, found, assign(table, found, preset)) for table in LEARNED]
        told = of_sheet(found)
        rows.append([(signs(trial, told), possible(trial)) for trial in trials])
    return [_of_table([row[at] for row in rows]) for at in range(len(LEARNED))]


def _of_table(rows: Sequence[tuple[dict[str, float], bool]]) -> Learned:
    names = sorted({name for told, _ in rows for name, value in told.items() if value} - set(BY_HAND))
    values = np.array([[told.get(name, 0.0) for name in names] for told, _ in rows])
    return Learned(tuple(names), values, np.array([0.0 if able else IMPOSSIBLE for _, able in rows]))


def sums(tables: Sequence[Learned], weights: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The sum of every set in `rows` for every table, and 0 for none."""
    told = [one.values[rows] @ weight + one.lacks[rows] for one, weight in zip(tables, weights, strict=True)]
    return np.column_stack([*told, np.zeros(len(rows))])


def likely(told: np.ndarray) -> np.ndarray:
    """Sums as probabilities."""
    raised = np.exp(told - told.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fitted(tables: Sequence[Learned], right: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """The weights that make the right tables likeliest, less what the penalty takes."""
    ends = np.cumsum([len(one.names) for one in tables])[:-1]
    ridge = np.concatenate([one.ridge for one in tables])
    share = np.bincount(right[rows], minlength=NONE + 1)[right[rows]] / len(rows)
    weigh = share**-0.5
    weigh *= np.where(rows < len(right) // (COPIES + 1), 1, HALF) / weigh.mean()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        odds = likely(sums(tables, np.split(flat, ends), rows))
        at = np.arange(len(rows))
        value = -(weigh * np.log(odds[at, right[rows]] + 1e-12)).sum() + (ridge * flat**2).sum()
        odds[at, right[rows]] -= 1
        odds *= weigh[:, None]
        slope = np.concatenate([one.values[rows].T @ odds[:, place] for place, one in enumerate(tables)])
        return float(value), slope + 2 * ridge * flat

    found = minimize(loss, np.zeros(len(ridge)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return np.split(found.x, ends)


def main() -> None:
    """Prints the cross-validated figures and writes the weights."""
    cases = list(sets("tuned"))
    draw = np.random.default_rng(SEED)
    copies = [smaller(case, draw) for _ in range(COPIES) for case in cases]
    tables = learned([*(case["cells"] for case in cases), *copies])
    answers = [listed(case["table"])[0] for case in cases]
    right = np.array([NONE if one in (LEFT_OUT, LOOKUP) else LEARNED.index(one) for one in answers])
    fold = draw.integers(0, FOLDS, len(cases))
    every, folds = np.tile(right, COPIES + 1), np.tile(fold, COPIES + 1)
    odds = np.zeros((len(cases), NONE + 1))
    for part in range(FOLDS):
        held = np.flatnonzero(fold == part)
        odds[held] = likely(sums(tables, fitted(tables, every, np.flatnonzero(folds != part)), held))
    best, sure = odds.argmax(axis=1), odds.max(axis=1)
    print(f"held out: {(best == right).mean():.1%} of {len(cases)} tables right")
    wrong = ((best != right) & (sure >= SURE)).sum()
    print(f"held out: {(sure >= SURE).mean():.0%} sure at {SURE} or more, {wrong} of them wrong")
    for at in np.flatnonzero(best != right) if "--show" in sys.argv else ():
        print(f"  {cases[at]['name']}: {[*LEARNED, 'none'][best[at]]} at {sure[at]:.2f} ({answers[at]})")
    _write(tables, fitted(tables, every, np.arange(len(every))))


def _write(tables: Sequence[Learned], weights: Sequence[np.ndarray]) -> None:
    lines = ["# What each sign weighs for each table; written by benchmarks/fit_tables.py, see there.", ""]
    for table, one, weight in zip(LEARNED, tables, weights, strict=True):
        lines.append(f"[{table}]")
        for kind in sorted({name.split(" ", 1)[0] for name in one.names}):
            told = [
                f'"{name.split(" ", 1)[1]}" = {value:.2f}'
                for name, value in zip(one.names, weight, strict=True)
                if name.startswith(f"{kind} ") and abs(value) >= LEAST
            ]
            lines.append(f"{kind} = {{ {', '.join(told)} }}")
        lines.append("")
    WEIGHTS.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
