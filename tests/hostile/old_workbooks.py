# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Old workbooks and what else lies in the container of old Office programs."""

import struct

from hostile.case import read, refused

_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}
_SECTOR = 512


def compound(stream: str, content: bytes) -> bytes:
    """An OLE2 file, the container of old Office programs, with one stream."""
    size = max(4096, -(-len(content) // _SECTOR) * _SECTOR)
    sectors = size // _SECTOR
    header = struct.pack(
        "<8s16s5H6s9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, 1, 1, 0, 4096,
        0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
    ) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)  # fmt: skip
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table_of_sectors = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(name: str, kind: int, child: int, start: int, length: int) -> bytes:
        said = name.encode("utf-16-le") + b"\0\0"
        links = (0xFFFFFFFF, 0xFFFFFFFF, child)
        return struct.pack("<64sHBB3I36xIQ", said, len(said), kind, 1, *links, start, length)

    root = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(stream, 2, 0xFFFFFFFF, 2, size)
    return header + table_of_sectors + root.ljust(_SECTOR, b"\0") + content.ljust(size, b"\0")


def record(kind: int, content: bytes) -> bytes:
    """A record of an Excel 97 workbook."""
    return struct.pack("<HH", kind, len(content)) + content


def biff(*cells: tuple[int, int, str | float], protected: bool = False, more: bytes = b"") -> bytes:
    """The stream of an Excel 97 workbook with one sheet; `more` records stand after its cells."""

    def value(row: int, column: int, said: str | float) -> bytes:
        at = struct.pack("<3H", row, column, 0)
        if isinstance(said, str):
            return record(0x204, at + struct.pack("<HB", len(said), 0) + said.encode("latin-1"))
        return record(0x203, at + struct.pack("<d", said))

    begin = record(0x809, struct.pack("<4H2I", 0x600, 5, 0, 1997, 0, 6))
    lock = record(0x2F, struct.pack("<3H", 1, 1, 1) + b"\1" * 48) if protected else b""
    end = record(0x0A, b"")
    start = len(begin) + len(lock) + 4 + 8 + 5 + len(end)
    book = begin + lock + record(0x85, struct.pack("<IBBBB", start, 0, 0, 5, 0) + b"Deals") + end
    page = record(0x809, struct.pack("<4H2I", 0x600, 0x10, 0, 1997, 0, 6))
    page += (
        record(0x200, struct.pack("<2I3H", 0, 2, 0, 2, 0))
        + b"".join(value(*cell) for cell in cells)
        + more
        + end
    )
    return book + page


_CELLS: tuple[tuple[int, int, str | float], ...] = ((0, 0, "id"), (0, 1, "sum"), (1, 0, "D-1"), (1, 1, 5.0))


@read("deals.xls", 1, cells=_DEAL)
def an_old_workbook() -> bytes:
    return compound("Workbook", biff(*_CELLS))


@read(
    "deals.xls", 4, cells={("sum", 0): "5", ("sum", 1): None, ("sum", 2): None, ("id", 3): "D-4"},
    notes=["error_cells", "hidden_rows", "hidden_columns"],
)  # fmt: skip
def an_old_workbook_with_errors_and_hidden_rows() -> bytes:
    known = [(row, 0, f"D-{row}") for row in (2, 3, 4)]
    error = record(0x205, struct.pack("<3HBB", 2, 1, 0, 0x2A, 1))
    failed = struct.pack("<BBBBHH", 2, 0, 0x07, 0, 0, 0xFFFF)
    formula = record(0x06, struct.pack("<3H", 3, 1, 0) + failed + struct.pack("<HIH", 0, 0, 0))
    rows = [
        record(0x208, struct.pack("<8H", row, 0, 2, 255, 0, 0, flags, 0))
        for row, flags in ((3, 0x120), (4, 0x100))
    ]
    columns = record(0x7D, struct.pack("<6H", 7, 8, 100, 15, 1, 0))
    return compound("Workbook", biff(*_CELLS, *known, more=columns + error + formula + b"".join(rows)))


@read("deals.xlsx", 1, cells=_DEAL, notes=["kind_differs"])
def an_old_workbook_named_xlsx() -> bytes:
    return compound("Workbook", biff(*_CELLS))


@refused("deals.xls", "password")
def an_old_workbook_with_a_password() -> bytes:
    return compound("Workbook", biff(*_CELLS, protected=True))


@refused("deals.xls", "too_many_cells", "too_many_columns", "too_much_memory", "damaged")
def an_old_workbook_with_far_corners() -> bytes:
    return compound("Workbook", biff((0, 0, 1.0), (65_535, 65_535, 1.0)))


@refused("deals.xls", "damaged", "no_rows")
def an_old_workbook_cut_in_half() -> bytes:
    data = compound("Workbook", biff(*_CELLS, *((n, 0, float(n)) for n in range(2, 2000))))
    return data[: len(data) // 2]


@refused("deals.xls", "damaged", "no_rows", "could_not_be_read")
def an_old_workbook_of_noise() -> bytes:
    return compound("Workbook", b"\x09\x08\xff\xff" * 2000)


@refused("deals.xlsx", "password")
def a_workbook_with_a_password() -> bytes:
    return compound("EncryptedPackage", b"\1" * 5000)


@refused("letter.doc", "no_spreadsheet")
def an_old_letter() -> bytes:
    return compound("WordDocument", b"\1" * 5000)
