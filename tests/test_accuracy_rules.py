"""Rules of the user's own: each kind of condition finds the rows that break it and no other."""

import pytest
from made_company import made

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.checks import chosen_checks, run_checks
from crmeval.analyses.checks.rules import can_be_asked
from crmeval.check_choices import CheckChoices, Condition, Rule
from crmeval.settings import Settings


@pytest.fixture(scope="module")
def company():
    changed = made()
    changed.deals.loc[[1, 2], "outcome"] = "won"
    changed.deals.loc[1, "amount"], changed.deals.loc[2, "amount"] = 5.0, None
    changed.records.loc[4, ["x7", "x4"]] = "Тула", "+1 212 555 01 00"
    return changed.tables()


CITIES = "Москва;Казань;Пермь;Алматы;London;Berlin;Омск;Тверь"
IN_TULA = Condition("Город", "equals", "Тула")
RULES = (
    (Rule("enough", "deals", Condition("amount", "more", "5")), {"D0001"}),
    (Rule("priced", "deals", Condition("amount", "filled"), Condition("deal_id", "one_of", "D0001; D0002")),
     {"D0002"}),
    (Rule("known place", "records", Condition("Город", "differs", "тула")), {"C0004"}),
    (Rule("place", "records", Condition("Город", "one_of", CITIES)), {"C0004"}),
    (Rule("code", "records", Condition("Телефон", "matches", r"^\+(7|44|49) ")), {"C0004"}),
    (Rule("start", "records", Condition("Телефон", "starts", "+"), IN_TULA), set()),
    (Rule("post", "records", Condition("Индекс", "less", "100"), IN_TULA), {"C0004"}),
    (Rule("before", "records", Condition("Дата заявки", "at_most", other="Дата визита"), IN_TULA), set()),
    (Rule("order", "deals", Condition("closed_at", "at_least", other="created_at")), set()),
    (Rule("since", "deals", Condition("created_at", "at_least", "09.01.2023")), set()),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "broken"), RULES, ids=lambda one: one.name if isinstance(one, Rule) else "")
def test_a_rule_finds_the_rows_that_break_it(company, rule, broken):
    assert can_be_asked(company, rule)
    judged, _ = run_checks(company, chosen_checks(company, (), CheckChoices(rules=(rule,))))
    assert set(judged.wrong["record_id"]) == broken
    assert set(judged.wrong["problem"]) <= {rule.name}


def test_a_broken_pattern_and_a_column_that_is_not_there_cannot_be_asked(company):
    assert not can_be_asked(company, Rule("a", "records", Condition("Город", "matches", "(")))
    assert not can_be_asked(company, Rule("b", "records", Condition("Nowhere", "filled")))
    assert not can_be_asked(company, Rule("c", "records", Condition("Город", "matches", "(?=x)")))


def test_a_rule_whose_column_went_missing_is_left_out_and_nothing_breaks(company):
    rules = (Rule("gone", "records", Condition("Nowhere", "filled")),)
    result = ANALYSIS.run(company, Settings(checks=CheckChoices(rules=rules)), {})
    assert result["accuracy.cells"].value > 0
