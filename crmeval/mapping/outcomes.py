"""The words for won, lost and open, in English and Russian, and what a sheet's flags say beside them."""

import re
from collections.abc import Iterable, Mapping

from crmeval.fields import LOST, OPEN, WON
from crmeval.mapping.names import normal

# Lost is asked first: "не реализовано" and "unsuccessful" hold the words for won.
_LOST = re.compile(
    r"\b(?:closed lost|lost|loss|lose|fail(?:ed|ure)?|unsuccessful|not won|reject(?:ed)?|disqualified"
    r"|unqualified|abandoned|cancel(?:l?ed)?|declined|dropped|dead|no sale|junk|spam"
    r"|не ?реализован\w*|провал\w*|проигр\w*|отказ\w*|не ?успеш\w*|отмен[её]н\w*|аннулир\w*|потерян\w*"
    r"|сорвал\w*|не ?состоя\w*|не ?куп\w*|некачествен\w*|нецелев\w*|дубл\w*|спам\w*)\b"
)
_WON = re.compile(
    r"\b(?:closed won|won|win|success(?:ful(?:ly)?)?|sold|converted|deal made"
    r"|успеш\w*|реализован\w*|выигр\w*|продано|продан[аы]?|куплен\w*|сделка состоялась)\b"
)
_OPEN = re.compile(
    r"\b(?:open|in progress|in process|active|new|prospecting|qualification|pending|engaging"
    r"|открыт\w*|в работе|в процессе|нов(?:ая|ый|ое)|активн\w*|переговоры)\b"
)
_EXACT = {"s": WON, "f": LOST, "p": OPEN, "142": WON, "143": LOST}  # Bitrix24's semantics, amoCRM's statuses
_YES = {"true", "1", "yes", "y", "да", "истина", "t"}


def outcome_of(value: str) -> str:
    """`won`, `lost` or `open` as the words of a stage or status say, empty where they say nothing."""
    words = normal(value)
    if words in _EXACT:
        return _EXACT[words]
    for pattern, outcome in ((_LOST, LOST), (_WON, WON), (_OPEN, OPEN)):
        if pattern.search(words):
            return outcome
    return ""


def outcomes_of(values: Iterable[str]) -> Mapping[str, str]:
    """What each value of a stage column says; a stage that names no end is open."""
    return {value: outcome_of(value) or OPEN for value in values}


def ends(values: Iterable[str]) -> bool:
    """Whether any of these values says won or lost."""
    return any(outcome_of(value) in {WON, LOST} for value in values)


def is_yes(value: str) -> bool:
    """Whether a flag is set: TRUE, 1, yes, да."""
    return value.strip().casefold() in _YES
