"""Text to numbers and amounts of money, with the decimal mark decided for the whole column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping.distinct import Distinct

_CURRENCY = (
    r"(?:руб(?:лей|ля|ль)?\.?|р\.?|₽|rub|rur|us\$|usd|долл(?:аров|ара|ар)?\.?|\$|eur|евро|€|gbp|£|kzt|₸|тенге|тг\.?"
    r"|uah|₴|грн\.?|byn|br|uzs|сум|kgs|сом|amd|֏|gel|₾|azn|₼|try|₺|cny|jpy|¥|chf|pln|zł|czk|kč|inr|₹|aed|brl|r\$)"
)
_CODES = {
    "руб": "RUB", "р": "RUB", "₽": "RUB", "rub": "RUB", "rur": "RUB", "us$": "USD", "usd": "USD",
    "долл": "USD", "$": "USD", "eur": "EUR", "евро": "EUR", "€": "EUR", "gbp": "GBP", "£": "GBP",
    "kzt": "KZT", "₸": "KZT", "тенге": "KZT", "тг": "KZT", "uah": "UAH", "₴": "UAH", "грн": "UAH",
    "br": "BYN", "сум": "UZS", "сом": "KGS", "֏": "AMD", "₾": "GEL", "₼": "AZN", "₺": "TRY", "¥": "JPY",
    "zł": "PLN", "kč": "CZK", "₹": "INR", "r$": "BRL",
}  # fmt: skip
_HEADER_TIMES = (
    (re.compile(r"\b(?:тыс|тысяч\w*|thousands?|000s)\b", re.IGNORECASE), 1e3),
    (re.compile(r"\b(?:млн|миллион\w*|mln|millions?)\b", re.IGNORECASE), 1e6),
    (re.compile(r"\b(?:млрд|миллиард\w*|billions?)\b", re.IGNORECASE), 1e9),
)
_TIMES = {
    "тыс": 1e3, "тысяч": 1e3, "т": 1e3, "k": 1e3,
    "млн": 1e6, "миллионов": 1e6, "mln": 1e6, "mio": 1e6, "m": 1e6,
    "млрд": 1e9, "bn": 1e9, "mrd": 1e9,
}  # fmt: skip
_SHAPE = (
    r"^(?P<bracket>\()?(?P<sign>[-+−–])?(?P<money>" + _CURRENCY + r")?(?P<inner>[-+−–])?"
    r"(?P<body>\d[\d.,]*|[.,]\d+)(?P<power>e[-+]?\d{1,3})?"
    r"(?P<times>тысяч|тыс|т|k|миллионов|млн|mln|mio|m|млрд|bn|mrd)?\.?(?P<currency>" + _CURRENCY + r")?"
    r"(?P<percent>%)?(?P<after>[-−–])?(?P<end>\))?$"
)
_SPACES = "[\\s\u00a0\u202f\u2009'’_]"
_LOOSE_GROUPS = rf"\d{_SPACES}+(?:\d{{1,2}}(?:\D|$)|\d{{4,}})"  # 12 5 is not 125
_GROUPS = r"^(?:\d*[.,]?\d*|\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d{1,3}(?:,\d{2,3})+(?:\.\d*)?)$"
_SIGNS = ("sign", "inner", "after")
_MINUS = pa.array(["-", "−", "–"])
_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"
_LONGEST_EITHER = len("123.456")
_BARE = r"^(?:\d[\d.,]*|[.,]\d+)$"  # nothing but what the shape calls the body
_PLAIN = np.isin(np.arange(256), [*b"0123456789.,-"])
_SHOWN_BY = 1000  # marks that are looked at to see that they begin fractions
_PARTS = pc.extract_regex(pa.array([], pa.string()), _SHAPE).type


@dataclass(frozen=True, slots=True)
class Numbers:
    """Distinct texts as numbers (NaN where not understood), and what was decided.

    `decimal` is the mark before the fraction; `unsure` counts rows (`1,250`) for which the other choice would
    have given another number and no other row told. `currencies` counts rows by the currency they name (ISO
    codes); of the rows that are numbers and not 0, `scaled` bear thousands or millions, `percents` a percent
    sign, `bare` neither.
    """

    values: np.ndarray
    decimal: str = ""
    unsure: int = 0
    currencies: Mapping[str, int] = field(default_factory=dict)
    scaled: int = 0
    percents: int = 0
    bare: int = 0


def _mask(flags: pa.Array) -> np.ndarray:
    return flags.to_numpy(zero_copy_only=False)


def _flags(texts: pa.Array, pattern: str) -> np.ndarray:
    return _mask(pc.match_substring_regex(texts, pattern))


@dataclass(frozen=True, slots=True)
class _Marks:
    """How the bodies of numbers use point and comma: each text is in at most one of these groups.

    `fraction` has one mark that can only begin a fraction, `grouped` one mark that can only part thousands,
    `both` has two kinds, `either` could be read both ways; `last` is the last mark, empty
    where there is none.
    """

    fraction: np.ndarray
    grouped: np.ndarray
    both: np.ndarray
    either: np.ndarray
    last: np.ndarray

    @classmethod
    def of(cls, body: pa.Array) -> "_Marks":
        points, commas = (_mask(pc.count_substring(body, mark)) for mark in ".,")
        both = (points > 0) & (commas > 0)
        repeated = (points + commas > 1) & ~both
        either = (points + commas == 1) & (_mask(pc.binary_length(body)) <= _LONGEST_EITHER)
        either[either] = _flags(body.filter(pa.array(either)), _EITHER)
        last = np.where(points > 0, ".", np.where(commas > 0, ",", ""))
        last[both] = np.where(_flags(body.filter(pa.array(both)), r"\.\d*$"), ".", ",")
        return cls((last != "") & ~both & ~either & ~repeated, repeated, both, either, last)

    def decimal(self, counts: np.ndarray) -> tuple[str, int]:
        """The column's mark before fractions (empty where no row tells), and how many rows depend on it."""
        votes = {
            mark: int(counts[(self.last == mark) & (self.fraction | self.both)].sum())
            + int(counts[(self.last == other) & self.grouped].sum())
            for mark, other in ((".", ","), (",", "."))
        }
        if votes["."] == votes[","]:
            return "", int(counts[self.either].sum())
        return (".", 0) if votes["."] > votes[","] else (",", 0)


def _plain(body: pa.Array, marks: _Marks, decimal: str) -> pa.Array:
    """Bodies as Python writes numbers: no thousands, a point before the fraction."""
    fraction = marks.fraction | marks.both | (marks.either & (marks.last == (decimal or ".")))
    whole = ~fraction & (marks.last != "")
    if whole.any():
        body = pc.if_else(pa.array(whole), pc.replace_substring_regex(body, "[.,]", ""), body)
    if (point := marks.both & (marks.last == ".")).any():
        body = pc.if_else(pa.array(point), pc.replace_substring(body, ",", ""), body)
    if (comma := fraction & (marks.last == ",")).any():
        from_comma = pc.replace_substring(pc.replace_substring(body, ".", ""), ",", ".")
        body = pc.if_else(pa.array(comma), from_comma, body)
    return body


def _said(parts: pa.StructArray, name: str) -> pa.Array:
    return pc.not_equal(pc.struct_field(parts, name), "")


def _understood(parts: pa.StructArray) -> pa.Array:
    """Which shapes are numbers: groups of thousands complete, brackets closed, at most one sign."""
    signs = [pc.cast(_said(parts, name), pa.int8()) for name in _SIGNS]
    one_sign = pc.less_equal(pc.add(pc.add(signs[0], signs[1]), signs[2]), 1)
    closed = pc.equal(_said(parts, "bracket"), _said(parts, "end"))
    grouped = pc.match_substring_regex(pc.struct_field(parts, "body"), _GROUPS)
    return pc.and_(pc.and_(one_sign, closed), grouped)


def _factor(parts: pa.StructArray) -> np.ndarray:
    """What the body is multiplied by: its sign (or brackets), thousands or millions, percent."""
    minus = _mask(_said(parts, "bracket"))
    for name in _SIGNS:
        minus |= _mask(pc.is_in(pc.struct_field(parts, name), _MINUS))
    factor = np.where(minus, -1.0, 1.0)
    factor[_mask(_said(parts, "percent"))] /= 100
    times = pc.struct_field(parts, "times")
    for unit in pc.unique(times).to_pylist():
        factor[_mask(pc.equal(times, unit))] *= _TIMES.get(unit, 1)
    return factor


def _taken_apart(texts: pa.Array) -> tuple[np.ndarray, pa.StructArray]:
    """The places of the texts that have the shape of a number, and the parts of those."""
    if _flags(texts, _BARE).all():  # as most columns of amounts are, and many times as fast
        none = pa.repeat("", len(texts))
        parts = [texts if group.name == "body" else none for group in _PARTS]
        return np.arange(len(texts)), pa.StructArray.from_arrays(parts, [group.name for group in _PARTS])
    places = np.flatnonzero(_flags(texts, "[0-9]"))
    if not len(places):
        return places, pa.StructArray.from_arrays(
            [pa.array([], pa.string())] * len(_PARTS), fields=list(_PARTS)
        )
    places = places[~_flags(texts.take(pa.array(places)), _LOOSE_GROUPS)]
    tight = pc.replace_substring_regex(texts.take(pa.array(places)), _SPACES, "")
    parts = pc.extract_regex(pc.utf8_lower(tight), _SHAPE)
    return places[_mask(pc.is_valid(parts))], parts.drop_null()


def parse(distinct: Distinct, times: float = 1.0) -> Numbers:
    """Distinct texts as numbers; those without a unit of their own are multiplied by `times`.

    Understood are grouped thousands, signs and brackets, currencies, `тыс.`, `млн`, percent (as a fraction),
    powers of ten. Infinity and nan are not numbers here.
    """
    if (plain := _as_programs_write(distinct, times)) is not None:
        return plain
    values = np.full(len(distinct.texts), np.nan)
    places, parts = _taken_apart(distinct.texts)
    if not len(places):
        return Numbers(values)
    understood = _understood(parts)
    places, parts = places[_mask(understood)], parts.filter(understood)
    if not len(places):
        return Numbers(values)
    body = pc.struct_field(parts, "body")
    marks = _Marks.of(body)
    decimal, unsure = marks.decimal(distinct.counts[places])
    plain = pc.binary_join_element_wise(_plain(body, marks, decimal), pc.struct_field(parts, "power"), "")
    read = plain.cast(pa.float64()).to_numpy() * _factor(parts)
    scaled, percents = (_mask(_said(parts, name)) for name in ("times", "percent"))
    bare = ~scaled & ~percents
    read[bare] *= times
    values[places] = np.where(np.isfinite(read), read, np.nan)
    rows = distinct.counts[places]
    counted = [int(rows[mask & (read != 0)].sum()) for mask in (scaled, percents, bare)]
    return Numbers(values, decimal, unsure, _currencies(parts, rows), *counted)


def _as_programs_write(distinct: Distinct, times: float) -> Numbers | None:
    """The numbers where all are digits, a minus, and one kind of mark that can only begin a fraction.

    None where anything else is among them. Many times as fast as with patterns.
    """
    texts = distinct.texts
    ends = np.frombuffer(texts.buffers()[1] or b"\0" * 4, np.int32)[texts.offset :][: len(texts) + 1]
    letters = np.frombuffer(texts.buffers()[2] or b"", np.uint8)[ends[0] : ends[-1]]
    met = np.zeros(256, dtype=bool)
    met[letters] = True
    marks = [mark for mark in ".," if met[ord(mark)]]
    if (met & ~_PLAIN).any() or len(marks) > 1:
        return None
    for mark in marks:
        at = np.flatnonzero(letters == ord(mark))[:_SHOWN_BY] + ends[0]
        text_of = np.searchsorted(ends, at, side="right") - 1
        shown = texts.take(pa.array(text_of))
        if _flags(shown, r"^-?[1-9]\d{0,2}[.,]\d{3}$").all():
            return None
    try:
        read = pc.replace_substring(texts, ",", ".") if "," in marks else texts
        values = read.cast(pa.float64()).to_numpy(zero_copy_only=False) * times
    except pa.ArrowInvalid:  # two marks, or a minus behind
        return None
    bare = int(distinct.counts[values != 0].sum())
    return Numbers(np.where(np.isfinite(values), values, np.nan), "".join(marks), bare=bare)


def _currencies(parts: pa.StructArray, rows: np.ndarray) -> Mapping[str, int]:
    """How many rows name each currency, the most frequent first."""
    named = [pc.struct_field(parts, name) for name in ("money", "currency")]
    said = pc.if_else(pc.equal(named[0], ""), named[1], named[0])
    counts: dict[str, int] = {}
    for sign in pc.unique(said).to_pylist():
        if sign:
            code = _code(sign)
            counts[code] = counts.get(code, 0) + int(rows[_mask(pc.equal(said, sign))].sum())
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def _code(sign: str) -> str:
    """The ISO code of a currency's sign or name."""
    plain = sign.rstrip(".")
    return next((code for name, code in _CODES.items() if plain == name), "") or next(
        (code for name, code in _CODES.items() if len(name) > 1 and plain.startswith(name)), plain.upper()
    )


def said_by_header(header: str) -> float:
    """What a header says its amounts are counted in: 1000 for `Сумма, тыс. руб.`, 1 where it says nothing."""
    return next((times for pattern, times in _HEADER_TIMES if pattern.search(header)), 1.0)
