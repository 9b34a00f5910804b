"""The XML of a sheet of an xlsx to cells, many at once, where it is written as programs write it.

`<c r="B7" s="3" t="s"><v>12</v></c>`: tags are found in the bytes and their order is checked, in arrays; what
is in any way unusual (a prefix, rich text, a comment, rows out of order) is `NotPlainError`, and a reader
that knows all of XML must read it instead.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from lxml import etree

SHARED, NUMBER, TEXT, BOOLEAN, ERROR = range(5)
PAD = b" " * 40  # behind a piece, so that eight bytes may be taken from anywhere in it
_TYPES = {"": NUMBER, "n": NUMBER, "s": SHARED, "str": TEXT, "inlineStr": TEXT, "b": BOOLEAN, "e": ERROR}
_ATTRIBUTES = re.compile(rb'"((?: (?:s="\d{1,6}"|t="[a-zA-Z]{1,9}"))*) ?(/?)>')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})"')
_WORD = 8
_LONGEST_REST = 4 * _WORD  # of a cell's tag behind its reference
_BEGIN = b"<sheetData>"
_LONGEST_ROW = 16 * 1024 * 1024
_DIGITS = 7  # of the number of the last row
_COLUMNS = 16_384
_KEEP = np.array([(1 << (8 * length)) - 1 for length in range(_WORD)] + [2**64 - 1], np.uint64)
_SPACED = b'<t xml:space="preserve">'

(_BAD, _ROW, _CELL, _FORMULA, _VALUE, _INLINE, _STRING,
 _END_ROW, _END_CELL, _END_FORMULA, _END_VALUE, _END_INLINE, _END_STRING) = range(13)  # fmt: skip
_TAGS = {
    b"ro": _ROW, b"c ": _CELL, b"f>": _FORMULA, b"f ": _FORMULA, b"v>": _VALUE, b"is": _INLINE,
    b"t>": _STRING, b"t ": _STRING, b"/r": _END_ROW, b"/c": _END_CELL, b"/f": _END_FORMULA,
    b"/v": _END_VALUE, b"/i": _END_INLINE, b"/t": _END_STRING,
}  # fmt: skip
_FOLLOWS = {
    _ROW: (_ROW, _CELL, _END_ROW), _CELL: (_CELL, _END_ROW, _END_CELL, _FORMULA, _VALUE, _INLINE),
    _FORMULA: (_END_FORMULA, _VALUE, _END_CELL), _VALUE: (_END_VALUE,), _INLINE: (_STRING,),
    _STRING: (_END_STRING,), _END_ROW: (_ROW,), _END_CELL: (_CELL, _END_ROW),
    _END_FORMULA: (_VALUE, _END_CELL), _END_VALUE: (_END_CELL,), _END_INLINE: (_END_CELL,),
    _END_STRING: (_END_INLINE,),
}  # fmt: skip
_THIRD = np.zeros(len(_TAGS), np.uint8)  # letter of an ending tag, where two do not tell it
_THIRD[[_END_CELL, _END_FORMULA, _END_VALUE, _END_STRING]] = ord(">")
_THIRD[[_END_ROW, _END_INLINE]] = ord("o"), ord("s")
_KIND = np.zeros(2**16, np.uint8)
_KIND[[int.from_bytes(letters, "little") for letters in _TAGS]] = list(_TAGS.values())
_MAY_FOLLOW = np.zeros(256, bool)
_MAY_FOLLOW[[one * 16 + other for one, others in _FOLLOWS.items() for other in others]] = True


class NotPlainError(Exception):
    """The XML is not written as programs usually write it, or means harm."""


class Cells(NamedTuple):
    """The cells with a value in a piece, by rows: row and column from 0, the form, where the value is."""

    row: np.ndarray
    column: np.ndarray
    form: np.ndarray
    begin: np.ndarray
    end: np.ndarray


@dataclass(slots=True)
class Forms:
    """The ways in which the cells of a workbook are written: their types and styles, by number."""

    types: list[int] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    empty: list[bool] = field(default_factory=list)
    inline: list[bool] = field(default_factory=list)
    _known: dict[bytes, int] = field(default_factory=dict)

    def number(self, written: bytes) -> int:
        """The number of what stands behind a reference, as `" s="3" t="s">`."""
        if written not in self._known:
            found = _ATTRIBUTES.fullmatch(written)
            said = dict(re.findall(r'(\w)="(\w+)"', found[1].decode())) if found else {"t": "?"}
            if found is None or said.get("t", "") not in _TYPES or found[1].count(b"=") != len(said):
                raise NotPlainError
            self._known[written] = len(self.types)
            self.types.append(_TYPES[said.get("t", "")])
            self.styles.append(int(said.get("s", "0")))
            self.empty.append(found[2] == b"/")
            self.inline.append(said.get("t") == "inlineStr")
        return self._known[written]


def cells_of(piece: bytes, forms: Forms) -> Cells:
    """The cells with a value in whole rows of a sheet, followed by `PAD`.

    Raises:
        NotPlainError: something in it is unusual.
    """
    codes, words = looked_at(piece)
    tags = np.flatnonzero(codes == ord("<"))
    kinds = _KIND[words[tags + 1].astype(np.uint16)]
    if not len(tags) or kinds[0] != _ROW or kinds[-1] != _END_ROW:
        raise NotPlainError
    third = _THIRD[kinds]
    _demand((kinds != _BAD) & ((third == 0) | (third == codes[tags + 3])))
    _demand(_MAY_FOLLOW[kinds[:-1] * np.uint8(16) + kinds[1:]])
    rows, cells = np.flatnonzero(kinds == _ROW), np.flatnonzero(kinds == _CELL)
    number, digits, length = _rows(tags[rows], codes, words)
    of_row = np.repeat(np.arange(len(rows)), np.diff(np.searchsorted(cells, rows), append=len(cells)))
    column, behind = _references(tags[cells], codes, words, digits[of_row], length[of_row])
    row = number[of_row]
    _demand(np.diff(number) > 0)
    _demand((np.diff(column) > 0) | (np.diff(of_row) > 0))
    form = _forms(piece, words, behind, tags[cells + 1], forms)
    next_kind = kinds[cells + 1]
    _demand(np.array(forms.empty)[form] == ((next_kind == _CELL) | (next_kind == _END_ROW)))
    holds = np.flatnonzero((kinds == _VALUE) | (kinds == _STRING))
    holder = np.searchsorted(cells, holds, side="right") - 1
    inline = kinds[holds] == _STRING
    _demand(np.array(forms.inline)[form[holder]] == inline)
    begin = tags[holds] + len("<v>")
    if inline.any():
        begin[inline] = text_begins(words, tags[holds[inline]])
    return Cells(row[holder], column[holder], form[holder], begin, tags[holds + 1])


def looked_at(piece: bytes) -> tuple[np.ndarray, np.ndarray]:
    """The bytes of a piece, and the eight bytes from each of them on as one number."""
    codes = np.frombuffer(piece, np.uint8)
    return codes, np.ndarray((len(piece) - _WORD + 1,), "<u8", piece, strides=(1,))


def text_begins(words: np.ndarray, tags: np.ndarray) -> np.ndarray:
    """Where the text behind `<t>` or `<t xml:space="preserve">` begins."""
    spaced = (words[tags] & _KEEP[3]) != int.from_bytes(b"<t>", "little")
    for offset in range(0, len(_SPACED), _WORD):
        _demand(words[tags[spaced] + offset] == _word(_SPACED[offset : offset + _WORD]))
    return tags + np.where(spaced, len(_SPACED), len("<t>"))


def slices(piece: bytes, begin: np.ndarray, end: np.ndarray) -> pa.StringArray:
    """Texts and what lies between them, in turn, where they lie: the texts have the even places."""
    offsets = np.empty(2 * len(begin), np.int32)
    offsets[::2], offsets[1::2] = begin, end
    return pa.StringArray.from_buffers(max(len(offsets) - 1, 0), pa.py_buffer(offsets), pa.py_buffer(piece))


def whole_numbers(words: np.ndarray, begin: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Whole numbers of one to eight digits."""
    length = end - begin
    _demand((length > 0) & (length <= _WORD))
    shift = (8 * (_WORD - length)).astype(np.uint64)
    digits = (words[begin] << shift) | (_word(b"0" * _WORD) & _KEEP[_WORD - length])
    digits ^= _word(b"0" * _WORD)
    _demand((digits | (digits + 0x0606060606060606)) & 0xF0F0F0F0F0F0F0F0 == 0)
    digits = digits * 10 + (digits >> np.uint64(8))  # numbers of two digits, then of four, then of eight
    low, high = digits & 0x000000FF000000FF, (digits >> np.uint64(16)) & 0x000000FF000000FF
    return ((low * 0x000F424000000064 + high * 0x0000271000000001) >> np.uint64(32)).astype(np.int64)


def _demand(holds: Any) -> None:
    """Leave what does not hold throughout to a reader that knows all of XML."""
    if not holds.all():
        raise NotPlainError


def _word(letters: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(letters, "little"))


def _rows(
    tags: np.ndarray, codes: np.ndarray, words: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of every row: its number from 0, its digits as one word, how many they are."""
    _demand(words[tags] == _word(b'<row r="'))
    begin = tags + _WORD
    quotes = np.stack([codes[begin + offset] == ord('"') for offset in range(1, _DIGITS + 1)])
    _demand(quotes.any(axis=0))
    length = quotes.argmax(axis=0) + 1
    number = whole_numbers(words, begin, begin + length)
    _demand((codes[begin] != ord("0")) & (number <= 2**20))
    return number - 1, words[begin] & _KEEP[length], length


def _references(
    tags: np.ndarray, codes: np.ndarray, words: np.ndarray, digits: np.ndarray, length: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The column of every cell from 0, and where its reference ends, which names its own row."""
    start = words[tags]
    _demand(start & _KEEP[6] == _word(b'<c r="'))
    first, second = (start >> np.uint64(48)).astype(np.uint8), (start >> np.uint64(56)).astype(np.uint8)
    column = _letter(first)
    letters = np.ones(len(tags), np.int64)
    two = np.flatnonzero(second >= ord("A"))
    column[two] = column[two] * 26 + _letter(second[two])
    letters[two] = 2
    third = codes[tags[two] + _WORD]
    three = two[third >= ord("A")]
    column[three] = column[three] * 26 + _letter(third[third >= ord("A")])
    letters[three] = 3
    begin = tags + letters + len('<c r="')
    _demand(words[begin] & _KEEP[length] == digits)
    _demand(codes[begin + length] == ord('"'))
    _demand(column <= _COLUMNS)
    return column - 1, begin + length


def _letter(codes: np.ndarray) -> np.ndarray:
    """Letters as their place in the alphabet, from 1."""
    _demand((codes >= ord("A")) & (codes <= ord("Z")))
    return codes.astype(np.int64) - (ord("A") - 1)


def _forms(piece: bytes, words: np.ndarray, begin: np.ndarray, end: np.ndarray, forms: Forms) -> np.ndarray:
    """The number of what stands between these places, of which there are few ways."""
    length = end - begin
    longest = int(length.max(initial=1))
    if longest > _LONGEST_REST:
        raise NotPlainError
    which = np.zeros(len(begin), np.int64)
    for offset in range(0, longest, _WORD):
        kept = words[begin + offset] & _KEEP[np.clip(length - offset, 0, _WORD)]
        encoded = pa.array(kept).dictionary_encode()
        which = which * len(encoded.dictionary) + encoded.indices.to_numpy()
        again = pa.array(which).dictionary_encode()
        which = again.indices.to_numpy().astype(np.int64)
    ways = int(which.max(initial=-1)) + 1
    example = np.zeros(ways, np.int64)
    example[which] = np.arange(len(which))
    numbers = [forms.number(piece[begin[at] : end[at]]) for at in example]
    return np.array(numbers, np.int64)[which] if ways else which


def shared_texts(content: bytes, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each shared text of a workbook begins and ends, from its first `<si>` on; behind is `PAD`."""
    codes, words = looked_at(content)
    tags = first + np.flatnonzero(codes[first:] == ord("<"))
    if len(tags) % 4 != 1:
        raise NotPlainError
    _framed(content[:first] + content[tags[-1] : -len(PAD)])
    item, text, ends, item_ends = (tags[start:-1:4] for start in range(4))
    _demand(words[item] & _KEEP[4] == _word(b"<si>"))
    _demand(words[text] & _KEEP[2] == _word(b"<t"))
    _demand(words[ends] & _KEEP[4] == _word(b"</t>"))
    _demand(words[item_ends] & _KEEP[5] == _word(b"</si>"))
    return text_begins(words, text), ends


def pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """A sheet in pieces: what stands before the rows, whole rows each followed by `PAD`, what stands behind.

    With each piece whether it is of rows.
    """
    head = rest = b""
    inside = False
    for chunk in chunks:
        rest += chunk
        if not inside and (at := rest.find(_BEGIN)) >= 0:
            inside = True
            head, rest = rest[:at], rest[at + len(_BEGIN) :]
            yield head, False
        if inside and (end := rest.rfind(b"</row>")) >= 0:
            end += len(b"</row>")
            yield rest[:end] + PAD, True
            rest = rest[end:]
        if len(rest) > _LONGEST_ROW:
            raise NotPlainError
    _framed(head + _BEGIN + rest)
    yield rest, False


def merged(tail: bytes) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Which cells are merged, from (row, column) to (row, column), both counted from 0."""
    found = _MERGED.findall(tail)
    if len(found) != tail.count(b"<mergeCell "):
        raise NotPlainError
    return [
        ((int(top) - 1, _column(left)), (int(bottom) - 1, _column(right)))
        for left, top, right, bottom in found
    ]


def _column(letters: bytes) -> int:
    """The place of a column from 0: that of AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - (ord("A") - 1)
    return place - 1


def _framed(frame: bytes) -> None:
    """What stands around rows or texts must be well-formed, without comments."""
    if b"<!" in frame:
        raise NotPlainError
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        etree.fromstring(frame, parser)
    except etree.XMLSyntaxError as error:
        raise NotPlainError from error
