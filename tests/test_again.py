"""A changed setting makes anew what it changes, and nothing else."""

import re
from datetime import date

import pytest

from crmeval.analyses import assess, reassess, results_of
from crmeval.check_choices import CheckChoices
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.sample import sample_files, sample_settings

pytestmark = pytest.mark.slow
SETTINGS = sample_settings("en")
CHANGES = (
    {"go_live": date(2024, 2, 1)},
    {"observed_until": date(2024, 9, 30)},
    {"holiday_country": "DE", "working_hours": (8.0, 12.0)},
    {"hourly_cost": 11.0, "minutes_by_problem": {"missing": 30.0}},
    {"gross_margin": 0.11, "discount_rate": 0.3, "horizon_months": 12},
    {"users": 3, "ramp_up_months": 5},
    {"checks": CheckChoices(switched={})},
    {"events": {"A new form": "2024-05-06"}, "time_zone": "Asia/Tokyo"},
    {"targets": {"sales.win_rate": 0.9}, "weights": {"sales.win_rate": 5.0}},
)


def sample_tables():
    sheets = read_files(sample_files("en"))
    return apply(sheets, propose(sheets))


@pytest.fixture(scope="module")
def before():
    tables = sample_tables()
    return tables, reassess(tables, SETTINGS, {})


def said(results):
    """Every number and every sentence; the engine's threads add up in any order: nine digits are alike."""
    told = {
        name: (one.answer, one.measures, one.findings, one.notes, one.not_measured)
        for name, one in results.items()
    }
    return re.sub(r"\d+\.\d+(e-?\d+)?", lambda found: f"{float(found[0]):.9g}", repr(told))


@pytest.mark.parametrize("change", CHANGES, ids=" ".join)
def test_it_says_what_an_assessment_from_the_beginning_says(before, change):
    tables, made = before
    settings = SETTINGS.with_(**change)
    again = results_of(reassess(tables, settings, made))
    assert said(again) == said(assess(sample_tables(), settings))


def test_only_what_looked_at_a_setting_is_made_anew(before):
    tables, made = before

    def ran(**change):
        names = []
        reassess(tables, SETTINGS.with_(**change), made, lambda analysis: names.append(analysis.name))
        return names

    assert ran(company="Another", currency="USD") == []
    assert ran(targets={"sales.win_rate": 0.9}) == ["scorecard"]
    assert ran(discount_rate=0.3) == ["roi", "scorecard"]  # the scorecard reads what roi says
    assert "accuracy" in ran(hourly_cost=1.0)
