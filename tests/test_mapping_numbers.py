"""Numbers and amounts as spreadsheets of several countries write them."""

import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, mapped, notes, rows, sheet

from crmeval.mapping import numbers
from crmeval.mapping.distinct import distinct
from crmeval.words import Words


def read(*texts):
    column = distinct(pa.chunked_array([list(texts)], pa.string()))
    found = dict(zip(column.texts.to_pylist(), numbers.parse(column).values.tolist(), strict=True))
    return [None if math.isnan(found[text.strip()]) else found[text.strip()] for text in texts]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1 250 000,50 руб.", 1250000.5),
        ("1\u00a0250\u202f000,50 ₽", 1250000.5),
        ("€ 3.500,00", 3500),
        ("$1,250.00", 1250),
        ("US$ 5", 5),
        ("(1 500)", -1500),
        ("−500", -500),
        ("500-", -500),
        ("-$3.5", -3.5),
        ("12,5 тыс. руб.", 12500),
        ("2 млн", 2_000_000),
        ("1,5 млрд руб", 1.5e9),
        ("12 %", 0.12),
        ("1.250.000", 1250000),
        ("1'000", 1000),
        ("1.25E+06", 1250000),
        (".5", 0.5),
        ("007", 7),
    ],
)
def test_an_amount_is_read_as_it_was_meant(written, meant):
    assert read(written) == [pytest.approx(meant)]


@pytest.mark.parametrize(
    "written",
    ["inf", "-Infinity", "nan", "1e999", "12 5", "(5", "5)", "abc", "р", "--5", "1,2.3,4", "5 kg", "∞", "٣x"],
)
def test_what_is_no_number_is_not_made_one(written):
    assert read(written) == [None]


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        (["1,250", "0,5"], [1.25, 0.5]),
        (["1,250", "0.5"], [1250, 0.5]),
        (["1.250", "0,5"], [1250, 0.5]),
        (["1.250", "1.250.000"], [1250, 1250000]),
        (["1,250", "3"], [1250, 3]),
        (["1.250", "3"], [1.25, 3]),
    ],
)
def test_the_decimal_mark_is_decided_by_the_whole_column(column, meant):
    assert read(*column) == meant


@RELAXED
@given(st.integers(-(10**15), 10**15).map(lambda cents: cents / 100))
def test_an_amount_survives_both_languages(amount):
    for language, currency in (("en", ""), ("ru", "")):
        words = Words(language, currency)
        assert read(words.number(amount, 2)) == [pytest.approx(amount)]


@RELAXED
@given(st.lists(st.text(max_size=20)))
def test_any_text_is_read_or_refused(texts):
    assert all(
        value is None or math.isfinite(value) for value in read(*[text for text in texts if text.strip()])
    )


def test_a_cell_that_is_no_number_is_null_and_listed():
    one = sheet("customer|date|sum", "a|2024-01-01|100", "b|2024-01-02|договорная", "c|2024-01-03|inf")
    tables = mapped(one, "orders", {"customer_id": "customer", "ordered_at": "date", "amount": "sum"})
    assert tables.value(tables["orders"].amount.count()) == 1
    assert tables.problems[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [3, "sum", "договорная", "number"],
        [4, "sum", "inf", "number"],
    ]


def test_the_receipt_says_how_many_numbers_hang_on_a_guess():
    one = sheet("customer|date|sum", "a|2024-01-01|1,250", "b|2024-01-02|2,500")
    tables = mapped(one, "orders", {"customer_id": "customer", "ordered_at": "date", "amount": "sum"})
    assert notes(tables)["decimal_unsure"]["n"] == 2
    assert tables.imports[0].sums == {"amount": (3750.0, 3750.0)}


def amounts(header, *written, extra=()):
    one = sheet(["id", "created", header, *extra],
                *([str(n), "2024-01-01", *(cell.split("|"))] for n, cell in enumerate(written)))  # fmt: skip
    columns = {"deal_id": "id", "created_at": "created", "amount": header}
    tables = mapped(one, "deals", columns)
    return [amount for (amount,) in rows(tables, "deals", "amount")], notes(tables)


def test_a_header_that_counts_in_thousands_is_believed_and_said_but_a_cells_own_unit_goes_first():
    values, said = amounts("Сумма, тыс. руб.", "1,5", "2 млн", "0")
    assert values == [1500, 2_000_000, 0]
    assert said["header_unit"] == {"column": "Сумма, тыс. руб.", "n": 1, "times": 1000}
    assert amounts("Сумма", "1,5")[0] == [1.5]


def test_units_and_percents_beside_bare_numbers_are_said():
    values, said = amounts("sum", "5 тыс.", "7", "0")
    assert (values, said["units_mixed"]) == ([5000, 7, 0], {"column": "sum", "n": 1, "bare": 1})
    values, said = amounts("sum", "50%", "7", "8%")
    assert values == [0.5, 7, 0.08]
    assert said["percents_mixed"] == {"column": "sum", "n": 2, "bare": 1}


def test_currencies_that_cannot_be_added_are_counted():
    _, said = amounts("sum", "1 руб.", "2 р", "€ 3", "4 USD", "5 долларов", "6", "₽7")
    assert said["currencies"] == {"column": "sum", "currencies": "RUB (3), USD (2), EUR (1)"}
    assert "currencies" not in amounts("sum", "1 руб.", "2 ₽", "3")[1]


def test_a_column_of_currencies_beside_the_amounts_counts_too():
    _, said = amounts("sum", "1|RUB", "2|EUR", "3|RUB", extra=["Валюта"])
    assert said["currencies"]["currencies"] == "RUB (2), EUR (1)"
    assert "currencies" not in amounts("sum", "1|RUB", "2|RUB", extra=["Currency"])[1]
