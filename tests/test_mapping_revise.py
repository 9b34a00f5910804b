"""What a user's change of the mapping brings with it, and what is remembered for the next export."""

from dataclasses import replace

from mapping_sheets import mapped, notes, rows, sheet

from crmeval.fields import LEFT_OUT, LOOKUP
from crmeval.mapping import MappingProposal, SheetMapping, apply, from_toml, propose, to_toml
from crmeval.mapping.readings import with_answer
from crmeval.mapping.revise import as_table, fitted, remembered, with_columns, with_swap

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


UNCLEAR = [f"{n}|0{n}/02/2024|{{}}/03/2024" for n in range(1, 6)]
ASKED = sheet("Deal ID|Created|Closed", *[row.format("06") for row in UNCLEAR])


def test_dates_are_unclear_only_where_no_row_and_no_other_column_tells():
    told = sheet("Deal ID|Created|Closed", *[row.format("25") for row in UNCLEAR])
    assert set(propose([ASKED]).sheets[0].unclear) == {"Created", "Closed"}
    assert propose([told]).sheets[0].unclear == ()


def answered_for(one, mapping, headers, order):
    whole = with_answer([one], MappingProposal((mapping,)), [(0, header) for header in headers], order)
    return whole.sheets[0]


def test_an_answer_about_dates_stays_and_is_remembered_where_the_next_file_does_not_tell():
    answered = answered_for(ASKED, propose([ASKED]).sheets[0], ["Created", "Closed"], "mdy")
    assert answered.unclear == ()
    again = with_columns(ASKED, answered, {**answered.columns, "deal_id": "Deal ID"})
    assert (again.unclear, again.date_formats) == ((), {"Created": "mdy", "Closed": "mdy"})
    june = replace(ASKED, file="june.csv")
    found = remembered([june], propose([june]), [answered]).sheets[0]
    assert (found.unclear, found.date_formats) == ((), {"Created": "mdy", "Closed": "mdy"})


def test_what_the_next_files_own_rows_tell_goes_before_the_answer():
    answered = answered_for(ASKED, propose([ASKED]).sheets[0], ["Created", "Closed"], "mdy")
    told = sheet("Deal ID|Created|Closed", *[row.format("25") for row in UNCLEAR], file="june.csv")
    assert remembered([told], propose([told]), [answered]).sheets[0].date_formats["Closed"] == "dmy"


def test_a_date_column_chosen_later_is_asked_about_too():
    found = propose([ASKED]).sheets[0]
    without = with_columns(ASKED, found, {k: v for k, v in found.columns.items() if k != "closed_at"})
    answered = answered_for(ASKED, without, ["Created"], "dmy")
    assert (answered.unclear, without.unclear) == ((), ("Created",))


def test_next_months_whole_file_is_not_turned_as_the_damaged_one_was():
    rows = [f"{n}|2024-{1 + n % 12:02}-{1 + n // 12:02}|{1 + n % 12:02}" for n in range(144)]
    damaged = sheet("Deal ID|Created|Note", *rows, file="deals.csv")
    turned = with_swap(propose([damaged]).sheets[0], "Created", "all")
    assert remembered([damaged], propose([damaged]), [turned]).sheets[0].swapped == {"Created": "all"}
    whole = sheet("Deal ID|Created|Note", *rows, "200|2024-03-25|x", "201|2024-03-26|x", "202|2024-04-27|x",
                  file="deals.csv")  # fmt: skip
    assert remembered([whole], propose([whole]), [turned]).sheets[0].swapped == {}


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


def test_a_mapping_of_a_file_with_another_header_says_what_did_not_fit():
    loaded = MappingProposal((
        replace(propose([DEALS]).sheets[0], file="may.csv",
                columns={"deal_id": "Deal ID", "created_at": "Created", "amount": "Budget", "team": "Owner"}),
        SheetMapping("old.csv", "", "costs", columns={"item": "What", "amount": "How much"}),
    ))  # fmt: skip
    found, told = fitted([DEALS, PEOPLE], propose([DEALS, PEOPLE]), loaded)
    assert found.of("deals.csv", "").columns == {
        "deal_id": "Deal ID",
        "created_at": "Created",
        "team": "Owner",
    }
    assert found.of("people.csv", "") == propose([DEALS, PEOPLE]).of("people.csv", "")
    assert [(one.key, one.facts.get("names")) for one in told] == [
        ("data.map_columns_gone", "Budget"),
        ("data.map_sheet_unknown", None),
        ("data.map_sheet_gone", None),
    ]


def test_a_mapping_that_fits_is_taken_whole_with_all_the_user_said():
    mine = replace(
        propose([DEALS]).sheets[0],
        meanings={"owner": {"Bob": "Ann"}}, stage_order=("Talks", "Paid"), swapped={"Closed": "all"},
        outcomes={"Won": "lost", "Lost": "lost", "Open": "open"},
    )  # fmt: skip
    loaded = from_toml(to_toml(MappingProposal((mine,))))
    found, told = fitted([DEALS], propose([DEALS]), loaded)
    assert told == ()
    assert replace(found.sheets[0], confidence={}) == replace(mine, confidence={})


def test_stages_take_the_places_the_user_gave_them():
    one = sheet("deal|stage|at", "1|New|2024-01-01", "1|Offer|2024-01-02", "1|Odd|2024-01-03")
    columns = {"deal_id": "deal", "stage": "stage", "entered_at": "at"}
    tables = mapped(one, "stage_events", columns, stage_order=("Offer", "New"))
    assert rows(tables, "stage_events", "stage", "position") == [("New", 2.0), ("Offer", 1.0), ("Odd", None)]


def test_a_value_that_stands_for_another_is_that_other_and_keeps_its_outcome():
    tables = mapped(
        DEALS, "deals", {"deal_id": "Deal ID", "created_at": "Created", "stage": "State", "owner": "Owner"},
        meanings={"owner": {"Bob": "Ann"}, "stage": {"Paid": "Done"}},
        outcomes={"Paid": "won", "Gone": "lost"},
    )  # fmt: skip
    assert rows(tables, "deals", "owner", "stage", "outcome") == [
        ("Ann", "Done", "won"), ("Ann", "Gone", "lost"), ("Ann", "Talks", "open"),
    ]  # fmt: skip
    assert notes(tables)["values_meant"]["n"] == 1


def test_deals_and_companies_of_hubspot_are_joined_by_their_ids():
    deals = sheet(
        "Record ID|Deal Name|Deal Stage|Amount|Create Date|Close Date|Associated Company IDs",
        "1|A|Closed Won|5|2024-01-01|2024-02-01|9001", "2|B|Closed Lost|6|2024-01-02|2024-02-02|9002",
        "3|C|Proposal|7|2024-01-03||9001.0", file="hubspot-deals.csv",
    )  # fmt: skip
    firms = sheet(
        "Record ID|Company name|Industry|Company owner", "9001|Alpha|Trade|Ann", "9002|Beta|IT|Bob",
        "9003|Gamma|IT|Bob", file="hubspot-companies.csv",
    )  # fmt: skip
    proposal = propose([deals, firms])
    assert [one.source for one in proposal.sheets] == ["hubspot", "hubspot"]
    tables = apply([deals, firms], proposal.changed(replace(
        as_table([deals, firms], firms, LOOKUP), joins=("deals", "customer_id"), key="Record ID", columns={},
    )))  # fmt: skip
    label = next(name for name, header in tables.labels("deals").items() if header == "Industry")
    assert rows(tables, "deals", "deal_id", label) == [("1", "Trade"), ("2", "IT"), ("3", "Trade")]
    (join,) = tables.imports[1].joins
    assert (join.rows, join.matched, join.unused) == (3, 3, 1)
