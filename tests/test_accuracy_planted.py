"""Thirty faults planted in a made company are found by id, and a clean one raises no alarm."""

from dataclasses import replace

import pytest
from made_company import FAULTS, made, planted

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.checks import run_checks, suggest_checks
from crmeval.analyses.checks.model import OTHER_COUNTRY
from crmeval.settings import Settings
from crmeval.tables import Tables


def found(tables: Tables) -> set[tuple[str, str, str]]:
    """Id, header and problem of every cell the checks call wrong."""
    judged, _ = run_checks(tables, suggest_checks(tables, "RU"))
    return set(judged.wrong[["record_id", "field", "problem"]].itertuples(index=False, name=None))


def said(truth: set[tuple[str, str, str]], tables: Tables) -> set[tuple[str, str, str]]:
    """The truth with the headers that people read in the place of columns."""
    checks = {(check.table, check.column): check.named for check in suggest_checks(tables, "RU")}
    tables_of = {"C": "records", "D": "deals"}
    return {
        (one, checks[tables_of.get(one[0], "activities"), column], problem) for one, column, problem in truth
    }


@pytest.mark.parametrize("seed", [11, 12])
def test_thirty_planted_faults_are_found_by_id_and_nothing_else(seed):
    company, truth = planted(seed)
    assert len(truth) == len(FAULTS) == 30
    tables = company.tables()
    assert found(tables) == said(truth, tables)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_clean_company_raises_no_alarm_and_hardly_anything_is_worth_a_look(seed):
    tables = made(seed).tables()
    result = ANALYSIS.run(tables, Settings(holiday_country="RU"), {})
    assert (result["accuracy.wrong_cells"].value, result["accuracy.duplicate_records"].value) == (0, 0)
    assert result.findings == ()
    checks = suggest_checks(tables, "RU")
    everything, _ = run_checks(tables, [replace(check, on=True) for check in checks])
    assert everything.wrong_cells == 0


def test_what_is_only_worth_a_look_is_off_and_found_when_switched_on():
    company = made()
    company.deals.loc[7, "amount"] = 9e12
    company.records.loc[5, "x11"] = "see letter"
    abroad = company.records.index[company.records["x9"] == "Германия"][0]
    company.records.loc[abroad, "x4"] = "+7 495 222-33-44"
    tables = company.tables()
    assert found(tables) == set()
    off = [replace(check, on=True) for check in suggest_checks(tables, "RU") if not check.on]
    wrong = run_checks(tables, off)[0].wrong
    assert {("D0007", "absurd"), ("C0005", "odd_form"), (f"C{abroad:04d}", OTHER_COUNTRY)} <= set(
        wrong[["record_id", "problem"]].itertuples(index=False, name=None)
    )
