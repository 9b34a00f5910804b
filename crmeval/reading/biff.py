"""What an old workbook (xls) tells beside its cells: hidden rows and columns, errors in cells, macros.

The container is a compound file ([MS-CFB]), its stream "Workbook" a sequence of records ([MS-XLS] 2.4).
Nothing here refuses a file: whether it is damaged is found by the reader of its cells.
"""

import re
import struct
from collections.abc import Iterable

import numpy as np

from crmeval.reading.workbook import BookFacts, SheetFacts

_SIGNS = 0xFFFFFFFA  # from here on a number of a sector is a sign: free, end of a chain
_ENTRY = 128  # bytes of an entry of the directory
_SMALL = 4096  # shorter streams lie elsewhere; no program writes such a short workbook
_SHEET, _END = 0x85, 0x0A  # records: where a sheet begins and its name; the end
_MACROS = "_VBA_PROJECT".encode("utf-16-le")


def _one_of(codes: Iterable[int]) -> bytes:
    return b"[" + b"".join(re.escape(bytes([code])) for code in codes) + b"]"


_ERROR = _one_of(b"\x00\x07\x0f\x17\x1d\x24\x2a\x2b")  # #NULL! … #N/A
_HIDDEN_ROW = re.compile(  # Row: its number, what does not matter here, the sign that it has no height
    rb"\x08\x02\x10\x00(..).{10}" + _one_of(code for code in range(256) if code & 0x20), re.DOTALL
)
_HIDDEN_COLUMNS = re.compile(  # ColInfo: first, last, width and format, the sign that they are hidden
    rb"\x7d\x00\x0c\x00(..)(..).{4}" + _one_of(range(1, 256, 2)), re.DOTALL
)
_WRITTEN_ERROR = re.compile(rb"\x05\x02\x08\x00.{6}" + _ERROR + rb"\x01", re.DOTALL)  # BoolErr
_FAILED_FORMULA = re.compile(rb"\x06\x00.{8}\x02." + _ERROR + rb".{3}\xff\xff", re.DOTALL)  # Formula


def inspect(_file: str, data: bytes) -> BookFacts:
    """Facts of each sheet by its name, as far as the file is what it should be."""
    try:
        stream = _workbook(data)
        sheets = {name: _facts(stream[begin:end]) for name, begin, end in _sheets(stream)}
    except (struct.error, IndexError, ValueError):
        sheets = {}
    return BookFacts(sheets, macros=_MACROS in data)


def _workbook(data: bytes) -> bytes:
    """The stream of this name, put together from its sectors; empty where there is none."""
    size = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    listed = list(struct.unpack_from("<109I", data, 76))
    following = struct.unpack_from("<I", data, 68)[0]
    while following < _SIGNS and len(listed) * size < len(data):
        *more, following = struct.unpack(f"<{size // 4}I", sector(following))
        listed += more
    sectors = len(data) // size  # a table that says more lies
    tables = [sector(number) for number in listed[: 1 + sectors * 4 // size] if number < _SIGNS]
    chains = np.frombuffer(b"".join(tables), "<u4")[:sectors].tolist()

    def joined(start: int) -> bytes:
        numbers: list[int] = []
        number = start
        while number < _SIGNS and len(numbers) <= len(chains):
            numbers.append(number)
            number = chains[number]
        return b"".join(map(sector, numbers))

    directory = joined(struct.unpack_from("<I", data, 48)[0])
    for at in range(0, len(directory), _ENTRY):
        letters, start, length = struct.unpack_from("<64x H 50x II", directory, at)
        if directory[at : at + max(letters - 2, 0)].decode("utf-16-le") == "Workbook":
            return joined(start)[:length] if length >= _SMALL else b""
    return b""


def _sheets(stream: bytes) -> list[tuple[str, int, int]]:
    """Name, begin and end of every sheet, as the first records tell."""
    found, at, kind = [], 0, 0
    while stream and kind != _END:
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _SHEET:
            begin, letters, wide = struct.unpack_from("<I 2x BB", stream, at + 4)
            said = stream[at + 12 : at + 12 + letters * (1 + (wide & 1))]
            found.append((begin, said.decode("utf-16-le" if wide & 1 else "latin-1")))
        at += 4 + length
    begins = sorted(begin for begin, _ in found)
    ends = dict(zip(begins, [*begins[1:], len(stream)], strict=True))
    return [(name, begin, ends[begin]) for begin, name in found]


def _facts(sheet: bytes) -> SheetFacts:
    columns = (struct.unpack("<HH", first + last) for first, last in _HIDDEN_COLUMNS.findall(sheet))
    return SheetFacts(
        hidden_rows=[1 + int.from_bytes(row, "little") for row in _HIDDEN_ROW.findall(sheet)],
        hidden_columns=sum(max(last - first + 1, 0) for first, last in columns),
        errors=len(_WRITTEN_ERROR.findall(sheet)) + len(_FAILED_FORMULA.findall(sheet)),
    )
