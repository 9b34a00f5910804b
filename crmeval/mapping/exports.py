"""Exports of known systems whose headers tell which table they are and which column is which field.

Deals of the CRMs in use are in `crmeval.mapping.presets`; these are lists whose headers alone would mislead:
a value that is a stage, a start that is of a meeting. Headers stand in the form that
`crmeval.mapping.names.normal` gives them.
The columns are those known from such files; the vendors list few of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmeval.mapping.names import normal
from crmeval.mapping.presets import UNKNOWN


@dataclass(frozen=True, slots=True)
class Export:
    """One list that a system writes.

    Attributes:
        table: what it is.
        signature: these headers, all of them, give it away.
        columns: field → its header, the first of several that is there.
        source: the system, where it is one of the presets.
        when: a header and what one of its values must contain, where the same list may hold something else.
    """

    table: str
    signature: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    source: str = UNKNOWN
    when: tuple[str, str] = ("", "")

    def columns_of(self, headers: Iterable[str]) -> dict[str, str]:
        """Field → header as it is written in the sheet."""
        written = {normal(header): header for header in headers}
        found = {
            name: next((written[one] for one in listed if one in written), "")
            for name, listed in self.columns.items()
        }
        return {name: header for name, header in found.items() if header}


def _set(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(";"))


def _columns(**fields: str) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(one.strip() for one in headers.split(";")) for name, headers in fields.items()}


EXPORTS = (
    Export(
        "stage_events",
        _set("дата; автор; объект; название; событие; значение до; значение после"),
        _columns(deal_id="id сделки; id; название", stage="значение после", entered_at="дата", owner="автор"),
        "amocrm",
        ("событие", "этап"),
    ),
    Export(
        "stage_events",
        _set("date; author; object; name; event; value before; value after"),
        _columns(deal_id="lead id; id; name", stage="value after", entered_at="date", owner="author"),
        "amocrm",
        ("event", "stage"),
    ),
    Export(
        "activities",
        _set("invitee name; invitee email; event type name; start date time; end date time"),
        _columns(
            at="start date time", customer_id="invitee email", kind="event type name",
            owner="user name; user email",
        ),
    ),
    Export(
        "deals",
        _set("id; lead id; status label; status type; value; date created; date won"),
        _columns(
            deal_id="id", created_at="date created", closed_at="date won", outcome="status type",
            stage="status label", pipeline="pipeline name", amount="value", customer_id="lead id",
            owner="user name",
        ),
    ),
)  # fmt: skip


def export_of(values: Mapping[str, Sequence[str]]) -> Export | None:
    """The export that these headers, each with some of its values, give away; None where they give none."""
    known = {normal(header): listed for header, listed in values.items()}
    return next((one for one in EXPORTS if one.signature <= known.keys() and _holds(one, known)), None)


def _holds(export: Export, known: Mapping[str, Sequence[str]]) -> bool:
    header, word = export.when
    return not header or any(word in normal(value) for value in known[header])
