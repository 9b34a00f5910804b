"""Choices about checks: kept with the settings, obeyed by every later run, refused where they are none."""

import pandas as pd
import pytest

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.checks import suggest_checks
from crmeval.check_choices import CheckChoices, Condition, Rule
from crmeval.errors import SettingsError
from crmeval.settings import Settings, from_dict
from crmeval.tables import Tables

CHOICES = CheckChoices(
    switched={"records.E-mail.email": False},
    limits={"deals.amount.absurd": 50.0},
    rules=(
        Rule("paid", "deals", Condition("amount", "more", "0"), Condition("stage", "one_of", "Won; Paid")),
    ),
    same={("1", "2"): True, ("3", "2"): False},
)


def mails() -> Tables:
    frame = pd.DataFrame(
        {"record_id": list("abcdef"), "x1": [*(f"a{i}@firm.com" for i in range(5)), "no address"]}
    )
    return Tables.from_frames(records=frame, labels={"records": {"x1": "E-mail"}})


def test_choices_come_back_from_the_settings_they_were_kept_in():
    assert from_dict(Settings(checks=CHOICES).to_dict()).checks == CHOICES
    assert "checks" not in Settings().to_dict()


@pytest.mark.parametrize(
    "broken",
    [
        {"switched": {"a": "yes"}}, {"unheard_of": {}}, {"rules": [{"name": "no test"}]},
        {"rules": [{"name": "n", "table": "deals", "must": {"column": "amount", "test": "eval"}}]},
        {"pairs": [{"first": 1, "second": "2", "same": True}]}, {"limits": {"a": "many"}},
    ],
)  # fmt: skip
def test_what_is_no_choice_is_refused(broken):
    with pytest.raises(SettingsError):
        from_dict({"checks": broken})


def test_a_check_switched_off_in_the_settings_finds_nothing_anywhere():
    tables = mails()
    wrong = ANALYSIS.run(tables, Settings(), {})["accuracy.wrong_cells"].value
    ids = {check.id for check in suggest_checks(tables)}
    assert "records.E-mail.email" in ids
    off = Settings(checks=CheckChoices(switched={"records.E-mail.email": False}))
    assert (wrong, ANALYSIS.run(tables, off, {})["accuracy.wrong_cells"].value) == (1, 0)
