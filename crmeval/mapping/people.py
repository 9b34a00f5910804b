"""One person written in several ways: which spellings are surely the same, and which may be."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from crmeval.fields import LOOKUP
from crmeval.mapping.columns import column_of
from crmeval.mapping.model import MappingProposal, SheetMapping
from crmeval.mapping.names import normal
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

PEOPLE = frozenset({"owner", "entered_by", "user"})
_MOST = 1000  # a column with more different values is no list of colleagues
_SHOWN = 5
_LISTED = 1_000_000  # rows that a spelling in a list of the team counts for: lookups are joined by it


def with_aliases(
    sheets: Sequence[Sheet], proposal: MappingProposal, fields: Collection[str] = PEOPLE
) -> MappingProposal:
    """The proposal with the spellings of each person brought to one, the same in all sheets, and noted.

    Only spellings that hold the same words are joined: other case, ё, spaces, signs, order of the words.
    Initials are not: "Ivanov I." may be Ivan's brother Igor, who is nowhere written in full, and a person
    must not be blamed for another's deals. Where only one full name fits, it is said, and left to the user.
    """
    named = {
        (at, name): dict(zip(values.texts.to_pylist(), values.counts.tolist(), strict=True))
        for at, (sheet, mapping) in enumerate(zip(sheets, proposal.sheets, strict=True))
        for name, header in _columns(mapping, fields)
        if (values := column_of(sheet, header).few(_MOST))
    }  # fmt: skip
    rows: Counter[str] = Counter()
    for (at, _), counts in named.items():
        listed = _LISTED if proposal.sheets[at].table == LOOKUP else 1
        rows.update({value: n * listed for value, n in counts.items()})
    same, alike = same_words(rows), by_initials(rows)
    for (at, name), counts in named.items():
        mapping = proposal.sheets[at]
        if mapping.table == LOOKUP:
            continue
        meant = {value: same[value] for value in counts if value in same}
        maybe = {value: alike[value] for value in counts if value in alike}
        if not meant and not maybe:
            continue
        told = _notes(mapping.columns[name], meant, maybe)
        meanings = {**mapping.meanings, name: meant} if meant else mapping.meanings
        proposal = proposal.changed(replace(mapping, meanings=meanings, notes=(*mapping.notes, *told)))
    return proposal


def _columns(mapping: SheetMapping, fields: Collection[str]) -> Iterable[tuple[str, str]]:
    """The fields of a sheet that name people, and their headers; a lookup's key may be one."""
    if mapping.table == LOOKUP:
        return [(mapping.joins[1], mapping.key)] if mapping.joins and mapping.joins[1] in fields else []
    return [(name, header) for name, header in mapping.columns.items() if name in fields]


def _notes(header: str, meant: Mapping[str, str], maybe: Mapping[str, str]) -> list[Text]:
    said = (("people_joined", meant), ("people_alike", maybe))
    return [
        text(f"import_notes.{key}", column=header, n=len(pairs), pairs=_listed(pairs))
        for key, pairs in said if pairs
    ]  # fmt: skip


def _listed(pairs: Mapping[str, str]) -> str:
    first = [f"{written} → {meant}" for written, meant in list(pairs.items())[:_SHOWN]]
    return "; ".join(first) + ("; …" if len(pairs) > _SHOWN else "")


def _words(value: str) -> tuple[str, ...]:
    """The words of a name, in any order; with a number in it the order counts."""
    words = normal(value).split()
    return tuple(sorted(words) if all(word.isalpha() for word in words) else words)


def same_words(rows: Mapping[str, int]) -> dict[str, str]:
    """Spelling → the most frequent spelling with the same words, for those that differ from it."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for value in rows:
        groups.setdefault(_words(value), []).append(value)
    found: dict[str, str] = {}
    for words, values in groups.items():
        best = min(values, key=lambda one: (-rows[one], one.isupper() or one.islower(), one))
        found |= {value: best for value in values if words and value != best}
    return found


def by_initials(rows: Mapping[str, int]) -> dict[str, str]:
    """A surname with initials → the one full name it fits; those that fit none or several are not in it."""
    spelled = {value: _words(value) for value in rows}
    same = same_words(rows)
    full = {
        words: same.get(value, value) for value, words in spelled.items()
        if len(words) > 1 and all(len(word) > 1 and word.isalpha() for word in words)
    }  # fmt: skip
    found = {}
    for value, words in spelled.items():
        surnames = [word for word in words if len(word) > 1]
        if len(surnames) != 1 or len(words) == 1 or not all(word.isalpha() for word in words):
            continue
        initials = Counter(word for word in words if len(word) == 1)
        fits = [
            name for parts, name in full.items()
            if surnames[0] in parts and initials <= Counter(part[0] for part in parts if part != surnames[0])
        ]  # fmt: skip
        if len(fits) == 1:
            found[value] = fits[0]
    return found
