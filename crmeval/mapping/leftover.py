"""Fields that no header names, found among columns whose headers say nothing else."""

from collections.abc import Iterator, Mapping, Sequence

from crmeval.mapping.aliases import aliases
from crmeval.mapping.concepts import says, says_only
from crmeval.mapping.contents import LOOKS
from crmeval.mapping.evidence import before
from crmeval.mapping.names import normal
from crmeval.mapping.profiles import Profile

_SURE, _LATER = 0.5, 0.005
_OTHER_DATES = "birth", "expect", "due"
# Table → its fields with what their values look like, in the order in which they choose their columns.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "deals": {
        "deal_id": "key", "created_at": "date", "amount": "amount", "source": "origin", "stage": "step",
        "customer_id": "party", "owner": "people",
    },
    "stage_events": {
        "deal_id": "code", "entered_at": "date", "left_at": "date", "owner": "people", "stage": "several",
    },
    "activities": {"at": "date", "kind": "contact", "customer_id": "party", "owner": "people"},
    "records": {"record_id": "key", "entered_at": "date", "entered_by": "people"},
    "verified": {"record_id": "code", "field": "part of a card"},
    "orders": {"order_id": "key", "ordered_at": "date", "customer_id": "code", "amount": "amount"},
    "contracts": {"customer_id": "party", "started_at": "date", "ended_at": "date", "amount": "amount"},
    "feedback": {"score": "scale", "text": "remark", "answered_at": "date"},
    "usage": {"user": "person", "period": "date"},
    "training": {"user": "person", "trained_at": "date", "topic": "several", "hours": "few"},
    "costs": {"period": "frequency", "amount": "amount", "item": "text"},
    "kpis": {"period": "date"},
}  # fmt: skip
_BEGUN_AND_ENDED = {"stage_events": ("entered_at", "left_at"), "contracts": ("started_at", "ended_at")}


def left_over(
    table: str, found: Mapping[str, Profile], columns: Mapping[str, str], confidence: Mapping[str, float]
) -> Iterator[tuple[float, str, str]]:
    """Candidates (how sure, field, header) for fields without a likely column, of columns without a field."""
    free = [header for header in found if header not in columns.values()]
    dates = [header for header, one in found.items() if LOOKS["date"](one)]
    for name, looks in _FIELDS.get(table, {}).items():
        if confidence.get(name, 0.0) < _SURE:
            likely = [
                one
                for one in free
                if LOOKS[looks](found[one])
                and (says_only(table, name, one) or _tells(looks, one, dates))
                and not _titles(table, looks, one)
            ]
            for place, header in enumerate(likely):
                yield _SURE - _LATER * place, name, header
            free = [header for header in free if header not in likely[:1]]


def _tells(looks: str, header: str, dates: Sequence[str]) -> bool:
    """Whether a header may be the field although it speaks of something else: a number, or the only date."""
    if looks == "date":
        return dates == [header] and not any(says(header, meaning) for meaning in _OTHER_DATES)
    return looks == "key" and says(header, "id")


def in_order(
    table: str, found: Mapping[str, Profile], columns: dict[str, str], confidence: dict[str, float]
) -> None:
    """Makes a date of no other field that goes before the beginning the beginning, and that the end."""
    begun, ended = _BEGUN_AND_ENDED.get(table, ("", ""))
    start = columns.get(begun)
    if start is None or confidence.get(ended, 0.0) > _SURE:
        return
    others = {header for name, header in columns.items() if name != ended}
    for header, one in found.items():
        earlier = LOOKS["date"](one) and before(one, found[start]) and not before(found[start], one)
        if earlier and header not in others and says_only(table, begun, header):
            columns |= {begun: header, ended: start}
            confidence |= {begun: _SURE, ended: _SURE}
            return


def _titles(table: str, looks: str, header: str) -> bool:
    """Whether a column that looks like people or companies says what a deal, or a form, is called."""
    if looks == "people":
        return says(header, "name")
    titled = says(header, "deal") or normal(header) in aliases("deals", "deal_name")
    return looks == "party" and table == "deals" and titled
