"""What errors cost, which fixes mend most of them, the list that is handed out, and what became of it."""

import io

import openpyxl
import pandas as pd
import pytest

from crmeval.analyses import cure
from crmeval.analyses.accuracy import ANALYSIS, accuracy, evidence
from crmeval.analyses.checks import suggest_checks
from crmeval.analyses.progress import FIXED, GONE, NEW, NOT_FIXED, progress
from crmeval.assessment import Assessment
from crmeval.errors import SettingsError
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.report.assessment_json import assessment_json
from crmeval.report.document import document
from crmeval.report.fix_list import fix_list
from crmeval.settings import Settings, from_dict
from crmeval.tables import Tables
from crmeval.words import LANGUAGES, Words

LABELS = {"records": {"x1": "City", "x2": "Mail", "x3": "Phone"}}


def company():
    """200 records: 12 towns misspelt, ten mails of Ann empty, three other mails malformed."""
    rows = [
        {
            "record_id": f"R{n:03d}", "entered_by": ("Ann", "Bob")[n % 2],
            "entered_at": pd.Timestamp(2025, 3, 4), "x1": ("Leicester", "Birmingham")[n // 2 % 2],
            "x2": f"a{n}@firm.com", "x3": f"+44 20 7946 0{n:03d}",
        }
        for n in range(200)
    ]  # fmt: skip
    for n in range(0, 24, 2):
        rows[n]["x1"] = "Leicster"
    for n in range(40, 60, 2):
        rows[n]["x2"] = None
    for n in (100, 101, 103):
        rows[n]["x2"] = "nobody at firm"
    rows[150]["x1"] = "=SUM(1)"
    return pd.DataFrame(rows)


def tables(rows, **more):
    return Tables.from_frames(records=rows, labels=LABELS, **more)


def wrong(found):
    return evidence(found, Settings()).wrong


def test_the_first_fixes_are_the_largest_and_every_wrong_cell_is_in_one():
    found = wrong(tables(company()))
    fixes = cure.fixes(found, Settings(hourly_cost=30.0))
    assert fixes["wrong"].sum() == len(found.cells)
    assert fixes["wrong"].is_monotonic_decreasing
    assert fixes["running_share"].iloc[-1] == pytest.approx(1)
    town, mail = fixes.iloc[0], fixes.iloc[1]
    assert town[["way", "field", "value", "suggestion", "wrong"]].tolist() == [
        "replace", "City", "Leicster", "Leicester", 12,
    ]  # fmt: skip
    assert mail[["way", "field", "problem", "person", "wrong"]].tolist() == [
        "person", "Mail", "missing", "Ann", 10,
    ]  # fmt: skip
    assert town["hours"] == pytest.approx(10 / 60)  # at once, not twelve times five minutes
    assert mail["hours"] == pytest.approx(10 * 5 / 60)
    assert mail["costs"] == pytest.approx(10 * 5 / 60 * 30)
    assert cure.needed(fixes, 22 / len(found.cells)) == 2
    words = Words("en")
    assert words(town["fix"]) == "City: replace “Leicster” by “Leicester”"
    assert "Ann" in words(mail["fix"])


def test_minutes_of_each_kind_are_the_users_and_reach_the_cost_of_the_whole():
    found = tables(company())
    settings = Settings(hourly_cost=60.0, minutes_by_problem={"missing": 20.0, "near_duplicate": 1.0})
    kinds = cure.by_problem(wrong(found), settings).set_index("problem")
    assert kinds.loc["missing", ["wrong", "minutes", "costs"]].tolist() == [10, 20, 200]
    assert kinds.loc["near_duplicate", "minutes"] == 1
    whole = accuracy(found, settings, suggest_checks(found, ""))["accuracy.cost"].value
    assert whole == pytest.approx(kinds["costs"].sum())
    told = (
        accuracy(found, settings, suggest_checks(found, "")).tables["errors_by_problem"].set_index("problem")
    )
    assert told["minutes"].to_dict() == kinds["minutes"].to_dict()  # others take what is usual, 5 minutes


def test_minutes_that_are_none_are_refused():
    with pytest.raises(SettingsError):
        from_dict({"minutes_by_problem": {"missing": "five"}})
    with pytest.raises(SettingsError):
        from_dict({"minutes_by_problem": {"missing": -1}})


def back(content):
    """The fix list as it is read and mapped without anybody's help."""
    sheets = read_files([("list.xlsx", content)])
    proposal = propose(sheets)
    assert {sheet.table for sheet in proposal.sheets} == {"fix_list"}
    found = apply(sheets, proposal)
    return found.frame(found["fix_list"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by_person", [False, True])
def test_what_was_fixed_what_was_not_and_what_is_new_add_up(language, by_person):
    words, before = Words(language), company()
    listed = wrong(tables(before))
    given = back(fix_list(listed.cells, ["a.csv"], words, by_person=by_person))
    assert len(given) == len(listed.cells)
    after = before.drop(index=[40, 42])  # two of the empty mails go with their records
    after.loc[0:10, "x1"] = "Leicester"  # six towns are mended
    after.loc[44, "x2"] = "a44@firm.com"
    after.loc[120, "x2"] = "somebody at firm"  # a new one
    now = tables(after, fix_list=given)
    found = progress(now, wrong(now))
    counts = {state: found.count(state) for state in (FIXED, NOT_FIXED, GONE, NEW)}
    assert counts == {FIXED: 7, NOT_FIXED: len(listed.cells) - 9, GONE: 2, NEW: 1}
    assert counts[NOT_FIXED] + counts[NEW] == len(wrong(now).cells)
    people = found.people.set_index("person")
    assert people[FIXED].sum() == 7
    assert people.loc["Ann", FIXED] == 7
    ann = people.loc["Ann"]
    assert ann["low"] < ann["share"] < ann["high"]


def test_a_field_that_nobody_checks_any_more_is_not_called_fixed():
    before = company()
    listed = wrong(tables(before)).cells
    given = listed[["record_id", "field", "problem", "value", "person"]]
    without = before.assign(x1=None)
    now = tables(without, fix_list=given)
    found = progress(now, wrong(now))
    assert found.count(GONE) >= (listed["field"] == "City").sum()
    assert found.count(FIXED) == 0


def test_faults_of_one_source_are_one_fix():
    rows = company().assign(source="Web")
    faulty = range(101, 121)
    rows.loc[faulty, ["source", "x2"]] = ["Fair", "no address"]
    found = cure.fixes(wrong(tables(rows)), Settings())
    mine = found[found["way"] == "source"]
    assert mine[["field", "problem", "source"]].to_numpy().tolist() == [["Mail", "email", "Fair"]]
    assert mine["wrong"].tolist() == [len(faulty)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_how_to_mend_and_what_was_mended(language):
    words, before = Words(language), company()
    given = back(fix_list(wrong(tables(before)).cells, ["a.csv"], words))
    after = before.assign(x1=before["x1"].replace("Leicster", "Leicester"))
    now = tables(after, fix_list=given)
    settings = Settings(hourly_cost=30.0)
    made = Assessment(settings, now, {"accuracy": ANALYSIS.run(now, settings, {})})
    written = assessment_json(made, words)["tables"]
    expected = cure.fixes(wrong(now), settings)
    assert [row["fix"] for row in written["fix_rules"]] == [words(fix) for fix in expected["fix"]]
    assert written["fix_rules"][-1]["running_share"] == pytest.approx(1)
    assert sum(row["wrong"] for row in written["errors_by_problem"]) == len(wrong(now).cells)
    assert sum(row["fixed"] for row in written["fix_progress"]) == 12
    said = document(made, words)["pages"][0]["analyses"][0]
    titles = {chart["title"] for chart in said["charts"]}
    assert {
        words(f"charts.{name}.title") for name in ("fix_rules", "errors_by_problem", "fix_progress")
    } <= titles


def test_without_a_list_there_is_no_progress():
    found = tables(company())
    assert progress(found, wrong(found)) is None


def test_nothing_in_the_list_is_executed_and_each_person_has_a_sheet():
    found = wrong(tables(company().assign(entered_by=lambda frame: frame["entered_by"] + ":/[x]")))
    book = openpyxl.load_workbook(io.BytesIO(fix_list(found.cells, ["a.csv"], Words("en"), by_person=True)))
    assert len(book.sheetnames) == 2
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if str(cell.value).startswith("=")]
    assert sum(sheet.max_row - 1 for sheet in book) == len(found.cells)


@pytest.mark.trial
def test_the_product_written_in_two_ways_is_one_fix(trial_data):
    """`GTXPro` for `GTX Pro` in 1,480 rows (counted independently)."""
    folder = trial_data / "maven_crm"
    names = [path for path in sorted(folder.rglob("*.csv")) if "dictionary" not in path.name]
    sheets = read_files([(path.name, path.read_bytes()) for path in names])
    found = apply(sheets, propose(sheets))
    fixes = cure.fixes(wrong(found), Settings())
    products = fixes[fixes["value"] == "GTXPro"]
    assert products["wrong"].tolist() == [1480]
    assert products["suggestion"].tolist() == ["GTX Pro"]
