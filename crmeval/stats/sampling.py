"""How large a sample of records must be, how it is shared out over groups, and how it is drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from crmeval.stats.intervals import CONFIDENCE, Z, wilson

FEWEST = 30  # fewer records say too little of how errors gather, whatever the formula says
_FEWEST_OF_A_GROUP = 2  # one record of a group has no spread
_STEPS = 80
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of the records before any was checked.

    `share` of wrong cells; `cells` of a record; `likeness` of the cells of one record (intraclass
    correlation, 0 … 1); `population`: how many records there are.
    """

    share: float
    cells: int
    likeness: float
    population: int

    @property
    def design_effect(self) -> float:
        """How many times more cells are needed than if each were drawn alone (Kish 1965, 5.4)."""
        return 1 + (self.cells - 1) * self.likeness


def likeness(design_effect: float, cells: float) -> float:
    """The intraclass correlation that a design effect of records with so many cells comes from."""
    return float(np.clip((design_effect - 1) / (cells - 1), 0, 1)) if cells > 1 else 0.0


def margin(records: int, expected: Expected, unequal: float = 1.0) -> float:
    """Half the width of the 95 % interval that so many records should give, as a fraction.

    `unequal` is the price of groups drawn at different rates (`weighting`). It is computed as the sample will
    be judged: Wilson's interval on effective cells, t quantile, finite population.
    """
    drawn = min(records, expected.population)
    if drawn < _FEWEST_OF_A_GROUP:
        return 1.0
    if drawn == expected.population:
        return 0.0
    effective = drawn * expected.cells / (expected.design_effect * unequal)
    effective *= (Z / stats.t.ppf((1 + CONFIDENCE) / 2, drawn - 1)) ** 2
    effective /= 1 - drawn / expected.population
    low, high = wilson(expected.share * effective, effective)
    return (high - low) / 2


def records_for(wanted: float, expected: Expected, unequal: float = 1.0) -> int:
    """The fewest records whose margin is not above `wanted`; at least 30, at most all there are."""
    low, high = min(FEWEST, expected.population), expected.population
    while low < high:
        middle = (low + high) // 2
        if margin(middle, expected, unequal) <= wanted:
            high = middle
        else:
            low = middle + 1
    return low


def allocate(sizes: ArrayLike, records: int, *, equal: bool = False) -> np.ndarray:
    """How many records to draw from each group: in proportion to its size, or of each as many.

    No group gives more than it has; each gives two at least, so that its spread can be seen, which may make
    the whole a little larger. What rounding leaves over goes to the largest remainders.
    """
    held = np.asarray(sizes, dtype=np.int64)
    least = np.minimum(_FEWEST_OF_A_GROUP, held)
    wanted = min(max(records, int(least.sum())), int(held.sum()))
    claims = (held > 0).astype(float) if equal else held.astype(float)
    low, high = 0.0, float(held.sum())
    for _ in range(_STEPS):  # the rate at which all groups together give what is wanted
        rate = (low + high) / 2
        low, high = (low, rate) if np.clip(rate * claims, least, held).sum() >= wanted else (rate, high)
    found = np.clip(high * claims, least, held)
    whole = np.floor(found + _CLOSE).astype(np.int64)
    order = np.lexsort((-held, whole - found, whole >= held))  # groups with room first, largest remainder
    whole[order[: wanted - int(whole.sum())]] += 1
    return whole


def weighting(sizes: ArrayLike, drawn: ArrayLike) -> float:
    """How much wider the interval gets because groups are drawn at different rates: n · Σ W²/n_h (Kish)."""
    held, taken = np.asarray(sizes, dtype=float), np.asarray(drawn, dtype=float)
    used = taken > 0
    parts = held[used] / held[used].sum()
    return float(taken.sum() * (parts**2 / taken[used]).sum())


def draw(groups: ArrayLike, wanted: ArrayLike, seed: int) -> np.ndarray:
    """The positions of the records drawn, in their order: `wanted[g]` at random of those with `groups == g`.

    The same groups, numbers and seed draw the same records.
    """
    codes = np.asarray(groups, dtype=np.int64)
    chance = np.random.default_rng(seed).random(len(codes))
    order = np.lexsort((chance, codes))
    counts = np.bincount(codes, minlength=len(np.asarray(wanted)))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    place = np.arange(len(codes)) - first[codes[order]]
    return np.sort(order[place < np.asarray(wanted)[codes[order]]])
