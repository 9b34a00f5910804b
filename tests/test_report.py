"""Reports say what was measured and nothing else: equal to the results, self-contained, harmless to open."""

import base64
import io
import json
import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import openpyxl
import pandas as pd
import pypdf
import pytest

from crmeval.analyses import ANALYSES, assess
from crmeval.analyses.findings import SHOWN
from crmeval.assessment import Assessment
from crmeval.charts import CHARTS
from crmeval.report import content
from crmeval.report.assessment_json import assessment_json
from crmeval.report.content import table_title
from crmeval.report.document import document
from crmeval.report.html import report_html
from crmeval.report.pdf import report_pdf
from crmeval.report.safe import safe_text
from crmeval.report.shown import POINTS, columns, decoded, in_words
from crmeval.report.xlsx import report_xlsx
from crmeval.results import Finding, Measure, Result
from crmeval.settings import Settings
from crmeval.tables import Import, Tables
from crmeval.words import LANGUAGES, Words, text

HOSTILE = (
    "=cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0", "＝1+1", "+1+1", "\t=1+1",
    "<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "![p](http://evil.example/p.png)",
    "{{ 7*7 }}", '"><svg onload=alert(1)>',
)  # fmt: skip
STARTS = tuple("=+-@\t\r\n＝＋－＠")


def _hostile_tables():
    rng = np.random.default_rng(5)
    n = 300
    created = pd.Timestamp("2023-01-02 09:00") + pd.to_timedelta(np.sort(rng.integers(0, 500, n)), unit="D")
    names = np.array(HOSTILE, dtype=object)
    deals = pd.DataFrame(
        {
            "deal_id": [f"=D{number}" for number in range(n)],
            "created_at": created,
            "closed_at": created + pd.to_timedelta(rng.integers(1, 60, n), unit="D"),
            "outcome": rng.choice(["won", "lost"], n),
            "amount": rng.integers(100, 900, n).astype(float),
            "owner": names[rng.integers(0, len(names), n)],
            "source": names[rng.integers(0, len(names), n)],
            "customer_id": names[rng.integers(0, len(names), n)],
        }
    )
    stages = pd.DataFrame(
        {
            "deal_id": np.repeat(deals["deal_id"], 2).to_numpy(),
            "stage": np.tile(names[:2], n),
            "entered_at": np.repeat(deals["created_at"], 2).to_numpy()
            + np.tile(pd.to_timedelta([0, 5], unit="D"), n),
        }
    )
    records = pd.DataFrame(
        {
            "record_id": [f"@{number}" for number in range(80)],
            "entered_by": names[rng.integers(0, len(names), 80)],
            "entered_at": created[:80],
            "x1": names[rng.integers(0, len(names), 80)],
            "x2": [f"a{number}@b.ru" if number % 3 else "нет" for number in range(80)],
        }
    )
    receipt = Import(
        "=evil.csv", "<b>", "deals", "unknown", n, n, 0, {"deal_id": "@SUM(A1)"}, sums={"amount": (1.0, 1.0)}
    )
    plain = Tables.from_frames(deals=deals, stage_events=stages, records=records)
    set_aside = pd.DataFrame({"import": [0], "row": [7], "reason": ["total"], "value": ["=1+1"]})
    return Tables(
        {name: plain.arrow(name) for name in plain.names},
        labels={"records": {"x1": "=HYPERLINK(1)", "x2": "E-mail"}}, imports=(receipt,), set_aside=set_aside,
    )  # fmt: skip


@pytest.fixture(scope="module")
def hostile():
    tables = _hostile_tables()
    settings = Settings(company="<img src=x onerror=alert(2)>", currency="EUR")
    return Assessment(settings, tables, assess(tables, settings), created=datetime(2025, 1, 9, tzinfo=UTC))


@pytest.fixture(scope="module", params=LANGUAGES)
def words(request):
    return Words(request.param, "EUR")


@pytest.fixture(scope="module")
def said(hostile, words):
    return document(hostile, words)


@pytest.fixture(scope="module")
def source(said, words):
    return report_html(said, words)


@pytest.fixture(scope="module")
def paper(said, words):
    return pypdf.PdfReader(io.BytesIO(report_pdf(said, words)))


@pytest.fixture(scope="module")
def book(hostile, words):
    return _book(hostile, words)


class _Page(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.tags, self.texts = [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)


def _book(assessment, words):
    return openpyxl.load_workbook(io.BytesIO(report_xlsx(assessment, words)))


def _sheet(book, title):
    return next(sheet for sheet in book if sheet["A1"].value == safe_text(title))


def _same(cell, value, kind):
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return cell is None
    if isinstance(value, pd.Timestamp):
        return pd.Timestamp(cell) == value
    if isinstance(value, str) or kind == "text":
        return cell == safe_text(str(value)) or (cell is None and value == "")
    times = 100 if kind == POINTS else 1  # a difference of shares is written in percentage points
    return float(cell) == pytest.approx(times * float(value))


def test_every_result_table_reads_back_equal(hostile, book, words):
    tables = {name: frame for result in hostile.results.values() for name, frame in result.tables.items()}
    assert len(tables) > 8
    for name, frame in tables.items():
        rows = list(_sheet(book, table_title(name, words)).iter_rows(min_row=4, values_only=True))
        said = decoded(frame, words)
        rows = rows[: len(said)]  # below there is nothing
        assert len(rows) == len(said), name
        for row, expected in zip(rows, said.itertuples(index=False, name=None), strict=True):
            for cell, value, column in zip(row, expected, columns(frame, words), strict=False):
                assert _same(cell, value, column.kind), (name, column.name, cell, value)


def test_rows_set_aside_are_listed_with_their_reason(book, words):
    rows = list(_sheet(book, words("report.set_aside")).iter_rows(min_row=4, values_only=True))
    assert rows[0][:3] == ("'=evil.csv", "<b>", 7)
    assert rows[0][3].rstrip(": ") == rows[0][3]
    assert rows[0][4] == "'=1+1"


def test_every_measure_is_in_the_workbook_as_a_number(hostile, book, words):
    sheet = _sheet(book, words("report.measures"))
    found = {row[8]: row for row in sheet.iter_rows(min_row=4, values_only=True)}
    measures = [measure for result in hostile.results.values() for measure in result.measures]
    assert set(found) == {measure.id for measure in measures}
    for measure in measures:
        _, name, value, _, n, low, high, definition, _ = found[measure.id]
        assert n == measure.n
        assert _same(value, measure.value, "text" if isinstance(measure.value, str) else "number")
        assert _same(low, measure.low, "number")
        assert _same(high, measure.high, "number")
        assert name == safe_text(words(measure.name))
        assert definition == safe_text(words(measure.definition))


def test_no_cell_of_the_workbook_is_live(book):
    seen = 0
    for sheet in book:
        assert not sheet.title.startswith(STARTS)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert cell.hyperlink is None
                if isinstance(cell.value, str):
                    assert not cell.value.startswith(STARTS), cell.value
                    seen += cell.value.startswith("'")
    assert seen > 20  # the hostile names did reach the workbook


def test_the_page_runs_and_fetches_nothing(source):
    page = _Page(source)
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "object", "embed", "link", "form", "svg"}
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:image/svg+xml;base64,")), attributes
    assert all(attributes.get("alt") for tag, attributes in page.tags if tag == "img")


def test_names_from_files_are_literal_text_on_the_page(source):
    said = "".join(_Page(source).texts)
    for name in ("<img src=x onerror=alert(1)>", "{{ 7*7 }}", "</script><script>alert(1)</script>"):
        assert name in said
    assert "<img src=x onerror=alert(2)>" in said  # the company
    assert "=evil.csv · <b>" in said


def test_pictures_of_charts_hold_no_scripts_and_no_addresses(source):
    pictures = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", source)
    assert bool(pictures) == bool(CHARTS)
    for picture in pictures:
        page = _Page(base64.b64decode(picture).decode())
        assert not {tag for tag, _ in page.tags} & {"script", "foreignobject", "image", "a", "img", "use"}
        for _, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name.endswith("href")]


def test_the_page_names_what_is_not_measured(source, words):
    said = "".join(_Page(source).texts)
    assert words("report.missing") in said
    assert words("measures.feedback.nps.name") in said


def test_the_file_contract(hostile, words):
    found = json.loads(json.dumps(assessment_json(hostile, words), allow_nan=False))
    assert set(found) == {"imports", "measures", "not_measured", "tables", "scores", "findings"}
    assert set(found["scores"]) == {
        "efficiency",
        "effectiveness",
        "coverage_efficiency",
        "coverage_effectiveness",
    }
    assert not set(found["measures"]) & set(found["not_measured"])
    contract = {measure_id for analysis in ANALYSES for measure_id in analysis.measures}
    assert contract <= set(found["measures"]) | set(found["not_measured"])
    for measure in found["measures"].values():
        assert {"value", "unit", "n", "low", "high", "definition"} <= set(measure)
    for finding in found["findings"]:
        assert {"area", "text", "value", "evidence"} <= set(finding)
    receipt = found["imports"][0]
    assert receipt["rows_read"] == receipt["rows_used"] + receipt["rows_set_aside"]
    assert receipt["mapping"] == {"deal_id": "@SUM(A1)"}
    won = (hostile.tables.frame(hostile.tables["deals"])["outcome"] == "won").sum()
    assert found["measures"]["deals.won"]["value"] == won


def _made_up(frame, **measure):
    one = Measure("deals.count", **{"value": 3.0, "unit": "count", "n": 3, **measure})
    finding = Finding("efficiency", text("report.made_by"), text("report.made_by"), "time", float("nan"))
    return Result(text("report.made_by"), (one,), tables={"owners": frame}, findings=(finding,))


def test_what_is_no_number_is_null_and_a_date_is_iso(hostile, words):
    frame = pd.DataFrame(
        {
            "owner": ["a", None], "win_rate": [np.nan, np.inf], "month": pd.to_datetime(["2024-03-01", None]),
            "deals": np.array([1, 2]), "stopped": [True, False],
        }
    )  # fmt: skip
    made_up = _made_up(frame, low=float("-inf"), high=float("nan"))
    found = assessment_json(replace(hostile, results={"output": made_up}), words)
    json.dumps(found, allow_nan=False)
    assert found["tables"]["owners"] == [
        {"owner": "a", "win_rate": None, "month": "2024-03-01T00:00:00", "deals": 1, "stopped": True},
        {"owner": None, "win_rate": None, "month": None, "deals": 2, "stopped": False},
    ]
    measure = found["measures"]["deals.count"]
    assert (measure["low"], measure["high"]) == (None, None)
    assert found["findings"][0]["value"] is None
    assert found["scores"]["efficiency"] is None


def test_the_workbook_leaves_empty_what_is_no_number(hostile, words):
    frame = pd.DataFrame({"owner": ["a", None], "win_rate": [np.nan, np.inf], "deals": [1, 2]})
    sheet = _sheet(
        _book(replace(hostile, results={"output": _made_up(frame)}), words), table_title("owners", words)
    )
    assert list(sheet.iter_rows(min_row=4, values_only=True)) == [("a", None, 1), (None, None, 2)]


def _letters(said):
    """Without spaces, hyphens and signs of no width, where lines break as they will."""
    return re.sub(r"[\s\u00ad\u200b-]", "", said)


def test_the_paper_says_every_answer_finding_and_reason(said, paper):
    read = _letters("".join(page.extract_text() for page in paper.pages))
    answers = [one["answer"] for page in said["pages"] for one in page["analyses"]]
    reasons = [reason for _, reason in said["missing"]]
    for sentence in (*answers, *(one["text"] for one in said["findings"]), *reasons):
        assert _letters(sentence) in read


def test_the_paper_has_its_fonts_inside_and_nothing_that_acts(paper):
    assert not paper.get_fields()
    assert "/OpenAction" not in paper.trailer["/Root"]
    assert "/Names" not in paper.trailer["/Root"] or "/JavaScript" not in paper.trailer["/Root"]["/Names"]
    for page in paper.pages:
        notes = [note.get_object() for note in page.get("/Annots", ())]
        assert not [note for note in notes if "/URI" in note.get("/A", {})]
        for font in page["/Resources"].get("/Font", {}).values():
            inside = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(inside)


def test_names_on_paper_are_text(paper):
    read = _letters("".join(page.extract_text() for page in paper.pages))
    assert _letters("<img src=x onerror=alert(2)>") in read
    assert "{{7*7}}" in read


@pytest.mark.parametrize(
    "name", ["#panic()", "$x$", "*b*", "@label", "\\", "// no", "`raw`", "<l>", "_", "= h"]
)
def test_the_marks_of_the_typesetter_are_text_too(said, words, name):
    paper = pypdf.PdfReader(io.BytesIO(report_pdf({**said, "company": name, "pages": []}, words)))
    assert _letters(name) in _letters(paper.pages[0].extract_text())


def test_reports_of_nothing_say_so(words):
    empty = Assessment(Settings(), Tables({}), {})
    assert words("report.no_findings") in report_html(document(empty, words), words)
    assert report_pdf(document(empty, words), words).startswith(b"%PDF")
    assert _book(empty, words).sheetnames
    assert assessment_json(empty, words)["measures"] == {}


def test_values_are_said_in_their_kind(words):
    frame = pd.DataFrame(
        {"rate": [0.5], "low": [0.4], "revenue": [1234.0], "month": pd.to_datetime(["2024-03-01"])}
    )
    kinds = [column.kind for column in columns(frame, words)]
    assert kinds == ["share", "share", "money", "month"]
    assert [column.kind for column in columns(pd.DataFrame({"mean": [1.5], "low": [1.0]}), words)] == [
        "number"
    ] * 2
    said = [in_words(value, kind, words) for value, kind in zip(frame.iloc[0], kinds, strict=True)]
    assert said[0] == words.percent(0.5)
    assert said[2] == words.money(1234)
    assert "2024" in said[3]
    assert in_words(float("nan"), "number", words) == "—"


def test_codes_of_tables_are_said_in_words(words):
    frame = pd.DataFrame({"outcome": ["won", "lost", "?"], "stopped": [True, False, True]})
    said = decoded(frame, words)
    assert said["outcome"].tolist() == [words("codes.outcome.won"), words("codes.outcome.lost"), "?"]
    assert said["stopped"].tolist() == [words("report.yes"), words("report.no"), words("report.yes")]


def test_on_paper_a_chart_stands_for_a_table_that_would_be_cut_off(said, paper, words):
    text_of = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    long = [
        table
        for page in said["pages"]
        for one in page["analyses"]
        for table in one["tables"]
        if table["n"] > 12
    ]
    cut = [words("report.rows_shown", n=table["n"], shown=12) for table in long]
    kept = [sentence for sentence, table in zip(cut, long, strict=True) if not table["drawn"]]
    assert len(kept) < len(cut)
    for sentence in set(cut):
        assert text_of.count(" ".join(sentence.split())) == kept.count(sentence)


def test_the_first_page_answers_and_names_what_is_weak(hostile, words):
    card = hostile.results["scorecard"]
    scores = card.tables["scores"].copy()
    scores["score"] = [12.0, *[np.nan] * (len(scores) - 1)]
    scores[["value", "unit"]] = [0.25, "share"]
    scored = replace(card, tables={**card.tables, "scores": scores})
    answered = dict(
        document(replace(hostile, results={**hostile.results, "scorecard": scored}), words)["lead"]
    )
    assert answered[words("report.verdict")] == words(card.answer)
    weak = answered[words("report.weakest")]
    assert content.measure_name(scores["measure"].iloc[0], words) in weak
    assert words.percent(0.25) in weak
    assert "12" in weak
    assert words("report.pays") not in answered  # nothing is known of costs


def test_the_first_page_names_a_handful_and_the_rest_follows(hostile, words, monkeypatch):
    many = tuple(
        Finding("efficiency", text("report.made_by"), text("report.title"), "time", 100.0 * at)
        for at in range(1, SHOWN + 4)
    )
    monkeypatch.setattr(content, "findings", lambda _: many)
    told = document(hostile, words)
    worth = [one["worth"] for one in (*told["findings"], *told["also"])]
    assert len(told["findings"]) == SHOWN
    assert worth == [words("report.worth", amount=one.value) for one in many]


def test_limits_stand_beside_the_value_before_them(hostile, words):
    frame = pd.DataFrame(
        {"owner": ["a", "b"], "win_rate": [0.5, 0.25], "low": [0.4, np.nan], "high": [0.6, np.nan]}
    )
    told = document(replace(hostile, results={"output": _made_up(frame)}), words)
    table = told["pages"][0]["analyses"][0]["tables"][0]
    half, quarter = (words.percent(share) for share in (0.5, 0.25))
    beside = words("since.between", value=half, low=words.percent(0.4), high=words.percent(0.6))
    assert table["rows"] == [["a", beside], ["b", quarter]]
    assert words("report.columns.interval").split()[0] in table["columns"][1]["title"]
