"""Sheets as systems export them and as small companies write them are understood without help."""

import tomllib
from pathlib import Path

import pytest
from mapping_sheets import notes, rows, sheet

from crmeval.mapping import apply, propose

FIRST = Path(__file__).parent / "headers" / "tuned_first.toml"
WRITTEN = tomllib.loads(FIRST.read_text(encoding="utf-8"))["sheets"]


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


def ends(header, *lines):
    one = sheet(header, *lines)
    tables = apply([one], propose([one]))
    return tables, [outcome for (outcome,) in rows(tables, "deals", "outcome")]


def test_a_flag_of_won_deals_leaves_those_without_a_closing_date_open():
    header = "Opportunity|Opened|Closed|Won?"
    listed = (
        "A|2024-01-01|2024-01-11|yes",
        "B|2024-01-02|2024-01-22|no",
        "C|2024-01-03||no",
        "D|2024-01-04||",
    )
    assert ends(header, *listed)[1] == ["won", "lost", "open", "open"]


def test_paid_is_won_only_where_nothing_is_called_won():
    header = "Deal ID|Stage|Created"
    alone = ("1|Paid|2024-01-01", "2|Not paid|2024-01-02", "3|Lost|2024-01-03")
    assert ends(header, *alone)[1] == ["won", "open", "lost"]
    assert ends(header, *alone, "4|Closed won|2024-01-04")[1] == ["open", "open", "lost", "won"]


def test_closing_dates_contradict_no_outcome():
    tables, found = ends("Deal ID|Created|Closed|Status", "1|2024-01-01|2024-01-11|Won", "2|2024-01-02||Open")
    assert found == ["won", "open"]
    assert "closed_flag" not in notes(tables)
