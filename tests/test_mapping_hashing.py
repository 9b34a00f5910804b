"""Counting different texts by their hashes gives what counting the texts themselves gives."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmeval.mapping.columns import Column
from crmeval.mapping.date_readers import as_programs_write
from crmeval.mapping.hashing import count_different

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


@pytest.mark.parametrize(
    "texts",
    [
        ["2024-02-01", "2024-02-30"], ["2024-02-01 13:05:59", "2024-02-01 24:00:00"],
        ["2024-02-01", "2024-02-01 13:05"], ["0001-01-01"], ["2200-01-01"], ["01.02.2024"],
        ["2024-02-01 13:05Z"],
    ],
)  # fmt: skip
def test_dates_that_are_not_all_iso_of_one_length_go_the_long_way(texts: list[str]) -> None:
    assert as_programs_write(pa.array(texts)) is None
