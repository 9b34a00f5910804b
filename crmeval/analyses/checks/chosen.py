"""The suggested checks as people chose to have them."""

from collections.abc import Sequence
from dataclasses import replace

from crmeval.analyses.checks.model import Check
from crmeval.check_choices import CheckChoices
from crmeval.tables import Tables


def chosen_checks(_tables: Tables, checks: Sequence[Check], choices: CheckChoices) -> tuple[Check, ...]:
    """The checks, each on or off as chosen."""
    return tuple(replace(check, on=choices.switched.get(check.id, check.on)) for check in checks)
