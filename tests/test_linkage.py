"""Probabilities that pairs are one thing: two kinds of pairs are told apart, relatives are not called one."""

import numpy as np
import pytest

from crmeval.stats.linkage import DIFFERENT, EQUAL, SIMILAR, UNKNOWN, Compared, linked

FIELDS, RECORDS = 8, 2000
CHANCE = np.tile([0.01, 0.02, 0.97], (FIELDS, 1))


def drawn(random: np.random.Generator, shares: np.ndarray, pairs: int) -> np.ndarray:
    """Outcomes of pairs with these shares of outcomes in each field."""
    return np.stack([random.choice(3, pairs, p=share) for share in shares], axis=1).astype(np.int8)


def compared(outcomes: np.ndarray) -> Compared:
    return Compared(outcomes, CHANCE, np.full(outcomes.shape, 0.01), RECORDS)


@pytest.fixture
def mixed():
    """300 pairs of one thing, whose fields agree 85 times in 100, and 3,000 others that share one field."""
    random = np.random.default_rng(5)
    same = drawn(random, np.tile([0.85, 0.10, 0.05], (FIELDS, 1)), 300)
    other = drawn(random, CHANCE, 3000)
    other[np.arange(3000), random.integers(0, FIELDS, 3000)] = EQUAL
    return np.concatenate([same, other]), np.repeat([True, False], [300, 3000])


def test_pairs_of_one_thing_are_told_from_others_without_examples(mixed):
    outcomes, same = mixed
    probability, relations = linked(compared(outcomes))
    assert ((probability >= 0.9) == same).mean() > 0.998
    assert relations == ()


def test_the_probabilities_mean_what_they_say(mixed):
    outcomes, same = mixed
    probability, _ = linked(compared(outcomes))
    assert probability.sum() == pytest.approx(same.sum(), rel=0.03)


def test_what_a_record_lacks_speaks_neither_for_nor_against(mixed):
    outcomes, _ = mixed
    added = np.column_stack([outcomes, np.full(len(outcomes), UNKNOWN, dtype=np.int8)])
    wider = Compared(added, np.vstack([CHANCE, CHANCE[:1]]), np.full(added.shape, 0.01), RECORDS)
    assert linked(wider)[0] == pytest.approx(linked(compared(outcomes))[0])


def test_a_rare_value_in_common_says_more_than_a_common_one():
    outcomes = np.array(
        [[EQUAL, EQUAL, SIMILAR, DIFFERENT, DIFFERENT, DIFFERENT, UNKNOWN, UNKNOWN]] * 2, np.int8
    )
    frequency = np.full(outcomes.shape, 0.0005)
    frequency[1] = 0.2
    probability, _ = linked(Compared(outcomes, CHANCE, frequency, RECORDS))
    assert probability[0] > probability[1]


def test_pairs_that_always_differ_in_the_same_fields_are_related_not_one(mixed):
    random = np.random.default_rng(6)
    colleagues = drawn(random, np.tile([0.97, 0.02, 0.01], (FIELDS, 1)), 500)
    colleagues[:, :3] = drawn(random, CHANCE[:3], 500)  # names and e-mail are each one's own
    outcomes, same = mixed
    probability, relations = linked(compared(np.concatenate([outcomes, colleagues])))
    assert (probability[len(outcomes) :] < 0.9).mean() > 0.99
    assert ((probability[: len(outcomes)] >= 0.9) == same).mean() > 0.99
    assert relations[0].fields == (0, 1, 2)
    assert relations[0].pairs == pytest.approx(500, rel=0.05)
