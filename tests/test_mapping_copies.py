"""Two sheets of the same records: the checked one is known by its name, or else asked about."""

import pytest
from mapping_sheets import sheet

from crmeval.mapping import propose

ENTERED = [
    ("7", "Ann Lee", "ann@lee.test", "Leeds"),
    ("8", "Bo Orr", "bo@orr", "Hull"),
    ("9", "Cy Day", "", "Yrk"),
]
CHECKED = [
    ("7", "Ann Lee", "ann@lee.test", "Leeds"),
    ("8", "Bo Orr", "bo@orr.test", "Hull"),
    ("9", "Cy Day", "", "York"),
]
OTHERS = [
    ("7", "Flo Fox", "flo@fox.test", "Bath"),
    ("8", "Gus Gray", "gus@gray.test", "Ely"),
    ("9", "Hal Hey", "h@h.test", "Rye"),
]
HEADERS = "Record ID", "Full name", "Email", "City"
RENAMED = "ID", "Contact name", "E-mail address", "Town"


def proposed(*files, kinds=None):
    return propose([sheet(headers, *rows, file=name) for name, headers, rows in files], kinds).sheets


@pytest.mark.parametrize(
    "name", ["contacts verified.csv", "clean.csv", "Контакты (проверены).csv", "исправленные.csv"]
)
@pytest.mark.parametrize("headers", [HEADERS, RENAMED])
def test_a_name_tells_the_checked_one(name, headers):
    for files in ([("a.csv", HEADERS, ENTERED), (name, headers, CHECKED)],
                  [(name, headers, CHECKED), ("a.csv", HEADERS, ENTERED)]):  # fmt: skip
        tables = {one.file: one.table for one in proposed(*files)}
        assert tables == {"a.csv": "records", name: "verified"}


@pytest.mark.parametrize(
    "name", ["b.csv", "contacts to be checked.csv", "Контакты на проверку.csv", "unverified.csv"]
)
def test_without_such_a_name_it_is_asked(name):
    first, second = proposed(("a.csv", HEADERS, ENTERED), (name, HEADERS, CHECKED))
    assert first.table == second.table == "records"
    assert [note.key for note in second.notes] == ["import_notes.same_records"]
    assert not first.notes


def test_lists_numbered_alike_are_no_copies():
    for one in proposed(("a.csv", HEADERS, ENTERED), ("clean.csv", HEADERS, OTHERS)):
        assert one.table == "records"
        assert not one.notes


def test_what_the_user_said_stays():
    files = ("a.csv", HEADERS, ENTERED), ("clean.csv", HEADERS, CHECKED)
    tables = [one.table for one in proposed(*files, kinds={"clean.csv": "records"})]
    assert tables == ["records", "records"]
