"""Headers are understood by what their words mean, however they are spelled."""

import pytest

from crmeval.mapping.concepts import denies, meant, words


@pytest.mark.parametrize(
    "header",
    ["Closed On", "date_closed", "closedAt", "Clsoed Date", "Дт закр.", "ДАТА ЗАКРЫТИЯ", "data_zakrytiya"],
)
def test_one_meaning_has_many_spellings(header):
    assert meant("deals", "closed_at", header) >= 0.7


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("closed_at", "Expected close date"),
        ("closed_at", "Дата план. закрытия"),
        ("created_at", "Дата рождения"),
        ("customer_id", "Account Manager"),
        ("owner", "Account"),
        ("amount", "Discount amount"),
        ("amount", "Сумма скидки"),
        ("deal_id", "Number of deals"),
    ],
)
def test_the_decisive_word_counts(field, header):
    assert meant("deals", field, header) < 0.45


def test_a_word_misspelt_is_less_sure_and_short_words_are_not_guessed():
    assert 0.7 < meant("deals", "amount", "Ammount") < meant("deals", "amount", "Amount")
    assert [word.means for word in words("xq")] == [frozenset()]


def test_a_sum_with_tax_is_no_tax():
    assert meant("orders", "amount", "Сумма с НДС") == meant("orders", "amount", "Amount incl. VAT") >= 0.9
    assert meant("orders", "amount", "Сумма НДС") == meant("orders", "amount", "VAT amount") == 0


def test_a_word_cut_short_is_the_word_where_only_one_is_meant():
    assert meant("deals", "customer_id", "Покупат.") == meant("deals", "customer_id", "Покупатель") >= 0.9


def test_words_that_mean_something_only_together_are_one_word():
    assert meant("activities", "customer_id", "Spoke to") >= 0.7
    assert meant("activities", "customer_id", "С кем") >= 0.7
    assert [word.text for word in words("С кем")] == ["с_кем"]


@pytest.mark.parametrize(
    ("table", "field", "header"),
    [
        ("records", "entered_by", "Modified by"),
        ("records", "entered_by", "Кто изменил"),
        ("stage_events", "stage", "Previous stage"),
        ("deals", "stage", "Следующий шаг"),
        ("deals", "customer_id", "Number of guests"),
    ],
)
def test_a_meaning_may_rule_a_field_out(table, field, header):
    assert denies(table, field, header)
