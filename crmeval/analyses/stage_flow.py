"""What becomes of every entry into a stage, so that it adds up, and the path that deals are meant to take."""

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from ibis.expr import types as ir

from crmeval.analyses.endings import CLOSED, ending
from crmeval.analyses.stage_visits import Visits
from crmeval.fields import LOST, WON
from crmeval.settings import Settings
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables

DECLARED, POSITIONS, USUAL = "declared", "positions", "usual"  # where the intended path is from
FATES = ("moved_on", "won", "moved_back", "lost", "ended", "still_there", "unknown")


@dataclass(frozen=True, slots=True)
class Path:
    """The stages deals are meant to go through, in their order, and where that is known from."""

    stages: tuple[str, ...]
    source: str

    @property
    def rank(self) -> dict[str, int]:
        """The place of each stage on the path, from 0."""
        return {stage: place for place, stage in enumerate(self.stages)}


def fates(tables: Tables, seen: Visits) -> pd.DataFrame:
    """How visits to stages that are no end went on, counted (`n`), with the mean `position`.

    By `stage`, `next_stage`, `outcome`, `is_open`, `gap` and `gone`. `gone`: the visit is over, by its own
    end, though nothing came next; `gap`: what came next has no date.
    """
    waiting = seen.visits
    if seen.final:
        waiting = waiting.filter(~_.stage.isin(seen.final))
    gone: Any = (waiting.next_at.isnull() & waiting.left.notnull()).ifelse(1, 0)
    grouped = waiting.group_by("stage", "next_stage", "outcome", "is_open", "gap", gone=gone)
    frame = tables.frame(
        grouped.agg(n=_.count(), position=_.position.mean(), firsts=(_.number == 0).ifelse(1, 0).sum())
    )
    return frame.sort_values(["stage", "next_stage", "outcome", "is_open", "gap", "gone"], ignore_index=True)


def path(moves: pd.DataFrame, seen: Visits, settings: Settings) -> Path:
    """The intended path: declared in the settings, else by the positions of stages, else the usual one.

    The usual one begins with the commonest first stage and goes on to the commonest next, in deals that were
    won (in all, where none was), until it would end or come back.
    """
    present = set(moves["stage"])
    declared = tuple(stage for stage in settings.intended_path if stage in present)
    if declared:
        return Path(declared, DECLARED)
    placed = moves.dropna(subset="position")
    if len(placed):
        where = placed.groupby("stage")["position"].mean().reset_index()
        return Path(tuple(where.sort_values(["position", "stage"])["stage"]), POSITIONS)
    return Path(_usual(moves, seen.final), USUAL)


def _usual(moves: pd.DataFrame, final: tuple[str, ...]) -> tuple[str, ...]:
    if moves.empty:
        return ()
    of_won = moves[moves["outcome"] == WON]
    steps = moves if of_won.empty else of_won
    onward = steps[steps["next_stage"].notna() & ~steps["next_stage"].isin(final)]
    usual = [_commonest(steps, "stage", "firsts")]
    while True:
        following = onward[(onward["stage"] == usual[-1]) & (onward["next_stage"] != usual[-1])]
        if following.empty or (stage := _commonest(following, "next_stage", "n")) in usual:
            return tuple(usual)
        usual.append(stage)


def _commonest(moves: pd.DataFrame, column: str, weight: str) -> str:
    counted = moves.groupby(column)[weight].sum().reset_index()
    return str(counted.sort_values([weight, column], ascending=[False, True])[column].iloc[0])


def accounts(moves: pd.DataFrame, intended: Path, final: tuple[str, ...]) -> pd.DataFrame:
    """Per stage, in the order of the path: entries = the sum of what became of them.

    Columns: `stage`, `entries`, `moved_on` (to another stage), `won`, `moved_back` (to an earlier stage, or
    the same again), `lost`, `ended` (the log does not say how), `still_there`, `unknown` (the log does not
    say what came next), and `onward` = (moved on + won) / entries that are over, with Wilson's interval.
    """
    if moves.empty:
        return pd.DataFrame(columns=["stage", "entries", *FATES, "onward", "low", "high"])
    counted = moves.assign(fate=fate(moves, intended.rank, final))
    table = counted.pivot_table(index="stage", columns="fate", values="n", aggfunc="sum", fill_value=0)
    table = table.reindex(columns=list(FATES), fill_value=0).astype(int)
    table.insert(0, "entries", table.sum(axis=1))
    went, over = table["moved_on"] + table["won"], table["entries"] - table["still_there"] - table["unknown"]
    bounds = [wilson(*pair) if pair[1] else (np.nan, np.nan) for pair in zip(went, over, strict=True)]
    table = table.assign(
        onward=went / over.where(over > 0),
        low=[low for low, _high in bounds],
        high=[high for _low, high in bounds],
    )
    order = sorted(table.index, key=lambda stage: (intended.rank.get(stage, len(intended.stages)), stage))
    return table.loc[order].reset_index().rename_axis(columns=None)


def fate(moves: pd.DataFrame, rank: dict[str, int], final: tuple[str, ...]) -> np.ndarray:
    """What became of the visits of each row; it has stage, next_stage, outcome, is_open and gap."""
    here, there = moves["stage"].map(rank), moves["next_stage"].map(rank)
    at_end = moves["next_stage"].isin(final)
    said = moves["next_stage"].map({stage: ending(stage) for stage in moves["next_stage"].dropna().unique()})
    said = said.where(said.isin([WON, LOST]), moves["outcome"])
    last = moves["next_stage"].isna() & (moves["gap"] == 0)
    outcome = moves["outcome"]
    return np.select(
        [
            at_end & (said == WON), at_end & (said == LOST), at_end,
            moves["next_stage"].notna() & ((there <= here) | (moves["next_stage"] == moves["stage"])),
            moves["next_stage"].notna(),
            last & (moves["is_open"] == 1),
            last & (outcome == WON), last & (outcome == LOST), last & (outcome == CLOSED),
        ],
        ["won", "lost", "ended", "moved_back", "moved_on", "still_there", "won", "lost", "ended"],
        default="unknown",
    )  # fmt: skip


def ranked(seen: Visits, intended: Path) -> ir.Table:
    """Visits: deal_id, stage, next_stage, outcome, number, gap, rank, next_rank, is_final."""
    places = ibis.memtable(
        pd.DataFrame({"of_stage": list(intended.stages), "place": range(len(intended.stages))})
    )
    rows = seen.visits.select("deal_id", "stage", "next_stage", "outcome", "number", "gap")
    here = rows.left_join(places, rows.stage == places.of_stage).rename(rank="place").drop("of_stage")
    both = here.left_join(places, here.next_stage == places.of_stage).rename(next_rank="place")
    is_final = both.stage.isin(seen.final) if seen.final else ibis.literal(False)
    return both.drop("of_stage").mutate(is_final=is_final)
