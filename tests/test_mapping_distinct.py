"""Counting the different texts of a column in the engine gives what a set of them holds."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from crmeval.mapping.columns import Column
from crmeval.mapping.distinct import count_different

TEXTS = st.lists(
    st.none() | st.sampled_from(["", "а", "a", "a\0", "12345678", "123456789"]) | st.text(max_size=20)
)


@given(TEXTS, TEXTS)
def test_as_many_differ_as_a_set_holds(one: list, other: list) -> None:
    chunks = [pa.array(one, pa.string()), pa.array(["dropped", *other], pa.string())[1:]]
    cells = pa.chunked_array(chunks)
    assert count_different(cells) == len({*one, *other} - {None})


def test_one_repeated_id_in_a_long_column_is_seen() -> None:
    ids = [f"D-{number}" for number in range(100_000)]
    assert Column(pa.chunked_array([ids])).is_unique
    assert not Column(pa.chunked_array([[*ids, "D-7"]])).is_unique
    assert Column(pa.chunked_array([[*ids, "D-7"]])).unique == 100_000 / 100_001
