"""How far the cells of an ods reach, before it is read: one tag may stand for a million cells."""

import re
from xml.parsers import expat

from crmeval.errors import ReadingError
from crmeval.reading import limits

_TAG = re.compile(rb"<table:(table-row|table-cell|covered-table-cell|table)\b([^<>]*)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,9})"')


def check(file: str, data: bytes) -> None:
    """Refuse an ods that is damaged or whose filled cells span too large a rectangle."""
    try:
        content = limits.open_zip(file, data).read("content.xml")
        expat.ParserCreate().Parse(content, True)  # calamine never ends on some that is not well-formed
    except (expat.ExpatError, *limits.BROKEN_ZIP) as error:
        raise ReadingError("damaged", file=file) from error
    rows = width = column = repeated = 0
    height = 0
    for match in _TAG.finditer(content):
        tag, attributes = match.groups()
        found = _REPEATED.search(attributes)
        times = int(found.group(1)) if found else 1
        if tag == b"table":
            rows = width = height = 0
        elif tag == b"table-row":
            rows, column, repeated = rows + times, 0, times
        else:
            column += times
            if b"value-type" in attributes or repeated == 0:
                width, height = max(width, column), rows
                limits.check_cells(file, width * height)
