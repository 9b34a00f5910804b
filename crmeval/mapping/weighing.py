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


@cache
def _weights(table: str) -> Mapping[str, float]:
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8")).get(table, {})
    by_sign = {f"{kind} {name}": weight for kind, named in listed.items() for name, weight in named.items()}
    return {**by_sign, **BY_HAND}


def odds(trials: Sequence[Trial], told: Mapping[str, float]) -> np.ndarray:
    """How likely each of the tables is, and, last, that it is none of them; their sum is 1."""
    sums = [
        sum(_weights(trial.table).get(sign, 0.0) * value for sign, value in signs(trial, told).items())
        + (0.0 if possible(trial) else IMPOSSIBLE)
        for trial in trials
    ]
    likely = np.exp(np.array([*sums, 0.0]) - max(*sums, 0.0))
    return likely / likely.sum()
