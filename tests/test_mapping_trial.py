"""Real data sets, read and mapped without help, against the figures published for them."""

import pytest

from crmeval.mapping import apply, propose
from crmeval.reading import read_files

pytestmark = pytest.mark.trial


@pytest.fixture
def upload(trial_data):
    def upload(folder, *names, **kinds):
        files = (
            sorted((trial_data / folder).glob("*.*"))
            if not names
            else [trial_data / folder / name for name in names]
        )
        sheets = read_files([(path.name, path.read_bytes()) for path in files if path.suffix != ".md"])
        proposal = propose(sheets, {f"{name}.csv": table for name, table in kinds.items()})
        return {one.file: one for one in proposal.sheets}, apply(sheets, proposal)

    return upload


def outcomes(tables):
    return dict(tables.frame(tables["deals"].outcome.value_counts()).itertuples(index=False, name=None))


def said(tables):
    return {
        note.key.removeprefix("import_notes."): dict(note.facts)
        for one in tables.imports
        for note in one.notes
    }


def test_maven_pipeline_with_its_lookups(upload):
    mappings, tables = upload("maven_crm")
    assert mappings["sales_pipeline.csv"].columns == {
        "deal_id": "opportunity_id",
        "created_at": "engage_date",
        "closed_at": "close_date",
        "outcome": "deal_stage",
        "stage": "deal_stage",
        "amount": "close_value",
        "customer_id": "account",
        "owner": "sales_agent",
        "product": "product",
    }
    joins = {file: (one.table, one.joins) for file, one in mappings.items() if one.table != "deals"}
    assert joins == {
        "accounts.csv": ("lookup", ("deals", "customer_id")),
        "products.csv": ("lookup", ("deals", "product")),
        "sales_teams.csv": ("lookup", ("deals", "owner")),
        "data_dictionary.csv": ("", None),
    }
    assert (tables.count("deals"), outcomes(tables)) == (8800, {"won": 4238, "lost": 2473, "open": 2089})
    deals = tables["deals"]
    assert tables.value(deals.created_at.isnull().sum()) == 500
    assert tables.value(deals.amount.sum()) == 10_005_534
    assert tables.value(deals.team.nunique()) == 6
    assert said(tables)["spelled_otherwise"] == {"value": "GTXPro", "like": "GTX Pro", "n": 1480}


def test_salesforce_history(upload):
    mappings, tables = upload("salesforce_history")
    assert {one.source for one in mappings.values()} == {"salesforce"}
    assert mappings["input_01.csv"].columns["position"] == "SortOrder"
    assert outcomes(tables) == {"won": 89, "lost": 57, "open": 73}
    assert tables.count("stage_events") == 584
    assert said(tables)["closed_flag"] | {"n": 0} == {
        "column": "IsClosed",
        "flagged": 36,
        "closed": 146,
        "n": 0,
    }
    closed = tables.frame(tables["deals"].filter(tables["deals"].outcome != "open"))
    assert (closed["closed_at"] - closed["created_at"]).dt.days.median() == 10


def test_olist_funnel_joined_by_lead(upload):
    _, tables = upload("olist_funnel")
    assert outcomes(tables) == {"won": 842, "open": 7158}
    assert tables.value(tables["deals"].source.isnull().sum()) == 60
    assert [one.rows_used for one in tables.imports] == [842, 8000]


def test_cdnow_orders(upload):
    _, tables = upload("cdnow", "CDNOW_master.txt")
    orders = tables["orders"]
    assert tables.imports[0].rows_used == 69_659
    assert tables.value(orders.customer_id.nunique()) == 23_570
    assert tables.value(orders.amount.sum()) == pytest.approx(2_500_315.63)
    assert tables.value(orders.customer_id.min()) == "00001"


@pytest.mark.parametrize(
    ("name", "n"), [("folador_usability-db-en.csv", 36), ("blattgerste_studyData.csv", 20)]
)
def test_sus_forms(upload, name, n):
    mappings, tables = upload("sus", name)
    assert tables.imports[0].rows_used == n
    assert [field for field in mappings[name].columns if field.startswith("q")] == [
        f"q{item}" for item in range(1, 11)
    ]


def test_answers_about_airlines(upload):
    _, tables = upload("nps_prep_air")
    feedback = tables["feedback"]
    assert tables.labels("feedback") == {"x1": "Airline"}
    assert tables.frame(feedback.scale.value_counts()).to_numpy().tolist() == [["NPS", 5907]]
    prep = tables.frame(feedback.filter(feedback.x1 == "Prep Air"))["score"]
    assert 100 * ((prep >= 9).mean() - (prep <= 6).mean()) == pytest.approx(21.2, abs=0.05)


def test_hospital_records_and_their_truth(upload):
    mappings, tables = upload("hospital", "dirty.csv", "clean.csv", dirty="records", clean="verified")
    assert mappings["dirty.csv"].columns == mappings["clean.csv"].columns == {"record_id": "index"}
    assert (tables.count("records"), tables.count("verified")) == (1000, 1000)
    assert (len(tables.labels("records")), len(tables.labels("verified"))) == (19, 19)


def test_persons_are_records(upload):
    mappings, tables = upload("febrl", "dataset1.csv")
    assert mappings["dataset1.csv"].columns == {"record_id": "rec_id"}
    assert tables.count("records") == 1000


def test_what_is_no_table_is_left_out(upload):
    for folder in ("roi_published", "impact_example"):
        mappings, tables = upload(folder)
        assert {one.table for one in mappings.values()} == {""}
        assert tables.names == ()


def test_russian_exports(upload):
    mappings, tables = upload("russian_exports", "amocrm_cp1251_semicolon.csv")
    assert mappings["amocrm_cp1251_semicolon.csv"].source == "amocrm"
    frame = tables.frame(tables["deals"].order_by("_row"))
    assert frame["amount"].tolist() == [1250000.5, 0.0, 12500.0]
    assert str(frame["created_at"][2]) == "2024-03-02 09:00:00"
    assert list(tables.set_aside["reason"]) == ["duplicate"]

    mappings, tables = upload("russian_exports", "bitrix_export_html.xls")
    assert "closed_at" not in mappings["bitrix_export_html.xls"].columns
    assert mappings["bitrix_export_html.xls"].confidence["created_at"] > 0.8  # the system is known
    assert tables.frame(tables["deals"].order_by("_row"))["amount"].tolist() == [1300.0, 450.5]
    assert outcomes(tables) == {"won": 1, "open": 1}

    _, tables = upload("russian_exports", "padded_titles_total_utf8bom.csv")
    assert (tables.count("deals"), list(tables.set_aside["reason"])) == (2, ["total"])

    _, tables = upload("russian_exports", "report_merged_hidden_total.xlsx")
    closed = tables.frame(tables["deals"].order_by("_row"))["closed_at"].astype(str)
    assert tables.count("deals") == 6
    assert "2024-02-15" in set(closed.str[:10])
