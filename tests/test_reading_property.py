"""Whatever a table holds, however it is written: it comes back whole, in order, with its row numbers."""

import csv
import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crmeval.reading import Sheet, read_file

HEADER = ("deal", "этап сделки", "комментарий", "owner")
WORDS = [
    "new",
    "won",
    "Иванов",
    "под ключ",
    "NA",
    "null",
    "007",
    "1 250,50",
    "a,b",
    "a;b",
    'say "hi"',
    "a\nb",
    "5",
]
CELL = st.one_of(st.none(), st.sampled_from(WORDS), st.text("абвгдежз xyz0123456789,;|.-'", max_size=8))
ROW = st.lists(CELL, min_size=len(HEADER) - 1, max_size=len(HEADER) - 1)
TABLE = st.lists(ROW, min_size=1, max_size=40)
DIALECT = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)
ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251"])


def numbered(table: list[list[str | None]]) -> list[tuple[str, ...]]:
    """Rows with an id, so that each differs and none is blank; cells as reading promises to give them."""
    return [
        (f"D-{number:04}", *(cell.strip() if cell else "" for cell in row))
        for number, row in enumerate(table)
    ]


def assert_whole(sheet: Sheet, expected: list[tuple[str, ...]], numbers: list[int]) -> None:
    """Every row is there or set aside; those that are there are right in every cell."""
    assert sheet.rows_read == len(expected)
    by_number = dict(zip(numbers, expected, strict=True))
    assert sorted([*sheet.rows.tolist(), *sheet.set_aside["row"].tolist()]) == numbers
    assert (sheet.rows[1:] > sheet.rows[:-1]).all()
    for number, row in zip(sheet.rows.tolist(), sheet.table.to_pylist(), strict=True):
        assert tuple(row.get(name) or "" for name in HEADER) == by_number[number]


@settings(max_examples=150, deadline=None)
@given(TABLE, DIALECT, ENCODING, st.lists(st.booleans(), min_size=40, max_size=40))
def test_a_table_written_as_csv_comes_back(table, dialect, encoding, blank_before):
    rows = numbered(table)
    target = io.StringIO(newline="")
    writer = csv.writer(target, **dialect)
    writer.writerow(HEADER)
    numbers, line = [], 2
    for row, blank in zip(rows, blank_before, strict=False):
        if blank:
            target.write(dialect["lineterminator"])
            line += 1
        numbers.append(line)
        writer.writerow(row)
        line += 1 + "".join(row).count("\n")
    (sheet,) = read_file("deals.csv", target.getvalue().encode(encoding))
    assert_whole(sheet, rows, numbers)


@settings(max_examples=40, deadline=None)
@given(TABLE, st.integers(0, 3), st.integers(0, 3))
def test_a_table_written_as_a_workbook_comes_back(table, top, left):
    rows = numbered(table)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(top + at, left + column, cell)
    (read,) = read_file("deals.xlsx", target.getvalue())
    assert_whole(read, rows, [top + 2 + at for at in range(len(rows))])


@pytest.mark.parametrize("rows", [1, 50_000])
def test_many_rows_keep_their_numbers_across_the_blocks_of_the_reader(rows):
    lines = [f'D-{number:06},"note {"x" * 200} {number}",won' for number in range(rows)]
    lines[rows // 2] += "\n"  # a blank line in the middle
    (sheet,) = read_file("deals.csv", ("deal,comment,stage\n" + "\n".join(lines) + "\n").encode())
    assert len(sheet.rows) == rows
    assert sheet.table["deal"][rows - 1].as_py() == f"D-{rows - 1:06}"
    assert sheet.rows[-1] == rows + (2 if rows > 1 else 1)
