"""Checks of entered data: what is wrong is found by its id, what is fine raises no alarm."""

import ibis
import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.checks import run_checks, suggest_checks
from crmeval.analyses.checks.model import (
    BEFORE_CREATED,
    EMAIL,
    IN_FUTURE,
    LOOKALIKE,
    LOST_ZERO,
    MISSING,
    NEAR_DUPLICATE,
    NEGATIVE,
    NOT_IN_LIST,
    NOT_UNDERSTOOD,
    PHONE,
    PLACEHOLDER,
    TAX_NUMBER,
    TOO_EARLY,
)
from crmeval.analyses.checks.twins import misspelt, twins
from crmeval.analyses.checks.values import email, lookalike, phone, placeholders, tax_number
from crmeval.analyses.checks.worth import agree
from crmeval.tables import Import, Tables

LABELS = {"x1": "ФИО", "x2": "E-mail", "x3": "Телефон", "x4": "ИНН", "x5": "Отрасль", "x6": "Город"}
CITIES = ("Москва", "Санкт-Петербург", "Казань", "Пермь")
SECTORS = ("торговля", "строительство", "медицина")


def inn(number: int) -> str:
    """A ten-digit INN with its check digit, by the weights of the tax service's order."""
    base = f"77{number:07d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    check = sum(int(digit) * weight for digit, weight in zip(base, weights, strict=True)) % 11 % 10
    return f"{base}{check}"


def clean_records(n: int = 60) -> pd.DataFrame:
    """Records in which nothing is wrong."""
    return pd.DataFrame(
        {
            "record_id": [f"r{i}" for i in range(n)],
            "entered_by": [("Иванов", "Иванова", "Петров")[i % 3] for i in range(n)],
            "entered_at": pd.date_range("2024-01-01", periods=n, freq="D"),
            "x1": [f"{('NA', 'None', 'Null', 'Ли', 'Нет')[i % 5]} {chr(1040 + i % 30)}ван" for i in range(n)],
            "x2": [f"user{i}@company-{i}.ru" for i in range(n)],
            "x3": [f"+7 916 {100 + i} {10 + i % 80}-{10 + i % 70}" for i in range(n)],
            "x4": [inn(1000 + 37 * i) for i in range(n)],
            "x5": [SECTORS[i % 3] for i in range(n)],
            "x6": [CITIES[i % 4] for i in range(n)],
        }
    )


def clean_deals(n: int = 60) -> pd.DataFrame:
    """Deals in which nothing is wrong: open ones have no closing date, lost ones have a reason."""
    outcome = [("won", "lost", "open")[i % 3] for i in range(n)]
    created = pd.date_range("2024-01-01", periods=n, freq="D")
    return pd.DataFrame(
        {
            "deal_id": [f"00{i}" for i in range(n)],
            "created_at": created,
            "closed_at": [
                None if what == "open" else day + pd.Timedelta(days=9)
                for what, day in zip(outcome, created, strict=True)
            ],
            "outcome": outcome,
            "amount": [100.0 + i if what == "won" else None for i, what in enumerate(outcome)],
            "owner": [("Anna", "Anne", "Boris")[i % 3] for i in range(n)],
            "product": [
                ("GTX Pro", "GTX Basic", "MG Special", "MG Advanced", "GTK 500")[i % 5] for i in range(n)
            ],
            "x1": ["price" if what == "lost" else None for what in outcome],
        }
    )


PRODUCTS = pd.DataFrame({"x1": ["GTX Pro", "GTX Basic", "MG Special", "MG Advanced", "GTK 500"]})


def tables_of(records: pd.DataFrame, deals: pd.DataFrame) -> Tables:
    labels = {"records": LABELS, "deals": {"x1": "Loss reason"}, "lookup_1": {"x1": "Product name"}}
    return Tables.from_frames(labels=labels, records=records, deals=deals, lookup_1=PRODUCTS)


def wrong_of(tables: Tables) -> set[tuple[str, str, str]]:
    judged, _ = run_checks(tables, suggest_checks(tables, "RU"))
    return set(judged.wrong[["record_id", "field", "problem"]].itertuples(index=False, name=None))


def test_a_clean_table_raises_no_alarm():
    judged, found = run_checks(
        tables := tables_of(clean_records(), clean_deals()), suggest_checks(tables, "RU")
    )
    assert judged.wrong_cells == 0, judged.wrong
    assert not found["found"].any()
    assert judged.clean_records == judged.record_count == 60 + 60 + 5


RECORD_FAULTS = [
    ("x2", "ivanov@", EMAIL), ("x2", "нет", PLACEHOLDER), ("x2", "test@test.ru", PLACEHOLDER),
    ("x2", None, MISSING), ("x3", "12345", PHONE), ("x3", "+7 999 000 00 00", PHONE),
    ("x4", "7707083894", TAX_NUMBER), ("x4", "274062111", LOST_ZERO), ("x5", "строительсво", NEAR_DUPLICATE),
    ("x5", "Торговля", NEAR_DUPLICATE), ("x6", "Мoсква", LOOKALIKE), ("x6", "Select", PLACEHOLDER),
    ("x1", "000", PLACEHOLDER), ("x6", "   ", MISSING), ("x1", "-", PLACEHOLDER),
]  # fmt: skip


def test_planted_faults_of_records_are_found_by_id_and_nothing_else():
    records, planted = clean_records(), set()
    for place, (column, value, problem) in enumerate(RECORD_FAULTS):
        records.loc[3 * place, column] = value
        planted.add((f"r{3 * place}", LABELS[column], problem))
    assert wrong_of(tables_of(records, clean_deals())) == planted


def test_planted_faults_of_deals_are_found_by_id_and_nothing_else():
    deals = clean_deals()
    deals.loc[0, "closed_at"] = pd.Timestamp("2023-12-30")  # created 2024-01-01
    deals.loc[3, "amount"] = -5.0
    deals.loc[6, "created_at"] = pd.Timestamp("1970-01-01")
    deals.loc[9, "product"] = "GTXPro"
    deals.loc[12, "amount"] = None  # won
    deals.loc[15, "closed_at"] = None  # won
    deals.loc[18, "closed_at"] = pd.Timestamp("2190-01-01")
    assert wrong_of(tables_of(clean_records(), deals)) == {
        ("000", "closed_at", BEFORE_CREATED), ("003", "amount", NEGATIVE), ("006", "created_at", TOO_EARLY),
        ("009", "product", NOT_IN_LIST), ("0012", "amount", MISSING), ("0015", "closed_at", MISSING),
        ("0018", "closed_at", IN_FUTURE),
    }  # fmt: skip


def test_a_deal_closed_on_the_day_it_was_created_is_no_contradiction():
    deals = clean_deals()
    deals["created_at"] += pd.Timedelta(hours=10)
    deals.loc[0, "closed_at"] = deals.loc[0, "created_at"].normalize()  # the other file has no times
    assert wrong_of(tables_of(clean_records(), deals)) == set()


def test_the_hoped_for_closing_date_of_an_open_deal_is_nobodys_error():
    deals = clean_deals()
    deals.loc[2, "closed_at"] = pd.Timestamp("2190-01-01")
    assert wrong_of(tables_of(clean_records(), deals)) == set()


def test_suggestions_say_what_was_meant():
    deals = clean_deals()
    deals.loc[9, "product"] = "GTXPro"
    tables = tables_of(clean_records(), deals)
    judged, _ = run_checks(tables, suggest_checks(tables))
    assert list(judged.wrong["suggestion"]) == ["GTX Pro"]


def test_a_check_that_is_off_finds_nothing_and_a_column_without_checks_is_not_judged():
    records = clean_records()
    records.loc[0, "x2"] = "ivanov@"
    tables = Tables.from_frames(labels={"records": LABELS}, records=records)
    every = suggest_checks(tables)
    some = [check for check in every if check.column != "x2"]
    judged, found = run_checks(tables, some)
    whole, _ = run_checks(tables, every)
    assert (whole.wrong_cells, judged.wrong_cells) == (1, 0)
    assert whole.cells - judged.cells == len(records)
    assert "x2" not in set(found["column"])


def test_a_column_counts_only_in_the_imports_that_had_it():
    records = clean_records()
    records["_import"] = [int(i >= 55) for i in range(60)]
    records.loc[55:, "x3"] = None  # the second file has no telephone
    tables = Tables.from_frames(labels={"records": LABELS}, records=records)
    judged, _ = run_checks(tables, suggest_checks(tables, "RU"))
    assert judged.wrong_cells == 0
    assert judged.cells == 60 * 9 - 5


def test_a_cell_not_understood_at_import_is_wrong_once_and_keeps_its_text():
    deals = clean_deals()
    deals.loc[4, "amount"] = None
    deals.loc[4, "outcome"] = "won"
    mine = tables_of(clean_records(), deals)
    problems = pd.DataFrame(
        {"import": [0], "row": [5], "column": ["Budget"], "value": ["lots"], "problem": ["number"]}
    )
    imported = Import("deals.csv", "", "deals", "unknown", 60, 60, 0, mapping={"amount": "Budget"})
    tables = Tables(
        {"deals": mine.arrow("deals")},
        labels={"deals": {"x1": "Why"}},
        imports=(imported,),
        problems=problems,
    )
    judged, _ = run_checks(tables, suggest_checks(tables))
    assert judged.wrong[["record_id", "field", "value", "problem"]].values.tolist() == [  # noqa: PD011 - lists
        ["004", "Budget", "lots", NOT_UNDERSTOOD]
    ]


def test_the_order_of_rows_changes_no_count():
    records = clean_records()
    for place, (column, value, _) in enumerate(RECORD_FAULTS):
        records.loc[3 * place, column] = value
    shuffled = records.sample(frac=1, random_state=1)
    counts = []
    for frame in (records, shuffled):
        tables = Tables.from_frames(labels={"records": LABELS}, records=frame)
        judged, _ = run_checks(tables, suggest_checks(tables, "RU"))
        counts.append((judged.cells, judged.wrong_cells, judged.clean_records))
        assert judged.wrong_cells == len(judged.wrong)
    assert counts[0] == counts[1]


@pytest.mark.parametrize("word", ["Мoсква", "Cбербанк", "ОАO", "Аnna"])
def test_letters_of_another_alphabet_are_seen(word):
    assert lookalike(word) is not None


@pytest.mark.parametrize(
    "word", ["IT-отдел", "SMSка", "PDFом", "1C", "Wi-Fi сеть", "Москва", "А123BC77", "VIPов"]
)
def test_words_that_honestly_mix_alphabets_pass(word):
    assert lookalike(word) is None


@pytest.mark.parametrize("value", ["a@b.ru; c@d.ru", "почта@рф.рф", "anna@firm.co.uk "])
def test_addresses_pass(value):
    assert email(value) is None


@pytest.mark.parametrize("value", ["a@b", "a b@c.ru@d", "@firm.ru", "anna@firm,ru"])
def test_what_is_no_address_does_not_pass(value):
    assert email(value) is not None


def test_telephone_numbers_pass_as_people_write_them():
    judge = phone("RU")
    for value in ("8 (916) 123-45-67", "+7.916.123.45.67", "89161234567, 84951234567", "8 701 123 45 67"):
        assert judge(value) is None, value
    for value in ("12345", "+7 (495) 200-23-659", "+7 (343) 200-2", "0000000000"):
        assert judge(value) == "", value


def test_tax_numbers_with_check_digits():
    # 7707083893 is the INN of a bank as it prints it; 1027700132195 its OGRN.
    assert tax_number("7707083893") is None
    assert tax_number("1027700132195") is None
    assert tax_number("7707083893.0") is None
    assert tax_number("274062111") == "0274062111"
    assert tax_number("7707083894") == ""


def test_an_entrepreneurs_number_ends_in_the_last_digit_of_its_remainder():
    # Numbers by which public validators are tested; the remainder of the second by 13 is 12.
    assert tax_number("304500116000157") is None
    assert tax_number("304463210700212") is None
    assert tax_number("222222222222222") == ""
    assert tax_number("1111111111111") == ""


def test_the_engine_finds_the_tax_numbers_right_that_are_judged_right_one_by_one():
    random = np.random.default_rng(7)
    numbers = [
        f"{first}{''.join(map(str, digits))}"
        for first, length in (("7", 10), ("0", 10), ("50", 12), ("1", 13), ("0", 13), ("3", 15), ("7", 15))
        for digits in random.integers(0, 10, (1000, length - len(first)))
    ]
    numbers += ["", "ООО", "7707083893.0", " 7707083893", "+707083893", "77070838930"]
    found = ibis.memtable(pd.DataFrame({"number": numbers})).select(right=lambda t: agree(t.number)).execute()
    right = [tax_number(number) is None and number.isdigit() for number in numbers]
    assert found["right"].tolist() == right
    assert {len(number) for number, fine in zip(numbers, right, strict=True) if fine} == {10, 12, 13, 15}


def test_names_that_look_like_nothing_are_no_placeholders():
    assert placeholders(["NA", "None", "Null", "Нет", "Ноль", "III", "X"], many=False) == {}


def test_no_is_an_answer_where_yes_is_one():
    many = [f"value {i}" for i in range(30)]
    assert "нет" in placeholders([*many, "нет"], many=True)
    assert "нет" not in placeholders([*many, "нет", "да"], many=True)


def test_near_duplicates_are_found_and_different_things_left_alone():
    assert twins({"technology": 20, "technolgy": 3, "GTX Pro": 9, "GTXPro": 2, "Ёлка": 5, "елка": 1}) == {
        "technolgy": "technology", "GTXPro": "GTX Pro", "елка": "Ёлка",
    }  # fmt: skip
    for one, other in (
        ("Group A", "Group B"), ("active", "inactive"), ("qualified", "unqualified"), ("Gambia", "Zambia"),
        ("Иванов", "Иванова"), ("version 1", "version 2"), ("import", "export"), ("al_scip-1", "ak_scip-1"),
        ("квалифицирован", "неквалифицирован"), ("2023", "2024"), ("1.5", "15"), ("C++", "C"),
    ):  # fmt: skip
        assert not misspelt(one, other), (one, other)
        assert twins({one: 20, other: 2}) == {}, (one, other)
