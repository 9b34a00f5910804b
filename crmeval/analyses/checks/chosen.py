"""The suggested checks as people chose to have them, with the rules they added."""

from collections.abc import Sequence
from dataclasses import replace

from crmeval.analyses.checks.model import Check
from crmeval.analyses.checks.rules import rule_checks
from crmeval.check_choices import CheckChoices
from crmeval.tables import Tables


def chosen_checks(tables: Tables, checks: Sequence[Check], choices: CheckChoices) -> tuple[Check, ...]:
    """The checks, each on or off and with the threshold that was chosen, and the user's own rules."""
    return tuple(
        replace(
            check,
            on=choices.switched.get(check.id, check.on),
            limit=None if check.limit is None else choices.limits.get(check.id, check.limit),
        )
        for check in (*checks, *rule_checks(tables, choices.rules))
    )
