"""Sheets as systems export them and as small companies write them are understood without help."""

import tomllib
from pathlib import Path

import pytest
from mapping_sheets import sheet

from crmeval.mapping import propose

WRITTEN = tomllib.loads(Path(__file__).with_name("mapping_headers.toml").read_text(encoding="utf-8"))[
    "sheets"
]


def sheet_of(case, name=""):
    header, *rows = case["cells"].strip().splitlines()
    return sheet(header, *rows, name=name)


@pytest.mark.parametrize("case", WRITTEN, ids=[case["name"] for case in WRITTEN])
def test_every_column_is_the_field_it_names_and_no_other(case):
    (mapping,) = propose([sheet_of(case)]).sheets
    assert (mapping.table, mapping.source) == (case["table"], case.get("source", "unknown"))
    assert dict(mapping.columns) == case["columns"]
    assert dict(mapping.constants) == case.get("constants", dict(mapping.constants))
    assert dict(mapping.outcomes) == case.get("outcomes", dict(mapping.outcomes))
    assert mapping.missing == ()


DEALS = "Deal ID|Customer ID|Created|Closed|Status", *(
    f"{n}|{n}|2024-01-{n:02}|2024-02-{n:02}|{'Won' if n % 2 else 'Lost'}" for n in range(1, 10)
)  # fmt: skip


def beside_deals(header, *rows, name=""):
    return propose(
        [sheet(*DEALS, file="d.xlsx", name="Deals"), sheet(header, *rows, file="d.xlsx", name=name)]
    )


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("Records", "Record ID|Value", "{}|v"),
        ("Contacts", "ID|Name|Phone|City", "{}|Ann {}|+7916123450{}|Riga"),
        ("Sheet2", "Record ID|Entered by|Colour", "{}|Ann|red"),
        ("Feedback", "Customer ID|Score", "{}|{}"),
        ("Costs", "No|Item|Amount", "{}|Licence {}|100"),
        ("Orders", "Order no|Client|Date|Total", "{}|{}|2024-03-0{}|10"),
    ],
)
def test_a_table_of_its_own_is_not_joined_for_ids_that_are_equal_by_chance(name, header, row):
    _, mapping = beside_deals(header, *(row.replace("{}", str(n)) for n in range(1, 10)), name=name).sheets
    assert mapping.joins is None
    assert mapping.table in ({"Contacts": "records", "Sheet2": "records"}.get(name, name.casefold()))


def test_a_list_numbered_from_one_is_no_lookup():
    _, mapping = beside_deals("Place|Shop", *(f"{n}|Shop {n}" for n in range(1, 10)), name="Sheet2").sheets
    assert (mapping.table, mapping.joins) == ("", None)


def test_a_list_of_customers_is_looked_up():
    rows = (f"{n}|{'food' if n % 2 else 'shops'}" for n in range(1, 12))
    _, mapping = beside_deals("Customer ID|Industry", *rows, name="Sheet2").sheets
    assert (mapping.table, mapping.joins, mapping.key) == ("lookup", ("deals", "customer_id"), "Customer ID")
