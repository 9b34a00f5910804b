"""Headers as people write them, brought to one form and compared with the names a field is known by."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

_CAMEL = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])")
_NO_WORD = re.compile(r"[\W_]+")
_SIGNS = str.maketrans({"№": " номер ", "#": " number "})
_UNIT = re.compile(r"(?:,\s*[\w$€₽₴₸%.]{1,6}\s*$)|(?:\s*[(\[][^()\[\]]*[)\]]\s*$)|(?:\s*\*+\s*$)")
_PARTS = re.compile(r"\s+[-–—/|]\s+")
_PART = 0.95  # "Deal - Owner" is nearly as sure as "Owner"
_WEAK = 0.6  # a name that many things bear: "Date", "ID", "Статус"
_NEARLY, _ALIKE = 0.8, 90  # token_sort of 90: WRatio takes «Кем создана сделка» for a date
_SHORTEST = 6  # shorter names are too alike
_LATER = 0.002  # the first of a field's names is its best


@lru_cache(maxsize=8192)
def normal(name: str) -> str:
    """The name in small letters, words parted by one space.

    `OppID`, `opp_id` and `Opp. ID` are `opp id`; `№` is `номер`.
    """
    plain = unicodedata.normalize("NFKC", name.translate(_SIGNS))
    return _NO_WORD.sub(" ", _CAMEL.sub(" ", plain).casefold().replace("ё", "е")).strip()


@lru_cache(maxsize=8192)
def forms(header: str) -> tuple[tuple[str, float], ...]:
    """The forms under which a header may be known: itself, without its unit, without its prefix."""
    bare = _UNIT.sub("", header)
    found = {normal(header): 1.0}
    found.setdefault(normal(bare), _PART)
    last = _PARTS.split(bare)[-1]
    found.setdefault(normal(last), _PART)
    return tuple((form, sure) for form, sure in found.items() if form)


@dataclass(frozen=True, slots=True)
class _Known:
    """The names of a field, ready to be compared.

    `sure` holds for each name how sure it is and what its place costs; `begun` the beginnings of names;
    `strong` the names long enough to be compared by letters.
    """

    sure: Mapping[str, tuple[float, float]]
    begun: tuple[str, ...]
    strong: tuple[str, ...]


@lru_cache(maxsize=1024)
def _known(aliases: tuple[str, ...]) -> _Known:
    sure: dict[str, tuple[float, float]] = {}
    for place, alias in enumerate(aliases):
        told = _WEAK if alias.startswith("~") else 1.0, _LATER * min(place, 30)
        name = alias.lstrip("~")
        sure[name] = max(told, sure.get(name, told))  # the surer, where a name is listed twice
    begun = tuple(alias[:-1] for alias in aliases if alias.endswith("*"))
    strong = (alias for alias in aliases if len(alias) >= _SHORTEST and alias[0] != "~" and alias[-1] != "*")
    return _Known(sure, begun, tuple(strong))


def likeness(header: str, aliases: Sequence[str]) -> float:
    """How sure a header is one of these names, 0 … 1.

    An exact match first, names marked with `~` being weak; then names that end in `*` and begin the header;
    only then by letters, and only with names long enough to tell apart.
    """
    known = _known(tuple(aliases))
    exact = (
        sure * known.sure[form][0] - known.sure[form][1] for form, sure in forms(header) if form in known.sure
    )
    return max(exact, default=0.0) or _beginning(header, known) or _resemblance(header, known)


def _beginning(header: str, known: _Known) -> float:
    return max((sure * _NEARLY for form, sure in forms(header) if form.startswith(known.begun)), default=0.0)


def _resemblance(header: str, known: _Known) -> float:
    scores = [
        found[1] * sure
        for form, sure in forms(header)
        if len(form) >= _SHORTEST
        and (
            found := process.extractOne(form, known.strong, scorer=fuzz.token_sort_ratio, score_cutoff=_ALIKE)
        )
    ]
    return max(scores, default=0.0) / 100 * _NEARLY
