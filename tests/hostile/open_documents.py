# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Open documents (ods)."""

import io
import zipfile

from hostile.case import read, refused
from hostile.ooxml import zipped

_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"


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
