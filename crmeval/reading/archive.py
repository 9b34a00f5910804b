"""A zip of exports: the sheets of all files in it."""

import zipfile
from collections.abc import Iterator
from dataclasses import replace

from crmeval.errors import ReadingError
from crmeval.reading import kind as kinds
from crmeval.reading import limits
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


def read_archive(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The sheets of the files in a zip; what cannot be read is told in the notes of the first sheet.

    Raises:
        ReadingError: none of the files can be read; the cause is that of the first.
    """
    sheets: list[Sheet] = []
    failures: list[ReadingError] = []
    for member, content in _members(name, data):
        try:
            sheets += _read_member(member, content)
        except ReadingError as failure:
            failures.append(failure)
    if not sheets:
        raise failures[0] if failures else ReadingError("file_empty", file=name)
    notes: tuple[Text, ...] = tuple(text("reading.notes.left_out", why=failure.text) for failure in failures)
    return (replace(sheets[0], notes=(*notes, *sheets[0].notes)), *sheets[1:])


def _read_member(name: str, data: bytes) -> tuple[Sheet, ...]:
    from crmeval.reading import read_file

    if kinds.kind_of(name, data) == kinds.ZIP:
        raise ReadingError("zip_in_zip", file=name)
    return read_file(name, data)


def _members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    archive = limits.open_zip(name, data)
    files = [member for member in archive.infolist() if _is_file(member.filename)]
    if len(files) > limits.MAX_FILES_IN_ZIP:
        raise ReadingError("too_many_files", file=name, files=len(files), limit=limits.MAX_FILES_IN_ZIP)
    for member in files:
        if member.flag_bits & _ENCRYPTED:
            raise ReadingError("password", file=name)
        try:
            yield f"{name}/{_readable(member)}", archive.read(member)
        except limits.BROKEN_ZIP as error:
            raise ReadingError("damaged", file=name) from error


def _is_file(path: str) -> bool:
    hidden = (part.startswith((".", "__MACOSX")) and part.strip(".") for part in path.split("/"))
    return not any(hidden) and not path.endswith("/")


def _readable(member: zipfile.ZipInfo) -> str:
    """The name as it was: a zip made by Windows in Russian holds it in CP866 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("cp866")
    except UnicodeError:
        return member.filename
