# ruff: noqa: E501 - raw contents of files, which are not broken to fit
"""Pages and the XML of Excel 2003, as CRMs export them under the name xls."""

from hostile.case import read, refused

_DEAL = {("id", 0): "D-1", ("sum", 0): "5"}


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
