"""Columns of a sheet: found out once, and read the same whether their texts repeat or not."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mapping_sheets import sheet

from crmeval.mapping import apply, columns, distinct, numbers, propose
from crmeval.mapping.columns import Column, column_of

CELLS = st.lists(
    st.one_of(
        st.none(),
        st.sampled_from(["", " ", "2024-02-01", " 05.02.2024", "13.02.2024 10:00", "soon", "1,5", "-2", "7"]),
        st.from_regex(r"\d{2}\.0[1-9]\.202[0-9]", fullmatch=True),
        st.from_regex(r"-?\d{1,4}(?:\.\d{1,3})?", fullmatch=True),
    ),
    max_size=30,
)
OFTEN = settings(
    max_examples=150, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture
def shortest(monkeypatch):
    """Every column of more than four rows is long, and three different values are many."""
    monkeypatch.setattr(columns, "_HEAD", 4)
    monkeypatch.setattr(columns, "_MANY", 2)


def chunks(cells, cut):
    return pa.chunked_array([pa.array(cells[:cut], pa.string()), pa.array(cells[cut:], pa.string())])


@pytest.mark.usefixtures("shortest")
@OFTEN
@given(CELLS, st.integers(0, 30))
def test_each_cell_for_itself_says_what_the_different_texts_say(cells, cut):
    column = Column(chunks(cells, cut))
    once, each = column.distinct, distinct.each(column.cells)
    for texts in (once, each):
        rows = texts.spread(texts.texts).to_pylist()
        assert rows == [(cell or "").strip() or None for cell in cells]
        assert texts.counts.sum() == column.filled
    by_text = numbers.parse(once)
    by_cell = numbers.parse(each)
    assert (by_text.decimal, by_text.unsure, by_text.bare) == (by_cell.decimal, by_cell.unsure, by_cell.bare)
    spread = [one.spread(pa.array(read.values)) for one, read in ((once, by_text), (each, by_cell))]
    np.testing.assert_array_equal(
        spread[0].to_numpy(zero_copy_only=False), spread[1].to_numpy(zero_copy_only=False)
    )
    assert columns.dates.order(once) == columns.dates.order(each)


@pytest.mark.usefixtures("shortest")
@OFTEN
@given(CELLS, st.integers(0, 30))
def test_a_long_column_is_known_by_its_first_rows_only_where_values_are_many(cells, cut):
    column = Column(chunks(cells, cut))
    different = {(cell or "").strip() for cell in cells} - {""}
    known = column.few(2)
    assert (known is None) == (len(different) > 2)
    assert known is None or set(known.texts.to_pylist()) == different
    assert column.unique == len(different) / max(column.filled, 1)
    assert column.is_unique == (column.unique == 1)
    assert column.texts.spread(column.texts.texts).to_pylist() == column.cells.to_pylist()


def deals(rows):
    began = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(rows), unit="min")
    dates = began.strftime("%d.%m.%Y %H:%M")
    cells = (f"D-{n}|{('New', 'Won')[n % 2]}|{date}|{n},25|x{n}" for n, date in enumerate(dates))
    return sheet("Deal ID|Stage|Created|Amount|Comment", *cells)


def test_long_columns_are_read_like_short_ones(monkeypatch):
    short, long = deals(300), deals(300)
    expected = apply([short], propose([short]))
    monkeypatch.setattr(columns, "_HEAD", 20)
    monkeypatch.setattr(columns, "_MANY", 10)
    found = apply([long], propose([long]))
    assert found.fingerprint == expected.fingerprint
    assert found.imports == expected.imports
    assert column_of(long, "Created").texts.counts.max() == 1


def test_what_was_found_to_propose_is_used_to_apply(monkeypatch):
    one = deals(50)
    proposal = propose([one])
    monkeypatch.setattr(columns, "different", None)  # whoever asks anew gets an error
    monkeypatch.setattr(columns, "each", None)
    assert apply([one], proposal).count("deals") == 50


PIECES = st.one_of(
    st.from_regex(r"-?\d{1,9}", fullmatch=True),
    st.from_regex(r"-?\d{0,6}[.,]\d{0,4}", fullmatch=True),
    st.from_regex(r"[1-9]\d{0,2}[.,]\d{3}", fullmatch=True),
    st.sampled_from(["5-", "--5", "+5", "-", ".", "1.234.567", "1,234.5", "(5)", "5 %"]),
)


@OFTEN
@given(st.lists(PIECES, min_size=1, max_size=6, unique=True), st.sampled_from([".", ",", ""]),
       st.sampled_from([1.0, 1000.0]))  # fmt: skip
def test_numbers_as_programs_write_them_are_what_the_patterns_say(monkeypatch, texts, mark, times):
    alike = [text.replace(",", mark).replace(".", mark) if mark else text for text in texts]
    values = distinct.distinct(pa.chunked_array([pa.array(alike, pa.string())]))
    at_once = numbers.parse(values, times)
    with monkeypatch.context() as patch:
        patch.setattr(numbers, "_as_programs_write", lambda *_: None)
        by_pattern = numbers.parse(values, times)
    np.testing.assert_array_equal(at_once.values, by_pattern.values)
    for name in ("decimal", "unsure", "currencies", "scaled", "percents", "bare"):
        assert getattr(at_once, name) == getattr(by_pattern, name)
