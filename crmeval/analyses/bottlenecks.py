"""Which stage holds up the deals that are won, how sure that is, and what it is worth to shorten it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmeval.analyses.base import Analysis, Results
from crmeval.analyses.best_quarter import Best, best_quarter
from crmeval.analyses.bottleneck_money import FASTER, Money, money
from crmeval.analyses.bottleneck_notes import notes
from crmeval.analyses.clock import as_days
from crmeval.analyses.followed import ANY_END, Followed, followed
from crmeval.analyses.kind_of_source import cannot_show
from crmeval.analyses.ranking import Ranking, ranking
from crmeval.analyses.stage_visits import Visits, events_table, visited
from crmeval.fields import WON
from crmeval.results import EFFICIENCY, Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.stats.bootstrap import DRAWS
from crmeval.stats.intervals import wilson
from crmeval.tables import Tables
from crmeval.words import Text, text

_FEW = 20  # deals under which nothing is concluded
_FEW_ENDED = 10  # deals that have come to the end in question
_MOST_STAGES = 40  # more are no stages of a sale but steps of a log
_SURE = 0.8  # under this probability of being the first the second is named beside it
_NEARLY_ALL = 0.99
_IDS = (
    "stages.bottleneck", "bottleneck.probability", "bottleneck.days", "bottleneck.share", "bottleneck.total",
    "bottleneck.waiting", "bottleneck.extra_sales", "bottleneck.gap",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of a ranking's deals: what they are (`won` or `ended`), what they cost, who is quick."""

    ranking: Ranking
    kind: str
    money: Money
    best: Best

    @property
    def first(self) -> pd.Series:
        """The stage with most days."""
        return self.ranking.stages.iloc[0]

    @property
    def sure(self) -> bool:
        """Whether the first can be told from the second."""
        return float(self.first["probability"]) >= _SURE


def run(tables: Tables, settings: Settings, _results: Results) -> Result:
    """Ranks the stages by the days of a won deal; where that cannot be, by all days that deals have spent."""
    if "stage_events" not in tables and not tables.has("activities", "kind"):
        return _nothing("stages.no_events")
    seen = visited(tables, settings)
    plain = _plain(seen)
    found = followed(seen) if events_table(tables) == "stage_events" else None
    cases, stages = int(plain["cases"].iloc[0]) if len(plain) else 0, len(plain)
    if stages < 2:  # noqa: PLR2004 - one stage has nothing to be compared with
        return _nothing("stages.nothing_to_compare", answer=text("stages.answer_no_bottleneck", n=cases))
    if cases < _FEW:
        few = text("stages.too_few", n=cases)
        return _nothing(few, answer=text("stages.answer_few", n=cases))
    kind, why = _kind(found, stages)
    if found is None or why is not None:
        return _by_all_days(plain, why or text("bottlenecks.no_ends"))
    ranked = ranking(found, (WON,) if kind == WON else ANY_END)
    first = str(ranked.stages["stage"].iloc[0])
    deals = _of_deals(tables, found)
    worth = money(found, ranked, deals, settings)
    groups = best_quarter(found, first, {name: deals[name].to_numpy(object) for name in ("team", "owner")})
    return _result(found, _Seen(ranked, kind, worth, groups), cases, cannot_show(tables, settings))


def _nothing(why: str | Text, answer: Text | None = None) -> Result:
    reason = why if isinstance(why, Text) else text(why)
    return Result(answer or reason, not_measured=dict.fromkeys(_IDS, reason))


def _plain(seen: Visits) -> pd.DataFrame:
    """Per stage that is no end: entries `n`, days spent so far (`total`), its `share`; `cases` are all."""
    events, stages = seen.passed.events, len(seen.passed.events.stages)
    spent = np.nan_to_num(seen.passed.stay) + np.nan_to_num(seen.passed.age)
    frame = pd.DataFrame(
        {
            "stage": events.stages, "n": np.bincount(events.stage, minlength=stages),
            "total": as_days(np.bincount(events.stage, spent, stages)), "cases": int(events.begins.sum()),
        }
    )  # fmt: skip
    frame = frame[~frame["stage"].isin(seen.final)]
    every = frame["total"].sum()
    frame["share"] = frame["total"] / every if every > 0 else np.nan
    return frame.sort_values(["total", "stage"], ascending=[False, True], ignore_index=True)


def _kind(found: Followed | None, stages: int) -> tuple[str, Text | None]:
    """Which deals the ranking is for: won ones or, where these are few, all ended ones; or why none."""
    if found is None:
        return "", text("bottlenecks.no_ends")
    whole = found.outcomes[found.stays.whole]
    won, ended = int((whole == WON).sum()), int(np.isin(whole, ANY_END).sum())
    if stages > _MOST_STAGES:
        return "", text("bottlenecks.too_many_stages", n=stages)
    if ended < _FEW_ENDED:
        return "", text("bottlenecks.few_ended", n=ended)
    return WON if won >= _FEW_ENDED else "ended", None


def _of_deals(tables: Tables, found: Followed) -> pd.DataFrame:
    """Amount, team and owner of each case, in the order of the cases."""
    columns = ["amount", "team", "owner"]
    if "deals" not in tables:
        return pd.DataFrame(index=found.deals, columns=columns, dtype=object)
    deals = tables.frame(tables["deals"].select("deal_id", *columns))
    return deals.drop_duplicates("deal_id").set_index("deal_id").reindex(found.deals)


def _by_all_days(plain: pd.DataFrame, why: Text) -> Result:
    """The stage in which most days were spent so far, and why no more can be said."""
    first = plain.iloc[0]
    facts = {"share": float(first["share"]), "stages": len(plain)}
    measure = Measure("stages.bottleneck", str(first["stage"]), "text", int(first["cases"]), facts=facts)
    said = text("bottlenecks.answer_plain", stage=first["stage"], share=float(first["share"]))
    return Result(
        said, measures=(measure,), not_measured=dict.fromkeys(_IDS[1:], why),
        notes=(text("bottlenecks.plain", why=why),),
    )  # fmt: skip


def _result(found: Followed, seen: _Seen, cases: int, hidden: tuple[Text, ...]) -> Result:
    table = seen.ranking.stages.assign(waiting=seen.money.waiting, open=seen.money.open)
    shown = {"bottlenecks": table if seen.money.known else table.drop(columns="waiting")}
    if len(seen.best.groups) and seen.best.by == "team":  # people are not listed by how quick they are
        shown["bottleneck_groups"] = seen.best.groups
    measures, missing = _measures(seen)
    return Result(
        answer=_answer(seen), measures=measures, not_measured=missing, tables=shown,
        findings=(_finding(seen),), notes=(*notes(found, seen.ranking, seen.best, cases), *hidden),
    )  # fmt: skip


def _measures(seen: _Seen) -> tuple[tuple[Measure, ...], dict[str, Text]]:
    first, ranked, kind, n = seen.first, seen.ranking, seen.kind, seen.ranking.n
    facts = {
        "share": float(first["share"]), "stages": len(ranked.stages), "stage": str(first["stage"]),
        "probability": _chance(first), "days": float(first["days_won"]), "wins": ranked.wins,
    }  # fmt: skip
    chance = float(first["probability"])
    naive = {"naive": ranked.naive, "bias": ranked.naive / ranked.total - 1 if ranked.total else 0.0}
    found = [
        _measure("stages.bottleneck", str(first["stage"]), "text", n, facts, kind),
        Measure("bottleneck.probability", chance, "share", n, *wilson(chance * DRAWS, DRAWS), facts=facts),
        _measure("bottleneck.days", float(first["days_won"]), "days", n,
                 {**facts, "naive": float(first["naive"])}, kind,
                 (float(first["days_low"]), float(first["days_high"]))),
        _measure("bottleneck.share", float(first["share"]), "share", n, facts, kind),
        _measure("bottleneck.total", ranked.total, "days", n, {**facts, **naive}, kind,
                 (ranked.low, ranked.high)),
    ]  # fmt: skip
    missing = {}
    for measure_id, said in (
        *seen.money.measures(str(first["stage"])).items(),
        ("bottleneck.gap", _gap(seen)),
    ):
        if isinstance(said, Measure):
            found.append(said)
        else:
            missing[measure_id] = said
    return tuple(found), missing


def _measure(
    measure_id: str, value: float | str, unit: str, n: int, facts: dict[str, object], kind: str,
    ends: tuple[float, float] | None = None,
) -> Measure:  # fmt: skip
    low, high = ends or (None, None)
    return Measure(measure_id, value, unit, n, low, high, facts, text_id=f"{measure_id}_{kind}")


def _gap(seen: _Seen) -> Measure | Text:
    """The days per deal that go if all teams or owners become like the quickest quarter."""
    best = seen.best
    if best.gain is None:
        return best.why or text("bottlenecks.no_groups")
    facts = {
        "stage": str(seen.first["stage"]), "share": best.gain, "groups": len(best.groups),
        "by": text(f"bottlenecks.by_{best.by}"), "best": int(best.groups["best"].sum()),
    }  # fmt: skip
    return Measure(
        "bottleneck.gap",
        float(seen.first["days_won"]) * best.gain,
        "days",
        int(best.groups["n"].sum()),
        facts=facts,
    )


def _chance(first: pd.Series) -> Text:
    """How sure it is that the stage is the first; a share of samples is never quite all."""
    chance = float(first["probability"])
    return (
        text("bottlenecks.nearly_sure") if chance > _NEARLY_ALL else text("bottlenecks.chance", share=chance)
    )


def _answer(seen: _Seen) -> Text:
    first, second = seen.first, seen.ranking.stages.iloc[1]
    facts = {
        "stage": first["stage"], "days": float(first["days_won"]), "total": seen.ranking.total,
        "share": float(first["share"]), "chance": _chance(first),
        "deal": text(f"bottlenecks.deal_{seen.kind}"),
    }  # fmt: skip
    if seen.sure:
        return text("bottlenecks.answer", **facts)
    return text(
        "bottlenecks.answer_two", **facts, other=second["stage"], other_days=float(second["days_won"])
    )


def _finding(seen: _Seen) -> Finding:
    first = seen.first
    said = text(
        "bottlenecks.found", stage=first["stage"], days=float(first["days_won"]), total=seen.ranking.total,
        deal=text(f"bottlenecks.deal_{seen.kind}"),
    )  # fmt: skip
    worth = seen.money.found(FASTER * float(first["days_won"]))
    return Finding(
        area=EFFICIENCY,
        text=said if worth is None else text("bottlenecks.found_worth", found=said, worth=worth),
        action=text("bottlenecks.act", stage=first["stage"]),
        page="bottlenecks",
        value=seen.money.margin_gained,
        evidence=("stages.bottleneck", "bottleneck.days", "bottleneck.probability"),
    )


ANALYSIS = Analysis(
    name="bottlenecks",
    area=EFFICIENCY,
    page="bottlenecks",
    needs=("stage_events", "activities"),
    measures=_IDS,
    run=run,
)
