"""What becomes of verified records, however they came."""

from dataclasses import dataclass, field

import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.cells import Judged
from crmeval.stats.agreement import Agreement, kappa

BY_ID, BY_ORDER, BY_CELL = "by_id", "by_order", "by_cell"
COUNTS = ["stratum", "weight", "cells", "wrong"]


@dataclass(frozen=True, slots=True)
class Verified:
    """Cells compared with the truth, and how records and columns found each other.

    `pairs`: header in the records and in the verified file; `matched`: verified rows that found their
    record; `unmatched`: those that did not; `unpaired`: columns of the verified file left out.

    `fields` and `people` count records (`records`) that are alike in `cells` and `wrong` ones, in the group
    they were drawn from (`stratum`) and in how many records they stand for (`weight`), by field or person.
    `checked` lists what was verified, by the keys the checks' findings have too; `ids` are the records' ids,
    None where they were matched by order. `left_out` cells of a check sheet were not filled in or could not
    be found out; `agreement` is that of two checkers, `disputed` the cells they judge differently.
    """

    judged: Judged
    how: str
    matched: int
    unmatched: int
    pairs: pd.DataFrame
    fields: pd.DataFrame
    people: pd.DataFrame
    checked: pd.DataFrame
    ids: tuple[str, ...] | None
    unpaired: tuple[str, ...] = ()
    left_out: int = 0
    agreement: Agreement = field(default_factory=lambda: kappa([[0]]))
    disputed: pd.DataFrame = field(default_factory=pd.DataFrame)


def differs(entered: ir.StringValue, actual: ir.StringValue) -> ir.BooleanValue:
    """Whether two cells differ; empty and blank are the same, spaces around a value mean nothing."""
    return entered.fill_null("").strip() != actual.fill_null("").strip()
