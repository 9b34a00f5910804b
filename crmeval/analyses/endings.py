"""Stages in which a case has ended, told by their names."""

import re
from collections.abc import Iterable

from crmeval.fields import LOST, WON

CLOSED = "closed"  # it has ended; whether well or badly, the name does not say

# Lost before won: "Закрыто и не реализовано" and "Closed Lost" hold the words of the others too.
_LOST = (
    r"\b(lost|lose|loss|disqualified|unqualified|rejected|cancel+ed|abandoned)\b|не\s+реализован|нереализован"
    r"|проигра|потерян|отказ|отмен[её]н|провал|некачествен"
)
_WON = r"\b(won|win)\b|успешн|выигра|реализован|оплачен|сделка\s+заключена"
_CLOSED = r"\bclosed\b|закрыт|заверш[её]н"
_ENDINGS = ((LOST, _LOST), (WON, _WON), (CLOSED, _CLOSED))


def ending(stage: str) -> str | None:
    """`won`, `lost` or `closed` where the name of a stage says that the case ends there, else None."""
    spaced = stage.replace("_", " ").casefold()
    return next((outcome for outcome, words in _ENDINGS if re.search(words, spaced)), None)


def endings(stages: Iterable[str]) -> dict[str, str]:
    """The stages among these in which a case has ended, and how."""
    said = {stage: ending(stage) for stage in stages}
    return {stage: outcome for stage, outcome in said.items() if outcome is not None}
