"""Text to numbers and amounts of money, with the decimal mark decided for the whole column."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crmeval.mapping.distinct import Distinct

_CURRENCY = (
    r"руб(?:лей|ля|ль)?\.?|р\.?|₽|rub|rur|us\$|usd|долл(?:аров|ара|ар)?\.?|\$|eur|евро|€|gbp|£|kzt|₸|тенге|тг\.?"
    r"|uah|₴|грн\.?|byn|br|uzs|сум|kgs|сом|amd|֏|gel|₾|azn|₼|try|₺|cny|jpy|¥|chf|pln|zł|czk|kč|inr|₹|aed|brl|r\$"
)
_TIMES = {
    "тыс": 1e3, "тысяч": 1e3, "т": 1e3, "k": 1e3,
    "млн": 1e6, "миллионов": 1e6, "mln": 1e6, "mio": 1e6, "m": 1e6,
    "млрд": 1e9, "bn": 1e9, "mrd": 1e9,
}  # fmt: skip
_SHAPE = (
    r"^(?P<bracket>\()?(?P<sign>[-+−–])?(?:" + _CURRENCY + r")?(?P<inner>[-+−–])?"
    r"(?P<body>\d[\d.,]*|[.,]\d+)(?P<power>e[-+]?\d{1,3})?"
    r"(?P<times>тысяч|тыс|т|k|миллионов|млн|mln|mio|m|млрд|bn|mrd)?\.?(?:" + _CURRENCY + r")?"
    r"(?P<percent>%)?(?P<after>[-−–])?(?P<end>\))?$"
)
_SPACES = "[\\s\u00a0\u202f\u2009'’_]"
_LOOSE_GROUPS = rf"\d{_SPACES}+(?:\d{{1,2}}(?:\D|$)|\d{{4,}})"  # 12 5 is not 125
_GROUPS = r"^(?:\d*[.,]?\d*|\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d{1,3}(?:,\d{2,3})+(?:\.\d*)?)$"
_SIGNS = ("sign", "inner", "after")
_EITHER = r"^[1-9]\d{0,2}[.,]\d{3}$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Distinct texts as numbers (NaN where not understood), and what was decided.

    `decimal` is the mark before the fraction; `unsure` counts rows (`1,250`) for which the other choice would
    have given another number and no other row told.
    """

    values: np.ndarray
    decimal: str
    unsure: int


def _flags(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False).to_numpy(zero_copy_only=False)


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
        both = _flags(body, r"\..*,|,.*\.")
        either = _flags(body, _EITHER)
        repeated = _flags(body, r"[.,].*[.,]") & ~both
        last = np.where(_flags(body, r"\.\d*$"), ".", np.where(_flags(body, r",\d*$"), ",", ""))
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
    comma = pa.array(fraction & (marks.last == ","))
    point = pa.array(fraction & (marks.last == "."))
    bare = pc.replace_substring_regex(body, "[.,]", "")
    from_comma = pc.replace_substring(pc.replace_substring(body, ".", ""), ",", ".")
    from_point = pc.replace_substring(body, ",", "")
    return pc.if_else(comma, from_comma, pc.if_else(point, from_point, bare))


def _group(parts: pa.StructArray, name: str) -> np.ndarray:
    return pc.fill_null(pc.struct_field(parts, name), "").to_numpy(zero_copy_only=False).astype(str)


def _understood(texts: pa.Array, parts: pa.StructArray) -> np.ndarray:
    """Texts of the shape of a number: groups of thousands complete, brackets closed, at most one sign."""
    shaped = pc.is_valid(parts).to_numpy(zero_copy_only=False)
    signs = sum((_group(parts, name) != "").astype(int) for name in _SIGNS)
    closed = (_group(parts, "bracket") == "") == (_group(parts, "end") == "")
    grouped = _flags(pc.struct_field(parts, "body"), _GROUPS)
    return shaped & closed & grouped & (signs <= 1) & ~_flags(texts, _LOOSE_GROUPS)


def _factor(parts: pa.StructArray) -> np.ndarray:
    """What the body is multiplied by: its sign (or brackets), thousands or millions, percent."""
    minus = _group(parts, "bracket") != ""
    for name in _SIGNS:
        minus |= np.isin(_group(parts, name), ["-", "−", "–"])
    times = _group(parts, "times")
    factor = np.where(minus, -1.0, 1.0)
    for unit, value in _TIMES.items():
        factor = np.where(times == unit, factor * value, factor)
    return np.where(_group(parts, "percent") != "", factor / 100, factor)


def parse(distinct: Distinct) -> Numbers:
    """Distinct texts as numbers.

    Understood are grouped thousands, signs and brackets, currencies, `тыс.`, `млн`, percent (as a fraction),
    powers of ten. Infinity and nan are not numbers here.
    """
    tight = pc.utf8_lower(pc.replace_substring_regex(distinct.texts, _SPACES, ""))
    parts = pc.extract_regex(tight, _SHAPE)
    understood = _understood(distinct.texts, parts)
    body = pc.if_else(pa.array(understood), pc.struct_field(parts, "body"), "0")
    power = pc.if_else(pa.array(understood), pc.struct_field(parts, "power"), "")
    marks = _Marks.of(body)
    decimal, unsure = marks.decimal(distinct.counts)
    plain = pc.binary_join_element_wise(_plain(body, marks, decimal), power, "")
    values = plain.cast(pa.float64()).to_numpy(zero_copy_only=False) * _factor(parts)
    return Numbers(np.where(understood & np.isfinite(values), values, np.nan), decimal, unsure)
