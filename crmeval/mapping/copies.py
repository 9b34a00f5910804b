"""Two sheets that hold the same records: one may be the checked version of the other."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import PurePosixPath

import pandas as pd

from crmeval.mapping.assign import assign
from crmeval.mapping.joins import form
from crmeval.mapping.links import Draft
from crmeval.mapping.names import normal
from crmeval.mapping.presets import recognise
from crmeval.words import text

_KEY = 0.98  # distinct values per row: a key nearly never repeats
_HELD = 0.9  # share of the smaller sheet's ids that the other knows
_ALIKE = 0.5  # share of equal cells: two lists numbered from 1 have nothing but their numbers in common
_LOOKED_AT = 1000  # records whose cells are compared
_CHECKED = re.compile(
    r"(?<!\bto )(?<!\bbe )(?<!\bна )(?<!\bдля )"  # these are still to be checked
    r"\b(?:clean(?:ed)?|verified|checked|true|truth|correct(?:ed)?|gold(?:en)?"
    r"|провер\w*|исправ\w*|выверен\w*|эталон\w*|верн(?:о|ые|ый)|чист(?:о|ые|ый))\b"
)


def with_checked(drafts: Sequence[Draft], asked: Sequence[bool]) -> list[Draft]:
    """The drafts, in which a second sheet of the same records is the checked one if its name says so.

    Where no name tells, both stay records, and the second says what it may be. Only sheets are looked at
    that are `asked` about: of the others the user said what they are.
    """
    found = list(drafts)
    for one, other in combinations([at for at, ask in enumerate(asked) if ask], 2):
        if _same_records(found[one], found[other]):
            checked = [place for place in (one, other) if _is_checked(found[place])]
            place = checked[0] if len(checked) == 1 else other
            beside = found[one + other - place].sheet.title
            noted = _as_verified if len(checked) == 1 else _as_copy
            found[place] = noted(found[place], beside)
    return found


def _is_checked(draft: Draft) -> bool:
    names = PurePosixPath(draft.sheet.file).stem, draft.sheet.name
    return any(_CHECKED.search(normal(name)) for name in names)


def _as_verified(draft: Draft, beside: str) -> Draft:
    best = assign("verified", draft.found, recognise(draft.sheet.columns))
    mapping = replace(
        draft.mapping, table=best.table, columns=dict(best.columns), confidence=dict(best.confidence)
    )
    return _noted(replace(draft, mapping=mapping), "checked_version", beside)


def _as_copy(draft: Draft, beside: str) -> Draft:
    return _noted(draft, "same_records", beside)


def _noted(draft: Draft, key: str, beside: str) -> Draft:
    note = text(f"import_notes.{key}", other=beside, verified=text("tables.verified.name"))
    return replace(draft, mapping=replace(draft.mapping, notes=(*draft.mapping.notes, note)))


def _same_records(one: Draft, other: Draft) -> bool:
    """Whether two sheets hold the same ids, and mostly the same cells beside them."""
    if not all(_has_key(draft) for draft in (one, other)):
        return False
    pairs = _columns(one, other)
    frames = [_by_id(draft, [pair[side] for pair in pairs]) for side, draft in enumerate((one, other))]
    less, more = sorted(frames, key=len)
    known = less.loc[less.index.isin(more.index)]
    if not pairs or len(known) < _HELD * len(less):
        return False
    looked = known.head(_LOOKED_AT)
    equal = looked.to_numpy() == more.loc[looked.index].to_numpy()
    return bool(equal[looked.notna().to_numpy()].mean() >= _ALIKE)


def _has_key(draft: Draft) -> bool:
    key = draft.mapping.columns.get("record_id")
    return draft.mapping.table == "records" and key is not None and draft.found[key].unique >= _KEY


def _columns(one: Draft, other: Draft) -> list[tuple[str, str]]:
    """The columns of both beside their ids: by name, or by place where most names differ."""
    left, right = (
        [header for header in draft.sheet.columns if header != draft.mapping.columns["record_id"]]
        for draft in (one, other)
    )
    named = {normal(header): header for header in right}
    pairs = [(header, named[normal(header)]) for header in left if normal(header) in named]
    if 2 * len(pairs) < len(left) and len(left) == len(right):
        return list(zip(left, right, strict=True))
    return pairs


def _by_id(draft: Draft, headers: Sequence[str]) -> pd.DataFrame:
    """These columns as text by id, each id once."""
    table = draft.sheet.table
    ids = form(table[draft.mapping.columns["record_id"]]).to_pandas()
    frame = table.select(headers).to_pandas()
    frame.columns = range(len(headers))
    return frame.set_index(ids)[~ids.duplicated().to_numpy() & ids.notna().to_numpy()]
