"""An assessment that was saved and the one of now: what is mended, what is new, what moved beyond chance."""

import json
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from crmeval.__main__ import main
from crmeval.analyses import assess
from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.progress import FIXED, GONE, NEW, NOT_FIXED
from crmeval.assessment import Assessment, open_, save
from crmeval.report.document import document
from crmeval.report.xlsx import report_xlsx
from crmeval.settings import Settings
from crmeval.since import LESS, SAME, since, with_since
from crmeval.stats.intervals import of_difference
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

SETTINGS = Settings(hourly_cost=30.0)
ROWS = 300


def company() -> pd.DataFrame:
    """300 records of two people: 60 mails malformed, 4 empty."""
    rows = pd.DataFrame(
        {
            "record_id": [f"R{n:03d}" for n in range(ROWS)], "entered_by": ["Ann", "Bob"] * (ROWS // 2),
            "x1": [f"a{n}@firm.com" for n in range(ROWS)],
            "x2": [f"+44 20 7946 0{n:03d}" for n in range(ROWS)],
        }
    )  # fmt: skip
    rows.loc[0:59, "x1"] = "nobody at firm"
    rows.loc[100:103, "x1"] = None
    return rows


def tables(rows: pd.DataFrame) -> Tables:
    return Tables.from_frames(records=rows, labels={"records": {"x1": "Mail", "x2": "Phone"}})


def mended() -> pd.DataFrame:
    """A year later: 50 mails are right, one record is gone, one mail is newly wrong."""
    rows = company()
    rows.loc[0:49, "x1"] = [f"b{n}@firm.com" for n in range(50)]
    rows.loc[200, "x1"] = "somebody at firm"
    return rows.drop(index=55)


def compared(rows: pd.DataFrame, settings: Settings = SETTINGS):
    then = open_(save(Assessment(SETTINGS, tables(company()), {})))
    now = tables(rows)
    return since(then, now, settings, {"accuracy": ANALYSIS.run(now, settings, {})})


def test_each_error_of_last_time_has_one_fate():
    found = compared(mended()).cells
    counts = {state: found.count(state) for state in (FIXED, NOT_FIXED, GONE, NEW)}
    assert counts == {FIXED: 50, NOT_FIXED: 9 + 4, GONE: 1, NEW: 1}


def test_measures_of_both_times_stand_with_the_interval_of_their_difference():
    found = compared(mended()).measures.set_index("measure")
    wrong = found.loc["accuracy.wrong_rate"]
    assert wrong["before"] == pytest.approx(64 / (ROWS * 4))
    assert wrong["now"] == pytest.approx(14 / ((ROWS - 1) * 4))
    assert wrong["difference"] == pytest.approx(wrong["now"] - wrong["before"])
    assert wrong["difference_low"] < wrong["difference"] < wrong["difference_high"] < 0
    assert wrong["moved"] == LESS
    assert found.loc["accuracy.cost", "moved"] == ""


def test_accuracy_in_truth_is_not_set_against_accuracy_by_checks():
    now = tables(mended())
    rows = mended().head(40)
    verified = now.with_frame("verified", rows[["record_id", "x1", "x2"]])
    then = Assessment(SETTINGS, tables(company()), {})
    found = since(then, verified, SETTINGS, {"accuracy": ANALYSIS.run(verified, SETTINGS, {})}).measures
    assert "accuracy.flagged_rate" in set(found["measure"])
    assert not {"accuracy.rate", "accuracy.wrong_rate", "accuracy.clean_rate"} & set(found["measure"])


def test_where_nothing_changed_nothing_moved():
    found = compared(company())
    assert set(found.cells.cells["change"]) == {NOT_FIXED}
    assert set(found.measures["moved"]) == {SAME, ""}
    assert not found.measures["difference"].any()


def test_a_check_that_is_switched_off_now_does_not_make_its_errors_fixed():
    switched = {"records.Mail.email": False}
    settings = SETTINGS.with_(checks=SETTINGS.checks.with_(switched=switched))
    found = compared(company(), settings)
    assert set(found.cells.cells["change"]) == {NOT_FIXED}
    assert set(found.cells.cells["problem"]) == {"missing"}


def test_the_interval_of_a_difference_of_shares_is_newcombes():
    """56/70 less 48/80, method 10: 0.0524 to 0.3339 (Newcombe 1998, table II, example a)."""
    low, high = of_difference(0.8, (0.6918, 0.8769), 0.6, (0.4904, 0.7004))
    assert (low, high) == (pytest.approx(0.0524, abs=2e-4), pytest.approx(0.3339, abs=2e-4))


def test_what_cannot_be_compared_is_told_with_its_reason():
    now = tables(mended())
    verified = now.with_frame("verified", mended().head(40)[["record_id", "x1", "x2"]])
    then = Assessment(SETTINGS, tables(company()), {})
    found = since(then, verified, SETTINGS, {"accuracy": ANALYSIS.run(verified, SETTINGS, {})})
    why = found.apart.set_index("measure")["why"].map(lambda said: said.key).to_dict()
    assert why["accuracy.rate"] == "since.other_kind"
    assert why["accuracy.verified_rate"] == "since.not_then"
    assert not set(why) & set(found.measures["measure"])


def test_a_score_of_other_measures_is_not_compared():
    of_two = {"deals.win_rate": 0, "response.km_median_hours": 0, "adoption.active_share": 0}
    settings = SETTINGS.with_(weights={**of_two, "accuracy.rate": 1, "usability.sus_mean": 0.5})
    now, then = tables(mended()), Assessment(SETTINGS, tables(company()), {})
    same = since(then, now, settings, assess(now, settings))
    assert same.measures["measure"].iloc[0] == "score.efficiency"
    forms = pd.DataFrame({f"q{n}": [4.0 - n % 2, 3.0, 5.0, 2.0, 4.0] for n in range(1, 11)})
    asked = now.with_frame("usability", forms)
    other = since(then, asked, settings, assess(asked, settings))
    why = other.apart.set_index("measure")["why"].map(lambda said: said.key).to_dict()
    assert why["score.efficiency"] == "since.other_parts"
    assert why["usability.sus_mean"] == "since.not_then"


def test_old_data_are_judged_by_the_targets_of_now():
    now = tables(company())
    then = Assessment(SETTINGS.with_(targets={"accuracy.rate": 0.5}), now, {})
    found = since(then, now, SETTINGS, assess(now, SETTINGS)).measures.set_index("measure")
    assert not found["difference"].any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_reports_say_shares_in_percent_and_their_changes_in_points(language):
    words, rows = Words(language), mended()
    found, now = compared(rows), tables(rows)
    results = with_since({"accuracy": ANALYSIS.run(now, SETTINGS, {})}, found)
    whole = Assessment(SETTINGS, now, results)
    tables_ = document(whole, words)["pages"][0]["analyses"][0]["tables"]
    shown = next(one for one in tables_ if one["title"] == words("result_tables.measures_since"))
    name = words("measures.accuracy.wrong_rate.name")
    line = dict(
        zip(
            [one["title"] for one in shown["columns"]],
            next(r for r in shown["rows"] if r[0] == name),
            strict=True,
        )
    )

    def headed(name):
        return words("report.with_interval", name=words(f"columns.{name}"))

    assert line[headed("before")].startswith(words.percent(64 / (ROWS * 4)) + " (")
    change = 14 / ((ROWS - 1) * 4) - 64 / (ROWS * 4)
    assert line[headed("difference")].startswith(words.measure(change, "share_points") + " (")
    book = openpyxl.load_workbook(BytesIO(report_xlsx(whole, words)))
    sheet = next(one for one in book if one["A1"].value == words("result_tables.measures_since"))
    head = [cell.value for cell in sheet[3]]
    row = next(row for row in sheet.iter_rows(min_row=4) if row[0].value == name)
    cell = row[head.index(words("columns.difference"))]
    assert cell.value == pytest.approx(change * 100)
    assert words("units.share_points_said", n=0, value="").strip() in cell.number_format
    assert row[head.index(words("columns.before"))].number_format == "0.0%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_changed(language):
    words, rows = Words(language), mended()
    found, now = compared(rows), tables(rows)
    results = with_since({"accuracy": ANALYSIS.run(now, SETTINGS, {})}, found)
    said = document(Assessment(SETTINGS, now, results), words)["pages"][0]["analyses"][0]
    assert words("result_tables.measures_since") in {table["title"] for table in said["tables"]}
    assert words("charts.people_since.title") in {chart["title"] for chart in said["charts"]}
    assert any("50" in note for note in said["notes"])


def test_the_command_line_keeps_an_assessment_and_compares_with_it(tmp_path, capsys):
    files = {"then.csv": company(), "now.csv": mended()}
    for name, rows in files.items():
        named = rows.rename(
            columns={"record_id": "Record ID", "entered_by": "Entered by", "x1": "Mail", "x2": "Phone"}
        )
        named.to_csv(tmp_path / name, index=False)
    kept, out = tmp_path / "kept.crmeval", tmp_path / "out"
    asked = ["assess", f"{tmp_path / 'then.csv'}=records", "--out", str(out), "--save", str(kept)]
    assert main(asked) == 0
    assert main(["assess", f"{tmp_path / 'now.csv'}=records", "--out", str(out), "--since", str(kept)]) == 0
    found = json.loads((out / "assessment.json").read_text(encoding="utf-8"))["tables"]
    fates = pd.DataFrame(found["cells_since"])["change"].value_counts().to_dict()
    assert fates == {FIXED: 50, NOT_FIXED: 13, GONE: 1, NEW: 1}
    moved = {row["measure"]: row["moved"] for row in found["measures_since"]}
    assert moved["accuracy.wrong_rate"] == LESS
    kept.write_bytes(b"no assessment")
    assert main(["assess", f"{tmp_path / 'now.csv'}=records", "--out", str(out), "--since", str(kept)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
