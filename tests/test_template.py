"""The workbook to fill in says what it wants, and what is filled in is understood without a question."""

import io

import openpyxl
import pytest

from crmeval.fields import LEFT_OUT
from crmeval.fields import TABLES as EVERY
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.report.template import own_columns, sheet_name, template
from crmeval.words import LANGUAGES, Words

EXAMPLES = {
    "id": "002{row:02d}", "text": "quick reply", "category": "Anna", "datetime": "2024-03-{row:02d} 14:30",
    "number": 4, "money": 1250.5, "outcome": "won",
}  # fmt: skip
ROWS = range(2, 32)
TABLES = {name: spec for name, spec in EVERY.items() if not spec.made_here}


@pytest.fixture(params=LANGUAGES)
def words(request):
    return Words(request.param)


@pytest.fixture
def book(words):
    return openpyxl.load_workbook(io.BytesIO(template(words)))


def _field(name, header, words):
    return next((f for f in TABLES[name].fields if words(f"fields.{name}.{f.name}") == header), None)


def _example(field):
    return "R" + EXAMPLES["id"] if field.name == "record_id" else EXAMPLES[field.kind]


def _filled(book, words):
    for name in TABLES:
        sheet = book[sheet_name(name, words)]
        for column, cell in enumerate(sheet[1], 1):
            field = _field(name, cell.value, words)
            for row in ROWS:
                value = _example(field) if field else f"own {row}" if name == "records" else row
                sheet.cell(row, column).value = value.format(row=row) if isinstance(value, str) else value
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_there_is_a_guide_and_a_sheet_for_every_table(book, words):
    assert book.sheetnames == [words("template.guide"), *(sheet_name(name, words) for name in TABLES)]


def test_required_columns_are_bold_and_every_column_explains_itself(book, words):
    for name in TABLES:
        for cell in book[sheet_name(name, words)][1]:
            field = _field(name, cell.value, words)
            assert cell.comment is not None
            assert cell.font.bold == (field is not None and field.required), (name, cell.value)


def test_the_guide_names_every_column(book, words):
    guide = {(row[0].value, row[1].value) for row in book[words("template.guide")].iter_rows()}
    for name in TABLES:
        for cell in book[sheet_name(name, words)][1]:
            if cell.value not in own_columns(name, words):
                assert (sheet_name(name, words), cell.value) in guide


def test_nothing_in_it_is_a_formula(book):
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_what_is_filled_in_is_understood(book, words):
    sheets = read_files([("template.xlsx", _filled(book, words))])
    mapping = propose(sheets)
    by_sheet = {mapped.sheet: mapped for mapped in mapping.sheets}
    assert by_sheet.pop(words("template.guide")).table == LEFT_OUT
    for name, spec in TABLES.items():
        mapped = by_sheet[sheet_name(name, words)]
        assert mapped.table == name
        offered = {field.name for field in spec.fields if not field.name.startswith("q")}
        assert offered <= set(mapped.columns), name
    tables = apply(sheets, mapping)
    for name in TABLES:
        assert tables.count(name) == len(ROWS), name
    assert tables.frame(tables["orders"])["customer_id"].tolist() == [f"002{row:02d}" for row in ROWS]
