"""What headers leave open is told by values: the one date, two columns that say the same, a file's name."""

import pytest
from mapping_sheets import sheet

from crmeval.fields import TABLES
from crmeval.mapping import propose
from crmeval.mapping.assign import assign
from crmeval.mapping.contents import about
from crmeval.mapping.guess import guess
from crmeval.mapping.presets import recognise
from crmeval.mapping.profiles import profiles
from crmeval.mapping.signs import Trial, of_sheet
from crmeval.mapping.weighing import odds


def proposed(header, *rows, file="file.csv"):
    return propose([sheet(header, *rows, file=file)]).sheets[0]


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ("person", ("Ann Lee", "Ben Ray", "Cy")),
        ("person", ("Белова А.", "Громов И. П.", "Юля")),
        ("company", ("ООО Ромашка", "АО «Лютик»", "ИП Ким")),
        ("company", ("Alba Ltd", "Birk GmbH", "Cove Inc.")),
        ("code", ("D-1", "INV 0044", "00417")),
        ("email", ("ann@x.test", "ben@y.test")),
        ("part of a card", ("Phone", "E-mail", "Postcode")),
        ("contact", ("звонок", "встреча", "письмо")),
        ("frequency", ("monthly", "one-off", "yearly")),
        ("flag", ("да", "нет")),
    ],
)
def test_values_show_what_they_are(shape, values):
    assert shape in about(values)


def test_long_remarks_show_nothing():
    assert not about(
        ("it took far too long, and nobody said why it did " * 50, "quick and friendly all the way")
    )


def test_the_only_date_and_the_only_sum_of_orders_need_no_name():
    mapping = proposed("Order no|Client|Zzz|Qqq", "1|Alba|2024-03-01|100", "2|Birk|2024-03-05|250")
    assert (mapping.table, mapping.columns["ordered_at"], mapping.columns["amount"]) == (
        "orders",
        "Zzz",
        "Qqq",
    )
    assert max(mapping.confidence["ordered_at"], mapping.confidence["amount"]) < 0.8


def test_a_column_that_says_the_same_again_but_for_errors_is_the_truth():
    mapping = proposed(
        "Record no|Field|Xxx|Yyy|Checked by",
        "7|Phone|+44 20 7946 0001|+44 20 7946 0009|Joy",
        "7|City|Leeds|Leeds|Joy",
        "8|E-mail|jim@bolt.test|jim.poe@bolt.test|Ken",
    )
    assert (mapping.table, mapping.columns["entered"], mapping.columns["actual"]) == (
        "verified",
        "Xxx",
        "Yyy",
    )


def test_a_date_before_the_beginning_makes_that_the_end():
    one = sheet(
        "case|step|Zzz|Moved on",
        "1|a|2024-02-01|2024-02-03",
        "1|b|2024-02-03|2024-02-09",
        "2|a|2024-02-02|",
    )
    found = profiles(one)
    columns = assign("stage_events", found, recognise(one.columns)).columns
    assert (columns["entered_at"], columns["left_at"]) == ("Zzz", "Moved on")


def test_the_odds_of_all_tables_and_of_none_are_one():
    one = sheet("deal id|stage|created", "1|new|2024-01-01", "2|won|2024-01-05")
    found = profiles(one)
    trials = [
        Trial(one, found, assign(name, found, recognise(one.columns)))
        for name, spec in TABLES.items()
        if not spec.made_here
    ]
    told = odds(trials, of_sheet(found))
    assert len(told) == len(trials) + 1
    assert told.sum() == pytest.approx(1)
    assert (told >= 0).all()


@pytest.mark.parametrize(
    ("file", "table"),
    [("Оплаты 2024.csv", "orders"), ("Договоры.csv", "contracts"), ("trainings.csv", "training")],
)
def test_a_file_is_likelier_what_its_name_says(file, table):
    header, row = "Имя|Дата|Число", "Ким|2024-03-0{}|{}"
    found = [row.format(n, n) for n in range(1, 5)]

    def likely(name):
        one = sheet(header, *found, file=name)
        profiled = profiles(one)
        trial = Trial(one, profiled, assign(table, profiled, recognise(one.columns)))
        it, none = odds([trial], of_sheet(profiled))
        return it / none

    assert likely(file) > 2 * likely("a.csv")


def test_what_is_hardly_likelier_than_another_table_is_not_sure():
    one = sheet("Клиент|Дата|Сумма", "Ким|2024-03-01|100", "Ли|2024-03-05|250", "Ким|2024-03-09|90")
    chosen = guess(one, profiles(one), recognise(one.columns))
    assert chosen.likely >= 0.9 or all(
        chosen.confidence[name] < 0.8 for name in TABLES[chosen.table].required if name in chosen.columns
    )
