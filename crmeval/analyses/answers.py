"""Answers and reviews of customers: which scale they are on, one answer a customer, and who said what."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import ibis
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.purchases import finite
from crmeval.analyses.scales import SCALES, Scale, detect
from crmeval.tables import IMPORT, ROW, Tables

UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Scored answers, on the scale that each was given on.

    `rows` has the fields of `feedback`, its other columns, and `on` (the name of the scale). `main` is the
    scale with most answers, `detected` the one taken for answers that name none; `one_each` says whether a
    customer's earlier answers are left out. `n` answers have a score that their scale has, `out_of_range`
    have another.
    """

    rows: ir.Table
    main: Scale
    detected: Scale | None
    one_each: bool
    n: int
    out_of_range: int

    @property
    def on_main(self) -> "Answers":
        """Only the answers on the scale with most of them."""
        return replace(self, rows=self.rows.filter(self.rows.on == self.main.name))

    def counts(self, tables: Tables, *groups: str) -> pd.DataFrame:
        """How many gave each score (`score`, `n`) in each of these groups (columns of `rows`).

        Where customer and date are known, only a customer's latest answer in a group counts.
        """
        rows = self._latest(groups) if self.one_each else self.rows
        counted = rows.group_by(*groups, "score").aggregate(n=lambda t: t.count())
        return tables.frame(counted.order_by(*groups, "score"))

    def _latest(self, groups: tuple[str, ...]) -> ir.Table:
        # On ties the worse answer counts, so that the order of the rows does not.
        order = ibis.window(
            group_by=["customer_id", *groups],
            order_by=[ibis.desc("answered_at", nulls_first=False), ibis.asc("score")],
        )
        ranked = self.rows.mutate(rank=ibis.row_number().over(order))
        return ranked.filter(ranked.customer_id.isnull() | (ranked["rank"] == 0))


def _named_scale(rows: ir.Table) -> ir.Value:
    said = rows.scale.lower().fill_null("")
    known = [(said.contains(sign), scale.name) for scale in SCALES.values() for sign in scale.signs]
    return ibis.cases(*known, else_=UNKNOWN)


@contextmanager
def answers(tables: Tables) -> Iterator[Answers | None]:
    """The scored answers, kept in the engine while they are asked; None without a score on a known scale."""
    if not tables.has("feedback", "score"):
        yield None
        return
    feedback = tables["feedback"].mutate(score=finite(tables["feedback"].score))
    scored = feedback.filter(feedback.score.notnull())
    scored = scored.mutate(on=_named_scale(scored))
    counts = tables.frame(scored.group_by("on", "score").aggregate(n=lambda t: t.count()))
    detected = detect(counts[counts["on"] == UNKNOWN])
    if detected is not None:
        scored = scored.mutate(on=(scored.on == UNKNOWN).ifelse(detected.name, scored.on))
        counts["on"] = counts["on"].replace(UNKNOWN, detected.name)
    in_range = _in_range(counts)
    if in_range.empty:
        yield None
        return
    valid = ibis.or_(
        *((scored.on == s.name) & scored.score.between(s.lowest, s.highest) for s in SCALES.values())
    )
    main = SCALES[str(in_range.groupby("on")["n"].sum().sort_index().idxmax())]
    one_each = tables.has("feedback", "customer_id", "answered_at")
    n, given = int(in_range["n"].sum()), int(counts["n"].sum())
    with tables.kept(scored.filter(valid)) as rows:
        yield Answers(rows, main, detected, one_each, n, given - n)


def _in_range(counts: pd.DataFrame) -> pd.DataFrame:
    known = counts[counts["on"].isin(list(SCALES))]
    lowest = known["on"].map({name: scale.lowest for name, scale in SCALES.items()})
    highest = known["on"].map({name: scale.highest for name, scale in SCALES.items()})
    return known[known["score"].between(lowest, highest)]


def comments(tables: Tables, found: Answers | None) -> ir.Table | None:
    """Every comment with its score and where it came from, None where there is none."""
    if not tables.has("feedback", "text"):
        return None
    source = tables["feedback"] if found is None else found.on_main.rows
    spoken = source.filter(source.text.notnull())
    answer = spoken[IMPORT].cast("string") + ":" + spoken[ROW].cast("string")
    return spoken.mutate(text=_masked(spoken.text), answer=answer)


def _masked(said: ir.Value) -> ir.Value:
    """Comments without the e-mail addresses and telephone numbers that people leave in them."""
    without_mail = said.re_replace(r"[^\s@]+@[^\s@]+\.[^\s@]+", "•••")
    return without_mail.re_replace(r"\+?\d[\d\s()-]{7,}\d", "•••")
