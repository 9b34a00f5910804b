"""Contacts as they were typed in, and as they really are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulation.plan import TRAINED_AT

Words = Mapping[str, Any]
EMPTY, PLACEHOLDER, CUT, MISTYPED = 1, 2, 3, 4
_FIRST_RECORD, _CHECKED = 30_001, 120
_INN_WEIGHTS = np.array([2, 4, 10, 3, 5, 9, 4, 6, 8])


def _bare_companies(words: Words, numbers: pd.Series) -> pd.Series:
    first, second = words["company_first"], words["company_second"]
    return pd.Series(
        [f"{first[n % len(first)]} {second[n // len(first) % len(second)]}" for n in numbers], numbers.index
    )


def companies(words: Words, numbers: pd.Series) -> pd.Series:
    """Names of companies by their numbers; 1,517 different ones."""
    return _bare_companies(words, numbers).map(words["legal_form"].format)


def _people(words: Words, numbers: pd.Series) -> pd.Series:
    first, last = words["first_names"], words["last_names"]
    return pd.Series([f"{first[n * 7 % len(first)]} {last[n // len(first)]}" for n in numbers], numbers.index)


def _phones(person: pd.Series, words: Words, pattern: str, shift: int = 0) -> pd.Series:
    """One number per person; `shift` gives the number of somebody else."""
    numbers = (person // 8 * 5 + shift) % 1000
    areas = np.array(words["area_codes"])[person % 8]
    return pd.Series(
        [
            pattern.format(
                country=words["country_code"], area=area, number=n, hundreds=n // 100 + 20, rest=n % 100
            )
            for area, n in zip(areas, numbers, strict=True)
        ],
        person.index,
    )


def _emails(person: pd.Series, words: Words) -> pd.Series:
    local = _people(words, person).str.lower().str.replace(" ", ".")
    site = _bare_companies(words, person).str.lower().str.replace(" ", "-")
    return local + "@" + site.map(words["domain"].format)


def _inns(person: pd.Series) -> pd.Series:
    """Tax numbers of companies, with their check digit (weighted sum modulo 11, modulo 10)."""
    nine = 771_000_000 + person * 1009
    digits = nine.to_numpy()[:, None] // 10 ** np.arange(8, -1, -1) % 10
    check = (digits * _INN_WEIGHTS).sum(axis=1) % 11 % 10
    return nine.astype(str) + check.astype(str)


def _with_errors(
    true: pd.Series, kind: pd.Series, words: Words, cut: pd.Series, mistyped: pd.Series
) -> pd.Series:
    """The true values with the planted errors in their place."""
    listed = words["second_placeholders" if true.name == "second" else "placeholders"]
    placeholder = pd.Series(np.array(listed, dtype=object)[true.index % len(listed)], true.index)
    wrong = {EMPTY: None, PLACEHOLDER: placeholder, CUT: cut, MISTYPED: mistyped}
    entered = true.astype(object)
    for code, value in wrong.items():
        entered = entered.where(kind != code, value)
    return entered


def _true_second(person: pd.Series, words: Words, language: str) -> pd.Series:
    """The second badly entered field: the e-mail in English, the tax number in Russian."""
    return (_inns(person) if language == "ru" else _emails(person, words)).rename("second")


def _second(records: pd.DataFrame, words: Words, language: str) -> pd.Series:
    true, kind = _true_second(records["person"], words, language), records["second_error"]
    if language == "ru":
        other_check = ((true.str[-1].astype(int) + 3) % 10).astype(str)
        return _with_errors(true, kind, words, true.str[:-1], true.str[:-1] + other_check)
    before, after = true.str.split("@").str[0], true.str.split("@").str[1]
    return _with_errors(true, kind, words, before + "@", before + after)


def contacts(records: pd.DataFrame, words: Words, language: str) -> pd.DataFrame:
    """The contacts as the CRM holds them."""
    person = records["person"]
    phones = _phones(person, words, words["phone"])
    written = phones.where(~records["is_copy"], _phones(person, words, words["phone_again"]))
    written = written.where(~records["invisible"], _phones(person, words, words["phone"], shift=3))
    names = _people(words, person)
    industry = np.array(words["industries"], dtype=object)[records["industry"]]
    return pd.DataFrame(
        {
            "record_id": _FIRST_RECORD + records.index,
            "name": names.where(~records["is_copy"], names.str.upper()),
            "company": companies(words, person),
            "phone": _with_errors(written, records["phone_error"], words, written.str[:-4], phones + "9"),
            "second": _second(records, words, language),
            "industry": np.where(records["misspelt"], words["misspelt_industry"], industry),
            "city": np.array(words["cities"], dtype=object)[person % 8],
            "source": np.array(words["record_sources"], dtype=object)[records["source"]],
            "entered_by": np.array(words["owners"], dtype=object)[records["owner"]],
            "entered_at": records["entered"],
        }
    )


def checked(records: pd.DataFrame, entered: pd.DataFrame, words: Words, language: str) -> pd.DataFrame:
    """A sample of contacts checked by telephone: what was entered, and what is true, field by field."""
    sample = records.index[records["entered"] >= TRAINED_AT - pd.Timedelta(days=200)]
    sample = sample[:: max(1, len(sample) // _CHECKED)][:_CHECKED]
    person, headers = records.loc[sample, "person"], words["headers"]["contacts"]
    actual = {
        "phone": _phones(person, words, words["phone"]),
        "second": _true_second(person, words, language),
        "city": entered.loc[sample, "city"],
    }
    parts = [
        pd.DataFrame(
            {
                "record_id": entered.loc[sample, "record_id"], "field": headers[name],
                "entered": entered.loc[sample, name], "actual": values, "checked_by": words["owners"][-1],
            }
        )
        for name, values in actual.items()
    ]  # fmt: skip
    return pd.concat(parts).sort_values(["record_id", "field"], kind="stable", ignore_index=True)
