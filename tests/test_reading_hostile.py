"""Broken and hostile files: read right, values included, or refused with the cause, and the app lives."""

import re
import socket
import time
from pathlib import Path

import pytest
from hostile import open_documents, pages, workbook_attacks
from hostile.case import Case
from hostile.corpus import CASES
from hostile.threats import THREATS

from crmeval.errors import ReadingError
from crmeval.reading import Sheet, guard
from crmeval.reading.guard import budget_for, read_guarded
from crmeval.words import LANGUAGES, Words

CLASS_NAME = re.compile(r"Error|Exception|Panic|Traceback|BadZip|pyarrow|calamine|openpyxl|lxml|0x|\{\w+[:}]")


def outcome(case: Case, data: bytes) -> tuple[Sheet, ...] | ReadingError:
    began = time.monotonic()
    try:
        return read_guarded(case.file, data)
    except ReadingError as refusal:
        assert time.monotonic() - began < budget_for(data).patience + 1
        return refusal


def params():
    return [pytest.param(name, marks=[pytest.mark.slow] if case.slow else []) for name, case in CASES.items()]


@pytest.mark.parametrize("name", params())
def test_every_file_is_read_right_or_refused_right(name):
    case = CASES[name]
    found = outcome(case, case.make())
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


@pytest.mark.parametrize("threat", THREATS)
def test_every_threat_has_its_cases(threat):
    assert THREATS[threat]
    assert set(THREATS[threat]) <= set(CASES)


def test_many_values_of_what_is_read_are_asserted():
    readable = [case for case in CASES.values() if not case.refused]
    assert sum(bool(case.cells) for case in readable) >= 0.95 * len(readable)


def test_nothing_is_fetched():
    with socket.create_server(("127.0.0.1", 0)) as canary:
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        doctype = f'<!DOCTYPE x SYSTEM "{address}" [<!ENTITY % d SYSTEM "{address}"> %d;]>'
        for name, data in (
            ("a.xlsx", workbook_attacks.with_entity(address)),
            ("b.xls", pages.xml_of_2003(pages.xml_row("id", "n") * 2, doctype)),
            (
                "c.xls",
                pages.page(f"<link href='{address}' rel=stylesheet><table><img src='{address}'></table>"),
            ),
            ("d.ods", open_documents.open_document(open_documents.open_row("id") * 2, doctype)),
        ):
            with pytest.raises(ReadingError):
                read_guarded(name, data)
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_nothing_is_unpacked():
    for name in ("parts_that_climb_out_of_the_zip", "an_archive_whose_paths_climb_out"):
        read_guarded(CASES[name].file, CASES[name].make())
    assert not list(Path("/tmp").glob("crmeval_was_here*"))  # noqa: S108 - the path in the archives


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks into /proc")
def test_no_process_outlives_its_file():
    read_guarded("deals.csv", b"id,n\n1,2\n")
    server = guard._SERVER._process.pid
    assert not Path(f"/proc/{server}/task/{server}/children").read_text()
