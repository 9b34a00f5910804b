"""Which pairs of records are one thing entered twice: probabilities without examples to learn from.

Fellegi and Sunter (1969): each field of a pair is equal, similar or different, and each outcome speaks for
or against one thing as far as it is likelier among pairs of one thing than among any two records. How fields
come out among pairs of one thing is learnt by expectation–maximisation (Winkler 1988), held near what typing
allows.

Records may also share much because they are related: colleagues share a firm, its telephone and address;
relatives share a name and a home. Among pairs that look alike, a set of fields that differ far oftener than
slips would make them differ is such a relation: it becomes a kind of pair of its own, with its own shares.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EQUAL, SIMILAR, DIFFERENT, UNKNOWN = 0, 1, 2, -1
OUTCOMES = 3
# What becomes of a field that is entered twice, an assumption to begin with: four in five agree, most others
# have a slip, some are out of date. It counts as a hundred pairs seen, and what the file shows outweighs it.
TYPED_TWICE, _SEEN = np.array([0.80, 0.12, 0.08]), 100.0
_ROUNDS = 30
_FIRST_SHARE = 0.1  # pairs of one thing for each record, before anything is learnt
# A relation: at least ten pairs differ in exactly these fields, five times as many as slips explain. Were
# slips all, ten where two are expected would be seen once in 20,000.
_MOST_WRONG, _FEWEST, _TIMES, _RELATIONS, _ALIKE = 0.25, 10, 5.0, 5, 0.5
_KNOWN = 0.5  # of a relation's pairs must know a field for it to be one in which they agree
_FAR = 300.0  # bits


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs of records, field by field.

    Attributes:
        outcomes: pairs × fields: equal, similar, different, or unknown where a record lacks the field.
        by_chance: fields × outcomes: the share of any two records with this outcome.
        frequency: pairs × fields: for equal cells, how often other records have the value (rare ones tell).
        records: how many records there are.
    """

    outcomes: NDArray[np.int8]
    by_chance: NDArray[np.float64]
    frequency: NDArray[np.float64]
    records: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Pairs that are related, not one thing: the fields (by position) in which they differ, and how many."""

    fields: tuple[int, ...]
    pairs: float


@dataclass(slots=True)
class _Kind:
    """A relation while it is learnt: where its pairs differ, and the shares of outcomes in its own fields.

    Its own `fields` are those and the ones that its pairs seldom know: of them nothing says that they agree.
    """

    differing: tuple[int, ...]
    fields: NDArray[np.int64]
    pairs: float
    shares: NDArray[np.float64]


def linked(compared: Compared) -> tuple[NDArray[np.float64], tuple[Relation, ...]]:
    """The probability that each pair is one thing, and the relations that were found among the pairs."""
    seen = np.stack([compared.outcomes == outcome for outcome in range(OUTCOMES)], axis=2).astype(np.float64)
    surprise = _surprise(compared, seen)
    first = max(compared.records * _FIRST_SHARE, 1.0)
    probability, shares, _ = _learnt(compared, seen, surprise, first, [])
    kinds = _relations(compared, probability, shares)
    if kinds:
        left = max(first, float(probability.sum()) - sum(kind.pairs for kind in kinds))
        probability, _, _ = _learnt(compared, seen, surprise, left, kinds)
    return probability, tuple(Relation(kind.differing, kind.pairs) for kind in kinds)


def _surprise(compared: Compared, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bits: how unlikely the outcomes of each pair are between any two records."""
    bits = -np.log2(compared.by_chance)
    of_values = -np.log2(compared.frequency) * seen[:, :, EQUAL]
    return np.asarray(of_values.sum(axis=1) + np.einsum("pfo,fo->p", seen[:, :, 1:], bits[:, 1:]))


def _learnt(
    compared: Compared,
    seen: NDArray[np.float64],
    surprise: NDArray[np.float64],
    pairs: float,
    kinds: Sequence[_Kind],
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Probabilities, shares of outcomes (fields × outcomes) and number of pairs of one thing, by EM."""
    shares = np.tile(TYPED_TWICE, (seen.shape[1], 1))
    all_pairs = compared.records * (compared.records - 1) / 2
    probability: NDArray[np.float64] = np.zeros(len(seen))
    for _ in range(_ROUNDS):
        evidence = surprise + np.einsum("pfo,fo->p", seen, np.log2(shares)) + np.log2(pairs / all_pairs)
        rivals = [_odds(-evidence)]
        for kind in kinds:
            ratio = np.log2(kind.shares / shares[kind.fields])
            of_kind = np.einsum("pfo,fo->p", seen[:, kind.fields], ratio) + np.log2(kind.pairs / pairs)
            rivals.append(_odds(of_kind))
        probability = 1 / (1 + np.sum(rivals, axis=0))
        for kind, odds in zip(kinds, rivals[1:], strict=True):
            mine = odds * probability
            kind.pairs = max(float(mine.sum()), 1.0)
            prior = compared.by_chance[kind.fields] * _FEWEST
            kind.shares = _normal(np.einsum("p,pfo->fo", mine, seen[:, kind.fields]) + prior)
        pairs = max(float(probability.sum()), 1.0)
        shares = _normal(np.einsum("p,pfo->fo", probability, seen) + _SEEN * TYPED_TWICE)
    return probability, shares, pairs


def _odds(bits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.exp2(np.clip(bits, -_FAR, _FAR)))


def _normal(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def _relations(
    compared: Compared, probability: NDArray[np.float64], shares: NDArray[np.float64]
) -> list[_Kind]:
    """Sets of fields that differ, among pairs that look alike, far oftener than slips explain."""
    places = 1 << np.arange(compared.outcomes.shape[1], dtype=np.int64)
    alike = compared.outcomes[probability >= _ALIKE]
    differing = (alike == DIFFERENT) @ places
    known, often = np.unique((alike != UNKNOWN) @ places, return_counts=True)
    wrong = np.minimum(shares[:, DIFFERENT], _MOST_WRONG)
    found = []
    for pattern, pairs in zip(*np.unique(differing, return_counts=True), strict=True):
        if pattern and pairs >= _FEWEST:
            differs = (pattern & places) > 0
            fits = (pattern & ~known) == 0
            knows = (known[fits, None] & places) > 0
            chance = np.where(knows, np.where(differs, wrong, 1 - wrong), 1.0).prod(axis=1)
            if pairs > _TIMES * float((often[fits] * chance).sum()):
                held = (alike[differing == pattern] != UNKNOWN).mean(axis=0)
                own = np.flatnonzero(differs | (held < _KNOWN))
                differing_fields = tuple(int(place) for place in np.flatnonzero(differs))
                found.append(_Kind(differing_fields, own, float(pairs), compared.by_chance[own].copy()))
    found.sort(key=lambda kind: -kind.pairs)
    return found[:_RELATIONS]
