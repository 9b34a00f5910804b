"""What a file is, by its first bytes rather than by its name, and the files that are refused."""

import re
import zipfile
from pathlib import PurePath

from crmeval.errors import ReadingError
from crmeval.reading import limits
from crmeval.reading.encoding import wide_encoding
from crmeval.words import text

CSV, HTML, XML2003, XLSX, XLS, ODS, PARQUET, ZIP, GZIP = (
    "csv", "html", "xml2003", "xlsx", "xls", "ods", "parquet", "zip", "gzip",
)  # fmt: skip
EXTENSIONS = {
    CSV: ("", ".csv", ".tsv", ".txt", ".tab", ".dat", ".asc"),
    HTML: (".html", ".htm", ".xhtml"),
    XML2003: (".xml",),
    XLSX: (".xlsx", ".xlsm", ".xltx", ".xltm"),
    XLS: (".xls", ".xlt"),
    ODS: (".ods",),
    PARQUET: (".parquet",),
    ZIP: (".zip",),
    GZIP: (".gz",),
}
_KNOWN = {extension for extensions in EXTENSIONS.values() for extension in extensions}
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The beginning of an xls (BOF), with a record of its password (FILEPASS) next.
_LOCKED_XLS = re.compile(rb"\x09\x08\x10\0\0[\x05\x06]\x05\0.{12}(?:\x86\0\0\0)?\x2f\0", re.DOTALL)
_FOREIGN = {
    b"%PDF": "pdf", b"\x89PNG": "image", b"\xff\xd8\xff": "image", b"GIF8": "image", b"II*\0": "image",
    b"{\\rtf": "document", b"Rar!": "archive", b"7z\xbc\xaf": "archive",
    b"BZh": "archive", b"\xfd7zXZ": "archive", b"SQLite format 3": "database", b"MZ": "program",
    b"\x7fELF": "program", b"\0\1\0\0Standard": "database",
}  # fmt: skip
_BOOK, _BINARY_BOOK, _OPEN_DOCUMENT = "[content_types].xml", "xl/workbook.bin", {"mimetype", "content.xml"}
# A spreadsheet of Apple's Numbers: nowadays, and as packed for the mail.
_NUMBERS = {"index/document.iwa", "index.zip", "index.apxl"}
_FOREIGN_PARTS = {"word/": "document", "ppt/": "presentation", "visio/": "document"}
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|!--|html|head|body|meta|style|table|thead|tbody|tr|div|center|h\d)\b|<!--",
    re.IGNORECASE,
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ANYTHING = re.compile(rb"[^\0 \t\r\n]")
_SAMPLE = 64 * 1024
_MOST_CONTROLS = 0.01
_CONTROLS = bytes(code for code in range(32) if code not in b"\0\t\n\r\f\v\x1a\x1b")


def kind_of(file: str, data: bytes) -> str:
    """One of the kinds above.

    Raises:
        ReadingError: the file is empty, protected with a password, damaged, or something that holds no table.
    """
    if not _ANYTHING.search(data):
        raise ReadingError("file_empty", file=file)
    for magic, what in _FOREIGN.items():
        if data.startswith(magic):
            raise _foreign(file, what)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file, data)
    if data.startswith(_OLE2):
        return _ole_kind(file, data)
    if data.startswith(b"PAR1"):
        return PARQUET
    if data.startswith(b"\x1f\x8b"):
        return GZIP
    return _text_kind(file, data)


def named_otherwise(file: str, kind: str) -> bool:
    """Whether the file's name promises another kind than its content is."""
    return PurePath(file).suffix.lower() not in EXTENSIONS[kind]


def _foreign(file: str, what: str) -> ReadingError:
    return ReadingError("no_spreadsheet", file=file, what=text(f"reading.foreign.{what}"))


def _zip_kind(file: str, data: bytes) -> str:
    archive = limits.open_zip(file, data)
    names = _names(archive)
    if not names:
        raise ReadingError("file_empty", file=file)
    if _BINARY_BOOK in names:
        raise ReadingError("xlsb", file=file)
    if _BOOK in names:
        for part, what in _FOREIGN_PARTS.items():
            if any(name.startswith(part) for name in names):
                raise _foreign(file, what)
        return XLSX
    if names >= _OPEN_DOCUMENT:
        return _open_document_kind(file, archive)
    if _NUMBERS & names:
        raise ReadingError("numbers", file=file)
    return ZIP


def is_archive(archive: zipfile.ZipFile) -> bool:
    """Whether a zip holds files of its own accord rather than being a workbook or document itself."""
    names = _names(archive)
    own = {_BOOK, _BINARY_BOOK, *_NUMBERS} & names or names >= _OPEN_DOCUMENT
    return bool(names) and not own


def _names(archive: zipfile.ZipFile) -> set[str]:
    return {name.lower().replace("\\", "/").lstrip("/") for name in archive.namelist()}


def _open_document_kind(file: str, archive: zipfile.ZipFile) -> str:
    if "manifest:encryption-data" in _part(file, archive, "META-INF/manifest.xml"):
        raise ReadingError("password", file=file)
    if "spreadsheet" not in _part(file, archive, "mimetype"):
        raise _foreign(file, "document")
    return ODS


def _part(file: str, archive: zipfile.ZipFile, name: str) -> str:
    try:
        return archive.read(name).decode("utf-8", "replace")
    except KeyError:
        return ""
    except limits.BROKEN_ZIP as error:
        raise ReadingError("damaged", file=file) from error


def _ole_kind(file: str, data: bytes) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage") or _LOCKED_XLS.search(data):
        raise ReadingError("password", file=file)
    if has("Workbook") or has("Book"):
        return XLS
    what = "document" if has("WordDocument") else "presentation" if has("PowerPoint Document") else "other"
    raise _foreign(file, what)


def _text_kind(file: str, data: bytes) -> str:
    sample = data[:_SAMPLE]
    marked = sample.startswith(_BOMS) or bool(wide_encoding(sample))
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if not marked and controls > max(2, _MOST_CONTROLS * len(sample)):
        raise ReadingError("unreadable", file=file)
    plain = sample.replace(b"\0", b"") if marked else sample
    plain = plain.lstrip(b"\xef\xbb\xbf\xff\xfe").lstrip()
    if plain.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in plain:
        return XML2003
    if _MARKUP.match(plain.removeprefix(b"<?xml").lstrip()) or (
        plain.startswith(b"<?xml") and b"<html" in plain.lower()
    ):
        return HTML
    if PurePath(file).suffix.lower() not in _KNOWN or plain.startswith(b"<?xml"):
        raise ReadingError("wrong_extension", file=file, extension=PurePath(file).suffix or file)
    return CSV
