"""Sheets become tables, and every row and cell is accounted for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, mapped, moment, notes, rows, sheet

from crmeval.errors import MappingError
from crmeval.fields import LEFT_OUT, LOOKUP, TABLES
from crmeval.mapping import MappingProposal, SheetMapping, apply, propose

DEAL = {"deal_id": "id", "created_at": "created", "stage": "stage", "amount": "sum"}


def aside(tables):
    return sorted(tables.set_aside[["row", "reason", "value"]].itertuples(index=False, name=None))


def deals(*lines, header="id|created|stage|sum", columns=DEAL, **more):
    return mapped(sheet(header, *lines), "deals", columns, **more)


def test_a_row_without_what_every_row_needs_is_set_aside():
    one = sheet(
        "deal|stage|date", "1|new|2024-01-01", "|new|2024-01-02", "3|new|soon", "4||2024-01-04", "5|new|"
    )
    tables = mapped(one, "stage_events", {"deal_id": "deal", "stage": "stage", "entered_at": "date"})
    assert rows(tables, "stage_events", "deal_id") == [("1",)]
    assert aside(tables) == [
        (3, "missing_value", "deal"),
        (4, "not_understood", "soon"),
        (5, "missing_value", "stage"),
        (6, "missing_value", "date"),
    ]


def test_a_deal_without_a_date_stays_a_deal():
    tables = deals("1||won|5", "2|2024-01-01|won|6")
    assert tables.imports[0].rows_used == 2


def test_rows_the_reader_set_aside_are_in_the_receipt():
    one = sheet("id|created|stage|sum", "1|2024-01-01|won|5", set_aside=[(3, "total", "Total; ; ; 5")])
    receipt = (tables := mapped(one, "deals", DEAL)).imports[0]
    assert (receipt.rows_read, receipt.rows_used, receipt.rows_set_aside) == (2, 1, 1)
    assert aside(tables) == [(3, "total", "Total; ; ; 5")]


def test_exact_copies_of_a_deal_are_set_aside():
    tables = deals("1|2024-01-01|won|5", "1|2024-01-01|won|5", "2|2024-01-01|won|5")
    assert aside(tables) == [(3, "duplicate", "1")]
    assert tables.imports[0].sums == {"amount": (15.0, 10.0)}


def test_product_lines_are_added_up_in_one_deal():
    tables = deals(
        "7|2024-02-01|won|1000|Table",
        "7|2024-02-01|won|300|Chair",
        "8|2024-02-02|new|450.5|",
        header="id|created|stage|sum|Product",
        columns=DEAL | {"product": "Product"},
    )
    assert rows(tables, "deals", "deal_id", "amount", "product") == [
        ("7", 1300.0, "Table"),
        ("8", 450.5, None),
    ]
    assert aside(tables) == [(3, "product_row", "7")]
    assert tables.imports[0].sums == {"amount": (1750.5, 1750.5)}


def test_the_same_deal_with_other_content_is_kept_once():
    tables = deals("1|2024-01-01|new|5", "1|2024-01-01|won|5", "1|2024-01-01|lost|9")
    assert rows(tables, "deals", "deal_id", "stage", "amount") == [("1", "new", 5.0)]
    assert aside(tables) == [(3, "same_id", "1"), (4, "same_id", "1")]


def test_orders_of_one_customer_are_never_duplicates():
    one = sheet("customer|date|sum", "a|2024-01-01|5", "a|2024-01-01|5")
    tables = mapped(one, "orders", {"customer_id": "customer", "ordered_at": "date", "amount": "sum"})
    assert tables.imports[0].rows_used == 2


def test_every_deal_has_an_outcome():
    tables = deals("1|2024-01-01|Closed Won|", "2|2024-01-01|Отказ|", "3|2024-01-01|Legal|", "4|2024-01-01||")
    assert [outcome for (outcome,) in rows(tables, "deals", "outcome")] == ["won", "lost", "open", "open"]
    assert notes(tables)["without_outcome"]["n"] == 1


def test_the_users_word_on_a_stage_counts():
    tables = deals("1|2024-01-01|Paid|", "2|2024-01-01|Won|", outcomes={"Paid": "won", "Won": "lost"})
    assert [outcome for (outcome,) in rows(tables, "deals", "outcome")] == ["won", "lost"]


def test_the_status_goes_before_the_stage():
    tables = deals(
        "1|2024-01-01|Offer|Lost",
        "2|2024-01-01|Won|",
        "3|2024-01-01|Offer|Zonk",
        header="id|created|stage|Status",
        columns={"deal_id": "id", "created_at": "created", "stage": "stage", "outcome": "Status"},
    )
    assert [outcome for (outcome,) in rows(tables, "deals", "outcome")] == ["lost", "won", "open"]
    assert tables.problems[["row", "value", "problem"]].to_numpy().tolist() == [[4, "Zonk", "outcome"]]


def test_closing_dates_alone_are_taken_for_sales_and_said_to_be():
    tables = deals(
        "1|2024-01-01|2024-02-01",
        "2|2024-01-01|",
        header="id|created|closed",
        columns={"deal_id": "id", "created_at": "created", "closed_at": "closed"},
    )
    assert [outcome for (outcome,) in rows(tables, "deals", "outcome")] == ["won", "open"]
    assert notes(tables)["closed_counted_won"]["n"] == 1


def test_a_flag_that_contradicts_the_stage_is_reported():
    tables = deals(
        "1|2024-01-01|Closed Won|FALSE",
        "2|2024-01-01|Closed Lost|TRUE",
        "3|2024-01-01|Offer|TRUE",
        header="id|created|stage|IsClosed",
        columns={"deal_id": "id", "created_at": "created", "stage": "stage"},
    )
    assert notes(tables)["closed_flag"] == {"column": "IsClosed", "flagged": 2, "closed": 2, "n": 2}


def test_wide_deals_become_stage_events():
    tables = deals(
        "1|2024-01-01|2024-01-01|2024-01-05",
        "2|2024-01-02|2024-01-02|",
        header="id|created|in new|in offer",
        columns={"deal_id": "id", "created_at": "created"},
        stage_columns={"in new": "New", "in offer": "Offer"},
    )
    assert sorted(rows(tables, "stage_events", "deal_id", "stage", "entered_at", "_row")) == [
        ("1", "New", moment("2024-01-01"), 2),
        ("1", "Offer", moment("2024-01-05"), 2),
        ("2", "New", moment("2024-01-02"), 3),
    ]
    assert dict(tables.labels("deals")) == {}


def test_other_columns_keep_their_headers_under_safe_names():
    tables = mapped(
        sheet(["id", "created", 'x"; DROP', "amount"], "1|2024-01-01|a|b"),
        "deals",
        {"deal_id": "id", "created_at": "created"},
    )
    assert tables.labels("deals") == {"x1": 'x"; DROP', "x2": "amount"}
    assert rows(tables, "deals", "x1", "x2", "amount") == [("a", "b", None)]


def test_columns_of_key_figures_are_numbers_where_they_are():
    tables = mapped(
        sheet("month|revenue|note", "2024-01|1 000,5|calm", "2024-02||busy"), "kpis", {"period": "month"}
    )
    assert rows(tables, "kpis", "period", "x1", "x2") == [
        (moment("2024-01-01"), 1000.5, "calm"),
        (moment("2024-02-01"), None, "busy"),
    ]


LOOK = sheet("Product|Line|Price", "GTX Pro|GTX|5", "MG|M|1", "MG|M2|2", file="products.csv")


def test_a_lookup_adds_its_columns_and_loses_no_row():
    main = sheet(
        "id|created|thing", "1|2024-01-01|GTX Pro", "2|2024-01-01|GTXPro", "3|2024-01-01|MG", "4|2024-01-01|"
    )
    mappings = MappingProposal(
        (
            SheetMapping(
                "file.csv",
                "",
                "deals",
                columns={"deal_id": "id", "created_at": "created", "product": "thing"},
            ),
            SheetMapping("products.csv", "", LOOKUP, joins=("deals", "product"), key="Product"),
        )
    )
    tables = apply([main, LOOK], mappings)
    assert rows(tables, "deals", "product", "x1", "x2") == [
        ("GTX Pro", "GTX", "5"),
        ("GTXPro", None, None),
        ("MG", "M", "1"),
        (None, None, None),
    ]
    assert notes(tables, 1)["orphans"] == {"column": "Product", "n": 1, "example": "GTXPro"}
    assert notes(tables, 1)["spelled_otherwise"] == {"value": "GTXPro", "like": "GTX Pro", "n": 1}
    assert notes(tables, 1)["repeated_keys"]["n"] == 1
    assert tables.count("lookup_1") == 3
    assert tables.labels("lookup_1") == {"x1": "Product", "x2": "Line", "x3": "Price"}
    assert [one.rows_used for one in tables.imports] == [4, 3]


def test_a_second_file_about_the_same_deals_fills_them():
    leads = sheet(
        "lead id|created date|origin",
        "a|2024-01-01|web",
        "b|2024-01-02|ads",
        "c|2024-01-03|web",
        file="leads.csv",
    )
    won = sheet(
        "lead id|won date|segment",
        "b|2024-02-01|pets",
        "z|2024-02-02|cars",
        "b|2024-02-03|food",
        "c|2024-02-04|toys",
        file="won.csv",
    )
    mapping = propose([leads]).sheets[0]
    more = SheetMapping(
        "won.csv",
        "",
        "deals",
        columns={"deal_id": "lead id", "closed_at": "won date"},
        constants={"outcome": "won"},
        joins=("deals", "deal_id"),
        key="lead id",
    )
    tables = apply([leads, won], MappingProposal((mapping, more)))
    assert rows(tables, "deals", "deal_id", "outcome", "closed_at", "x1") == [
        ("a", "open", None, None),
        ("b", "won", moment("2024-02-01"), "pets"),
        ("c", "won", moment("2024-02-04"), "toys"),
    ]
    assert aside(tables) == [(3, "orphan", "z"), (4, "repeated_key", "b")]
    assert (tables.imports[1].rows_read, tables.imports[1].rows_used) == (4, 2)


def test_sheets_of_one_table_are_put_together_by_header():
    january = sheet("id|created|stage|sum|Region", "1|2024-01-01|won|1|N", file="1.csv")
    february = sheet("id|created|stage|sum|Region|Type", "2|2024-02-01|won|2|S|T", file="2.csv")
    tables = apply(
        [january, february],
        MappingProposal(tuple(SheetMapping(f"{n}.csv", "", "deals", columns=DEAL) for n in (1, 2))),
    )
    assert rows(tables, "deals", "deal_id", "x1", "x2", "_import", "_row") == [
        ("1", "N", None, 0, 2),
        ("2", "S", "T", 1, 2),
    ]


def test_a_mapping_that_cannot_serve_says_why():
    one = sheet("id|created", "1|2024-01-01")
    for table, columns, code in (
        ("deals", {"deal_id": "id"}, "missing_field"),
        ("deals", {"deal_id": "id", "created_at": "made"}, "no_such_column"),
    ):
        with pytest.raises(MappingError, match=code):
            mapped(one, table, columns)
    with pytest.raises(MappingError, match="joined_to_nothing"):
        mapped(one, "deals", {"deal_id": "id"}, joins=("deals", "deal_id"), key="id")


CELLS = st.sampled_from(
    ["", "1", "2", "3", "2024-01-01", "05.03.2024", "won", "lost", "new", "1 000,5", "-", "нет", "inf"]
)
HEADERS = ("a", "b", "c", "d")


@st.composite
def uploads(draw):
    """Random sheets under random mappings that name every required field."""
    sheets, mappings = [], []
    for place in range(draw(st.integers(1, 3))):
        lines = draw(st.lists(st.tuples(*[CELLS] * len(HEADERS)), max_size=8))
        table = draw(st.sampled_from([*TABLES, LOOKUP, LEFT_OUT]))
        columns = {}
        if table in TABLES:
            spec = TABLES[table]
            names = {
                *spec.required,
                *spec.any_of[:1],
                *draw(st.sets(st.sampled_from([one.name for one in spec.fields]), max_size=3)),
            }
            columns = {name: draw(st.sampled_from(HEADERS)) for name in sorted(names)}
        joins = (
            draw(st.sampled_from([None, ("deals", "deal_id"), ("orders", "customer_id")]))
            if table == LOOKUP
            else None
        )
        before = draw(st.lists(st.just((99, "total", "Total")), max_size=1))
        sheets.append(sheet(HEADERS, *lines, file=f"{place}.csv", set_aside=before))
        mappings.append(
            SheetMapping(f"{place}.csv", "", table, columns=columns, joins=joins, key="a" if joins else "")
        )
    return sheets, MappingProposal(tuple(mappings))


@given(uploads())
@RELAXED
def test_every_row_is_used_or_set_aside_once(upload):
    sheets, mappings = upload
    tables = apply(sheets, mappings)
    listed = tables.set_aside.groupby(["import", "row"]).size()
    assert (listed == 1).all()
    for place, (one, receipt) in enumerate(zip(sheets, tables.imports, strict=True)):
        assert receipt.rows_read == one.rows_read == receipt.rows_used + receipt.rows_set_aside
        assert receipt.rows_set_aside == (tables.set_aside["import"] == place).sum()
    for name in TABLES:
        used = sum(receipt.rows_used for receipt in tables.imports if receipt.table == name)
        assert tables.count(name) == used
    if "deals" in tables:
        assert set(tables.arrow("deals")["outcome"].to_pylist()) <= {"won", "lost", "open"}


@given(uploads(), st.randoms())
@RELAXED
def test_the_order_of_rows_changes_nothing(upload, random):
    sheets, mappings = upload
    shuffled = []
    for one in sheets:
        order = list(range(len(one.rows)))
        random.shuffle(order)
        moved = one.table.take(np.array(order, dtype=np.int64))
        shuffled.append(type(one)(one.file, one.name, moved, one.rows[order], one.set_aside))
    here, there = apply(sheets, mappings), apply(shuffled, mappings)
    for name in here.names:
        one, other = (
            tables.arrow(name).sort_by([("_import", "ascending"), ("_row", "ascending")])
            for tables in (here, there)
        )
        columns = sorted(set(one.column_names) - {"position"})
        assert one.select(columns).equals(other.select(columns))
    assert sorted(map(str, here.set_aside.to_numpy().tolist())) == sorted(
        map(str, there.set_aside.to_numpy().tolist())
    )
