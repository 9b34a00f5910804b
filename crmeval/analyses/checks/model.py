"""A check: what may be wrong in a column, and why it is looked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmeval.words import Text

NOT_UNDERSTOOD, MISSING, PLACEHOLDER, LOOKALIKE = "not_understood", "missing", "placeholder", "lookalike"
LOST_ZERO, TAX_NUMBER, EMAIL, PHONE = "lost_zero", "tax_number", "email", "phone"
NOT_IN_LIST, NEAR_DUPLICATE = "not_in_list", "near_duplicate"
TOO_EARLY, IN_FUTURE, BEFORE_CREATED, NEGATIVE = "too_early", "in_future", "before_created", "negative"

# A cell counts once, under the first problem of this order.
CODES = (
    NOT_UNDERSTOOD, MISSING, PLACEHOLDER, LOOKALIKE, LOST_ZERO, TAX_NUMBER, EMAIL, PHONE, NOT_IN_LIST,
    NEAR_DUPLICATE, TOO_EARLY, IN_FUTURE, BEFORE_CREATED, NEGATIVE,
)  # fmt: skip
_OF_VALUES = frozenset(
    {PLACEHOLDER, LOOKALIKE, LOST_ZERO, TAX_NUMBER, EMAIL, PHONE, NOT_IN_LIST, NEAR_DUPLICATE}
)


@dataclass(frozen=True, slots=True)
class Check:
    """A check of one column of one table; `reason` says why it was suggested, `on` whether it is run.

    Attributes:
        wrong: for checks of values, each wrong value and what it should probably be (empty: not known).
        outcomes: for missing cells of deals, the outcomes whose deals should have the field; empty: all.
        imports: for missing cells, the imports that had the column; empty: all.
        rows: for cells not understood, the (import, row) of each and what it held.
        named: what the user's file calls the column.
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

    @property
    def id(self) -> str:
        """A name that stays the same from run to run, also where the file gained or lost a column."""
        return f"{self.table}.{self.named or self.column}.{self.code}"

    @property
    def may_find(self) -> bool:
        """Whether the engine need be asked: a check of values that saw no wrong one finds nothing."""
        return bool(self.wrong) or self.code not in _OF_VALUES
