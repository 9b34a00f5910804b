"""Which table a sheet is: every sign has a weight for every table, and their sums give the odds.

The weights are those of a multinomial logistic regression on the header sets of `tests/headers`, written by
`benchmarks/fit_tables.py`. A sheet that is no table at all has the sum 0.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from crmeval.mapping.signs import Trial, possible, signs

_FILE = Path(__file__).with_name("weights.toml")
IMPOSSIBLE = -4.0  # for a table that would lack what makes it one
# No header set has a file's name to learn from, and too few have a standard questionnaire: set by hand.
BY_HAND = {"is named": 4.0, "is spoken of": 1.5, "is form": 4.0}


def written(path: Path) -> dict[str, dict[str, float]]:
    """The weights in a file: by what they are for, and by sign (its kind and its name)."""
    listed = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        one: {f"{kind} {name}": weight for kind, named in kinds.items() for name, weight in named.items()}
        for one, kinds in listed.items()
    }


@cache
def _all_weights() -> dict[str, dict[str, float]]:
    return written(_FILE)


@cache
def _weights(table: str) -> Mapping[str, float]:
    return {**_all_weights().get(table, {}), **BY_HAND}


def odds(trials: Sequence[Trial], told: Mapping[str, float]) -> np.ndarray:
    """How likely each of the tables is, and, last, that it is none of them; their sum is 1."""
    sums = [
        sum(_weights(trial.table).get(sign, 0.0) * value for sign, value in signs(trial, told).items())
        + (0.0 if possible(trial) else IMPOSSIBLE)
        for trial in trials
    ]
    likely = np.exp(np.array([*sums, 0.0]) - max(*sums, 0.0))
    return likely / likely.sum()
