"""The exports of the CRMs in use, known by the headers they write, in English and Russian.

Headers stand in the form of `crmeval.mapping.names.normal`. Sources: the vendors' own code and documentation
and importers written against real files.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crmeval.mapping.names import normal

UNKNOWN = "unknown"
_SOME = 3  # so many headers with the system's prefix or suffix are no accident


@dataclass(frozen=True, slots=True)
class Preset:
    """One system's export.

    Attributes:
        source: the system.
        signature: any one of these sets of headers gives it away.
        prefix: a pattern that at least three of its raw headers begin with, empty where nothing.
        suffix: what at least three of its raw headers end with, empty where nothing.
        columns: field of the deals → its header, where the name alone would mislead.
        never: field of the deals → headers that look like it and are not.
    """

    source: str
    signature: tuple[frozenset[str], ...] = ()
    prefix: str = ""
    suffix: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def signs(self, headers: Iterable[str]) -> bool:
        """Whether these headers are this system's."""
        raw = [header.strip() for header in headers]
        names = {normal(header) for header in raw}
        return (
            any(sign <= names for sign in self.signature)
            or (bool(self.prefix) and sum(bool(re.match(self.prefix, header)) for header in raw) >= _SOME)
            or (bool(self.suffix) and sum(header.endswith(self.suffix) for header in raw) >= _SOME)
        )


def _signs(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(name.strip() for name in one.split(";")) for one in sets)


PRESETS = (
    Preset(
        "dynamics365",
        prefix=r"\(Do Not Modify\)",
        columns={
            "deal_id": ("do not modify opportunity",),
            "closed_at": ("actual close date",),
            "amount": ("actual revenue", "est revenue"),
            "outcome": ("status",),
            "stage": ("pipeline phase", "status reason"),
            "customer_id": ("account", "potential customer"),
        },
    ),
    Preset(
        "pipedrive",
        prefix="(?:Deal|Activity|Organi[sz]ation|Person|Lead) - ",
        columns={
            "deal_id": ("deal id",),
            "created_at": ("deal deal created", "deal creation date"),
            "closed_at": ("deal deal closed on", "deal closed on"),
            "outcome": ("deal status",),
            "stage": ("deal stage", "deal stage pipeline"),
            "customer_id": ("deal organization id", "deal organization", "organization"),
            "source": ("deal source channel", "deal source origin"),
        },
    ),
    Preset(
        "bitrix24",
        _signs(
            "стадия сделки; название сделки", "группа стадий; сумма", "дата изменения стадии; стадия сделки",
            "assumed close date; stage", "deal name; stage; responsible", "предполагаемая дата закрытия",
            "stage semantic id; date create", "название лида; статус; ответственный",
            "тип контакта; кем создан", "кем создан; кем изменен; ответственный", "assigned by id; stage id",
            "assigned by name; stage id",
        ),
        columns={
            "deal_id": ("id",),
            "created_at": ("дата создания", "created", "date create"),
            "closed_at": ("дата закрытия", "дата изменения стадии", "stage change date", "moved time"),
            "pipeline": ("воронка", "направление", "pipeline", "category"),
            "outcome": ("группа стадий", "deal status", "stage semantic id"),
            "stage": ("стадия сделки", "stage"),
            "customer_id": ("клиент", "компания", "контакт", "client", "company", "contact"),
        },
        never={"created_at": frozenset({"дата начала", "start date", "begindate"})},
    ),
    Preset(
        "amocrm",
        _signs(
            "название сделки; этап сделки", "этап сделки; воронка", "lead title; lead status",
            "lead name; lead status; pipeline", "lead tags; responsible user",
            "lead name; responsible user; budget",
            "дата создания контакта; кем создан контакт", "рабочий email; мобильный телефон; ответственный",
        ),
        columns={
            "deal_id": ("id",),
            "created_at": ("дата создания сделки", "дата создания", "created at"),
            "closed_at": ("дата закрытия", "closed at"),
            "stage": ("этап сделки", "lead status"),
            "owner": ("ответственный", "responsible user"),
            "customer_id": ("компания", "компания контакта", "полное имя контакта", "company"),
        },
    ),
    Preset("zoho", _signs("closing date; deal name", "deal name; account name id"), suffix=".id"),
    Preset(
        "hubspot",
        _signs(
            "deal stage; deal name", "record id; deal stage", "record id; lifecycle stage",
            "record id; company owner", "record id; associated company ids", "record id; associated deal ids",
            "record id; contact owner", "hs object id; dealstage",
        ),
        columns={"customer_id": ("associated company ids", "associated company", "associated contact ids")},
    ),
    Preset(
        "salesforce",
        _signs(
            "stage name; created date", "stage name; close date", "opportunity name; close date; stage",
            "opportunity id; stage name; created by id", "opportunity name; from stage; to stage",
            "opportunity id; old value; new value", "is deleted; created by id", "owner id; system modstamp",
            "lead owner; company account; lead status", "account owner; billing city",
            "company account; assigned",
        ),
        columns={
            "deal_id": ("opportunity id", "id"),
            "outcome": ("stage name", "stage"),
            "stage": ("stage name", "stage"),
        },
    ),
)  # fmt: skip


def recognise(headers: Iterable[str]) -> Preset:
    """The preset whose signature these headers bear; the preset of an unknown system where none does."""
    listed = tuple(headers)
    return next((preset for preset in PRESETS if preset.signs(listed)), Preset(UNKNOWN))
