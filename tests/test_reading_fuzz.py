"""Valid files with bytes changed at random: only sheets or a refusal come out, and quickly."""

import io
import zipfile
from collections.abc import Callable

from hostile.ooxml import package, table, zipped
from hostile.others import (
    a_page_named_xls,
    a_parquet_file,
    a_workbook_of_2003,
    an_old_workbook,
    an_open_document,
)  # fmt: skip
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmeval.errors import ReadingError
from crmeval.reading import Sheet, read_file
from crmeval.reading.guard import read_guarded

TEXTS = [
    b'id,client,sum\r\n1,"Acme, Ltd",5\r\n2,"say ""hi""",7\r\nTotal,,12\r\n',
    "Сделка;Сумма\nПоставка;1250,50\nМонтаж;300\n".encode("cp1251"),
    "sep=;\nid;sum\n1;2\n".encode("utf-16"),
    b"id\tn\n1\t2\n3\t4\n",
]
BOOKS = [
    ("deals.xlsx", package({})), ("deals.xlsx", table(["id", "n"], ["a", 1.5], ["b", True])),
    ("deals.ods", an_open_document()),
]  # fmt: skip
OTHERS = [
    ("deals.xls", an_old_workbook()), ("deals.parquet", a_parquet_file()),
    ("deals.xls", a_workbook_of_2003()), ("deals.xls", a_page_named_xls()), *BOOKS,
]  # fmt: skip
PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [b'"', b"\n", b"\r", b";", b"\0", b"<", b">", b"</row>", b"\xff\xfe", b"A1048576", b"9" * 9]
    ),
)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 12), PIECES, st.integers(1, 4)),
    min_size=1, max_size=6,
)  # fmt: skip


def changed(data: bytes, changes: list[tuple[float, int, bytes, int]]) -> bytes:
    """Some bytes at each place replaced by a piece, several times over."""
    for place, gone, piece, times in changes:
        at = int(place * len(data))
        data = data[:at] + piece * times + data[at + gone :]
    return data


def assert_answered(read: Callable[[str, bytes], tuple[Sheet, ...]], name: str, data: bytes) -> None:
    try:
        sheets = read(name, data)
    except ReadingError as refusal:
        if refusal.code == "could_not_be_read":  # the guard's word for what nobody foresaw
            raise
        return
    for sheet in sheets:
        assert sheet.table.num_rows == len(sheet.rows) > 0
        assert (sheet.rows[1:] > sheet.rows[:-1]).all()
        assert not set(sheet.rows.tolist()) & set(sheet.set_aside["row"].tolist())


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(TEXTS), CHANGES)
def test_changed_texts(data, changes):
    assert_answered(read_file, "deals.csv", changed(data, changes))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(OTHERS), CHANGES)
def test_changed_files(file, changes):
    name, data = file
    assert_answered(read_guarded, name, changed(data, changes))


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BOOKS), st.floats(0, 1, exclude_max=True), CHANGES)
def test_changed_parts_of_workbooks(file, which, changes):
    name, data = file
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    part = list(parts)[int(which * len(parts))]
    assert_answered(read_guarded, name, zipped({**parts, part: changed(parts[part], changes)}))
