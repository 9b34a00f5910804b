"""Which column is which field of a table: by name first, ruled out or found by contents."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from crmeval.fields import CATEGORY, ID, OUTCOME, TABLES, TEXT
from crmeval.mapping.aliases import aliases
from crmeval.mapping.concepts import denies, meant, says, words
from crmeval.mapping.evidence import before, by_rows, ends_with_outcome, nearly_equal
from crmeval.mapping.items import items
from crmeval.mapping.leftover import in_order, left_over
from crmeval.mapping.names import forms, likeness, normal
from crmeval.mapping.outcomes import are_flags, is_yes, outcome_of, outcomes_of
from crmeval.mapping.presets import Preset
from crmeval.mapping.profiles import Profile

_SURE_ENOUGH = 0.45
_PRESET, _NOT_PRESET, _STEP = 0.99, 0.9, 0.01
BY_CONTENT, _BOTH = 0.95, 0.9
_TIE, _NOT_SURE = 0.03, 0.79  # two columns as likely as that are not told apart
_TOO_EARLY, _LATER_THAN = 0.7, 0.87
_NAMED = 0.75  # names that only stages bear
_LAST = 0.4  # where nothing better is found
_HOPE = re.compile(
    r"\b(?:expected|estimated|est|forecast|assumed|planned"
    r"|предполагаем\w*|ожидаем\w*|планов\w*|планируем\w*|прогноз\w*)\b"
)
_OF_THE_CUSTOMER = re.compile(
    r"\b(?:(?:annual|yearly|company) (?:revenue|turnover|sales|income)|годов\w+ (?:выручк|оборот|доход)\w*)\b"
)
_OF_ANOTHER = {("stage_events", "deal_id"), ("activities", "deal_id")}
_ONE_EACH, _KEY = {"deals", "records"}, 0.9  # a key that repeats may be another's
_BY_ITS_NAME = 0.6
_OWN_IDS, _OWN = {"id", "record id", "номер", "код", "no"}, 0.5
_RECOMMEND = re.compile(r"\b(?:recommend\w*|порекоменд\w*|рекоменд\w*|nps)\b")
_ANSWER = re.compile(r"\b(?:satisf\w*|effort|easy|удовлетвор\w*|довольн\w*|усили\w*|легко|stars?|rating)\b")
_FEW_ENDS = 12
_BY_NUMBER = 0.93  # a category's name goes before its number
_FLAGGED = 0.4  # enough for yes and no beside a header that may tell the outcome
_TWICE = 0.55  # as sure as what was entered and what is true are where two columns say nearly the same
_EARLIER = 0.85  # worth of a closing date that another goes beyond
_NUMERIC = 0.8
_SENTENCE = 15

Candidate = tuple[float, str, str]  # how sure, field, header


@dataclass(frozen=True, slots=True)
class Assignment:
    """The columns of a sheet as fields of a table: field → header, field → confidence.

    `likely` is how likely the sheet is this table.
    """

    table: str
    columns: Mapping[str, str]
    confidence: Mapping[str, float]
    likely: float = 1.0


def may_share(one: str, other: str) -> bool:
    """Whether one column may give both fields: a stage that says how deals end."""
    return {one, other} == {"stage", "outcome"}


def assign(table: str, found: Mapping[str, Profile], preset: Preset) -> Assignment:
    """The columns of a sheet as the fields of a table: the surest pair first, each field and column once."""
    candidates = [*_by_name(table, found, preset), *_by_content(table, found)]
    if table == "deals":
        candidates = _agreeing(candidates, found)
    columns, confidence = _chosen(candidates)
    if table == "deals":
        candidates += by_rows(found, columns)
        columns, confidence = _chosen(candidates)
    columns, confidence = _chosen([*candidates, *left_over(table, found, columns, confidence)])
    in_order(table, found, columns, confidence)
    if table == "deals" and any(
        header != columns.get("deal_id") and _is_own(header) and found[header].is_unique for header in found
    ):
        confidence = {
            name: min(sure, _NOT_SURE) if name == "deal_id" else sure for name, sure in confidence.items()
        }
    if "outcome" in columns and columns["outcome"] == columns.get("stage"):
        confidence["outcome"] = max(confidence["outcome"], _BOTH)  # its values were seen to say won or lost
        if confidence["stage"] < _NAMED and _says_no_more(found[columns["stage"]]):
            del columns["stage"], confidence["stage"]
    order = [one.name for one in TABLES[table].fields if one.name in columns]
    return Assignment(
        table, {name: columns[name] for name in order}, {name: confidence[name] for name in order}
    )


def _chosen(candidates: Iterable[Candidate]) -> tuple[dict[str, str], dict[str, float]]:
    """The surest pair first, each field and column once; less sure where another column is as likely."""
    columns: dict[str, str] = {}
    confidence: dict[str, float] = {}
    taken: dict[str, str] = {}
    ranked = sorted(candidates, key=lambda one: -one[0])
    for sure, name, header in ranked:
        if name in columns or (header in taken and not may_share(taken[header], name)):
            continue
        columns[name], confidence[name] = header, round(min(sure, 1.0), 2)
        taken.setdefault(header, name)
    for sure, name, header in ranked:
        if header not in taken and sure > confidence.get(name, 0.0) - _TIE:
            confidence[name] = min(confidence[name], _NOT_SURE)
    return columns, confidence


def _agreeing(candidates: Iterable[Candidate], found: Mapping[str, Profile]) -> list[Candidate]:
    """The candidates with dates weighed by the rows: a deal begins first, and closes where it has an end."""
    listed = sorted(candidates, key=lambda one: -one[0])
    best = {name: header for _, name, header in reversed(listed)}
    outcome, created = best.get("outcome"), best.get("created_at")
    weighed = []
    for sure, name, header in listed:
        worth, most = 1.0, max(sure, _NOT_PRESET)
        if name == "created_at" and any(
            not before(found[header], found[other]) for _, field, other in listed if field == name
        ):
            worth, most = _LATER_THAN, _NOT_SURE
        if name == "closed_at":
            worth = ends_with_outcome(found[header], found[outcome]) if outcome else 1.0
            if created and header != created and not before(found[created], found[header]):
                worth *= _TOO_EARLY
            if any(
                other != header
                and before(found[header], found[other])
                and not before(found[other], found[header])
                for _, field, other in listed
                if field == name
            ):
                worth *= _EARLIER
        weighed.append((min(sure * worth, most), name, header))
    return weighed


def _says_no_more(profile: Profile) -> bool:
    """Whether a column has but one value for each outcome: then it is an outcome, and no stage."""
    said = list(outcomes_of(profile.some).values())
    return len(said) == len(set(said))


def _by_name(table: str, found: Mapping[str, Profile], preset: Preset) -> list[Candidate]:
    """Every column whose header may name a field and whose values suit it."""
    candidates = []
    for one in TABLES[table].fields:
        for header, profile in found.items():
            fits = profile.fits(one.kind)
            sure = fits and _sure(table, one.name, header, preset) * fits
            if sure < _SURE_ENOUGH or denies(table, one.name, header):
                continue
            if cannot_be(one.name, one.kind, header, profile):
                continue
            if one.kind == CATEGORY and any("id" in word.means for word in words(header)[-1:]):
                sure *= _BY_NUMBER
            own = one.row_needs and one.kind == ID and table in _ONE_EACH
            if own and sure > _NOT_SURE and profile.unique < _KEY:  # a long column is counted for that
                sure = _NOT_SURE
            if one.kind == ID and one.row_needs and _are_names(profile) and not says(header, "id"):
                sure *= _BY_ITS_NAME
            if (table, one.name) in _OF_ANOTHER and _is_own(header) and profile.is_unique:
                sure *= _OWN
            if sure >= _SURE_ENOUGH:
                candidates.append((sure, one.name, header))
    return candidates


def cannot_be(name: str, kind: str, header: str, profile: Profile) -> bool:
    """Whether the values rule a field out.

    Flags and amounts name nobody, users are counted, not priced; a verdict is yes or no, what was entered and
    what is true is not; a number of its own in every row is no product.
    """
    flags, figures = are_flags(profile.some), profile.numbers >= _NUMERIC
    if name == "verdict":
        return profile.distinct > 0 and not _is_verdict(header, profile)
    if name in ("entered", "actual"):
        return profile.distinct > 0 and flags
    if name in ("per_user", "period"):
        return figures and kind == CATEGORY
    if name == "user":
        return figures and not says(header, "id")
    if name == "product" and says(header, "id") and profile.distinct > 1 and profile.is_unique:
        return True
    return (kind == CATEGORY or name == "customer_id") and (flags or (figures and not profile.whole))


def _is_verdict(header: str, profile: Profile) -> bool:
    """Whether a value says yes, or the header is the field's own name."""
    said = profile.distinct <= _FEW_ENDS and any(is_yes(value) for value in profile.some)
    return said or likeness(header, aliases("verified", "verdict")) >= _NOT_PRESET


def _are_names(profile: Profile) -> bool:
    """Whether the values are several words each: names, not keys."""
    return sum(" " in value.strip() for value in profile.some) > len(profile.some) / 2


def _is_own(header: str) -> bool:
    """Whether a header is that of the row's own id, and of nothing else's: "ID", "Record ID"."""
    return normal(header) in _OWN_IDS


def _sure(table: str, name: str, header: str, preset: Preset) -> float:
    """How sure the header names the field; what the system is known to write goes before any likeness."""
    form = normal(header)
    by_name = max(likeness(header, aliases(table, name)), meant(table, name, header))
    if name == "closed_at" and _HOPE.search(form):
        return 0.0
    if table == "deals" and name == "amount" and _OF_THE_CUSTOMER.search(form):
        return 0.0
    if table != "deals":
        return by_name
    if form in preset.never.get(name, ()):
        return 0.0
    named = preset.columns.get(name, ())
    known = min((named.index(one) for one, _ in forms(header) if one in named), default=None)
    if known is not None:
        return _PRESET - _STEP * known
    return min(by_name, _NOT_PRESET) if named else by_name


def _by_content(table: str, found: Mapping[str, Profile]) -> list[Candidate]:
    """Columns whose values say what they are, beside what their headers hint."""
    if table == "usability":
        return [(BY_CONTENT, name, header) for name, header in items(found).items()]
    if table == "feedback":
        return _answers(found)
    if table == "verified":
        return _told_twice(found)
    return _what_deals_say(found) if table == "deals" else []


def _told_twice(found: Mapping[str, Profile]) -> list[Candidate]:
    """Two columns beside each other that say nearly the same: what was entered, and what is true."""
    pairs = [pair for pair in pairwise(found) if nearly_equal(found[pair[0]], found[pair[1]])]
    return [
        (_TWICE, name, header)
        for pair in pairs
        for name, header in zip(("entered", "actual"), pair, strict=True)
    ]


def _answers(found: Mapping[str, Profile]) -> list[Candidate]:
    """The score by its question and its range; the text as the answer in words to an open question."""
    scores = [
        (BY_CONTENT, "score", header) for header, profile in found.items()
        if (_RECOMMEND.search(normal(header)) and profile.is_zero_to_ten)
        or (_ANSWER.search(normal(header)) and profile.is_scale(0, 10))
    ]  # fmt: skip
    texts = [
        (_SURE_ENOUGH, "text", header) for header, profile in found.items()
        if header.rstrip(" *").endswith("?") and profile.fits(TEXT) and profile.length >= _SENTENCE
    ]  # fmt: skip
    return [*scores, *texts]


def _what_deals_say(found: Mapping[str, Profile]) -> list[Candidate]:
    """What else tells the outcome, the stage and the deal, where no column is named after them.

    A stage that says how deals end gives the outcome too; so does a flag of won deals. A deal's name
    is its key where no two deals share it.
    """
    ends = [
        (_SURE_ENOUGH, name, header) for header, profile in found.items()
        for name, other in (("outcome", "stage"), ("stage", "outcome"))
        if profile.fits(OUTCOME) and likeness(header, aliases("deals", other))
        and not (name == "stage" and says(header, "result"))
    ]  # fmt: skip
    told = [
        (_LAST, "outcome", header) for header, profile in found.items()
        if profile.fits(OUTCOME) and profile.distinct <= _FEW_ENDS
        and sum(bool(outcome_of(value)) for value in profile.some) >= _NUMERIC * profile.distinct
    ]  # fmt: skip
    flags = [
        (_LAST, "outcome", header) for header, profile in found.items()
        if normal(header) in aliases("deals", "won_flag") and are_flags(profile.some)
    ]  # fmt: skip
    names = [
        (_LAST, "deal_id", header) for header, profile in found.items()
        if normal(header) in aliases("deals", "deal_name")
        and profile.fits(ID) and profile.filled == 1 and profile.is_unique
    ]  # fmt: skip
    said = [
        (_SURE_ENOUGH, "outcome", header) for header, profile in found.items()
        if profile.is_category and profile.distinct <= _FEW_ENDS and profile.numbers < _NUMERIC
        and profile.fits(ID)
        and meant("deals", "outcome", header) >= (_FLAGGED if are_flags(profile.some) else _NOT_PRESET)
    ]  # fmt: skip
    return [*ends, *flags, *names, *said, *told]
