"""Records entered twice are found; namesakes and rows about the same thing are not."""

import pandas as pd

from crmeval.analyses.accuracy import ANALYSIS
from crmeval.analyses.duplicates import duplicates
from crmeval.settings import Settings
from crmeval.tables import Tables

SETTINGS = Settings()


def people(*rows: tuple[str | None, ...]) -> Tables:
    frame = pd.DataFrame(rows, columns=["record_id", "x1", "x2", "x3"])
    return Tables.from_frames(records=frame)


def test_records_equal_but_for_case_legal_form_and_punctuation_are_duplicates():
    found = duplicates(
        people(
            ("a", "ООО «Ёлка»", "Москва", "+7 916 000-11-22"), ("b", "елка", "МОСКВА", "+7 (916) 000 11 22"),
            ("c", "Сосна", "Казань", "+7 843 555-66-77"), ("d", "Берёза", "Пермь", "+7 342 222-33-44"),
        )
    )  # fmt: skip
    assert found.pairs.to_dict("records") == [{"record_id": "b", "duplicate_of": "a", "score": 1.0}]


def test_a_record_with_a_slip_is_a_duplicate_and_a_namesake_is_not():
    found = duplicates(
        people(
            ("a", "Anna Smith", "12 High Street, Leeds", "1980-02-03"),
            ("b", "Anna Smiht", "12 High Street, Leeds", "1980-02-03"),
            ("c", "Anna Smith", "4 Mill Lane, Dover", "1955-11-30"),
            ("d", "Peter Brown", "7 Park Road, York", "1971-05-06"),
        )
    )
    assert list(zip(found.pairs["record_id"], found.pairs["duplicate_of"], strict=True)) == [("b", "a")]


def test_rows_about_the_same_few_things_are_no_duplicates():
    rows = [(str(i), f"Clinic {i % 5}", "Long Road 1, Little Town", f"measure {i // 5}") for i in range(100)]
    assert duplicates(people(*rows)).pairs.empty


def test_no_records_no_duplicates_measured():
    deals = pd.DataFrame({"deal_id": ["1"], "created_at": [pd.Timestamp("2024-01-01")]})
    result = ANALYSIS.run(Tables.from_frames(deals=deals), SETTINGS, {})
    assert result.get("accuracy.duplicate_records") is None
    assert "accuracy.duplicate_records" in result.not_measured
