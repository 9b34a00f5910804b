"""What reading refuses because it is too much, in one place."""

import struct
import zipfile
import zlib
from io import BytesIO

from crmeval.errors import ReadingError

MAX_BYTES = 2 * 1024**3
MAX_UNZIPPED = 1024**3
MAX_ROWS = 20_000_000
MAX_COLUMNS = 2_000
MAX_MISFITS = 200_000  # records of a text file with other numbers of cells than the header
MAX_BROKEN = 500_000  # lines of a text file whose quotes make no sense
MAX_WORKBOOK_CELLS = 40_000_000  # of the rectangle that spans all filled cells: readers hold it whole
MAX_FILLED_UP = 20_000_000  # cells that a text file does not have, of rows shorter than its widest
MAX_WORKBOOK_TEXT = 500_000_000  # characters, each shared text counted as often as cells refer to it
MAX_SHARED_TEXTS = 12_000_000  # each takes a hundred bytes, however short
MAX_FILES_IN_ZIP = 200
MAX_SHEETS = 300
MAX_HTML_BYTES = 100 * 1024**2
MAX_HTML_CELLS = 5_000_000  # also of XML spreadsheets: these are read cell by cell
MAX_ROW_TAGS = 2 * 1_048_576  # of an ods, twice the rows that a sheet can have

# What reading one file may take, see `guard`: a base, and more in proportion to its size unpacked.
BASE_MEMORY, MEMORY_PER_BYTE, MAX_MEMORY = 1024**3, 8, 4 * 1024**3
SMALL_MEMORY = 3 * 1024**3 // 2  # only few files that may take more are read at once
# Processor time grows with what was uploaded and with what that says it unpacks to, whichever gives less: an
# honest workbook of 20 MB holds 150 MB and takes ten seconds; one MB that swells to a GB gets twelve.
BASE_SECONDS, BYTES_PER_SECOND, PACKED_PER_SECOND, MAX_SECONDS = 10, 10 * 1024**2, 512 * 1024, 180
PATIENCE = 3  # times as long on the clock, where others work too
BASE_REPLY, REPLY_PER_BYTE, MAX_REPLY = 256 * 1024**2, 8, 2 * 1024**3

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, LookupError, ValueError, RuntimeError,
)  # fmt: skip
"""What a damaged zip raises when it is opened or read; NotImplementedError is a RuntimeError."""

_MEGABYTE = 1024**2
_LONGEST_DIRECTORY = 256 * 1024
_DIRECTORY = struct.Struct("<4s4H2L")


def check_bytes(file: str, size: int, limit: int = MAX_BYTES) -> None:
    """Refuse a file of more than `limit` bytes (ReadingError `too_many_bytes`)."""
    if size > limit:
        raise ReadingError("too_many_bytes", file=file, n=size // _MEGABYTE, limit=limit // _MEGABYTE)


def check_shape(file: str, rows: int, columns: int) -> None:
    """Refuse a table with more rows or columns than any export has."""
    if rows > MAX_ROWS:
        raise ReadingError("too_many_rows", file=file, rows=rows, limit=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise ReadingError("too_many_columns", file=file, columns=columns, limit=MAX_COLUMNS)


def check_cells(file: str, cells: int, limit: int = MAX_WORKBOOK_CELLS) -> None:
    """Refuse a workbook or page whose filled cells span too large a rectangle."""
    if cells > limit:
        raise ReadingError("too_many_cells", file=file, cells=cells, limit=limit)


def check_filling(file: str, cells: int, size: int) -> None:
    """Refuse a text file whose rows, filled up to the widest, have far more cells than it has characters."""
    if cells > size + MAX_FILLED_UP:
        raise ReadingError("too_many_cells", file=file, cells=cells, limit=size + MAX_FILLED_UP)


def check_broken(file: str, lines: int) -> None:
    """Refuse a text file in which too many lines have quotes that make no sense."""
    if lines > MAX_BROKEN:
        raise ReadingError("broken_quotes", file=file, lines=lines)


def check_text(file: str, characters: int) -> None:
    """Refuse a workbook whose texts, once repeated in every cell that uses them, would fill the memory."""
    if characters > MAX_WORKBOOK_TEXT:
        raise ReadingError("too_much_text", file=file, characters=characters, limit=MAX_WORKBOOK_TEXT)


def open_zip(file: str, data: bytes) -> zipfile.ZipFile:
    """A zip (also xlsx and ods are zips) that is whole and whose declared size unpacked is bearable.

    The ratio of compression is no criterion: honest, much formatted sheets shrink a hundredfold.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except BROKEN_ZIP as error:
        raise ReadingError("damaged", file=file) from error
    check_bytes(file, sum(member.file_size for member in archive.infolist()), MAX_UNZIPPED)
    return archive


def opened(data: bytes) -> zipfile.ZipFile | None:
    """A zip whose list of contents is whole and read in no time; None for all else."""
    at = data.rfind(b"PK\5\6", -66_000)
    if not data.startswith(b"PK") or at < 0 or len(data) < at + _DIRECTORY.size:
        return None
    if _DIRECTORY.unpack_from(data, at)[5] > _LONGEST_DIRECTORY:
        return None
    try:
        return zipfile.ZipFile(BytesIO(data))
    except BROKEN_ZIP:
        return None


def weight(data: bytes, archive: zipfile.ZipFile | None) -> int:
    """Bytes of the file unpacked, as it declares itself: a measure of the work, no promise."""
    unpacked = 0
    if archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    elif data.startswith(b"\x1f\x8b"):
        unpacked = min(int.from_bytes(data[-4:], "little"), MAX_UNZIPPED)
    return max(len(data), unpacked)
