"""Which scale the answers to a question are on."""

import re

from crmeval.mapping.names import normal
from crmeval.mapping.profiles import Profile

NPS, CSAT, CES, STARS = "NPS", "CSAT", "CES", "stars"
_NPS = re.compile(r"\b(?:nps|recommend\w*|порекоменд\w*|рекоменд\w*)\b")
_CES = re.compile(r"\b(?:ces|effort|easy|ease|усили\w*|легко|просто)\b")
_CSAT = re.compile(r"\b(?:csat|satisf\w*|удовлетвор\w*|доволь\w*)\b")
_STARS = (0, 5)
_LIKERT = 7  # no scale of agreement goes beyond


def scale_of(header: str, profile: Profile) -> str:
    """`NPS`, `CSAT`, `CES` or `stars` as question and range of answers say; empty where unsure."""
    words = normal(header)
    if profile.is_zero_to_ten and (_NPS.search(words) or profile.high > _LIKERT):
        return NPS if _NPS.search(words) or profile.low == 0 else ""
    if _CES.search(words):
        return CES
    if _CSAT.search(words):
        return CSAT
    return STARS if profile.is_scale(*_STARS) else ""
