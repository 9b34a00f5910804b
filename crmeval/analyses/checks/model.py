"""A check: what may be wrong in a column, and why it is looked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmeval.check_choices import Rule
from crmeval.words import Text

NOT_UNDERSTOOD, MISSING, PLACEHOLDER, LOOKALIKE = "not_understood", "missing", "placeholder", "lookalike"
LOST_ZERO, TAX_NUMBER, EMAIL, PHONE = "lost_zero", "tax_number", "email", "phone"
WRONG_COLUMN, ODD_FORM, SPACES, CASE, SWAPPED = "wrong_column", "odd_form", "spaces", "case", "swapped"
NOT_IN_LIST, NEAR_DUPLICATE, REPEATED = "not_in_list", "near_duplicate", "repeated"
TOO_EARLY, IN_FUTURE, BEFORE_CREATED, OUT_OF_ORDER, LATE = (
    "too_early", "in_future", "before_created", "out_of_order", "late",
)  # fmt: skip
NEGATIVE, NO_AMOUNT, ABSURD = "negative", "no_amount", "absurd"
CONTRADICTS, AGAINST_FLAG, OTHER_COUNTRY, RULE = "contradicts", "against_flag", "other_country", "rule"

# A cell counts once, under the first problem of this order.
CODES = (
    NOT_UNDERSTOOD, MISSING, PLACEHOLDER, REPEATED, WRONG_COLUMN, LOOKALIKE, LOST_ZERO, TAX_NUMBER, EMAIL,
    PHONE, NOT_IN_LIST, NEAR_DUPLICATE, SWAPPED, CASE, SPACES, TOO_EARLY, IN_FUTURE, BEFORE_CREATED,
    OUT_OF_ORDER, NEGATIVE, NO_AMOUNT, AGAINST_FLAG, CONTRADICTS, LATE, RULE, OTHER_COUNTRY, ABSURD, ODD_FORM,
)  # fmt: skip
_OF_VALUES = frozenset(
    {PLACEHOLDER, LOOKALIKE, LOST_ZERO, TAX_NUMBER, EMAIL, PHONE, NOT_IN_LIST, NEAR_DUPLICATE}
)
SEPARATOR = "\x1f"  # between the values of two columns that are judged together


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one column of one table; `reason` says why it was suggested, `on` whether it is run.

    A check that only points at what is worth a look is off until somebody switches it on.

    Attributes:
        wrong: for checks of values, each wrong value and what it should probably be (empty: not known); where
            another column takes part, its value stands before, with a separator between.
        outcomes: for missing cells of deals, the outcomes whose deals should have the field; empty: all.
        imports: for missing cells, the imports that had the column; empty: all.
        rows: for checks of single rows, the (import, row) of each and what it held, or its delay.
        named: what the user's file calls the column.
        other: another column that takes part.
        limit: the threshold, where there is one to choose.
        pattern: for forms, what a value must (or, for letters of one case, may not) look like.
        among: for forms of a column with few values, those that do not look right; None: every cell is asked.
        rule: for a rule of the user, the rule, with the columns' names in the table.
    """

    code: str
    table: str
    column: str
    reason: Text
    on: bool = True
    wrong: Mapping[str, str] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    imports: tuple[int, ...] = ()
    rows: Mapping[tuple[int, int], str] = field(default_factory=dict)
    named: str = ""
    other: str = ""
    limit: float | None = None
    pattern: str = ""
    among: tuple[str, ...] | None = None
    rule: Rule | None = None

    @property
    def id(self) -> str:
        """A name that stays the same from run to run, also where the file gained or lost a column."""
        said = f"{self.table}.{self.named or self.column}.{self.code}"
        if self.rule:
            return f"{said}.{self.rule.name}"
        return f"{said}.{self.other}" if self.code == OUT_OF_ORDER else said

    @property
    def problem(self) -> str:
        """What a cell that it finds suffers from: its code, or the name the user gave to the rule."""
        return self.rule.name if self.rule else self.code

    @property
    def may_find(self) -> bool:
        """Whether the engine need be asked: a check of values that saw no wrong one finds nothing."""
        return bool(self.wrong) or bool(self.among) or (self.among is None and self.code not in _OF_VALUES)
