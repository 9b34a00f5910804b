# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Workbooks that reach out: entities, links, macros, paths; and those in other or broken packages."""

import io
import zipfile

from hostile.case import read, refused
from hostile.ooxml import (
    BOOK,
    HEAD,
    SHEET,
    STRINGS,
    TABLE,
    book,
    package,
    relations,
    sheet,
    strings,
    table,
    zipped,
)

_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}
_SHARED = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>sum</t></is></c></row>'
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>5</v></c></row>'
)
_LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)
_READS_A_FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'


def with_entity(address: str) -> bytes:
    """A workbook whose texts and sheet would fetch `address`."""
    doctype = f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY % d SYSTEM "{address}"> %d; <!ENTITY f SYSTEM "{address}">]>'
    return package({
        STRINGS: strings("&f;", doctype=doctype),
        SHEET: sheet(_SHARED).replace(HEAD, HEAD + doctype), BOOK: book("Deals").replace(HEAD, HEAD + doctype),
    })  # fmt: skip


@refused("xxe.xlsx", "damaged")
def an_entity_that_reads_a_file() -> bytes:
    return package({SHEET: sheet(_SHARED), STRINGS: strings("&f;", doctype=_READS_A_FILE)})


@refused("xxe.xlsx", "damaged", "no_rows")
def an_entity_in_the_book() -> bytes:
    return package({BOOK: book("Deals&f;").replace(HEAD, HEAD + _READS_A_FILE)})


@refused("xxe.xlsx", "damaged", "no_rows")
def entities_that_fetch_an_address() -> bytes:
    return with_entity("http://127.0.0.1:9/x.dtd")


@refused("laughs.xlsx", "damaged", "no_rows")
def a_billion_laughs_in_the_texts() -> bytes:
    return package({SHEET: sheet(_SHARED), STRINGS: strings("&a11;", doctype=_LAUGHS)})


@refused("laughs.xlsx", "damaged", "no_rows")
def a_billion_laughs_in_the_book() -> bytes:
    return package({BOOK: book("&a11;").replace(HEAD, HEAD + _LAUGHS)})


@refused("laughs.xlsx", "damaged", "no_rows")
def quadratic_entities_in_the_sheet() -> bytes:
    doctype = f"<!DOCTYPE x [<!ENTITY a '{'y' * 100_000}'>]>"
    rows = TABLE.replace("D-1", "&a;" * 20_000)
    return package({SHEET: sheet(rows).replace(HEAD, HEAD + doctype)})


@read("links.xlsx", 1, cells=_DEAL, notes=["external_links"])
def external_links() -> bytes:
    link = f'{HEAD}<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    target = '<Relationship Id="x" Type="http://x/externalLinkPath" Target="file://///evil/share/x.xlsx" TargetMode="External"/>'
    rels = f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{target}</Relationships>'
    return package({
        "xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
        "xl/_rels/workbook.xml.rels": relations(1, target.replace('"x"', '"out"')),
    })  # fmt: skip


@read("macros.xlsm", 1, cells=_DEAL, notes=["macros"])
def macros() -> bytes:
    return package({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Sub Auto_Open()" + b"\0" * 500})


@read("paths.xlsx", 1, cells=_DEAL)
def parts_that_climb_out_of_the_zip() -> bytes:
    return package(
        {"../../../../tmp/crmeval_was_here": "x", "/etc/crmeval_was_here": "x", "C:\\evil.dll": "x"}
    )


@refused("climbing.xlsx", "damaged", "no_rows")
def a_sheet_that_lies_outside() -> bytes:
    rels = relations(1).replace("worksheets/sheet1.xml", "../../../../../etc/passwd")
    return package({"xl/_rels/workbook.xml.rels": rels})


@refused("nothing.xlsx", "damaged")
def no_book() -> bytes:
    return package({BOOK: None})


@refused("nothing.xlsx", "damaged")
def no_relations() -> bytes:
    return package({"xl/_rels/workbook.xml.rels": None})


@refused("nothing.xlsx", "damaged", "no_rows")
def no_sheet() -> bytes:
    return package({SHEET: None})


@read("minimal.xlsx", 1, cells=_DEAL)
def no_styles() -> bytes:
    return package({"xl/styles.xml": None})


@read("absolute.xlsx", 1, cells=_DEAL)
def absolute_targets() -> bytes:
    return package({"xl/_rels/workbook.xml.rels": relations(1).replace('"worksheets/', '"/xl/worksheets/')})


@read("strict.xlsx", 1, cells=_DEAL)
def strict_open_xml() -> bytes:
    main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    ids = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    return package({
        SHEET: sheet(TABLE, space=main), BOOK: book("Deals", space=main, ids=ids),
        "xl/_rels/workbook.xml.rels": relations(1, kind=ids), "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{main}"/>',
    })  # fmt: skip


@refused("cut.xlsx", "damaged")
def cut_in_half() -> bytes:
    data = table(["id", "n"], *([n, n * 7919 % 1000] for n in range(2000)))
    return data[: len(data) // 2]


@refused("crc.xlsx", "damaged")
def wrong_checksums() -> bytes:
    data = bytearray(zipfile_stored())
    at = data.find(b"D-1")
    data[at : at + 3] = b"E-9"
    return bytes(data)


def zipfile_stored() -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package({}))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    return target.getvalue()


@refused("crc.xlsx", "damaged")
def a_stream_that_cannot_be_unpacked() -> bytes:
    data = bytearray(package({}))
    at = data.find(SHEET.encode()) + len(SHEET)
    data[at : at + 40] = b"\xff" * 40
    return bytes(data)


@refused("names.xlsx", "damaged", "wrong_extension")
def a_part_without_a_name() -> bytes:
    return package({}).replace(b"[Content_Types].xml", b"\0Content_Types].xml")


@refused("cut.xlsx", "damaged", "no_rows")
def a_sheet_that_stops_in_the_middle() -> bytes:
    return package({SHEET: sheet(TABLE)[:-90]})


@refused("text.xlsx", "damaged", "no_rows")
def a_sheet_that_is_no_xml() -> bytes:
    return package({SHEET: "Please log in to download the report"})


@refused("letter.docx", "no_spreadsheet")
def a_letter() -> bytes:
    return zipped({"[Content_Types].xml": "", "word/document.xml": "<w/>"})


@refused("deals.xlsx", "no_spreadsheet")
def slides_named_xlsx() -> bytes:
    return zipped({"[Content_Types].xml": "", "ppt/presentation.xml": "<p/>"})


@refused("deals.xlsb", "xlsb")
def a_binary_workbook() -> bytes:
    return zipped({"[Content_Types].xml": "", "xl/workbook.bin": b"\x83\1\0"})


@read("deals.csv", 1, cells=_DEAL, notes=["kind_differs"])
def a_workbook_named_csv() -> bytes:
    return package({})
