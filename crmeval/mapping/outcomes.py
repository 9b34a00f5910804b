"""The words for won, lost and open, in English and Russian, and what a sheet's flags say beside them."""

import re
from collections.abc import Iterable, Mapping

from crmeval.fields import LOST, OPEN, WON
from crmeval.mapping.names import normal

# Lost is asked first: "не реализовано" and "unsuccessful" hold the words for won.
_LOST = re.compile(
    r"\b(?:closed lost|lost|loss|lose|fail(?:ed|ure)?|unsuccessful|not won|reject(?:ed)?|disqualified"
    r"|unqualified|not (?:converted|interested)|did not (?:proceed|buy|convert)|withdrawn|no deal|abandoned"
    r"|cancel(?:l?ed)?|declined|denied|refused|dropped|dead|no sale|junk|spam"
    r"|не ?реализован\w*|провал\w*|проигр\w*|отказ\w*|не ?успеш\w*|отмен[её]н\w*|аннулир\w*|потерян\w*"
    r"|отрицательн\w*|поражени\w*|упущен\w*|otkaz\w*|proigr\w*"
    r"|сорвал\w*|не ?состоя\w*|не ?куп\w*|некачествен\w*|нецелев\w*|дубл\w*|спам\w*)\b"
)
_WON = re.compile(
    r"\b(?:closed won|won|win|success(?:ful(?:ly)?)?|sold|converted|deal made"
    r"|успеш\w*|успех|побед\w*|положительн\w*|uspe[sh]\w*|prodan\w*"
    r"|реализован\w*|выигр\w*|прода(?:но|н[аы]?|ли)|куп(?:лен\w*|ил[аи]?)|сделка состоялась)\b"
)
# Won where no other value of the column says so: beside "Won" they are steps on the way.
_SETTLED = re.compile(
    r"(?<!not )(?<!не )\b(?:paid|signed|accepted|completed?|bound|filled|delivered|disbursed|enrolled"
    r"|оплачен[аоы]?|оплатил[аи]?|заключен[аоы]?|подписан[аоы]?|выполнен[аоы]?"
    r"|выдан[аоы]?|зачислен[аоы]?|завершен[аоы]?|договор|подтвержден[аоы]?)\b"
)
_OPEN = re.compile(
    r"\b(?:open|in progress|in process|active|new|prospecting|qualification|pending|engaging"
    r"|открыт\w*|в работе|в процессе|нов(?:ая|ый|ое)|активн\w*|переговоры)\b"
)
_EXACT = {
    "s": WON,
    "f": LOST,
    "p": OPEN,
    "142": WON,
    "143": LOST,
    "w": WON,
    "l": LOST,
    "o": OPEN,
}  # Bitrix24's semantics, amoCRM's statuses
_YES = {"true", "1", "yes", "y", "да", "истина", "t", "+"}
_NO = {"false", "0", "no", "n", "нет", "ложь", "f", "-"}
_FLAGS = _YES | _NO


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
    """What each value of a stage or outcome column says; a value that names no end is open.

    Where no value says won, paid or signed does. Of yes and no alone, yes is won and no is lost.
    """
    listed = tuple(values)
    if are_flags(listed):
        return {value: WON if is_yes(value) else LOST for value in listed}
    said = {value: outcome_of(value) for value in listed}
    if WON not in said.values():
        settled = (value for value in listed if not said[value] and _SETTLED.search(normal(value)))
        said |= dict.fromkeys(settled, WON)
    return {value: outcome or OPEN for value, outcome in said.items()}


def ends(values: Iterable[str]) -> bool:
    """Whether any of these values says won or lost."""
    listed = tuple(values)
    return not are_flags(listed) and not {WON, LOST}.isdisjoint(outcomes_of(listed).values())


def are_flags(values: Iterable[str]) -> bool:
    """Whether the values are nothing but yes and no."""
    yes = False
    for value in values:
        plain = value.strip().casefold()
        if plain not in _FLAGS:
            return False
        yes = yes or plain in _YES
    return yes


def is_yes(value: str) -> bool:
    """Whether a flag is set: TRUE, 1, yes, да."""
    return value.strip().casefold() in _YES
