"""The items of a questionnaire among the columns of a sheet."""

import re
from collections.abc import Mapping

from crmeval.fields import USABILITY_ITEMS
from crmeval.mapping.names import normal
from crmeval.mapping.profiles import Profile
from crmeval.mapping.statements import recognise

_ITEM = re.compile(r"^(?:q|question|item|sus|umux|umux lite|вопрос|в|пункт|утверждение) ?(\d{1,2})$")
_LISTED = re.compile(
    r"^(?:[a-zа-я]{1,8} ?)?\d{1,2}[.)]? \D*\D{3} \D*$", re.IGNORECASE
)  # 1. Screens are clear
_WORDS = 4  # of a statement
_FEW = 2
_NUMERIC = 0.8
_RUN = 4  # columns numbered from 1 on, whatever they are called
_NUMBERED = re.compile(r"^(.*\D) ?(\d{1,2})$")


def items(found: Mapping[str, Profile]) -> Mapping[str, str]:
    """The items of a questionnaire, field → header: by their numbers or words, else answered on 1 … 7."""
    numbered: dict[str, str] = {}
    for header, profile in found.items():
        match = _ITEM.match(normal(header))
        if match and profile.numbers >= _NUMERIC:
            numbered.setdefault(f"q{int(match[1])}", header)
    if len(numbered) >= _FEW:
        return {name: numbered[name] for name in USABILITY_ITEMS if name in numbered}
    if run := _run(found):
        return dict(zip(USABILITY_ITEMS, run, strict=False))
    statements = [
        header for header, profile in found.items()
        if (profile.is_likert or not profile.distinct)
        and (len(normal(header).split()) >= _WORDS or _LISTED.match(header.strip()))
    ]  # fmt: skip
    if known := recognise(statements):
        return known
    if any(found[header].distinct for header in statements):  # then somewhat shorter ones are statements too
        statements = [
            header for header, profile in found.items()
            if profile.is_likert and (header in statements or len(normal(header).split()) == _WORDS - 1)
        ]  # fmt: skip
    return dict(zip(USABILITY_ITEMS, statements, strict=False)) if len(statements) >= _FEW else {}


def _run(found: Mapping[str, Profile]) -> tuple[str, ...]:
    """Columns beside each other that differ in their number only, from 1 on, with answers on 1 … 7."""
    runs: dict[str, list[str]] = {}
    for header, profile in found.items():
        match = _NUMBERED.match(normal(header))
        begun = runs.setdefault(match[1], []) if match and profile.is_likert else []
        if match and int(match[2]) == len(begun) + 1:
            begun.append(header)
    longest = max(runs.values(), key=len, default=[])
    return tuple(longest) if _RUN <= len(longest) <= len(USABILITY_ITEMS) else ()
