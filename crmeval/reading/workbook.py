"""What the XML of an xlsx tells before it is read: how far its cells reach, hidden rows, errors in cells.

Readers hold the whole rectangle that spans the filled cells, so two cells in far corners would take all
memory; here the reach is known first, at the cost of a search through the text.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from lxml import etree

from crmeval.errors import ReadingError
from crmeval.reading import limits, progress

_CHUNK = 4 * 1024 * 1024
_LONGEST_TAG = 64 * 1024
_GRID = (1_048_576, 16_384)  # rows and columns of the largest sheet that Excel knows
_LONGEST_REFERENCE = 11
_IS_WHITE = np.isin(np.arange(256), [*b" \t\r\n"])  # what may stand around the sign of an attribute
_SLACK = 100_000  # references, rows: besides those of cells a few other things have some
LARGEST_PART = 64 * 1024**2  # of what is no sheet and no text: styles, names, lists of parts
_FILLED = re.compile(rb"<(?:\w+:)?c\s([^<>]*[^<>/])>\s*<(?!/)")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row (?=[^<>]*hidden=\"(?:1|true)\")[^<>]*?\br=\"([0-9]+)\"")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col (?=[^<>]*hidden=\"(?:1|true)\")[^<>]*>")
_SHARED = re.compile(rb't="s"[^<>]*>\s*<(?:\w+:)?v>([0-9]+)<')
_NO_VALUE = re.compile(rb"</(?:\w+:)?f>\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)")


@dataclass(slots=True)
class SheetFacts:
    """What the cells of a sheet do not say; row numbers count from 1."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: int = 0
    errors: int = 0
    without_value: int = 0


@dataclass(frozen=True, slots=True)
class BookFacts:
    """The facts of each sheet by its name; whether there are macros and links to other files."""

    sheets: Mapping[str, SheetFacts]
    macros: bool = False
    links: bool = False


def inspect(file: str, data: bytes) -> BookFacts:
    """Facts of each sheet of an xlsx by its name.

    Raises:
        ReadingError: the file is damaged, or its cells would take more memory than `limits` allows.
    """
    archive = limits.open_zip(file, data)
    if any(member.file_size > LARGEST_PART for member in archive.infolist() if is_small(member.filename)):
        raise ReadingError("damaged", file=file)
    try:
        parts = sheet_parts(file, archive)
        lengths = _shared_lengths(file, archive)
        facts, text = {}, 0
        for name, part in progress.one_by_one(list(parts.items())):
            facts[name], used = _inspect_sheet(file, archive, part, lengths)
            text += used
            limits.check_text(file, text)
    except (etree.XMLSyntaxError, *limits.BROKEN_ZIP) as error:
        raise ReadingError("damaged", file=file) from error
    return book_facts(archive, facts)


def book_facts(archive: zipfile.ZipFile, sheets: Mapping[str, SheetFacts]) -> BookFacts:
    """The facts of the sheets, with what the list of parts tells."""
    names = [name.lower() for name in archive.namelist()]
    return BookFacts(
        sheets,
        macros=any(name.endswith("vbaproject.bin") for name in names),
        links=any("/externallinks/" in name for name in names),
    )


def is_small(part: str) -> bool:
    """Whether a part is one of those that readers hold whole and that no honest workbook blows up."""
    return part.lower().endswith((".rels", "workbook.xml", "styles.xml", "[content_types].xml"))


def sheet_parts(file: str, archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of the part in the zip by the name of the sheet."""
    names = {name.lower().lstrip("/"): name for name in archive.namelist()}
    book = _xml(archive, names["xl/workbook.xml"]) if "xl/workbook.xml" in names else None
    if book is None:
        raise ReadingError("damaged", file=file)
    relations = _xml(archive, names["xl/_rels/workbook.xml.rels"])
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in relations
        if isinstance(relation.tag, str)
    }
    parts = {}
    for sheet in book.iter("{*}sheet"):
        identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        part = names.get(targets.get(identity, "").lower())
        if part and "/worksheets/" in f"/{part.lower()}":
            parts[sheet.get("name", "")] = part
    if len(parts) > limits.MAX_SHEETS:
        raise ReadingError("too_many_sheets", file=file, sheets=len(parts), limit=limits.MAX_SHEETS)
    return parts


def _xml(archive: zipfile.ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(part), parser)


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end where a row does, as long as rows are shorter than a piece."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            if len(piece) == _CHUNK and b"<" not in piece:  # a hundred times the longest text of a cell
                raise ValueError
            rest += piece
            end = rest.rfind(b"</row>")
            if end <= 0:  # none, or that of the piece before
                end = rest.rfind(b"<", len(rest) - _LONGEST_TAG)
            end = len(rest) if end < 0 else end  # no tag begins near the end, so none is cut
            yield rest[:end]
            rest = rest[end:]
    yield rest + b" " * (_LONGEST_REFERENCE + 2)


def _shared_lengths(file: str, archive: zipfile.ZipFile) -> np.ndarray:
    """Length of every shared text, with its tags: more than its characters, never less."""
    part = next((name for name in archive.namelist() if name.lower().endswith("sharedstrings.xml")), None)
    if part is None:
        return np.zeros(0, np.int64)
    limits.check_text(file, archive.getinfo(part).file_size)
    content = archive.read(part)
    starts = _starts(content)
    if len(starts) > limits.MAX_SHARED_TEXTS:
        raise ReadingError("too_much_memory", file=file)
    return np.diff(starts, append=len(content)) if len(starts) else starts


def _starts(content: bytes) -> np.ndarray:
    """Where every shared text begins."""
    if b":si>" in content:  # names with a prefix, which is rare
        return np.array([match.start() for match in re.finditer(rb"<\w+:si[ >/]", content)], np.int64)
    found = []
    for at in range(0, len(content), _CHUNK):
        codes = np.frombuffer(content[at : at + _CHUNK + 3], np.uint8)
        first, second, third, fourth = (codes[offset : len(codes) - 3 + offset] for offset in range(4))
        begins = np.flatnonzero((first == ord("<")) & (second == ord("s")) & (third == ord("i")))
        found.append(at + begins[np.isin(fourth[begins], [ord(mark) for mark in " />"])])
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _inspect_sheet(
    file: str, archive: zipfile.ZipFile, part: str, lengths: np.ndarray
) -> tuple[SheetFacts, int]:
    """Facts of one sheet, and how long all its shared texts are together."""
    facts = SheetFacts()
    reach = _Reach()
    shared = rows = 0
    longest = int(lengths.max(initial=0))
    for chunk in _chunks(archive, part):
        if b"\0" in chunk:  # UTF-16, which none of these searches would see
            raise ReadingError("damaged", file=file)
        reach.extend(chunk)
        rows += chunk.count(b"<row")
        if reach.cells > 2 * reach.area + _SLACK or rows > 2 * _GRID[0] + _SLACK:
            raise ReadingError("damaged", file=file)  # more cells than there is room for: made to do harm
        shared += chunk.count(b't="s"')
        add_facts(facts, chunk)
    if reach.outside:
        raise ReadingError("damaged", file=file)
    if reach.area > limits.MAX_WORKBOOK_CELLS:
        limits.check_cells(file, _filled_area(archive, part))
    text = shared * longest
    if text > limits.MAX_WORKBOOK_TEXT:
        text = _shared_text(archive, part, lengths)
    return facts, text


def add_facts(facts: SheetFacts, chunk: bytes) -> None:
    """What a piece of a sheet that ends where a tag does tells."""
    facts.errors += chunk.count(b't="e"')
    if b"hidden=" in chunk:
        facts.hidden_rows += map(int, _HIDDEN_ROW.findall(chunk))
        facts.hidden_columns += _hidden_columns(chunk)
    if b"f>" in chunk:
        facts.without_value += len(_NO_VALUE.findall(chunk))


@dataclass(slots=True)
class _Reach:
    """The outermost rows and columns that references to cells name (`r="B7"`), and how many there are."""

    first: tuple[int, int] = _GRID
    last: tuple[int, int] = (0, 0)
    cells: int = 0

    def extend(self, chunk: bytes) -> None:
        codes = np.frombuffer(chunk, np.uint8)
        at = np.flatnonzero(codes == ord("="))
        at = at[(at > 0) & (at < len(codes) - _LONGEST_REFERENCE - 2)]
        before, after = codes[at - 1], codes[at + 1]
        if (_IS_WHITE[before] | (_IS_WHITE[after] & (before == ord("r")))).any():
            self.extend(re.sub(rb"[ \t\r\n]*=[ \t\r\n]*", b"=", chunk))
            return
        at = at[(before == ord("r")) & ((after == ord('"')) | (after == ord("'")))] + 2
        rows, columns = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64)
        inside = np.ones(len(at), bool)
        for offset in range(_LONGEST_REFERENCE):
            code = codes[at + offset]
            digit, letter = code - np.uint8(ord("0")), code - np.uint8(ord("A"))
            is_digit, is_letter = digit < 10, letter < 26  # noqa: PLR2004 - how many there are
            inside &= is_digit | is_letter
            if not inside.any():
                break
            if (is_digit := is_digit & inside).any():
                rows = np.where(is_digit, rows * 10 + digit, rows)
            if (is_letter := is_letter & inside).any():
                columns = np.where(is_letter, columns * 26 + letter + 1, columns)
        named = (rows > 0) & (columns > 0)
        self.cells += int(named.sum())
        if named.any():
            rows, columns = rows[named], columns[named]
            self.first = (min(self.first[0], int(rows.min())), min(self.first[1], int(columns.min())))
            self.last = (max(self.last[0], int(rows.max())), max(self.last[1], int(columns.max())))

    @property
    def outside(self) -> bool:
        """Whether a reference lies where no sheet reaches."""
        return self.last[0] > _GRID[0] or self.last[1] > _GRID[1]

    @property
    def area(self) -> int:
        """Cells of the rectangle between them."""
        height, width = (max(0, last - first + 1) for first, last in zip(self.first, self.last, strict=True))
        return height * width


def _filled_area(archive: zipfile.ZipFile, part: str) -> int:
    """The reach of the filled cells only: a sheet may be coloured to its last row and hold thirty rows."""
    reach = _Reach()
    for chunk in _chunks(archive, part):
        reach.extend(b"\n".join(_FILLED.findall(chunk)) + b" " * (_LONGEST_REFERENCE + 2))
    return reach.area


def _shared_text(archive: zipfile.ZipFile, part: str, lengths: np.ndarray) -> int:
    total = 0
    for chunk in _chunks(archive, part):
        used = np.array(_SHARED.findall(chunk), dtype=np.int64)
        total += int(lengths[used[used < len(lengths)]].sum())
    return total


def _hidden_columns(chunk: bytes) -> int:
    count = 0
    for tag in _HIDDEN_COLUMNS.findall(chunk):
        first, last = (re.search(rb'\b%s="([0-9]+)"' % name, tag) for name in (b"min", b"max"))
        count += int(last.group(1)) - int(first.group(1)) + 1 if first and last else 1
    return count
