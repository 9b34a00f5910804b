"""The second opinion on columns: where both agree the mapping is sure, where they differ it is asked."""

import pytest
from mapping_sheets import sheet

from benchmarks.header_recognition import listed, sets
from benchmarks.header_recognition import sheet as sheet_of_set
from crmeval.fields import TABLES
from crmeval.mapping import second
from crmeval.mapping.assign import Assignment, assign, may_share
from crmeval.mapping.presets import UNKNOWN, Preset, recognise
from crmeval.mapping.profiles import profiles

PEOPLE = "No|Opened|Ann|Ben|Epoch", "1|2025-01-05|Kim|Lee|1735689600", "2|2025-02-06|Kim|Ray|1738454400"
FIRST = Assignment("deals", {"deal_id": "No", "owner": "Ann"}, {"deal_id": 0.7, "owner": 0.7})
SURE = Assignment("deals", {"deal_id": "No", "owner": "Ann"}, {"deal_id": 0.9, "owner": 0.9})


@pytest.fixture
def heard(monkeypatch):
    """`first` with a second opinion that names these columns, each with log-odds of 4."""

    def ask(first, **named):
        told = dict.fromkeys(named.items(), 4.0)
        monkeypatch.setattr(second, "odds", lambda *_: told)
        return second.seconded(first, profiles(sheet(*PEOPLE)), Preset(UNKNOWN))

    return ask


def test_what_both_name_is_sure(heard):
    agreed = heard(FIRST, deal_id="No", owner="Ann")
    assert agreed.columns == FIRST.columns
    assert min(agreed.confidence.values()) >= 0.8


def test_what_neither_is_likely_to_know_stays_to_be_asked(heard):
    unlikely = Assignment("deals", {"deal_id": "No", "owner": "Ann"}, {"deal_id": 0.7, "owner": 0.5})
    agreed = heard(unlikely, deal_id="No", owner="Ann")
    assert agreed.confidence["deal_id"] >= 0.8 > agreed.confidence["owner"]


def test_what_only_the_first_names_is_asked(heard):
    alone = heard(SURE, deal_id="No")
    assert alone.columns == SURE.columns
    assert alone.confidence["deal_id"] >= 0.8 > alone.confidence["owner"]


def test_another_column_is_taken_only_where_the_first_is_not_sure_of_its_own(heard):
    assert heard(FIRST, owner="Ben").columns["owner"] == "Ben"
    kept = heard(SURE, owner="Ben")
    assert kept.columns["owner"] == "Ann"
    assert kept.confidence["owner"] < 0.8


def test_a_field_that_the_first_did_not_find_is_proposed_and_asked(heard):
    found = heard(FIRST, deal_id="No", owner="Ann", created_at="Opened")
    assert found.columns["created_at"] == "Opened"
    assert found.confidence["created_at"] < 0.8


def test_a_column_that_both_hold_for_another_field_is_not_taken_from_it(heard):
    assert heard(FIRST, owner="Ann", team="Ann").columns == FIRST.columns


def test_numbers_that_might_be_days_are_no_date_because_nothing_else_is(heard):
    assert "created_at" not in heard(FIRST, deal_id="No", created_at="Epoch").columns


def test_what_a_known_system_writes_needs_no_second_opinion(monkeypatch):
    header = "Deal - ID|Deal - Title|Deal - Owner|Deal - Organization|Deal - Organization ID"
    one = sheet(header, "1|A|Kim|Firm|7", "2|B|Lee|Shop|8")
    found, preset = profiles(one), recognise(one.columns)
    assert preset.source == "pipedrive"
    first = assign("deals", found, preset)
    known = set(preset.columns) & set(first.columns)
    assert "customer_id" in known
    monkeypatch.setattr(second, "odds", lambda *_: {("customer_id", "Deal - Organization"): 9.0})
    told = second.seconded(first, found, preset)
    assert {(field, told.columns[field], told.confidence[field]) for field in known} == {
        (field, first.columns[field], first.confidence[field]) for field in known
    }


def test_no_column_is_two_fields_and_no_sure_field_is_lost():
    cases = [case for case in sets("tuned") if listed(case["table"])[0] in TABLES]
    assert len(cases) > 500
    for case in cases[::7]:
        one = sheet_of_set(case["cells"], "cells.csv")
        found, preset = profiles(one), recognise(one.columns)
        first = assign(listed(case["table"])[0], found, preset)
        both = second.seconded(first, found, preset)
        for field, header in both.columns.items():
            twins = {other for other, taken in both.columns.items() if taken == header} - {field}
            assert all(may_share(field, other) for other in twins)
        sure = {field: header for field, header in first.columns.items() if first.confidence[field] >= 0.8}
        assert sure.items() <= both.columns.items()


def test_the_second_opinion_was_learned_for_the_fields_of_tables():
    weights = second._weights()
    known = {field.name for spec in TABLES.values() for field in spec.fields}
    assert set(weights) <= known
    assert {"deal_id", "created_at", "customer_id", "owner", "amount", "ordered_at"} <= set(weights)
