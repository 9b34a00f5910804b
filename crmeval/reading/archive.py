"""A zip of exports: the sheets of all files in it."""

import struct
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from crmeval.errors import ReadingError
from crmeval.reading import kind as kinds
from crmeval.reading import limits, progress
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


def read_archive(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of the files in a zip; what cannot be read is told in the notes of the first sheet.

    Raises:
        ReadingError: none of the files can be read; the cause is that of the first.
    """
    archive = limits.open_zip(name, data)
    return gathered(
        name, [partial(_read_member, archive, name, member) for member in files_in(name, archive)]
    )


def gathered(name: str, reads: Iterable[Callable[[], tuple[Sheet, ...]]]) -> tuple[Sheet, ...]:
    """What each of the files of the archive `name` gives; one that is refused keeps no other back.

    Raises:
        ReadingError: all are refused; the cause is that of the first.
    """
    sheets: list[Sheet] = []
    failures: list[ReadingError] = []
    for read in progress.one_by_one(list(reads)):
        try:
            sheets += read()
        except ReadingError as failure:
            failures.append(failure)
    if not sheets:
        raise failures[0] if failures else ReadingError("file_empty", file=name)
    notes: tuple[Text, ...] = tuple(text("reading.notes.left_out", why=failure.text) for failure in failures)
    return (replace(sheets[0], notes=(*notes, *sheets[0].notes)), *sheets[1:])


def files_in(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip, without folders and what macOS adds.

    Raises:
        ReadingError: more than `limits` allows.
    """
    files = [member for member in archive.infolist() if _is_file(member.filename)]
    if len(files) > limits.MAX_FILES_IN_ZIP:
        raise ReadingError("too_many_files", file=name, files=len(files), limit=limits.MAX_FILES_IN_ZIP)
    return files


def path_of(name: str, member: zipfile.ZipInfo) -> str:
    """What a file of the archive `name` is called; its own name as it was before it was packed.

    A zip made by Windows in Russian holds it in CP866 without saying so.
    """
    own = member.filename
    if not member.flag_bits & _UTF8_NAME:
        try:
            own = own.encode("cp437").decode("cp866")
        except UnicodeError:
            own = member.filename
    return f"{name}/{own}"


def alone(data: bytes, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A zip that holds this file only, packed as it is in the whole `archive`, whose bytes are `data`."""
    begin = member.header_offset
    following = [other.header_offset for other in archive.infolist() if other.header_offset > begin]
    packed = data[begin : min(following, default=archive.start_dir)]
    utf8 = member.flag_bits & _UTF8_NAME
    name = member.orig_filename.encode("utf-8" if utf8 else "cp437", "replace")
    entry = _ENTRY.pack(
        b"PK\1\2", member.create_version, member.extract_version, member.flag_bits, member.compress_type, 0,
        0, member.CRC, member.compress_size, member.file_size, len(name), 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    listed = entry + name
    return packed + listed + _END.pack(b"PK\5\6", 0, 0, 1, 1, len(listed), len(packed), 0)


def _read_member(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> tuple[Sheet, ...]:
    from crmeval.reading import read_file

    path = path_of(name, member)
    if member.flag_bits & _ENCRYPTED:
        raise ReadingError("password", file=path)
    try:
        data = archive.read(member)
    except limits.BROKEN_ZIP as error:
        raise ReadingError("damaged", file=path) from error
    if kinds.kind_of(path, data) == kinds.ZIP:
        raise ReadingError("zip_in_zip", file=path)
    return read_file(path, data)


def _is_file(path: str) -> bool:
    hidden = (part.startswith((".", "__MACOSX")) and part.strip(".") for part in path.split("/"))
    return not any(hidden) and not path.endswith("/")
