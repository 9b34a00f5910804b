"""Dates of one width, taken apart by their bytes: the same as by the pattern, for every text."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from crmeval.mapping import date_readers, numbers
from crmeval.mapping.date_patterns import PARTED
from crmeval.mapping.distinct import distinct
from crmeval.mapping.parted import parted

PIECES = st.sampled_from(
    ["2024", "01", "31", "99", "1", "-", ".", "/", " ", "T", ":", "13:05", "13:05:59", "x", "я", "00"]
)
HEADS = ["2024-02-01 13:05:59", "01/02/2024T13:05", "31.12.2024 23:59:60", "1.2.2024 3:04", "2024-02-01"]
TAILS = ["", ".123", ",1", " PM", "am", "p.m.", "Z", " UTC", "+03:00", "-0330", ":07", " ", "x", "  Z", "GMT"]
TEXTS = st.lists(
    st.one_of(
        st.lists(PIECES, max_size=9).map("".join),
        st.from_regex(r"\d{4}[-./]\d\d[-./]\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?", fullmatch=True),
        st.from_regex(r"\d\d[-./]\d\d[-./]\d{4}(?:[ T]\d\d:\d\d(?::\d\d)?)?", fullmatch=True),
        st.tuples(st.sampled_from(HEADS), st.sampled_from(TAILS), st.sampled_from(TAILS)).map("".join),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS, st.integers(0, 3))
def test_bytes_say_what_the_pattern_says(texts, skipped):
    column = pa.array(texts, pa.string()).slice(skipped)
    matched, parts = date_readers.three_numbers(column)
    expected, by_pattern = date_readers.parts_of(column, PARTED)
    assert matched.tolist() == expected.tolist()
    assert set(parts) == set(by_pattern)
    for name, values in by_pattern.items():
        assert parts[name].tolist() == values.tolist()


def test_what_machines_write_needs_no_pattern():
    texts = ["2024-02-01", "2024.02.01 13:05", "01.02.2024", "01/02/2024T13:05:59"]
    matched, parts = parted(pa.array(texts))
    assert matched.all()
    assert parts["a"].tolist() == [2024, 2024, 1, 1]
    assert parts["c"].tolist() == [1, 1, 2024, 2024]
    assert parts["mark"].tolist() == [False, True, True, False]
    assert (parts["hour"].tolist(), parts["second"].tolist()) == ([0, 13, 0, 13], [0, 0, 0, 59])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.from_regex(r"(?:\d[\d.,]{0,9}|[.,]\d{1,4})", fullmatch=True), min_size=1, max_size=9))
def test_bare_numbers_are_what_they_are_among_others(texts):
    alone = numbers.parse(distinct(pa.chunked_array([pa.array(texts)])))
    among = numbers.parse(distinct(pa.chunked_array([pa.array([*texts, "12 5 x"])])))
    assert alone.decimal == among.decimal
    assert alone.unsure == among.unsure
    np.testing.assert_array_equal(alone.values, among.values[: len(alone.values)])
