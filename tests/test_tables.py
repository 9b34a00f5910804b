"""Tables are complete and typed, know what is there, and have a name that follows their content."""

import pandas as pd
import pytest

from crmeval.tables import Tables

DEALS = pd.DataFrame(
    {
        "deal_id": ["007", "12345678901234567890", "NA"],
        "created_at": pd.to_datetime(["2024-01-01", "2024-01-02", None]),
        "closed_at": pd.to_datetime(["2024-01-05", "2031-01-01", None]),
        "outcome": ["won", "open", "open"],
        "x1": ["North", None, "North"],
    }
)


@pytest.fixture
def tables():
    return Tables.from_frames(deals=DEALS, labels={"deals": {"x1": "Регион"}})


def test_ids_stay_text(tables):
    assert tables.frame(tables["deals"])["deal_id"].tolist() == ["007", "12345678901234567890", "NA"]


def test_fields_nobody_mapped_are_there_typed_and_empty(tables):
    frame = tables.frame(tables["deals"])
    assert frame["amount"].isna().all()
    assert frame["amount"].dtype == float
    assert not tables.has("deals", "amount")
    assert tables.has("deals", "created_at", "outcome")


def test_headers_of_the_user_are_labels_and_never_column_names(tables):
    assert tables.label("deals", "x1") == "Регион"
    assert tables.label("deals", "owner") == "owner"
    assert "Регион" not in tables["deals"].columns


def test_a_table_without_rows_is_not_there():
    empty = Tables.from_frames(deals=DEALS.head(0))
    assert "deals" not in empty
    assert "orders" not in empty
    assert empty.count("orders") == 0


def test_the_closing_date_of_an_open_deal_does_not_move_the_end_of_the_data(tables):
    assert tables.observed_until() == pd.Timestamp("2024-01-05")


def test_the_fingerprint_follows_the_content(tables):
    assert (
        Tables.from_frames(deals=DEALS, labels={"deals": {"x1": "Регион"}}).fingerprint == tables.fingerprint
    )
    changed = DEALS.assign(x1=["North", None, "South"])
    assert (
        Tables.from_frames(deals=changed, labels={"deals": {"x1": "Регион"}}).fingerprint
        != tables.fingerprint
    )
    assert (
        Tables.from_frames(deals=DEALS, labels={"deals": {"x1": "Other"}}).fingerprint != tables.fingerprint
    )


def test_row_order_is_kept(tables):
    assert tables.frame(tables["deals"])["_row"].tolist() == [1, 2, 3]


def test_two_assessments_share_nothing(tables):
    other = Tables.from_frames(orders=pd.DataFrame({"customer_id": ["a"]}))
    assert "deals" not in other
    with pytest.raises(KeyError):
        other["deals"]
    assert tables.count("deals") == 3


def test_a_text_of_mere_blanks_is_an_empty_cell():
    typed = pd.DataFrame(
        {"deal_id": ["1", "2", "3", "4"], "owner": [" Ann", "  ", "", None], "x1": ["\t", "", " b ", "c"]}
    )
    rows = Tables.from_frames(deals=typed).arrow("deals").to_pandas()
    assert rows["owner"].isna().tolist() == [False, True, True, True]
    assert rows["owner"][0] == " Ann"  # the spaces around a text are a matter for the checks
    assert rows["x1"].isna().tolist() == [True, True, False, False]
