"""A file packed alone, such as deals.csv.gz."""

import zlib
from pathlib import PurePath

from crmeval.errors import ReadingError
from crmeval.reading import kind as kinds
from crmeval.reading import limits
from crmeval.reading.sheet import Sheet
from crmeval.words import text

_GZIP = 31  # zlib's number for this format
_TAR = slice(257, 262)  # where a tar says that it is one


def read_gzipped(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of the file that is packed in it.

    Raises:
        ReadingError: as of the file in it; or it is damaged, too large, or an archive in turn.
    """
    from crmeval.reading import read_file

    content = _unpacked(name, data)
    if content[_TAR] == b"ustar":
        raise ReadingError("no_spreadsheet", file=name, what=text("reading.foreign.archive"))
    path = f"{name}/{PurePath(name).name.removesuffix('.gz')}"
    if kinds.kind_of(path, content) in (kinds.ZIP, kinds.GZIP):
        raise ReadingError("zip_in_zip", file=path)
    return read_file(path, content)


def _unpacked(name: str, data: bytes) -> bytes:
    """What is packed in it: one piece, or several one after the other."""
    content = b""
    while data:
        packed = zlib.decompressobj(_GZIP)
        try:
            content += packed.decompress(data, limits.MAX_UNZIPPED + 1 - len(content))
        except zlib.error as error:
            raise ReadingError("damaged", file=name) from error
        limits.check_bytes(name, len(content), limits.MAX_UNZIPPED)
        if not packed.eof:
            raise ReadingError("damaged", file=name)
        data = packed.unused_data.lstrip(b"\0")
    return content
