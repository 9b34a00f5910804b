"""The receipt says the same in the app, in the workbook and in the file contract, and loses nothing."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapping_sheets import RELAXED, rows, sheet
from test_mapping_apply import uploads

from crmeval.assessment import Assessment, open_, save
from crmeval.mapping import MappingProposal, SheetMapping, apply, propose
from crmeval.report.assessment_json import assessment_json
from crmeval.report.receipt import RECEIPT, accounts, receipt_tables
from crmeval.report.xlsx import receipt_xlsx, report_xlsx
from crmeval.settings import Settings
from crmeval.words import LANGUAGES, Words

T = Words("en")


def book_of(data):
    """Sheet title → its rows below the header, as dicts."""
    book, tables = openpyxl.load_workbook(io.BytesIO(data)), {}
    for one in book:
        head, *lines = list(one.iter_rows(min_row=3, values_only=True))
        tables[one["A1"].value] = [dict(zip(head, line, strict=True)) for line in lines]
    return tables


@given(uploads())
@RELAXED
def test_nothing_is_lost_and_all_places_agree(upload):
    sheets, mappings = upload
    tables = apply(sheets, mappings)
    assessment = Assessment(Settings(), tables, {})
    said = assessment_json(assessment, T)["imports"]
    book = book_of(receipt_xlsx(tables, T))
    head = {name: T(f"report.columns.{name}") for name in ("rows_read", "rows_used", "rows_set_aside")}
    listed = book[T("report.imports")]
    assert len(said) == len(listed) == len(sheets)
    for one, line, original in zip(said, listed, sheets, strict=True):
        assert {name: one[name] for name in head} == {name: line[title] for name, title in head.items()}
        assert one["rows_read"] == original.rows_read == one["rows_used"] + one["rows_set_aside"]
        assert sum(one["set_aside"].values()) == one["rows_set_aside"]
        assert one["not_understood"] == line[T("report.columns.not_understood")]
    assert len(book.get(T("report.set_aside"), [])) == sum(one["rows_set_aside"] for one in said)
    assert len(book.get(T("report.problems"), [])) == sum(one["not_understood"] for one in said)
    again = open_(save(assessment)).tables
    assert again.imports == tables.imports
    for language in LANGUAGES:
        words = Words(language)
        for name, frame in receipt_tables(tables, words).items():
            assert name in RECEIPT
            assert frame.equals(receipt_tables(again, words)[name])
        assert all(all(accounts(tables, place, words)) for place in range(len(sheets)))


DEALS = sheet(
    "id|created|customer", "123|2024-01-01|C 1", "77|2024-01-02|c2", "9|2024-01-03|", "0012|2024-01-04|C9",
    file="deals.csv",
)  # fmt: skip
EVENTS = sheet(
    "deal|stage|at", "123.0|new|2024-01-01", "00123|won|2024-01-05", "77|new|2024-01-02", "12|new|2024-01-04",
    "555|new|2024-01-04", file="events.csv",
)  # fmt: skip
FIRMS = sheet("key|city", "c1|Riga", "C2|Oslo", "C2|Rome", "C7|Bonn", file="firms.csv")
COMPANY = MappingProposal((
    SheetMapping("deals.csv", "", "deals",
                 columns={"deal_id": "id", "created_at": "created", "customer_id": "customer"}),
    SheetMapping("events.csv", "", "stage_events",
                 columns={"deal_id": "deal", "stage": "stage", "entered_at": "at"}),
    SheetMapping("firms.csv", "", "lookup", joins=("deals", "customer_id"), key="key"),
))  # fmt: skip


def test_ids_written_otherwise_find_each_other_where_nothing_else_is_meant():
    tables = apply([DEALS, EVENTS, FIRMS], COMPANY)
    assert [key for (key,) in rows(tables, "stage_events", "deal_id")] == ["123", "123", "77", "0012", "555"]
    assert [city for (city,) in rows(tables, "deals", "x1")] == ["Riga", "Oslo", None, None]
    refers = tables.imports[1].joins[0]
    assert (refers.way, refers.rows, refers.matched, refers.orphans) == ("refers", 5, 4, 1)
    describes = tables.imports[2].joins[0]
    assert (describes.rows, describes.matched, describes.orphans) == (3, 2, 1)
    assert (describes.repeated, describes.unused) == (1, 1)
    unmatched = tables.unmatched[["import", "column", "value", "rows"]].to_numpy().tolist()
    assert unmatched == [[1, "deal", "555", 1], [2, "key", "C9", 1]]


def test_an_id_that_could_be_either_of_two_is_neither():
    deals = sheet("id|created", "123|2024-01-01", "0123|2024-01-02", file="deals.csv")
    events = sheet("deal|stage|at", "00123|new|2024-01-01", "123|new|2024-01-01", file="events.csv")
    first, second, _ = COMPANY.sheets
    first = SheetMapping("deals.csv", "", "deals", columns={"deal_id": "id", "created_at": "created"})
    tables = apply([deals, events], MappingProposal((first, second)))
    assert [key for (key,) in rows(tables, "stage_events", "deal_id")] == ["00123", "123"]
    assert tables.imports[1].joins[0].matched == 1


@RELAXED
@given(st.lists(st.sampled_from(["1", "01", "1.0", "a", "A", " a", "2", "", "b b", "bb"]), max_size=12),
       st.lists(st.sampled_from(["1", "2", "a", "bb", "x", ""]), max_size=6))  # fmt: skip
def test_a_join_accounts_for_every_row(asked, offered):
    deals = sheet("id|created|customer", *([str(n), "2024-01-01", key] for n, key in enumerate(asked)),
                  file="deals.csv")  # fmt: skip
    firms = sheet("key|city", *([key, "x"] for key in offered), file="firms.csv")
    tables = apply([deals, firms], MappingProposal((COMPANY.sheets[0], COMPANY.sheets[2])))
    (join,) = tables.imports[1].joins
    assert join.rows == sum(bool(key.strip()) for key in asked)
    assert join.orphans == tables.unmatched["rows"].sum()
    assert (
        join.matched == sum(city is not None for (city,) in rows(tables, "deals", "x1")) if offered else True
    )
    assert tables.count("deals") == len(asked)


def test_formulas_in_ids_and_cells_do_not_run_in_the_receipt():
    evil = '=HYPERLINK("http://example.invalid")'
    one = sheet("id|created|sum", f"{evil}|2024-01-01|5", f"{evil}|2024-01-02|{evil}", file="deals.csv")
    columns = {"deal_id": "id", "created_at": "created", "amount": "sum"}
    tables = apply([one], MappingProposal((SheetMapping("deals.csv", "", "deals", columns=columns),)))
    book = openpyxl.load_workbook(io.BytesIO(receipt_xlsx(tables, T)))
    values = [cell for each in book for row in each.iter_rows() for cell in row if cell.value]
    assert not [cell for cell in values if cell.data_type == "f" or str(cell.value).startswith("=")]
    assert any(str(cell.value) == f"'{evil}" for cell in values)


def test_the_report_holds_the_receipt():
    tables = apply([DEALS, EVENTS, FIRMS], COMPANY)
    whole = book_of(report_xlsx(Assessment(Settings(), tables, {}), T))
    alone = book_of(receipt_xlsx(tables, T))
    assert alone.items() <= whole.items()
    assert {T(f"report.{name}") for name in ("imports", "joins", "unmatched")} <= set(alone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_companies_are_joined_by_their_ids(trial_data, language):
    from crmeval.reading import read_files

    words = Words(language)
    for folder, expected in {
        "maven_crm": {("customer_id", 7375, 7375), ("product", 8800, 7320), ("owner", 8800, 8800)},
        "olist_funnel": {("deal_id", 8000, 842)},
        "salesforce_history": {("deal_id", 584, 584)},
    }.items():
        files = [(one.name, one.read_bytes()) for one in sorted((trial_data / folder).glob("*.csv"))]
        sheets = read_files(files)
        tables = apply(sheets, propose(sheets))
        joins = [join for one in tables.imports for join in one.joins]
        assert {(join.field, join.rows, join.matched) for join in joins} == expected, folder
        assert all(accounts(tables, at, words) for at, one in enumerate(tables.imports) if one.joins)


def test_a_file_whose_ids_became_numbers_is_still_joined():
    leads = sheet(
        "lead id|created date|origin", *(f"00{n}|2024-01-0{n}|web" for n in range(1, 8)), file="leads.csv"
    )
    won = sheet(
        "lead id|won date|segment", "2.0|2024-02-01|pets", "5.0|2024-02-02|cars", file="won.csv"
    )  # fmt: skip
    proposal = propose([leads, won])
    assert proposal.sheets[1].joins == ("deals", "deal_id")
    tables = apply([leads, won], proposal)
    assert [outcome for (outcome,) in rows(tables, "deals", "outcome")].count("won") == 2
    assert tables.imports[1].rows_used == 2
