"""What is proposed for values: one spelling for each person, and the order of stages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, notes, rows, sheet

from crmeval.mapping import apply, from_toml, propose, to_toml
from crmeval.mapping.people import by_initials, same_words
from crmeval.mapping.revise import remembered, with_columns, with_meanings
from crmeval.mapping.stage_orders import numbered

OWNERS = sheet(
    "deal id|created at|stage|Ответственный|Менеджер",
    "1|2024-01-13|won|Иванов Иван|Петров Пётр",
    "2|2024-01-14|won|Иванов Иван|Петров Петр",
    "3|2024-01-15|lost|ИВАНОВ ИВАН|Петров Петр",
    "4|2024-01-16|won|Иван Иванов|Петров Петр",
    "5|2024-01-17|won|Иванов И.|Петров Петр",
    "6|2024-01-18|won|Сидоров Олег|Петров Петр",
)


@pytest.mark.parametrize(
    "written", ["ИВАНОВ ИВАН", "иванов  иван", "Иван Иванов", "Иванов, Иван", "ИВАНОВ иван"]
)
def test_spellings_with_the_same_words_are_one_person(written):
    assert same_words({"Иванов Иван": 5, written: 2}) == {written: "Иванов Иван"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Иванов Иван", "Иванов И."),
        ("Иванов Иван", "Иванова Иван"),
        ("Ivan Ivanov", "ivan.ivanov@x.ru"),
        ("Manager 1 2", "Manager 2 1"),
        ("—", "..."),
    ],
)
def test_other_words_are_other_people(one, other):
    assert same_words({one: 5, other: 2}) == {}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Иванов Иван", "Иванов И."], {"Иванов И.": "Иванов Иван"}),
        (["Иванов Иван Петрович", "И.П. Иванов"], {"И.П. Иванов": "Иванов Иван Петрович"}),
        (["Иванов Иван", "Иванов Игорь", "Иванов И."], {}),
        (["Иванов Иван", "Иванов П."], {}),
        (["Иванов Иван", "Иванов"], {}),
        (["Иванов Иван", "ИВАНОВ ИВАН", "Иванов И."], {"Иванов И.": "Иванов Иван"}),
    ],
)
def test_initials_are_told_of_only_where_one_full_name_fits(names, found):
    assert by_initials({name: len(names) - at for at, name in enumerate(names)}) == found


@given(st.dictionaries(st.text("АБаб .Ёёе1", max_size=6), st.integers(1, 9), max_size=8))
@RELAXED
def test_a_spelling_stands_for_one_that_stands_for_itself(counts):
    same = same_words(counts)
    assert set(same.values()).isdisjoint(same)
    assert set(same) | set(same.values()) <= set(counts)


def test_spellings_of_an_owner_are_joined_and_initials_only_told_of():
    proposal = propose([OWNERS])
    assert proposal.sheets[0].meanings == {
        "owner": {"ИВАНОВ ИВАН": "Иванов Иван", "Иван Иванов": "Иванов Иван"}
    }
    tables = apply([OWNERS], proposal)
    assert [owner for (owner,) in rows(tables, "deals", "owner")] == [
        *["Иванов Иван"] * 4, "Иванов И.", "Сидоров Олег",
    ]  # fmt: skip
    said = notes(tables)
    assert said["people_joined"] == {
        "column": "Ответственный", "n": 2, "pairs": "ИВАНОВ ИВАН → Иванов Иван; Иван Иванов → Иванов Иван",
    }  # fmt: skip
    assert said["people_alike"]["pairs"] == "Иванов И. → Иванов Иван"
    assert said["values_meant"]["n"] == 2


def test_the_owner_is_spelled_as_the_list_of_the_team_spells_him():
    deals = sheet(
        "deal id|created at|stage|owner",
        "1|2024-01-13|won|Ann Lee",
        "2|2024-01-14|lost|Ann Lee",
        "3|2024-01-15|won|Bob Ray",
        file="deals.csv",
    )
    team = sheet("owner|team", "ANN LEE|North", "Bob Ray|South", file="team.csv")
    proposal = propose([deals, team])
    assert [one.table for one in proposal.sheets] == ["deals", "lookup"]
    tables = apply([deals, team], proposal)
    assert rows(tables, "deals", "owner", "team") == [
        ("ANN LEE", "North"), ("ANN LEE", "North"), ("Bob Ray", "South"),
    ]  # fmt: skip


def test_an_alias_that_was_switched_off_stays_off():
    proposal = propose([OWNERS])
    meant = dict(proposal.sheets[0].meanings["owner"]) | {"Иван Иванов": "Иван Иванов"}
    changed = with_meanings(proposal.sheets[0], "owner", meant)
    kept = from_toml(to_toml(proposal.changed(changed))).sheets
    again = remembered([OWNERS], propose([OWNERS]), kept)
    owners = [owner for (owner,) in rows(apply([OWNERS], again), "deals", "owner")]
    assert owners[2:4] == ["Иванов Иван", "Иван Иванов"]


def test_another_column_of_owners_has_its_own_spellings():
    mapping = propose([OWNERS]).sheets[0]
    other = with_columns(OWNERS, mapping, {**mapping.columns, "owner": "Менеджер"})
    assert other.meanings == {"owner": {"Петров Пётр": "Петров Петр"}}


@pytest.mark.parametrize(
    ("stages", "order"),
    [
        (["2-Develop", "1-Qualify", "4-Close"], ("1-Qualify", "2-Develop", "4-Close")),
        (["10. Счёт", "9. Звонок", "Отказ", "Успешно реализовано"],
         ("9. Звонок", "10. Счёт", "Успешно реализовано", "Отказ")),
        (["1. Звонок", "1. Счёт"], ()),
        (["1. Звонок", "2. Счёт", "Ожидание"], ()),
        (["Звонок", "Счёт"], ()),
    ],
)  # fmt: skip
def test_numbers_in_their_names_order_stages(stages, order):
    assert numbered(stages) == order


HISTORY = (
    "1|Расчёт|2024-01-15 10:00", "1|Звонок|2024-01-13 10:00", "1|Успешно реализовано|2024-01-20 10:00",
    "2|Звонок|2024-01-13 11:00", "2|Отказ|2024-01-14 10:00",
    "3|Звонок|2024-01-13 12:00", "3|Расчёт|2024-01-16 10:00", "3|Звонок|2024-01-17 10:00",
    "3|Договор|2024-01-18 10:00",
)  # fmt: skip


def history(*lines, file="history.csv"):
    return sheet("ID сделки|Этап|Дата перехода", *lines, file=file)


DEALS = sheet(
    "ID сделки|Дата создания|Статус", "1|2024-01-13|Успешно", "2|2024-01-13|Отказ", "3|2024-01-13|В работе",
    file="deals.csv",
)  # fmt: skip


def test_stages_stand_in_the_order_in_which_deals_first_enter_them():
    sheets = [DEALS, history(*HISTORY)]
    proposal = propose(sheets)
    order = ("Звонок", "Расчёт", "Договор", "Успешно реализовано", "Отказ")
    assert proposal.sheets[1].stage_order == order
    tables = apply(sheets, proposal)
    assert set(rows(tables, "stage_events", "stage", "position")) == {
        (stage, float(place)) for place, stage in enumerate(order, start=1)
    }
    assert notes(tables, 1)["stage_order"]["stages"] == " → ".join(order)


def test_steps_without_an_order_or_without_deals_get_none():
    both_ways = history(
        "1|A|2024-01-13", "1|B|2024-01-14", "2|B|2024-01-13", "2|A|2024-01-14", "3|A|2024-01-15"
    )
    assert propose([DEALS, both_ways]).sheets[1].stage_order == ()
    assert propose([history(*HISTORY)]).sheets[0].stage_order == ()


def test_wide_deals_have_the_order_of_their_columns():
    one = sheet(
        ["Record ID", "Deal Stage", "Create Date", 'Date entered "Closed lost (S)"', 'Date entered "New (S)"',
         'Date entered "Offer (S)"'],
        "1|Offer|2024-01-13||2024-01-13|2024-01-15", "2|Closed lost|2024-01-13|2024-01-18|2024-01-13|",
    )  # fmt: skip
    proposal = propose([one])
    assert proposal.sheets[0].stage_order == ("New", "Offer", "Closed lost")
    assert set(rows(apply([one], proposal), "stage_events", "stage", "position")) == {
        ("New", 1.0), ("Offer", 2.0), ("Closed lost", 3.0),
    }  # fmt: skip
