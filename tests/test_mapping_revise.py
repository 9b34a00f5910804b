"""What a user's change of the mapping brings with it, and what is remembered for the next export."""

from dataclasses import replace

from mapping_sheets import sheet

from crmeval.fields import LEFT_OUT, LOOKUP
from crmeval.mapping import propose
from crmeval.mapping.revise import as_table, remembered, unclear_dates, with_columns

DEALS = sheet(
    "Deal ID|Created|Closed|Status|State|Owner",
    "1|2024-01-13|2024-02-01|Won|Paid|Ann",
    "2|2024-01-14|2024-02-02|Lost|Gone|Bob",
    "3|2024-01-15||Open|Talks|Ann",
    file="deals.csv",
)
PEOPLE = sheet("Name|Office", "Ann|North", "Bob|South", file="people.csv")


def test_another_outcome_column_brings_its_own_values_and_what_was_said_of_them_stays():
    found = propose([DEALS]).sheets[0]
    assert found.outcomes == {"Won": "won", "Lost": "lost", "Open": "open"}
    other = with_columns(DEALS, found, {**found.columns, "outcome": "State", "stage": "State"})
    assert set(other.outcomes) == {"Paid", "Gone", "Talks"}
    said = replace(other, outcomes={**other.outcomes, "Gone": "lost"})
    assert with_columns(DEALS, said, {**said.columns, "owner": "Owner"}).outcomes["Gone"] == "lost"


def test_a_column_the_user_chose_is_sure_and_takes_the_place_of_a_constant():
    found = replace(propose([DEALS]).sheets[0], confidence={"owner": 0.4}, constants={"source": "Web"})
    changed = with_columns(DEALS, found, {**found.columns, "source": "State"})
    assert (changed.confidence["source"], changed.confidence["owner"]) == (1.0, 0.4)
    assert "source" not in changed.constants


def test_a_sheet_said_to_be_a_list_is_joined_to_what_the_others_give():
    assert as_table([DEALS, PEOPLE], PEOPLE, LOOKUP).joins == ("deals", "owner")
    assert as_table([PEOPLE], PEOPLE, LOOKUP).joins is None
    assert as_table([DEALS, PEOPLE], PEOPLE, LEFT_OUT).used is False


def test_dates_are_unclear_only_where_no_row_and_no_other_column_tells():
    rows = [f"{n}|0{n}/02/2024|{{}}/03/2024" for n in range(1, 6)]
    unclear = sheet("Deal ID|Created|Closed", *[row.format("06") for row in rows])
    told = sheet("Deal ID|Created|Closed", *[row.format("25") for row in rows])
    assert set(unclear_dates(unclear, propose([unclear]).sheets[0])) == {"Created", "Closed"}
    assert unclear_dates(told, propose([told]).sheets[0]) == ()


def test_what_the_user_chose_is_used_for_the_next_export_with_the_same_columns():
    chosen = replace(
        propose([DEALS]).sheets[0],
        columns={"deal_id": "Deal ID", "created_at": "Created", "outcome": "State", "team": "Owner"},
        outcomes={"Paid": "won", "Gone": "lost", "Talks": "open"},
    )
    june = replace(DEALS, file="deals_june.csv")
    again = remembered([june, PEOPLE], propose([june, PEOPLE]), [chosen])
    assert again.of("deals_june.csv", "").columns == chosen.columns
    assert again.of("deals_june.csv", "").outcomes["Gone"] == "lost"
    assert again.of("people.csv", "") == propose([june, PEOPLE]).of("people.csv", "")


def test_a_mapping_of_columns_that_are_gone_is_not_used():
    chosen = replace(propose([DEALS]).sheets[0], columns={"deal_id": "Number", "created_at": "Created"})
    assert remembered([DEALS], propose([DEALS]), [chosen]) == propose([DEALS])
