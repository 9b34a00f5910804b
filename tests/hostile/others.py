# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Old workbooks, open documents, pages, Parquet, archives, and what is no table at all."""

import datetime as dt
import decimal
import gzip
import io
import struct
import tarfile
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq

from hostile.case import read, refused
from hostile.ooxml import declaring, package, table, zipped
from hostile.workbook_bombs import two_far_corners_without_references

_CSV = b"id,sum\nD-1,5\n"
_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}
_SECTOR = 512
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"


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


def biff(*cells: tuple[int, int, str | float], protected: bool = False) -> bytes:
    """The stream of an Excel 97 workbook with one sheet."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

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
        record(0x200, struct.pack("<2I3H", 0, 2, 0, 2, 0)) + b"".join(value(*cell) for cell in cells) + end
    )
    return book + page


_CELLS: tuple[tuple[int, int, str | float], ...] = ((0, 0, "id"), (0, 1, "sum"), (1, 0, "D-1"), (1, 1, 5.0))


@read("deals.xls", 1, cells=_DEAL)
def an_old_workbook() -> bytes:
    return compound("Workbook", biff(*_CELLS))


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


def open_document(rows: str, doctype: str = "", manifest: str = "") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{_OPEN}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0"?>{doctype}<office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Deals">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    keys = f"<manifest:manifest xmlns:manifest='{_OPEN}manifest:1.0'>{manifest}</manifest:manifest>"
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content,
        "META-INF/manifest.xml": keys,
    })  # fmt: skip


def with_part(data: bytes, name: str, content: str) -> bytes:
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, content)
    return target.getvalue()


def open_cell(said: object, repeated: int = 1) -> str:
    times = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    if isinstance(said, str):
        return (
            f'<table:table-cell office:value-type="string"{times}><text:p>{said}</text:p></table:table-cell>'
        )
    return f'<table:table-cell office:value-type="float" office:value="{said}"{times}><text:p>{said}</text:p></table:table-cell>'


def open_row(*cells: object, repeated: int = 1) -> str:
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(map(open_cell, cells))}</table:table-row>"


_OPEN_TABLE = open_row("id", "sum") + open_row("D-1", 5)
_EMPTY_REST = (
    '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


@read("deals.ods", 1, cells=_DEAL)
def an_open_document() -> bytes:
    return open_document(_OPEN_TABLE + _EMPTY_REST)


@read(
    "deals.ods", 3, notes=["error_cells", "hidden_rows"],
    cells={
        ("id", 0): "two\nlines", ("sum", 0): "12.5", ("id", 1): "2024-02-01", ("sum", 1): None, ("id", 2): "TRUE",
        ("sum", 2): "26:05:00",
    },
)  # fmt: skip
def an_open_document_of_all_kinds() -> bytes:
    lines = "<table:table-cell office:value-type='string'><text:p>two</text:p><text:p>lines</text:p></table:table-cell>"
    money = '<table:table-cell office:value-type="currency" office:value="12.5"><text:p>12,50 €</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2024-02-01"><text:p>1.2.24</text:p></table:table-cell>'
    fault = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'x:value-type="error" xmlns:x="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
    )
    flag = '<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>TRUE</text:p></table:table-cell>'
    took = '<table:table-cell office:value-type="time" office:time-value="PT26H05M00S"><text:p>26:05</text:p></table:table-cell>'
    hidden = '<table:table-row table:visibility="collapse">'
    return open_document(
        f"{open_row('id', 'sum')}<table:table-row>{lines}{money}</table:table-row>{hidden}{day}{fault}</table:table-row>"
        f"<table:table-row>{flag}{took}</table:table-row>"
    )


@read("deals.ods", 1, cells=_DEAL, notes=["macros"])
def an_open_document_with_macros() -> bytes:
    return with_part(open_document(_OPEN_TABLE), "Basic/Standard/Module1.xml", "Sub AutoOpen")


@refused("deals.ods", "damaged")
def an_open_document_cut_in_half() -> bytes:
    data = open_document(_OPEN_TABLE)
    return data[: len(data) // 2]


@refused("deals.ods", "too_many_cells")
def an_open_document_with_a_row_a_million_times() -> bytes:
    row = f'<table:table-row table:number-rows-repeated="1048576">{open_cell(5, 16_384)}</table:table-row>'
    return open_document(row)


@refused("deals.ods", "too_many_cells")
def an_open_document_with_far_corners() -> bytes:
    gap = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    far = f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{open_cell(5)}</table:table-row>'
    return open_document(_OPEN_TABLE + gap + far)


@refused("deals.ods", "damaged", "no_rows")
def an_open_document_with_a_billion_laughs() -> bytes:
    laughs = (
        "<!DOCTYPE x [<!ENTITY a0 'ha'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
        + "]>"
    )
    return open_document(open_row("id", "sum") + open_row("&a11;", 5), doctype=laughs)


@refused("deals.ods", "damaged", "no_rows", "could_not_be_read")
def an_open_document_of_endless_tags() -> bytes:
    return open_document("<table:table-row" * 300_000)


@refused("deals.ods", "password")
def an_open_document_with_a_password() -> bytes:
    return open_document(_OPEN_TABLE, manifest="<manifest:encryption-data/>")


def page(body: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


_ROWS = "<tr><th>id</th><th>sum</th></tr><tr><td>D-1</td><td>5</td></tr>"


@read("bitrix.xls", 1, cells=_DEAL, notes=["kind_differs"])
def a_page_named_xls() -> bytes:
    return page(f"<table border=1>{_ROWS}</table>")


@read("bitrix.xls", 1, cells=_DEAL)
def a_page_whose_tags_are_never_closed() -> bytes:
    return b"<table><tr><th>id<th>sum<tr><td>D-1<td>5"


@refused("login.xls", "no_table")
def a_page_without_a_table() -> bytes:
    return page("<h1>Please log in</h1><script>location='http://127.0.0.1:9'</script>")


@refused("wide.xls", "too_many_columns", "too_many_cells")
def a_page_with_wide_cells() -> bytes:
    return page(
        "<table>" + ("<tr>" + "<td colspan=1000 rowspan=1000>x</td>" * 50 + "</tr>") * 2000 + "</table>"
    )


@read("tall.xls", 1000, cells={("id", 999): "x"})
def a_page_with_cells_of_a_billion_rows() -> bytes:
    rows = "".join(f"<tr><td>{n}</td></tr>" for n in range(999))
    return page(
        f"<table><tr><th>id</th><th>n</th></tr><tr><td rowspan=999999999>x</td><td>y</td></tr>{rows}</table>"
    )


@refused(
    "deep.xls", "no_table", "no_rows", "damaged", "took_too_long", "could_not_be_read", "too_much_memory"
)
def a_page_of_a_hundred_thousand_tables_in_each_other() -> bytes:
    return page("<table><tr><td>" * 100_000)


@read("entities.xls", 1, cells=_DEAL)
def a_page_with_entities() -> bytes:
    return b"<!DOCTYPE html [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>" + page(f"<table>{_ROWS}</table>&f;")


def xml_of_2003(rows: str, doctype: str = "") -> bytes:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?>{doctype}<Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="Deals">'
        f"<Table>{rows}</Table></Worksheet></Workbook>"
    ).encode()


def xml_row(*cells: object, attributes: str = "") -> str:
    said = "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells)
    return f"<Row{attributes}>{said}</Row>"


@read("deals.xls", 1, cells=_DEAL, notes=["kind_differs"])
def a_workbook_of_2003() -> bytes:
    return xml_of_2003(xml_row("id", "sum") + xml_row("D-1", 5))


@refused("deals.xls", "too_many_columns")
def a_workbook_of_2003_with_a_far_cell() -> bytes:
    return xml_of_2003(
        xml_row("id", "sum") + '<Row><Cell ss:Index="999999999"><Data ss:Type="String">x</Data></Cell></Row>'
    )


@read("deals.xls", 1, cells=_DEAL)
def a_workbook_of_2003_with_a_far_row() -> bytes:
    return xml_of_2003(xml_row("id", "sum") + xml_row("D-1", 5, attributes=' ss:Index="999999999"'))


@refused("deals.xls", "damaged", "no_rows")
def a_workbook_of_2003_that_reads_a_file() -> bytes:
    doctype = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return xml_of_2003(xml_row("id", "sum") + xml_row("&f;", "&f;"), doctype)


@refused("deals.xls", "damaged", "no_rows")
def a_workbook_of_2003_with_a_billion_laughs() -> bytes:
    entities = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    return xml_of_2003(xml_row("id", "&a11;"), f"<!DOCTYPE x [<!ENTITY a0 'ha'>{entities}]>")


@refused("deals.xml", "damaged")
def a_workbook_of_2003_of_a_million_levels() -> bytes:
    return xml_of_2003("<Row>" * 1_000_000)


def parquet(columns: dict[str, pa.Array], **options: object) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, **options)
    return target.getvalue()


@read("deals.parquet", 1, cells=_DEAL)
def a_parquet_file() -> bytes:
    return parquet({"id": pa.array(["D-1"]), "sum": pa.array([5])})


@read(
    "types.parquet", 2,
    cells={
        ("big", 0): "9223372036854775807", ("money", 0): "1.50", ("day", 0): "2024-01-02", ("won", 0): "TRUE",
        ("at", 0): "2024-01-02 03:04:05", ("clock", 0): "03:04:00", ("took", 0): "26:00:00", ("short", 0): "0.1",
        ("share", 0): "0.25", ("share", 1): None, ("list", 0): "[1, 2]", ("said", 0): '{"этап": "new"}',
        ("raw", 0): "abc", ("raw", 1): "ff", ("kind", 1): "b", ("money", 1): None,
    },
)  # fmt: skip
def a_parquet_file_of_all_kinds() -> bytes:
    return parquet({
        "big": pa.array([2**63 - 1, 0]), "money": pa.array([decimal.Decimal("1.50"), None]),
        "day": pa.array([dt.date(2024, 1, 2), None]), "won": pa.array([True, None]),
        "at": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5), None], pa.timestamp("us")),  # noqa: DTZ001
        "clock": pa.array([dt.time(3, 4), None]), "took": pa.array([dt.timedelta(hours=26), None]),
        "short": pa.array([0.1, None], pa.float32()), "share": pa.array([0.25, float("nan")]),
        "list": pa.array([[1, 2], None]), "said": pa.array([{"этап": "new"}, None]),
        "raw": pa.array([b"abc", b"\xff"]), "kind": pa.array(["a", "b"]).dictionary_encode(),
    })  # fmt: skip


@refused("wide.parquet", "too_many_columns")
def a_parquet_file_of_three_thousand_columns() -> bytes:
    return parquet({f"c{n}": pa.array([1]) for n in range(3000)})


@refused("deals.parquet", "no_rows")
def a_parquet_file_of_nulls() -> bytes:
    return parquet({"id": pa.nulls(5)})


@refused("deals.parquet", "damaged")
def a_parquet_file_cut_short() -> bytes:
    return parquet({"id": pa.array(["D-1"] * 1000)})[:-30]


@refused("deals.parquet", "damaged", "could_not_be_read", "no_rows")
def a_parquet_file_of_noise() -> bytes:
    return b"PAR1" + bytes(range(256)) * 40 + struct.pack("<I", 5000) + b"PAR1"


@refused("deals.parquet", "too_much_memory", "too_many_bytes", "damaged", slow=True)
def a_parquet_file_with_one_text_a_million_times() -> bytes:
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["y" * 32_000]))
    return parquet({"id": values})


@read("all.zip", 1, 1, cells=_DEAL)
def an_archive_of_exports() -> bytes:
    return zipped({"deals.csv": _CSV, "orders.xlsx": package({}), "__MACOSX/._deals.csv": b"\0"})


@read("all.zip", 1, 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_a_file_that_takes_all_memory() -> bytes:
    return zipped({"deals.csv": _CSV, "bomb.xlsx": two_far_corners_without_references(), "orders.csv": _CSV})


@read("all.zip", 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_one_file_that_has_a_password() -> bytes:
    data = bytearray(zipped({"deals.csv": _CSV, "locked.csv": _CSV}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.rfind(mark) + at] |= 1
    return bytes(data)


@read("all.zip", 1, cells=_DEAL, notes=["left_out"])
def an_archive_with_a_broken_file() -> bytes:
    return zipped({"deals.csv": _CSV, "broken.xlsx": package({})[:300]})


@read("climbing.zip", 1, cells=_DEAL)
def an_archive_whose_paths_climb_out() -> bytes:
    return zipped({"../../../../../../tmp/crmeval_was_here.csv": _CSV})


@refused("many.zip", "too_many_files")
def an_archive_of_a_thousand_files() -> bytes:
    return zipped({f"{n}.csv": _CSV for n in range(1000)})


@refused("nested.zip", "zip_in_zip")
def an_archive_in_an_archive() -> bytes:
    return zipped({"inner.zip": zipped({"deals.csv": _CSV})})


@refused("bomb.zip", "too_many_bytes")
def an_archive_that_declares_too_much() -> bytes:
    return declaring(zipped({"deals.csv": _CSV}), 3 * 1024**3)


@refused("bomb.zip", "too_much_memory", "too_many_rows", "took_too_long", "file_empty", slow=True)
def an_archive_of_blank_lines() -> bytes:
    return zipped({f"{n}.csv": b"\n" * 100_000_000 for n in range(8)}, level=1)


@refused("empty.zip", "file_empty")
def an_empty_archive() -> bytes:
    return zipped({})


@refused("locked.zip", "password")
def an_archive_with_a_password() -> bytes:
    data = bytearray(zipped({"deals.csv": _CSV}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.find(mark) + at] |= 1
    return bytes(data)


@read("выгрузка.zip", 1, cells=_DEAL)
def an_archive_made_by_windows() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("сделки.csv".encode("cp866").decode("cp437"), _CSV)
    return target.getvalue()


@refused("deals.xlsx", "no_spreadsheet")
def a_picture_named_xlsx() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0" * 500


@refused("report.pdf", "no_spreadsheet")
def a_pdf() -> bytes:
    return b"%PDF-1.7\n" + b"x" * 500


@refused("deals.csv.gz", "damaged")
def a_compressed_file_of_noise() -> bytes:
    return b"\x1f\x8b\x08\0" + b"x" * 500


@read("deals.csv.gz", 1, cells=_DEAL)
def a_compressed_file() -> bytes:
    return gzip.compress(_CSV)


@read("deals.csv.gz", 2, cells={("id", 1): "D-2"})
def a_compressed_file_in_two_pieces() -> bytes:
    return gzip.compress(_CSV) + gzip.compress(b"D-2,7\n")


@refused("deals.csv.gz", "damaged")
def a_compressed_file_cut_short() -> bytes:
    return gzip.compress(_CSV * 100)[:-20]


@refused("deals.csv.gz", "too_many_bytes", slow=True)
def a_compressed_file_of_two_gigabytes() -> bytes:
    packed = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packed.compress(b"x" * 2**20) for _ in range(2048)) + packed.flush()


@refused("deals.tar.gz", "no_spreadsheet")
def a_compressed_archive() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("deals.csv"), io.BytesIO())
    return target.getvalue()


@refused("deals.csv.gz", "zip_in_zip")
def a_compressed_file_in_a_compressed_file() -> bytes:
    return gzip.compress(gzip.compress(_CSV))


@refused("deals.xlsx", "damaged")
def only_the_first_bytes_of_a_zip() -> bytes:
    return b"PK\3\4"


@read("wide.xlsx", 1)
def a_workbook_as_wide_as_allowed() -> bytes:
    return table([f"c{n}" for n in range(2000)], list(range(2000)))
