"""Is a group of deals faster, or won more often, than the others, by more than chance explains?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.differences import (
    DAYS,
    FEW,
    LESS,
    MORE,
    TOO_FEW,
    TOO_YOUNG,
    WINS,
    Question,
    compared,
    funnel,
    horizon_of,
    plain_rates,
    reached,
)
from crmeval.analyses.groups import GO_LIVE, PERIOD, Population, deals_by, visits_by, ways
from crmeval.fields import TABLES
from crmeval.results import EFFICIENCY, Result
from crmeval.settings import Settings
from crmeval.stats.compare_survival import log_rank
from crmeval.tables import Tables
from crmeval.words import Text, text

PEOPLE = ("owner",)
_NOT_ASKED_FIRST = (*PEOPLE, PERIOD)  # the report shows another comparison, where there is one
_WIDELY = 1.5  # times as spread as chance would have it: said
_LATE = 60  # days from the first deal to the first end that are no accident
_TINY = 0.001
_SAID = 5  # groups named in a sentence


@dataclass(frozen=True)
class Compared:
    """The deals in their groups, and what is counted of them without a horizon: made once, asked often."""

    every: Population
    rates: pd.DataFrame
    stage: str = ""

    @cached_property
    def people(self) -> pd.DataFrame:
        """The funnel plot of people; empty where the groups are none."""
        return funnel(self.rates) if self.every.by in PEOPLE and not self.stage else pd.DataFrame()


def grouped(tables: Tables, settings: Settings, by: str, stage: str = "") -> Compared:
    """The deals, or the visits to a stage, in their groups."""
    if stage:
        return Compared(visits_by(tables, settings, by, stage), pd.DataFrame(), stage)
    rates = pd.DataFrame() if by in (PERIOD, GO_LIVE) else plain_rates(tables, by)
    return Compared(deals_by(tables, settings, by), rates)


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Before against after go-live where there is one, else by team, source or what else there is."""
    by = next(iter(sorted(ways(tables, settings), key=lambda way: way in _NOT_ASKED_FIRST)), None)
    if by is None:
        return Result(text("compare.no_groups"))
    made = grouped(tables, settings, by)
    if not len(made.every.names):
        return Result(text("compare.no_groups"))
    wins, days = (
        of(made, Question(what, horizon_of(made.every, what), _against(made.every))) for what in (WINS, DAYS)
    )
    return replace(
        wins,
        answer=_both(tables, by, wins.answer, days.answer),
        tables={**wins.tables, **days.tables, **_people(tables)},
        notes=_joined(wins.notes, days.notes),
    )


def _both(tables: Tables, by: str, wins: Text, days: Text) -> Text:
    """Both answers, with what the groups are groups of: here nobody chose it."""
    if by in (GO_LIVE, PERIOD):
        return text("compare.both", wins=wins, days=days)
    known = any(field.name == by for field in TABLES["deals"].fields)
    way = text(f"fields.deals.{by}") if known else tables.label("deals", by)
    return text("compare.both_by", by=way, wins=wins, days=days)


def _joined(first: tuple[Text, ...], second: tuple[Text, ...]) -> tuple[Text, ...]:
    """Both, without what would be said twice."""
    return (*first, *(note for note in second if note not in first))


def _against(every: Population) -> int | None:
    """After go-live is set against before; any other group against the rest."""
    return 0 if every.by == GO_LIVE else None


def _people(tables: Tables) -> Mapping[str, pd.DataFrame]:
    if not tables.has("deals", "owner"):
        return {}
    return {"compare_funnel": funnel(plain_rates(tables, "owner"))}


def of(made: Compared, asked: Question) -> Result:
    """The answer to a question about groups: the sentence, the table, and what to beware of."""
    every = made.every
    if not len(every.names):
        return Result(text("compare.no_groups"))
    frame = compared(every, asked)
    tables = {f"compare_{asked.what}": frame}
    if every.by in PEOPLE and asked.what == WINS:
        tables["compare_funnel"] = made.people
    return Result(
        answer=_answer(every, frame, asked),
        tables=tables,
        notes=tuple(_notes(made, frame, asked, tables.get("compare_funnel"))),
    )


def _answer(every: Population, frame: pd.DataFrame, asked: Question) -> Text:
    """The groups that differ by more than chance, the most different first, or that none does."""
    days = reached(every, asked.horizon)[0] if asked.what == DAYS else asked.horizon
    shown = frame[frame["difference"].notna()]
    if shown.empty:
        return text("compare.nothing_to_show")
    sure = shown[shown["judgement"].isin([MORE, LESS])]
    if sure.empty:
        return text(f"compare.{asked.what}.no_difference", n=len(shown), days=days)
    most = sure.iloc[int(sure["difference"].abs().argmax())]
    way = "more" if most["difference"] > 0 else "less"
    against = "rest" if asked.against is None else "before" if every.by == GO_LIVE else "one"
    of_one = {} if asked.against is None else {"other": every.names[asked.against]}
    said = text(
        f"compare.{asked.what}.{way}_than_{against}", group=most["group"],
        difference=abs(most["difference"]), low=min(abs(most["low"]), abs(most["high"])),
        high=max(abs(most["low"]), abs(most["high"])), days=days, **of_one,
    )  # fmt: skip
    others = len(sure) - 1
    return text("compare.and_others", said=said, n=others) if others else said


def _notes(made: Compared, frame: pd.DataFrame, asked: Question, people: pd.DataFrame | None) -> list[Text]:
    every = made.every
    notes = [*_how_counted(every, frame, asked), *_hidden(frame)]
    shown = frame[frame["difference"].notna()]
    if (few := shown[shown["n"] < FEW]["group"]).size:
        notes.append(text("compare.few", groups=_listed(few), n=len(few)))
    counts = {key: getattr(every, key) for key in ("no_value", "others", "ramp_up")}
    notes += [text(f"compare.{key}", n=count) for key, count in counts.items() if count]
    notes += [] if made.stage else _late(every)
    if people is not None and len(people):
        notes.append(text("compare.people"))
        if people["spread"].iloc[0] >= _WIDELY:
            notes.append(text("compare.over_dispersed", times=float(people["spread"].iloc[0])))
    return [*notes, text("compare.association")]


def _how_counted(every: Population, frame: pd.DataFrame, asked: Question) -> list[Text]:
    tests = int(frame["p"].notna().sum())
    if asked.what == WINS:
        notes = [text("compare.wins.how", days=asked.horizon), text("compare.holm", n=tests)]
        younger = int((every.followed < asked.horizon).sum())
        return [*notes, text("compare.wins.younger", n=younger)] if younger else notes
    until = reached(every, asked.horizon)[0]
    notes = [text("compare.days.how", days=until), text("compare.holm", n=tests)]
    if until < asked.horizon:
        notes.insert(1, text("compare.days.shorter", asked=asked.horizon, days=until))
    _chi_square, freedom, p = log_rank(every.lives)
    if freedom > 1:
        notes.append(text("compare.days.log_rank", p=p) if p >= _TINY else text("compare.days.log_rank_tiny"))
    return notes


def _hidden(frame: pd.DataFrame) -> list[Text]:
    """The groups that are not shown, by the reason."""
    return [
        text(f"compare.{reason}", groups=_listed(found), n=len(found))
        for reason in (TOO_FEW, TOO_YOUNG)
        if (found := frame.loc[frame["judgement"] == reason, "group"]).size
    ]


def _listed(groups: "pd.Series[str]") -> str:
    return ", ".join(groups[:_SAID]) + (", …" if len(groups) > _SAID else "")


def _late(every: Population) -> list[Text]:
    """Said where deals begin long before the first is won: wins before that day are missing from the file."""
    ends = (every.begun + every.length)[every.ended]
    if not len(ends):
        return []
    first, begins = float(ends.min()), float(every.begun.min())
    if first - begins < _LATE:
        return []
    early = int((every.begun < first).sum())
    return [text("compare.late", first=_day(first), begins=_day(begins), n=early)]


def _day(days: float) -> pd.Timestamp:
    return pd.Timestamp(days, unit="D")


ANALYSIS = Analysis(name="compare", area=EFFICIENCY, page="time", needs=("deals",), measures=(), run=run)
