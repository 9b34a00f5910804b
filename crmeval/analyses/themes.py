"""Themes: the words that distinguish bad answers from good ones."""

import ibis
import numpy as np
import pandas as pd
from ibis.expr import types as ir

from crmeval.analyses.answers import answers, comments
from crmeval.analyses.scales import Scale
from crmeval.analyses.segments import with_segment
from crmeval.stats.intervals import Z
from crmeval.stats.keyness import log_odds
from crmeval.tables import Tables

FEWEST_COMMENTS = 50
FEWEST_USES = 5
SHOWN = 10
QUOTE_LENGTH = 120
COLUMNS = ["side", "theme", "bad_answers", "good_answers", "keyness", "quote"]

# A negation belongs to the word after it: "не работает" is not "работает".
_NEGATION = r"(^|[^a-zа-яё])(не|нет|ни|без|not|no|never|without|doesn't|don't|didn't|isn't|can't)\s+"
_ENDING = (
    r"^(.{3,}?)(ами|ями|ого|его|ому|ему|ыми|ими|ать|ять|ить|еть|ает|яет|ают|яют|ует|уют|ит|ят|ал|ил|ла|ло|ли|"
    r"ая|яя|ое|ее|ые|ие|ый|ий|ой|ую|юю|ов|ев|ей|ах|ях|ам|ям|ом|ем|[ыиаяоеуюьй]|ing|ed|es|e|s)$"
)
_STOP_WORDS = (
    "the and for with was were are has had have this that from you your they them their our but all "
    "can will would very too just been its it's i'm i've there here what when which who how out "
    "about into than then also get got один это этот эта эти как так что чтобы все всё всё-таки был "
    "была было были быть есть вот для при под над еще ещё уже или если они она оно его мне мой моя "
    "нас наш вам ваш вас нам их меня тоже только очень просто когда где который которая которые там "
    "тут где-то после сих пор чем тем том того кто раз даже можно надо "
)


def tokens(said: ir.Table, scale: Scale) -> ir.Table:
    """One row per word of a comment: `answer`, `side` (bad, good, between), `word` and its `stem`."""
    side = ibis.cases((said.score <= scale.bad, "bad"), (said.score >= scale.good, "good"), else_="between")
    joined = said.text.lower().re_replace(_NEGATION, r"\1\2_")
    words = said.select("answer", side=side, word=joined.re_split(r"[^a-zа-яё_'-]+").unnest())
    words = words.mutate(word=words.word.strip().re_replace(r"^[_'-]+|[_'-]+$", ""))
    kept = words.filter(words.word.length() > 2, words.word.notin(_STOP_WORDS.split()))  # noqa: PLR2004 - "в", "to"
    return kept.mutate(stem=kept.word.re_replace(_ENDING, r"\1"))


def themes(tables: Tables, said: ir.Table, scale: Scale) -> pd.DataFrame:
    """The words whose use differs most between bad and good answers, with a comment that uses each.

    An answer counts once for a word, however often it says it. `keyness` is in standard errors; only words
    beyond 1.96 that five answers use are named: up to ten a side.
    """
    words = tokens(said, scale)
    bad, good = words.side == "bad", words.side == "good"
    counted = words.group_by("stem").aggregate(
        theme=words.word.min(),
        bad_answers=words.answer.nunique(where=bad),
        good_answers=words.answer.nunique(where=good),
        answers=words.answer.nunique(),
    )
    frame = tables.frame(counted.order_by("stem"))
    if frame.empty:
        return pd.DataFrame(columns=COLUMNS)
    frame["keyness"] = log_odds(frame["bad_answers"], frame["good_answers"], frame["answers"])
    telling = frame[(frame["keyness"].abs() > Z) & (frame["answers"] >= FEWEST_USES)]
    ranked = telling.sort_values("keyness", ascending=False, kind="stable")
    worst, best = ranked[ranked["keyness"] > 0].head(SHOWN), ranked[ranked["keyness"] < 0].tail(SHOWN)[::-1]
    named = pd.concat([worst, best], ignore_index=True)
    named["side"] = np.where(named["keyness"] > 0, "bad", "good")
    named["theme"] = named["theme"].str.replace("_", " ")
    return named.merge(_quotes(tables, said, words, named), on=["stem", "side"], how="left")[COLUMNS]


def _quotes(tables: Tables, said: ir.Table, words: ir.Table, named: pd.DataFrame) -> pd.DataFrame:
    """For each theme a comment of its side that says it, the one of the most readable length."""
    if named.empty:
        return pd.DataFrame(columns=["stem", "side", "quote"])
    used = words.filter(words.stem.isin(named["stem"].tolist())).select("answer", "stem", "side").distinct()
    spoken = used.join(said.select("answer", "text"), "answer")
    spoken = spoken.mutate(off=(spoken.text.length() - QUOTE_LENGTH).abs())
    first = ibis.row_number().over(ibis.window(group_by=["stem", "side"], order_by=["off", "text"]))
    picked = spoken.mutate(place=first).filter(lambda t: t.place == 0)
    return tables.frame(picked.select("stem", "side", quote=picked.text))


def comments_behind(
    tables: Tables,
    *,
    score: float | None = None,
    theme: str | None = None,
    column: str | None = None,
    segment: str | None = None,
) -> pd.DataFrame:
    """The comments with this score, with this theme, or of this segment; the worst scores first."""
    with answers(tables) as found:
        said = comments(tables, found)
        if said is None:
            return pd.DataFrame()
        if score is not None:
            said = said.filter(said.score == float(score))
        if column is not None:
            segmented = with_segment(tables, said, column)
            said = segmented.filter(segmented.segment == segment)
        if theme is not None and found is not None:
            stem = ibis.literal(theme.replace(" ", "_")).re_replace(_ENDING, r"\1")
            words = tokens(said, found.main)
            said = said.semi_join(words.filter(words.stem == stem), "answer")
        listed = said.select("score", "answered_at", "customer_id", comment=said.text)
        return tables.frame(listed.order_by("score", ibis.desc("answered_at"), "comment"))
