"""Files to sheets of text, with where each row stood and everything that was set aside.

    sheets = read_files([("deals.csv", data), ("report.xlsx", more)])

The kind of a file is told by its bytes, not by its name. Every cell is text, an empty one is null; nothing
is interpreted here: that is the mapping's work.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from crmeval.errors import ReadingError
from crmeval.reading import kind as kinds
from crmeval.reading import limits, progress
from crmeval.reading.sheet import Sheet
from crmeval.words import Text, text

__all__ = ["Sheet", "read_file", "read_files"]


def read_file(name: str, data: bytes) -> tuple[Sheet, ...]:
    """All visible sheets of a file that hold rows, in their order; a zip gives the sheets of its files.

    Raises:
        ReadingError: nothing can be read from the file; its text says why and what to do next.
    """
    limits.check_bytes(name, len(data))
    kind = kinds.kind_of(name, data)
    if kind == kinds.ZIP:
        from crmeval.reading.archive import read_archive

        return read_archive(name, data)
    if kind == kinds.GZIP:
        from crmeval.reading.gzipped import read_gzipped

        return read_gzipped(name, data)
    read = list(_sheets(name, data, kind))
    sheets = [sheet for sheet in read if len(sheet.rows)]
    if not sheets:
        raise ReadingError("no_rows", file=name)
    notes = _file_notes(name, kind, [sheet.name for sheet in read if not len(sheet.rows)])
    return (replace(sheets[0], notes=(*notes, *sheets[0].notes)), *sheets[1:])


def read_files(files: Iterable[tuple[str, bytes]]) -> tuple[Sheet, ...]:
    """The sheets of several files, given as (name, content).

    Raises:
        ReadingError: one of the files cannot be read.
    """
    return tuple(sheet for name, data in files for sheet in read_file(name, data))


def _sheets(name: str, data: bytes, kind: str) -> Iterator[Sheet]:
    from crmeval.reading.assemble import named_sheet, sheet_of

    if kind == kinds.PARQUET:
        from crmeval.reading.parquet import read_parquet

        yield named_sheet(name, *read_parquet(name, data))
    elif kind == kinds.CSV:
        from crmeval.reading.delimited import read_delimited

        with progress.part(0.0, 0.8):
            grid, notes = read_delimited(name, data)
        yield sheet_of(name, "", grid, notes)
    elif kind in (kinds.HTML, kinds.XML2003):
        from crmeval.reading.html import read_html, read_xml2003

        read = read_html if kind == kinds.HTML else read_xml2003
        for sheet, grid, notes in read(name, data):
            yield sheet_of(name, sheet, grid, notes)
    else:
        from crmeval.reading.excel import read_workbook

        for sheet, grid, notes in read_workbook(name, data, kind):
            yield sheet_of(name, sheet, grid, notes)


def _file_notes(name: str, kind: str, without_rows: list[str]) -> Iterator[Text]:
    if kinds.named_otherwise(name, kind):
        yield text("reading.notes.kind_differs", kind=text(f"reading.kind.{kind}"))
    if without_rows:
        yield text("reading.notes.sheets_without_rows", n=len(without_rows), names=", ".join(without_rows))
