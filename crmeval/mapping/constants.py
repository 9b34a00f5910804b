"""What a header says of all cells beneath it: "Cost per user per month" is a price per user, each month."""

import re
from collections.abc import Mapping

from crmeval.mapping.names import normal

_COSTS = {
    "per_user": re.compile(
        r"\b(?:per (?:user|seat|head|person|licen[cs]e)|(?:за|на) (?:\w+ )?пользователя)\b"
    ),
    "period": re.compile(
        r"\b(?:(?:per|a) (?:month|quarter|week|year)|monthly|quarterly|weekly|yearly|annual(?:ly)?"
        r"|ежемесячно|ежеквартально|ежегодно|(?:в|за) (?:месяц|квартал|неделю|год))\b"
    ),
}


def told_by_header(table: str, columns: Mapping[str, str]) -> Mapping[str, str]:
    """Field → the one value that the header of the amount gives it, for fields of costs without a column."""
    if table != "costs" or "amount" not in columns:
        return {}
    header = normal(columns["amount"])
    found = {name: match[0] for name, pattern in _COSTS.items() if (match := pattern.search(header))}
    return {name: value for name, value in found.items() if name not in columns}
