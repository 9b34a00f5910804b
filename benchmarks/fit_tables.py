"""Fits the weights by which `crmeval.mapping.weighing` tells what a sheet is; says how well they generalise.

    python benchmarks/fit_tables.py          # held-out figures, then crmeval/mapping/weights.toml anew
    python benchmarks/fit_tables.py --show   # and what was told wrong while held out

Multinomial logistic regression with a ridge penalty on the `tuned` and `learned` sets of `tests/headers`.
What a sign weighs for a table is what it weighs for all (signs of `SHARED`) and what is the table's own. Each
set is also learned from, counted for less, without half of the columns that its table can do without, and
with some words of its headers made unknown: words that nobody listed are what new sheets have most. Lookups,
which only stand beside other sheets, are sheets of no table here. Sets of rare tables count for more, by the
root of their share. All seeds are fixed.

Held out are whole batches of sets, as their authors repeat themselves, once as they are and once with every
seventh word unknown: the words are listed by who read these sets, so the former is better than the truth.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from scipy.optimize import minimize  # noqa: E402

from benchmarks.header_recognition import listed, sets_learned_from, sheet  # noqa: E402
from benchmarks.weights_file import write  # noqa: E402
from crmeval.fields import LEFT_OUT, LOOKUP, TABLES  # noqa: E402
from crmeval.mapping.assign import assign  # noqa: E402
from crmeval.mapping.presets import recognise  # noqa: E402
from crmeval.mapping.profiles import profiles  # noqa: E402
from crmeval.mapping.signs import Trial, of_sheet, possible, signs  # noqa: E402
from crmeval.mapping.weighing import BY_HAND, IMPOSSIBLE  # noqa: E402

WEIGHTS = ROOT / "crmeval" / "mapping" / "weights.toml"
LEARNED = tuple(name for name, spec in TABLES.items() if not spec.made_here)
NONE = len(LEARNED)
RIDGE, RIDGE_SAYS = 0.1, 0.2  # what headers speak of is the greater part of the signs
LEAST = 0.05  # smaller weights are left out
RIDGE_SHARED = 0.1
SEEN = 12  # rows with a word, of some five of each set
SHARED = "is always", "is missing", "is in values"
SEED, SURE, HALF = 0, 0.97, 0.5
ONE_AUTHOR = {"crm": "hand", "other": "hand", "process": "hand"}  # files of one batch
UNKNOWN_WORD = "zqx"
_SAID = "word ", "says ", "key "
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Learned:
    """The signs of all sets for one table: a row per set, a column per sign; what it lacks to be possible."""

    names: tuple[str, ...]
    values: np.ndarray
    lacks: np.ndarray

    @property
    def ridge(self) -> np.ndarray:
        """The penalty of each sign."""
        return np.array([RIDGE_SAYS if name.startswith(_SAID) else RIDGE for name in self.names])


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


def garbled(share: float) -> Callable[[Mapping, np.random.Generator], str]:
    """The cells of a set with this share of its headers' words made unknown, each wherever it stands."""

    def made(case: Mapping, draw: np.random.Generator) -> str:
        header, *rows = case["cells"].strip("\n").splitlines()
        gone = {word for word in sorted(set(_WORD.findall(header.lower()))) if draw.random() < share}
        told = _WORD.sub(lambda found: UNKNOWN_WORD if found[0].lower() in gone else found[0], header)
        return "\n".join([told, *rows])

    return made


COPIES = (smaller, 0.25), (garbled(0.15), 0.5), (garbled(0.3), 0.25)  # with how much each counts


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
    seen = Counter(name for told, _ in rows for name, value in told.items() if value)
    names = sorted(name for name, n in seen.items() if name not in BY_HAND and _is_known(name, n))
    values = np.array([[told.get(name, 0.0) for name in names] for told, _ in rows])
    return Learned(tuple(names), values, np.array([0.0 if able else IMPOSSIBLE for _, able in rows]))


def _is_known(sign: str, rows: int) -> bool:
    """Whether a sign is learned: a word only where several sets have it."""
    return not sign.startswith("word ") or (rows >= SEEN and sign != f"word {UNKNOWN_WORD}")


def sums(tables: Sequence[Learned], weights: Sequence[np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The sum of every set in `rows` for every table, and 0 for none."""
    told = [one.values[rows] @ weight + one.lacks[rows] for one, weight in zip(tables, weights, strict=True)]
    return np.column_stack([*told, np.zeros(len(rows))])


def likely(told: np.ndarray) -> np.ndarray:
    """Sums as probabilities."""
    raised = np.exp(told - told.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fitted(
    tables: Sequence[Learned], right: np.ndarray, counted: np.ndarray, rows: np.ndarray
) -> list[np.ndarray]:
    """The weights that make the right tables likeliest, less what the penalty takes.

    `counted` is what each set counts, beside what the rareness of its table does.
    """
    ends = np.cumsum([len(one.names) for one in tables])[:-1]
    names = [name for one in tables for name in one.names]
    shared = np.array([[name == one for one in SHARED] for name in names], dtype=float)
    ridge = np.concatenate([*(one.ridge for one in tables), np.full(len(SHARED), RIDGE_SHARED)])
    share = np.bincount(right[rows], minlength=NONE + 1)[right[rows]] / len(rows)
    weigh = share**-0.5
    weigh *= counted[rows] / weigh.mean()

    def whole(flat: np.ndarray) -> list[np.ndarray]:
        return np.split(flat[: len(names)] + shared @ flat[len(names) :], ends)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        odds = likely(sums(tables, whole(flat), rows))
        at = np.arange(len(rows))
        value = -(weigh * np.log(odds[at, right[rows]] + 1e-12)).sum() + (ridge * flat**2).sum()
        odds[at, right[rows]] -= 1
        odds *= weigh[:, None]
        slope = np.concatenate([one.values[rows].T @ odds[:, place] for place, one in enumerate(tables)])
        return float(value), np.concatenate([slope, slope @ shared]) + 2 * ridge * flat

    found = minimize(loss, np.zeros(len(ridge)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return whole(found.x)


def batches() -> tuple[list[Mapping], np.ndarray]:
    """All sets, and whose batch each is of; those of no table, in one file, are dealt out to all."""
    files = [(file.split("_")[1], case) for file, case in sets_learned_from()]
    told = [(ONE_AUTHOR.get(family, family), case) for family, case in files]
    others = sorted({batch for batch, _ in told} - {"none"})
    dealt = [others[at % len(others)] if batch == "none" else batch for at, (batch, _) in enumerate(told)]
    return [case for _, case in told], np.array(dealt)


def _places(case: Mapping) -> list[int]:
    """The right tables of a set by their places."""
    answers = listed(case["table"])
    return [NONE if one in (LEFT_OUT, LOOKUP) else LEARNED.index(one) for one in answers]


def main() -> None:
    """Prints the held-out figures and writes the weights."""
    cases, batch = batches()
    draw = np.random.default_rng(SEED)
    copies = [made(case, draw) for made, _ in COPIES for case in cases]
    unknown = [garbled(1 / 7)(case, draw) for case in cases]
    tables = learned([*(case["cells"] for case in cases), *copies, *unknown])
    right = np.tile([_places(case)[0] for case in cases], len(COPIES) + 2)
    counted = np.repeat([1.0, *(weight for _, weight in COPIES)], len(cases))
    from_batch = np.tile(batch, len(COPIES) + 1)
    asked = np.array([np.arange(len(cases)), np.arange(len(cases)) + len(counted)])
    odds = np.zeros((2, len(cases), NONE + 1))
    for one in sorted(set(batch)):
        weights = fitted(tables, right, counted, np.flatnonzero(from_batch != one))
        for way, rows in enumerate(asked):
            odds[way, batch == one] = likely(sums(tables, weights, rows[batch == one]))
    for way, name in enumerate(("as they are", "every seventh word unknown")):
        _print(f"held out by batch, {name}", cases, batch, odds[way])
    best = fitted(tables, right, counted, np.arange(len(counted)))
    weights = {
        table: {
            name: value
            for name, value in zip(one.names, map(float, weight), strict=True)
            if abs(value) >= LEAST
        }
        for table, one, weight in zip(LEARNED, tables, best, strict=True)
    }
    title = "What each sign weighs for each table; written by benchmarks/fit_tables.py, see there."
    write(WEIGHTS, title, weights)


def _print(title: str, cases: Sequence[Mapping], batch: np.ndarray, odds: np.ndarray) -> None:
    best, sure = odds.argmax(axis=1), odds.max(axis=1)
    right = np.array([best[at] in _places(case) for at, case in enumerate(cases)])
    tables = np.array([_places(case) != [NONE] for case in cases])
    surely = (best != NONE) & (sure >= SURE)
    print(f"{title}: {right.mean():.1%} of {len(cases)} sets right, {right[tables].mean():.1%} of the tables")
    print(f"  {surely.sum()} sure at {SURE} or more, {(surely & ~right).sum()} of them wrong")
    print("  " + ", ".join(f"{one} {right[batch == one].mean():.1%}" for one in sorted(set(batch))))
    for at in np.flatnonzero(~right) if "--show" in sys.argv else ():
        told = [*LEARNED, "none"][best[at]]
        print(f"    {cases[at]['name']}: {told} at {sure[at]:.2f} ({' / '.join(listed(cases[at]['table']))})")


if __name__ == "__main__":
    main()
