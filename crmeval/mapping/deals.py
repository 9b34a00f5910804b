"""What is particular to deals: one row per deal, a known outcome for each, stages written as columns."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.fields import LOST, OPEN, WON
from crmeval.mapping.columns import column_of
from crmeval.mapping.distinct import different, distinct
from crmeval.mapping.names import normal
from crmeval.mapping.outcomes import are_flags, is_yes, outcome_of
from crmeval.mapping.parts import OTHER, STAGE_DATE, Part
from crmeval.tables import IMPORT, ROW
from crmeval.words import text

_CLOSED_FLAGS = {"is closed", "closed", "сделка закрыта", "заявка закрыта"}
_LINE_ITEM = re.compile(
    r"\b(?:products?|price|quantity|qty|discount|tax|unit|line total"
    r"|товар\w*|цена|количество|кол во|скидка|налог|ед)\b"
)


def _by_stage(part: Part, stages: pa.Array) -> pa.Array:
    """The outcome by stage: as mapped, else by its words; a stage that names no end is open."""
    values = different(pa.chunked_array([stages]) if isinstance(stages, pa.Array) else stages)
    meant = part.mapping.meanings.get("stage", {})
    said = {meant.get(value, value): end for value, end in part.mapping.outcomes.items()}
    meanings = [said.get(value) or outcome_of(value) or OPEN for value in values.texts.to_pylist()]
    return values.spread(pa.array(meanings, pa.string()))


def derive_outcome(part: Part) -> None:
    """Give the part's deals an outcome where its columns say one.

    The outcome column (or constant) first, then the stage. Where neither is mapped, nothing is said yet.
    """
    names = part.rows.column_names
    said = (
        part.rows["outcome"].combine_chunks() if "outcome" in names else pa.nulls(len(part.rows), pa.string())
    )
    if "outcome" in part.mapping.columns and are_flags(part.mapping.outcomes):
        said = _with_undecided(said, part.rows)
    if "stage" in names:
        said = pc.coalesce(said, _by_stage(part, part.rows["stage"]))
    if "outcome" in names:
        part.rows = part.rows.drop_columns(["outcome"])
    part.rows = part.rows.append_column("outcome", said)
    _note_contradiction(part)


def _with_undecided(said: pa.Array, rows: pa.Table) -> pa.Array:
    """What a column of yes and no says: no without a closing date, where there are such dates, is not yet."""
    if "closed_at" not in rows.column_names:
        return said
    undecided = pc.and_(pc.equal(said, LOST), pc.is_null(rows["closed_at"].combine_chunks()))
    return pc.if_else(undecided, OPEN, said)


def _note_contradiction(part: Part) -> None:
    """Tell where a column that says whether a deal is closed disagrees with the outcome."""
    closed = pc.fill_null(pc.is_in(part.rows["outcome"], pa.array([WON, LOST])), False).to_numpy()
    if not closed.any():
        return
    for column in part.rows.column_names:
        if column.startswith(OTHER) and normal(column.removeprefix(OTHER)) in _CLOSED_FLAGS:
            values = distinct(part.rows[column])
            if not are_flags(values.texts.to_pylist()):
                continue
            yes = values.spread_mask(
                np.array([is_yes(value) for value in values.texts.to_pylist()], dtype=bool)
            )
            if (yes != closed).any():
                facts = {
                    "flagged": int(yes.sum()),
                    "closed": int(closed.sum()),
                    "n": int((yes != closed).sum()),
                }
                part.notes.append(
                    text("import_notes.closed_flag", column=column.removeprefix(OTHER), **facts)
                )


def fill_outcome(part: Part, deals: pa.Table) -> pa.Table:
    """The deals of a part with an outcome for each.

    A deal of which nothing is said is open, or, where no column of the file says how a deal ended but a
    closing date is there, won: that is what files with nothing but closing dates list. Both are noted.
    """
    unsaid = pc.is_null(deals["outcome"])
    if not pc.any(unsaid).as_py():
        return deals
    tells = {"outcome", "stage"} & {*part.mapping.columns, *part.mapping.constants}
    dated = pc.is_valid(deals["closed_at"]) if "closed_at" in deals.column_names else pa.scalar(False)
    closed = pc.and_(unsaid, dated) if not tells else pa.scalar(False)
    filled = pc.if_else(closed, WON, pc.fill_null(deals["outcome"], OPEN))
    won = int(
        pc.sum(closed.cast(pa.int64()) if not isinstance(closed, pa.Scalar) else pa.array([0])).as_py() or 0
    )
    left = int(pc.sum(unsaid.cast(pa.int64())).as_py()) - won
    if won:
        part.notes.append(text("import_notes.closed_counted_won", n=won))
    if left:
        part.notes.append(text("import_notes.without_outcome", n=left))
    return deals.set_column(deals.column_names.index("outcome"), "outcome", filled)


def ids_differ(part: Part) -> bool:
    """Whether each row of the sheet has an id of its own; its column may know that already."""
    header = part.mapping.columns.get("deal_id", "")
    meant = "deal_id" in part.mapping.meanings
    return bool(header) and not meant and column_of(part.sheet, header).is_unique


def one_row_each(deals: pa.Table, *, sure: bool = False) -> tuple[pa.Table, pd.DataFrame]:
    """The deals with one row for each id, and the rows that go (import, row, reason, value).

    `sure` says that no id repeats.

    Exact copies go as `duplicate`. Rows that differ only in their product and amount are the lines of one
    deal, as Bitrix24 exports them: their amounts are added up in the first, the others go as `product_row`.
    Where anything else differs the first row stays and the others go as `same_id`.
    """
    gone = pd.DataFrame({IMPORT: [], ROW: [], "reason": [], "deal_id": []})
    if sure:
        return deals, gone
    ids = deals["deal_id"].combine_chunks().dictionary_encode()
    codes = ids.indices.to_numpy()
    repeated = np.bincount(codes, minlength=len(ids.dictionary))[codes] > 1
    if not repeated.any():
        return deals, gone
    rows = deals.filter(pa.array(repeated)).to_pandas().set_index(np.flatnonzero(repeated))
    rows = rows.sort_values([IMPORT, ROW], kind="stable")
    content = [column for column in rows.columns if column not in (ROW, IMPORT)]
    copies = rows.duplicated(content)
    left = rows[~copies]
    lines = _are_lines(left, content)
    later = left.duplicated("deal_id")
    reasons = pd.Series("", index=rows.index)
    reasons[copies[copies].index] = "duplicate"
    reasons[left.index[later & lines]] = "product_row"
    reasons[left.index[later & ~lines]] = "same_id"
    if "amount" in left.columns:
        deals = _with_sums(deals, left[lines])
    gone = rows.assign(reason=reasons).loc[reasons != "", [IMPORT, ROW, "reason", "deal_id"]]
    keep = np.ones(len(deals), dtype=bool)
    keep[gone.index] = False
    return deals.filter(pa.array(keep)), gone


def _are_lines(rows: pd.DataFrame, content: list[str]) -> pd.Series:
    """For each row, whether the rows with its id are the product lines of one deal."""
    items = [one for one in content if one == "product" or _LINE_ITEM.search(normal(one.removeprefix(OTHER)))]
    rest = [one for one in content if one not in (*items, "amount", "deal_id")]
    if not items:
        return pd.Series(False, index=rows.index)
    varieties = rows.groupby("deal_id")[[*items, *rest]].nunique(dropna=False)
    lines = (varieties[items] > 1).any(axis=1) & (varieties[rest] <= 1).all(axis=1)
    return rows["deal_id"].map(lines)


def _with_sums(deals: pa.Table, lines: pd.DataFrame) -> pa.Table:
    """The amounts of product lines added up in the first line of each deal."""
    if lines.empty:
        return deals
    amounts = deals["amount"].to_numpy().copy()
    firsts = lines.index[~lines.duplicated("deal_id")]
    sums = lines.groupby("deal_id")["amount"].sum(min_count=1)
    amounts[firsts] = lines.loc[firsts, "deal_id"].map(sums)
    summed = pa.array(amounts, pa.float64(), from_pandas=True)
    return deals.set_column(deals.column_names.index("amount"), "amount", summed)


def stage_events(deals: pa.Table, stages: dict[str, str], exits: dict[str, str]) -> pa.Table | None:
    """The stages that wide deals bear as columns of dates, one row per entry; None where there are none.

    `exits` names, for some of the columns, that of the dates on which the stage was left.
    """
    pieces = []
    kept = [name for name in ("deal_id", "owner", ROW, IMPORT) if name in deals.column_names]
    for position, (header, stage) in enumerate(stages.items(), start=1):
        dated = deals.filter(pc.is_valid(deals[STAGE_DATE + header]))
        n = dated.num_rows
        piece = dated.select(kept).append_column("entered_at", dated[STAGE_DATE + header])
        piece = piece.append_column("stage", pa.repeat(stage, n))
        if header in exits:
            piece = piece.append_column("left_at", dated[STAGE_DATE + exits[header]])
        pieces.append(piece.append_column("position", pa.repeat(float(position), n)))
    return pa.concat_tables(pieces, promote_options="default") if pieces else None
