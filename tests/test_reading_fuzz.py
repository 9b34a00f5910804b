"""Valid files with bytes or structure changed at random: only sheets or a refusal come out, and quickly.

`CRMEVAL_FUZZ=20` tries twenty times as many, other ones each time.
"""

import gzip
import io
import os
import re
import zipfile
from collections.abc import Callable

from hostile.old_workbooks import an_old_workbook
from hostile.ooxml import package, table, zipped
from hostile.open_documents import an_open_document, an_open_document_of_all_kinds
from hostile.pages import a_page_named_xls, a_workbook_of_2003
from hostile.parquet_files import a_parquet_file, a_parquet_file_of_all_kinds
from hostile.workbook_values import (
    a_header_of_two_rows_with_merged_cells,
    error_cells,
    hidden_rows_and_columns,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmeval.errors import ReadingError
from crmeval.reading import Sheet, read_file
from crmeval.reading.guard import read_guarded
from crmeval.words import LANGUAGES, Words

TIMES = int(os.environ.get("CRMEVAL_FUZZ", "1"))
SURPRISES = {"could_not_be_read", "took_too_long"}  # the guard's words for what nobody foresaw
TEXTS = [
    b'id,client,sum\r\n1,"Acme, Ltd",5\r\n2,"say ""hi""",7\r\nTotal,,12\r\n',
    "Сделка;Сумма\nПоставка;1250,50\nМонтаж;300\n".encode("cp1251"),
    "sep=;\nid;sum\n1;2\n".encode("utf-16"),
    b"id\tn\n1\t2\n3\t4\n",
    b'id,note,sum\n1,"two\nlines",5\n2,"5"" pipe",7\n3,"a,b\n4,c,8,9\nid,note,sum\n\nMade by CRM\n',
    b" 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n",
]
BOOKS = [
    ("deals.xlsx", package({})), ("deals.xlsx", table(["id", "n"], ["a", 1.5], ["b", True])),
    ("deals.xlsx", error_cells()), ("deals.xlsx", hidden_rows_and_columns()),
    ("deals.xlsx", a_header_of_two_rows_with_merged_cells()), ("deals.ods", an_open_document()),
    ("deals.ods", an_open_document_of_all_kinds()),
]  # fmt: skip
PACKED = [
    ("all.zip", zipped({"deals.csv": TEXTS[0], "b.xlsx": package({})})),
    ("a.csv.gz", gzip.compress(TEXTS[0])),
]
OTHERS = [
    ("deals.xls", an_old_workbook()), ("deals.parquet", a_parquet_file()),
    ("deals.parquet", a_parquet_file_of_all_kinds()), ("deals.xls", a_workbook_of_2003()),
    ("deals.xls", a_page_named_xls()), *PACKED, *BOOKS,
]  # fmt: skip
PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        [
            b'"',
            b"\n",
            b"\r",
            b";",
            b"\0",
            b"<",
            b">",
            b"</row>",
            b"\xff\xfe",
            b"A1048576",
            b"9" * 9,
            b"-1",
            b"\xff\xff\xff\xff",
            b"\x80",
            b"&a;",
            b"<![CDATA[",
            b"Total",
            b"1e999",
            b"NaN",
        ]
    ),
)
PLACE = st.floats(0, 1, exclude_max=True)
CHANGES = st.lists(
    st.tuples(PLACE, st.integers(0, 12), PIECES, st.integers(1, 4)), min_size=1, max_size=6
)  # fmt: skip
SWAPS = st.lists(st.tuples(PLACE, PLACE), min_size=1, max_size=6)
WORD = re.compile(rb"[A-Za-z:]{2,}|\d+|[<>\"=/;,]")


def changed(data: bytes, changes: list[tuple[float, int, bytes, int]]) -> bytes:
    """Some bytes at each place replaced by a piece, several times over."""
    for place, gone, piece, times in changes:
        at = int(place * len(data))
        data = data[:at] + piece * times + data[at + gone :]
    return data


def swapped(data: bytes, swaps: list[tuple[float, float]]) -> bytes:
    """Some words, numbers and marks replaced by others of the same file: markup still, of other meaning."""
    for one, other in swaps:
        words = list(WORD.finditer(data))
        if words:
            gone, put = words[int(one * len(words))], words[int(other * len(words))]
            data = data[: gone.start()] + put.group() + data[gone.end() :]
    return data


def tried(examples: int):
    return settings(
        max_examples=examples * TIMES, deadline=None, derandomize=TIMES == 1,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip


def assert_answered(read: Callable[[str, bytes], tuple[Sheet, ...]], name: str, data: bytes) -> None:
    try:
        sheets = read(name, data)
    except ReadingError as refusal:
        if refusal.code in SURPRISES:
            raise
        for language in LANGUAGES:
            Words(language)(refusal.text)  # raises where a fact is missing
        return
    for sheet in sheets:
        assert sheet.table.num_rows == len(sheet.rows) > 0
        assert (sheet.rows[1:] > sheet.rows[:-1]).all()
        assert not set(sheet.rows.tolist()) & set(sheet.set_aside["row"].tolist())


@tried(400)
@given(st.sampled_from(TEXTS), CHANGES)
def test_changed_texts(data, changes):
    assert_answered(read_file, "deals.csv", changed(data, changes))


@tried(200)
@given(st.sampled_from(OTHERS), CHANGES)
def test_changed_files(file, changes):
    name, data = file
    assert_answered(read_guarded, name, changed(data, changes))


@tried(100)
@given(st.sampled_from([file for file in OTHERS if file not in BOOKS]), SWAPS)
def test_files_with_words_in_other_places(file, swaps):
    name, data = file
    assert_answered(read_guarded, name, swapped(data, swaps))


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {part: archive.read(part) for part in archive.namelist()}


@tried(150)
@given(st.sampled_from([*BOOKS, PACKED[0]]), PLACE, CHANGES)
def test_changed_parts_of_workbooks(file, which, changes):
    name, parts = file[0], parts_of(file[1])
    part = list(parts)[int(which * len(parts))]
    assert_answered(read_guarded, name, zipped({**parts, part: changed(parts[part], changes)}))


@tried(150)
@given(st.sampled_from(BOOKS), PLACE, SWAPS)
def test_parts_with_words_in_other_places(file, which, swaps):
    name, parts = file[0], parts_of(file[1])
    part = list(parts)[int(which * len(parts))]
    assert_answered(read_guarded, name, zipped({**parts, part: swapped(parts[part], swaps)}))


@tried(60)
@given(st.sampled_from([*BOOKS, PACKED[0]]), PLACE, PLACE)
def test_parts_that_are_missing_or_are_others(file, gone, put):
    name, parts = file[0], parts_of(file[1])
    names = list(parts)
    left = {part: content for part, content in parts.items() if part != names[int(gone * len(names))]}
    assert_answered(read_guarded, name, zipped(left))
    assert_answered(
        read_guarded,
        name,
        zipped({**parts, names[int(gone * len(names))]: parts[names[int(put * len(names))]]}),
    )
