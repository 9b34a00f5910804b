"""Accuracy on published data sets: their figures are met."""

import itertools

import pandas as pd
import pytest

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.duplicates import alike, decided
from crmeval.results import Result
from crmeval.settings import Settings
from crmeval.tables import Tables

SETTINGS = Settings()


def values(result: Result) -> dict[str, object]:
    return {measure.id: measure.value for measure in result.measures}


def named(frame: pd.DataFrame, **fields: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """The frame with these columns as fields and the others under safe names, and the names' headers."""
    safe = {header: f"x{i}" for i, header in enumerate(set(frame) - set(fields.values()), 1)}
    fields_of = {header: field for field, header in fields.items()}
    return frame.rename(columns=fields_of | safe), {name: header for header, name in safe.items()}


def read(path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, skipinitialspace=True)
    return frame.where(frame != "", None)


@pytest.fixture
def hospital(trial_data) -> Tables:
    records, labels = named(read(trial_data / "hospital" / "dirty.csv"), record_id="index")
    truth, true_labels = named(read(trial_data / "hospital" / "clean.csv"), record_id="index")
    return Tables.from_frames(
        records=records, verified=truth, labels={"records": labels, "verified": true_labels}
    )


@pytest.mark.trial
def test_hospital_dirty_against_clean(hospital):
    said = values(ANALYSIS.run(hospital, SETTINGS, {}))
    assert (said["accuracy.cells"], said["accuracy.wrong_cells"]) == (20_000, 509)
    assert 1000 - said["accuracy.clean_records"] == 407
    assert said["accuracy.wrong_rate"] == pytest.approx(509 / 20_000)


@pytest.mark.trial
def test_hospital_clean_raises_no_alarm(trial_data):
    records, labels = named(read(trial_data / "hospital" / "clean.csv"), record_id="index")
    said = values(ANALYSIS.run(Tables.from_frames(records=records, labels={"records": labels}), SETTINGS, {}))
    assert (said["accuracy.wrong_cells"], said["accuracy.duplicate_records"]) == (0, 0)


@pytest.mark.trial
def test_maven_faults_surface(trial_data):
    folder = trial_data / "maven_crm"
    deals = read(folder / "sales_pipeline.csv")
    deals["outcome"] = deals["deal_stage"].map({"Won": "won", "Lost": "lost"}).fillna("open")
    for column in ("engage_date", "close_date"):
        deals[column] = pd.to_datetime(deals[column])
    deals["close_value"] = pd.to_numeric(deals["close_value"])
    frames, labels = {}, {}
    frames["deals"], labels["deals"] = named(
        deals, deal_id="opportunity_id", created_at="engage_date", closed_at="close_date", outcome="outcome",
        stage="deal_stage", amount="close_value", owner="sales_agent", product="product",
    )  # fmt: skip
    for number, name in enumerate(("accounts", "products", "sales_teams"), 1):
        frames[f"lookup_{number}"], labels[f"lookup_{number}"] = named(read(folder / f"{name}.csv"))
    result = ANALYSIS.run(Tables.from_frames(labels=labels, **frames), SETTINGS, {})
    fixes = result.tables["wrong_cells"].groupby(["value", "suggestion"]).size().to_dict()
    assert fixes == {
        ("GTXPro", "GTX Pro"): 1480,
        ("technolgy", "technology"): 12,
        ("Philipines", "Philippines"): 1,
    }
    empty = result.tables["checks"].query("problem == 'missing'")["found"]
    assert sorted(empty) == [500, 1425]


@pytest.mark.trial
@pytest.mark.parametrize(("number", "pairs", "recall"), [(1, 500, 0.95), (3, 6538, 0.93)])
def test_febrl_duplicates(trial_data, number, pairs, recall):
    records, labels = named(read(trial_data / "febrl" / f"dataset{number}.csv"), record_id="rec_id")
    tables = Tables.from_frames(records=records, labels={"records": labels})
    found = decided(alike(tables), {}).pairs
    groups = found.groupby("duplicate_of")["record_id"].apply(list)
    matched = {
        frozenset(pair)
        for first, rest in groups.items()
        for pair in itertools.combinations([first, *rest], 2)
    }
    persons = records.groupby(records["record_id"].str.split("-").str[1])["record_id"].apply(list)
    true = {frozenset(pair) for ids in persons for pair in itertools.combinations(ids, 2)}
    assert len(true) == pairs
    assert len(matched & true) / len(matched) >= 0.98
    assert len(matched & true) / len(true) >= recall
