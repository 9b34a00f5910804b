"""Real data sets, read, mapped by the proposal and assessed: the figures others published for them.

The figures are printed by the data sets' authors or by studies that used them, or were counted from the files
independently of this project.
"""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

from crmeval.analyses import assess
from crmeval.mapping import apply, propose
from crmeval.reading import read_files
from crmeval.settings import Settings

pytestmark = pytest.mark.trial


def assessed(folder, *patterns, kinds=None):
    paths = sorted(path for pattern in patterns for path in folder.glob(pattern))
    sheets = read_files([(path.name, path.read_bytes()) for path in paths])
    tables = apply(sheets, propose(sheets, kinds or {}))
    for receipt in tables.imports:
        assert receipt.rows_read == receipt.rows_used + receipt.rows_set_aside
    return tables, assess(tables, Settings())


def test_maven_pipeline_on_the_command_line(trial_data, tmp_path):
    folder = trial_data / "maven_crm"
    files = [folder / f"{name}.csv" for name in ("accounts", "products", "sales_pipeline", "sales_teams")]
    command = [
        sys.executable,
        "-m",
        "crmeval",
        "assess",
        *map(str, files),
        "--out",
        str(tmp_path),
        "--lang",
        "ru",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((tmp_path / "assessment.json").read_text(encoding="utf-8"))
    value = {measure_id: measure["value"] for measure_id, measure in found["measures"].items()}
    assert (value["deals.count"], value["deals.won"], value["deals.lost"]) == (8800, 4238, 2473)
    assert value["deals.win_rate"] == pytest.approx(0.6315, abs=5e-5)
    assert value["deals.win_rate_all"] == pytest.approx(0.4816, abs=5e-5)
    assert value["deals.revenue_won"] == pytest.approx(10_005_534)
    assert value["deals.amount_mean_won"] == pytest.approx(2360.91, abs=0.005)
    assert value["cycle.won.mean"] == pytest.approx(51.8, abs=0.05)
    assert value["cycle.won.median"] == 57
    assert value["cycle.lost.median"] == 14
    assert value["cycle.closed.mean"] == pytest.approx(47.99, abs=0.005)
    assert value["cycle.closed.median"] == 45
    assert value["cycle.km_median"] == 69
    rates = [row["win_rate"] for row in found["tables"]["owners"] if row["win_rate"] is not None]
    assert (min(rates), max(rates)) == (pytest.approx(0.550, abs=5e-4), pytest.approx(0.704, abs=5e-4))


def test_salesforce_stage_history(trial_data):
    _, results = assessed(trial_data / "salesforce_history", "*.csv")
    output, stages = results["output"], results["stages"]
    assert [output[f"deals.{end}"].value for end in ("won", "lost", "open")] == [89, 57, 73]
    assert results["cycles"]["cycle.closed.median"].value == 10
    assert (stages["cases.count"].value, stages["events.count"].value) == (219, 584)
    table = stages.tables["stages"].set_index("stage")
    expected = {
        "Prospecting": (41.1, 21), "Negotiation/Review": (39.5, 17), "Value Proposition": (37.9, 13),
        "Qualification": (30.2, 24),
    }  # fmt: skip
    for stage, (mean, median) in expected.items():
        assert table.loc[stage, "mean"] == pytest.approx(mean, abs=0.05)
        assert table.loc[stage, "median"] == median


def test_olist_funnel_joined_from_two_files(trial_data):
    tables, results = assessed(trial_data / "olist_funnel", "*.csv")
    output, cycles = results["output"], results["cycles"]
    assert (output["deals.count"].value, output["deals.won"].value) == (8000, 842)
    assert output["deals.win_rate_all"].value == pytest.approx(0.105, abs=5e-4)
    assert cycles["cycle.won.median"].value == 14
    assert cycles["cycle.won.mean"].value == pytest.approx(48.44, abs=0.005)
    assert cycles["cycle.negative"].value == 1
    frame = tables.frame(tables["deals"])
    rates = (frame["outcome"] == "won").groupby(frame["source"]).mean()
    assert rates["paid_search"] == pytest.approx(0.123, abs=5e-4)
    assert rates["organic_search"] == pytest.approx(0.118, abs=5e-4)
    assert rates["social"] == pytest.approx(0.0556, abs=5e-5)
    assert rates.drop("unknown").min() == pytest.approx(0.0267, abs=5e-5)
    assert frame["source"].isna().sum() == 60
    # The published 16.65 % takes the leads whose channel is missing and those with "unknown" together.
    unsaid = (frame["outcome"] == "won")[frame["source"].fillna("unknown") == "unknown"]
    assert (len(unsaid), unsaid.mean()) == (1159, pytest.approx(0.1665, abs=5e-5))


def test_cdnow_purchases(trial_data):
    _, results = assessed(trial_data / "cdnow", "CDNOW_master.txt")
    retention = results["retention"]
    assert retention["retention.customers"].value == 23_570
    assert retention["retention.orders"].value == 69_659
    assert retention["retention.revenue"].value == pytest.approx(2_500_315.63)
    assert retention["retention.repeat_rate"].value == pytest.approx(0.4886, abs=5e-5)
    cohorts = retention.tables["cohorts"]
    rate = cohorts.set_index([cohorts["cohort"].astype(str).str[:7], "age"])["rate"]
    for cohort, first, second in (("1997-01", 14.7, 12.3), ("1997-02", 15.5, 11.6), ("1997-03", 14.2, 10.4)):
        assert rate[cohort, 1] * 100 == pytest.approx(first, abs=0.05)
        assert rate[cohort, 2] * 100 == pytest.approx(second, abs=0.05)


@pytest.mark.parametrize(
    ("name", "mean", "deviation"), [("folador*", 82.99, 13.97), ("blattgerste_studyData*", 79.875, 11.017)]
)
def test_usability_forms(trial_data, name, mean, deviation):
    _, results = assessed(trial_data / "sus", name)
    usability = results["usability"]
    assert usability["usability.sus_mean"].value == pytest.approx(mean, abs=0.005)
    assert usability["usability.sus_sd"].value == pytest.approx(deviation, abs=0.005)


def test_prep_air_answers(trial_data):
    _, results = assessed(trial_data / "nps_prep_air", "input_02.csv")
    assert results["feedback"]["feedback.nps"].value == pytest.approx(21.2, abs=0.05)


def test_hospital_records_against_the_truth(trial_data):
    _, results = assessed(trial_data / "hospital", "*.csv")  # "clean" is the name of the checked one
    accuracy = results["accuracy"]
    assert accuracy["accuracy.wrong_cells"].value == 509
    assert accuracy["accuracy.cells"].value == 20_000
    assert accuracy["accuracy.clean_records"].value == 1000 - 407
    assert accuracy["accuracy.verified_rate"].value == pytest.approx(1 - 0.0254, abs=1e-4)
