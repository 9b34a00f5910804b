"""Broken and hostile files: read right, values included, or refused with the cause, and the app lives."""

import re
import time

import pytest
from hostile import others, texts, workbook_attacks, workbook_bombs, workbook_values  # noqa: F401 - they add cases
from hostile.case import CASES, Case

from crmeval.errors import ReadingError
from crmeval.reading import Sheet
from crmeval.reading.guard import budget_for, read_guarded
from crmeval.words import LANGUAGES, Words

CLASS_NAME = re.compile(r"Error|Exception|Panic|Traceback|BadZip|pyarrow|calamine|openpyxl|lxml|0x|\{\w+[:}]")


def outcome(case: Case) -> tuple[Sheet, ...] | ReadingError:
    data = case.make()
    began = time.monotonic()
    try:
        return read_guarded(case.file, data)
    except ReadingError as refusal:
        assert time.monotonic() - began < budget_for(data).seconds + 1
        return refusal


def params():
    return [pytest.param(name, marks=[pytest.mark.slow] if case.slow else []) for name, case in CASES.items()]


@pytest.mark.parametrize("name", params())
def test_every_file_is_read_right_or_refused_right(name):
    case = CASES[name]
    found = outcome(case)
    if isinstance(found, ReadingError):
        assert found.code in case.refused
        for language in LANGUAGES:
            said = Words(language)(found.text)
            assert case.file in said
            assert not CLASS_NAME.search(said.replace(case.file, ""))
        return
    assert not case.refused, f"read, {[sheet.rows_read for sheet in found]} rows"
    first = found[0]
    assert tuple(len(sheet.rows) for sheet in found) == case.rows
    assert not case.columns or first.columns == case.columns
    assert {at: first.table[at[0]][at[1]].as_py() for at in case.cells} == dict(case.cells)
    said = {note.key.removeprefix("reading.notes.") for sheet in found for note in sheet.notes}
    assert case.notes <= said
    if case.set_aside is not None:
        assert first.set_aside[["row", "reason"]].to_numpy().tolist() == [list(row) for row in case.set_aside]


def test_small_files_are_decided_within_ten_seconds():
    assert budget_for(b"id,n\n1,2\n").seconds == 10


def test_the_corpus_is_large_enough():
    assert len(CASES) >= 80
