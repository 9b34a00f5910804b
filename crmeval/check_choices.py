"""What people chose about the checks: switches, thresholds, rules of their own, verdicts on likely twins."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FILLED, EMPTY, EQUALS, DIFFERS, ONE_OF = "filled", "empty", "equals", "differs", "one_of"
STARTS, CONTAINS, MATCHES = "starts", "contains", "matches"
MORE, AT_LEAST, LESS, AT_MOST = "more", "at_least", "less", "at_most"
TESTS = (
    FILLED, EMPTY, EQUALS, DIFFERS, MORE, AT_LEAST, LESS, AT_MOST, ONE_OF, STARTS, CONTAINS, MATCHES,
)  # fmt: skip
NEED_NOTHING = frozenset({FILLED, EMPTY})
OF_TWO = frozenset({EQUALS, DIFFERS, MORE, AT_LEAST, LESS, AT_MOST})  # the other side may be a column
_LONGEST = 1000  # letters of a name or value: a rule is a line, not a file
_MOST_RULES, _MOST_PAIRS = 200, 100_000


@dataclass(frozen=True, slots=True)
class Condition:
    """A test of a column: against `value` (several ones apart by semicolons), or against another column.

    Columns are told by the name of their field, or by the header that the user's file has.
    """

    column: str
    test: str
    value: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the user: the cell of `must` is wrong where its test fails, in the rows where `when` holds.

    An empty cell breaks a rule only where the rule is that it be filled: other rules speak of what is there.
    """

    name: str
    table: str
    must: Condition
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class CheckChoices:
    """Choices about checks, by the check's id, and about pairs of records, by their ids.

    `switched`: on or off, where that is not as suggested; `limits`: thresholds, where they are not; `same`:
    whether two records are one, for the pairs that somebody looked at.
    """

    switched: Mapping[str, bool] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    same: Mapping[tuple[str, str], bool] = field(default_factory=dict)

    def with_(self, **changes: Any) -> "CheckChoices":
        """The same choices with some of them changed."""
        return replace(self, **changes)

    def to_plain(self) -> dict[str, Any]:
        """The choices as plain values for TOML or JSON, without those that were not made."""
        plain = {
            "switched": dict(self.switched),
            "limits": dict(self.limits),
            "rules": [{name: value for name, value in asdict(rule).items() if value} for rule in self.rules],
            "pairs": [
                {"first": first, "second": second, "same": same}
                for (first, second), same in self.same.items()
            ],
        }
        return {name: value for name, value in plain.items() if value}


def choices_from_plain(values: Mapping[str, Any]) -> CheckChoices:
    """The choices that `to_plain` made plain.

    Raises:
        ValueError: they are none.
    """
    if set(values) - {"switched", "limits", "rules", "pairs"}:
        raise ValueError(", ".join(sorted(values)))
    rules, pairs = values.get("rules", []), values.get("pairs", [])
    if len(rules) > _MOST_RULES or len(pairs) > _MOST_PAIRS:
        raise ValueError(f"{len(rules)} rules, {len(pairs)} pairs")
    try:
        return CheckChoices(
            switched={_line(name): _flag(on) for name, on in values.get("switched", {}).items()},
            limits={_line(name): float(limit) for name, limit in values.get("limits", {}).items()},
            rules=tuple(_rule(rule) for rule in rules),
            same={(_line(pair["first"]), _line(pair["second"])): _flag(pair["same"]) for pair in pairs},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(str(error)) from error


def _rule(values: Mapping[str, Any]) -> Rule:
    when = values.get("when")
    return Rule(
        _line(values["name"]), _line(values["table"]), _condition(values["must"]),
        None if when is None else _condition(when),
    )  # fmt: skip


def _condition(values: Mapping[str, Any]) -> Condition:
    found = Condition(**{name: _line(value) for name, value in values.items()})
    if found.test not in TESTS:
        raise ValueError(found.test)
    return found


def _line(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise ValueError(str(value)[:_LONGEST])
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(str(value))  # noqa: TRY004 - the value of a file, not an argument of the wrong type
    return value
