"""Automatic checks of the data entered: suggested from the data, switched by the user, run in the engine."""

from crmeval.analyses.checks.chosen import chosen_checks
from crmeval.analyses.checks.model import CODES, Check
from crmeval.analyses.checks.run import run_checks
from crmeval.analyses.checks.suggest import suggest_checks

__all__ = ["CODES", "Check", "chosen_checks", "run_checks", "suggest_checks"]
