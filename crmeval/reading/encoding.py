"""The encoding of a text file: byte order mark, strict UTF-8, then the frequency of letters."""

import codecs
import math
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CHUNK = 1 << 20
_SAMPLE_WORDS = 20_000
_WORD = re.compile(rb"(?<![A-Za-z])[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*")
CYRILLIC = ("cp1251", "koi8-r", "cp866", "mac_cyrillic")
LATIN = "cp1252"
DAMAGED = "damaged utf-8"
NAMES = {
    "utf-8-sig": "UTF-8", DAMAGED: "UTF-8", "utf-8": "UTF-8",
    "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32": "UTF-32", "cp1251": "Windows-1251", "koi8-r": "KOI8-R", "cp866": "CP866 (DOS)",
    "mac_cyrillic": "Mac Cyrillic", "cp1252": "Windows-1252",
}  # fmt: skip

# Share of each letter in Russian text, in per mille (frequencies of the Russian National Corpus).
_PER_MILLE = {
    "о": 109.7, "е": 84.5, "а": 80.1, "и": 73.5, "н": 67.0, "т": 62.6, "с": 54.7, "р": 47.3, "в": 45.4,
    "л": 44.0, "к": 34.9, "м": 32.1, "д": 29.8, "п": 28.1, "у": 26.2, "я": 20.1, "ы": 19.0, "ь": 17.4,
    "г": 17.0, "з": 16.5, "б": 15.9, "ч": 14.4, "й": 12.1, "х": 9.7, "ж": 9.4, "ш": 7.3, "ю": 6.4,
    "ц": 4.8, "щ": 3.6, "э": 3.2, "ф": 2.6, "ъ": 0.4, "ё": 0.4,
}  # fmt: skip
_LIKELIHOOD = {letter: math.log(share / 1000) for letter, share in _PER_MILLE.items()}
_LIKELIHOOD |= dict.fromkeys("іїєґўқғәөұүһң", -6.0)  # of the neighbours
_PUNCTUATION = set("«»„“”‘’–—…№·•\xa0§©®°±€£₽")
_NEUTRAL, _STRANGE, _CAPITAL, _MIXED_CASE, _MIXED_SCRIPT, _ACCENT, _ACCENT_ALONE = (
    -5.0, -9.0, -0.3, -4.0, -6.0, -3.5, -6.0,
)  # fmt: skip
_RARE = -3.0  # old encodings are rarer than those of Windows: it decides where there are only a few letters
_MOST_DAMAGE = 0.1
_ALPHABETS = (0, 4)
_MOST_ALPHABETS = 0.4  # of all bytes, where 0.5 is every other one


def encoding_of(data: bytes) -> str:
    """The Python name of the encoding, or `DAMAGED` for UTF-8 in which a few bytes are wrong."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    if wide := wide_encoding(data):
        return wide
    if _is_utf8(data):
        return "utf-8"
    if _is_damaged_utf8(data):
        return DAMAGED
    words = [match.group() for _, match in zip(range(_SAMPLE_WORDS), _WORD.finditer(data), strict=False)]
    return max((*CYRILLIC, LATIN), key=lambda name: _likelihood(words, name))


def decoded(data: bytes, encoding: str) -> Iterator[str]:
    """The text piece by piece; a byte that has no meaning becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for start in range(0, len(data), _CHUNK):
        yield decoder.decode(data[start : start + _CHUNK])
    yield decoder.decode(b"", final=True)


def as_utf8(data: bytes, encoding: str) -> bytes:
    """The same text in UTF-8, without a byte order mark."""
    if encoding == "utf-8":
        return data
    if encoding == "utf-8-sig" and _is_utf8(data):
        return data.removeprefix(codecs.BOM_UTF8)
    python_name = "utf-8" if encoding == DAMAGED else encoding
    return b"".join(piece.encode() for piece in decoded(data, python_name))


def _is_utf8(data: bytes) -> bool:
    """Whether all of it is strict UTF-8 (Arrow's check is several times faster than decoding)."""
    whole = pa.py_buffer(np.array([0, len(data)], np.int64))
    try:
        pa.Array.from_buffers(pa.large_binary(), 1, [None, whole, pa.py_buffer(data)]).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether nearly all of what is not ASCII is UTF-8: a file cut in the middle of a letter, say."""
    damaged = sound = 0
    for piece in decoded(data, "utf-8"):
        lost = piece.count("\ufffd")
        damaged += lost
        sound += len(piece) - lost - len(piece.encode("ascii", "ignore"))
    return damaged < _MOST_DAMAGE * sound


def wide_encoding(data: bytes) -> str:
    """UTF-16 without a mark: every other byte says only which alphabet (0 Latin, 4 Cyrillic); else empty."""
    sample = data[:4096]
    if b"\0" not in sample:
        return ""
    even, odd = (sum(map(half.count, _ALPHABETS)) / len(sample) for half in (sample[::2], sample[1::2]))
    if max(even, odd) < _MOST_ALPHABETS or min(even, odd) > _MOST_DAMAGE:
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _likelihood(words: list[bytes], encoding: str) -> float:
    score = _latin_score if encoding == LATIN else _cyrillic_score
    rarer = _RARE if encoding in CYRILLIC[1:] else 0.0
    return rarer + sum(score(word.decode(encoding, "replace")) for word in words)


def _cyrillic_score(word: str) -> float:
    latin = any(character.isascii() for character in word)
    total = 0.0
    lower_before = False
    for character in word:
        if character.isascii():
            continue
        letter = character.lower()
        if letter in _LIKELIHOOD:
            upper = character != letter
            total += _LIKELIHOOD[letter] + (_MIXED_SCRIPT if latin else 0.0)
            total += (_MIXED_CASE if lower_before else _CAPITAL) if upper else 0.0
            lower_before |= not upper  # a capital after any small letter of the word is odd
        else:
            total += _NEUTRAL if character in _PUNCTUATION else _STRANGE
            lower_before = False
    return total


def _latin_score(word: str) -> float:
    alone = not any(character.isascii() for character in word)
    total = 0.0
    for character in word:
        if character.isascii():
            continue
        if character.isalpha():
            total += _ACCENT_ALONE if alone else _ACCENT
        else:
            total += _NEUTRAL if character in _PUNCTUATION else _STRANGE
    return total
