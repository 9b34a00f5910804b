"""Of many different values only those worth a look are judged: nothing that is wrong may be left out."""

import numpy as np
import pandas as pd
import pytest

from crmeval.analyses.checks import run_checks, suggest_checks
from crmeval.analyses.checks.model import EMAIL, LOOKALIKE, MISSING, PHONE, PLACEHOLDER, SPACES
from crmeval.analyses.checks.values import PLACEHOLDER_PATTERN, email, lookalike, phone, placeholders
from crmeval.tables import Tables

ROWS = 1500


def numbers(country: str, seed: int) -> list[str]:
    """Telephone numbers as people write them, most of them right, with many kinds of slips."""
    random = np.random.default_rng(seed)
    starts = {"RU": ("+7 9", "8 (9", "89", "+79", "8-4"), "DE": ("+49 30", "030/", "0151 ", "+4917", "0049 ")}
    written = []
    for _ in range(ROWS - 12):
        start = starts[country][random.integers(5)]
        length = 11 - sum(sign.isdigit() for sign in start) + random.choice([0] * 20 + [1, -1, -4])
        digits = "".join(map(str, random.integers(0, 10, length)))
        at = random.integers(1, length)
        written.append(f"{start}{digits[:at]}{random.choice(['', ' ', '-', ') '])}{digits[at:]}")
    return [
        *written, "нет", "-", "000", "111111", "12345678901", "79990000000", "+7 916 7777777", "x555",
        "8 916 111 22 33, 8 495 123 45 67", "Мoсква", "+7 (916) 123-45-67 доб. 12", "test",
    ]  # fmt: skip


def wrong(frame: pd.DataFrame, country: str, code: str, column: str) -> dict[str, str]:
    tables = Tables.from_frames(records=frame, labels={"records": {"x1": "Телефон", "x2": "E-mail"}})
    checks = suggest_checks(tables, country)
    return next(dict(one.wrong) for one in checks if (one.code, one.column) == (code, column))


@pytest.mark.parametrize(("country", "seed"), [("RU", 1), ("RU", 2), ("DE", 3)])
def test_of_many_telephone_numbers_the_same_are_wrong_as_if_each_was_judged(country, seed):
    values = numbers(country, seed)
    frame = pd.DataFrame({"record_id": [str(i) for i in range(ROWS)], "x1": values, "x2": "a@b.ru"})
    judge = phone(country)
    every = {value: "" for value in values if judge(value) is not None}
    assert len(set(values)) > 1000
    assert len(every) > 10
    assert wrong(frame, country, PHONE, "x1") == every
    assert wrong(frame, country, PLACEHOLDER, "x1") == placeholders(values, many=True)
    assert "111111" in wrong(frame, country, PLACEHOLDER, "x1")
    mixed = {value: meant for value in values if (meant := lookalike(value)) is not None}
    assert wrong(frame, country, LOOKALIKE, "x1") == mixed != {}


def test_of_many_addresses_the_same_are_wrong_as_if_each_was_judged():
    slips = [
        "anna@firm",
        "anna firm.ru",
        "нет",
        "test@test.ru",
        "Anna@Firm.RU",
        "a@b.ru ",
        "anna@firm,ru",
        "--",
    ]
    values = [*slips, *(f"Client.{i}@Firm-{i % 7}.ru" for i in range(ROWS - len(slips)))]
    frame = pd.DataFrame({"record_id": [str(i) for i in range(ROWS)], "x1": "8 916 123 45 67", "x2": values})
    assert wrong(frame, "RU", EMAIL, "x2") == {value: "" for value in values if email(value) is not None}
    assert wrong(frame, "RU", PLACEHOLDER, "x2") == placeholders(values, many=True)


def test_placeholders_among_many_texts_are_found_among_blanks_and_in_any_case():
    odd = [" Test ", "TBD", "не указано", "N/A", "Lorem ipsum", "---"]
    values = [*odd, *(f"remark {i}" for i in range(ROWS - len(odd)))]
    frame = pd.DataFrame({"record_id": [str(i) for i in range(ROWS)], "x1": values, "x2": "a"})
    assert PLACEHOLDER_PATTERN.startswith("^(")
    assert set(wrong(frame, "RU", PLACEHOLDER, "x1")) == set(odd)


def test_cells_of_more_fields_than_one_number_has_bits_are_counted_field_by_field():
    random = np.random.default_rng(5)
    columns = [f"x{i}" for i in range(1, 71)]
    frame = pd.DataFrame({name: random.choice(["one ", "two", "three"], 400, p=[0.02, 0.5, 0.48])
                          for name in columns}).astype(object)  # fmt: skip
    for place, name in enumerate(columns):
        frame.loc[random.random(400) < 0.001 * place, name] = None
    spaced, missing = frame.eq("one "), frame.isna()
    tables = Tables.from_frames(records=frame.assign(record_id=[str(i) for i in range(400)]))
    checks = [one for one in suggest_checks(tables) if one.code in (SPACES, MISSING)]
    judged, found = run_checks(tables, checks)
    by_field = judged.spread.groupby("field")[["cells", "wrong"]].sum().loc[columns]
    assert by_field["wrong"].to_dict() == (spaced | missing).sum().to_dict()
    assert (by_field["cells"] == 400).all()
    counted = found.set_index(["column", "problem"])["found"]
    for problem, cells in ((SPACES, spaced), (MISSING, missing)):
        assert {name: counted[name, problem] for name in columns} == cells.sum().to_dict()
    sizes = judged.records.set_index("wrong")["records"].groupby(level=0).sum()
    assert sizes.to_dict() == (spaced | missing).sum(axis=1).value_counts().to_dict()
    assert len(judged.wrong) == int((spaced | missing).sum().sum())
