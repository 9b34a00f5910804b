"""Reading in a process of its own: the same sheets come out, and whatever happens to it stays there."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import ROOT

from crmeval.errors import ReadingError
from crmeval.reading import guard, limits, read_file, wire
from crmeval.reading.forkserver import ForkServer
from crmeval.reading.guard import read_guarded
from crmeval.reading.sheet import Sheet
from crmeval.words import text

CSV = "id;этап;сумма\n1;Новая;5\n2;Закрыта\n3;Новая;7;лишнее\nИТОГО;;12\n\n4;;8\n".encode("cp1251")
OBEDIENT = """
import os, signal, socket, sys, time
import crmeval.reading.child as child
from crmeval.reading import forkserver
child.read_file = lambda name, data: exec(data.decode())
forkserver.main(socket.socket(fileno=int(sys.argv[1])))
"""
forks = pytest.mark.skipif(not guard._CAN_FORK, reason="processes cannot be forked here")


def assert_same(one: Sheet, other: Sheet) -> None:
    assert (one.file, one.name, one.notes) == (other.file, other.name, other.notes)
    assert one.table.equals(other.table)
    assert one.rows.tolist() == other.rows.tolist()
    pd.testing.assert_frame_equal(one.set_aside, other.set_aside)


@pytest.mark.parametrize("forked", [pytest.param(True, marks=forks), False])
def test_the_guarded_process_reads_what_an_unguarded_one_does(monkeypatch, forked):
    monkeypatch.setattr(guard, "_CAN_FORK", forked)
    (sheet,) = read_guarded("deals.csv", CSV)
    (expected,) = read_file("deals.csv", CSV)
    assert_same(sheet, expected)
    assert set(sheet.set_aside["reason"]) == {"ragged", "total"}


def test_a_refusal_crosses_with_all_its_facts():
    with pytest.raises(ReadingError) as refusal:
        read_guarded("deals.csv", b"%PDF-1.7")
    assert refusal.value.code == "no_spreadsheet"
    assert refusal.value.facts == {"file": "deals.csv", "what": text("reading.foreign.pdf")}


@pytest.fixture(scope="module")
def obedient() -> ForkServer:
    """A server whose processes run the file as a program, as if it had got hold of them."""
    server, popen = ForkServer(), subprocess.Popen
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            subprocess, "Popen", lambda said, **rest: popen([said[0], "-P", "-c", OBEDIENT, said[-1]], **rest)
        )
        server._running()
    return server


def refused(monkeypatch: pytest.MonkeyPatch, server: ForkServer, program: str) -> str:
    monkeypatch.setattr(guard, "_SERVER", server)
    with pytest.raises(ReadingError) as refusal:
        read_guarded("deals.csv", program.encode())
    assert refusal.value.facts["file"] == "deals.csv"
    return refusal.value.code


@forks
@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "could_not_be_read"),
        ("os.abort()", "too_much_memory"),  # what libraries do without memory
        ("os.kill(os.getpid(), signal.SIGKILL)", "too_much_memory"),  # what the system does then
        ("bytearray(8 * 1024**3)", "too_much_memory"),
        ("1 / 0", "could_not_be_read"),
        ("os._exit(0)", "could_not_be_read"),
    ],
)
def test_a_process_that_breaks_down_is_a_refusal(monkeypatch, obedient, program, code):
    assert refused(monkeypatch, obedient, program) == code


@forks
@pytest.mark.parametrize("program", ["time.sleep(60)", "while True: pass"])
def test_time_is_limited(monkeypatch, obedient, program):
    monkeypatch.setattr(limits, "BASE_SECONDS", 1)
    began = time.monotonic()
    assert refused(monkeypatch, obedient, program) == "took_too_long"
    assert time.monotonic() - began < 5


@forks
def test_processor_time_is_limited_even_if_nobody_waits(obedient):
    import socket

    from crmeval.reading import child

    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = obedient.start(theirs)
        program = b"while True: pass"
        ours.sendall(child.request("a.csv", program, memory=2**30, seconds=1) + program)
        time.sleep(4)
        assert obedient.end(process).signal in (signal.SIGXCPU, signal.SIGKILL)


@forks
def test_nothing_can_be_written_to_disk(monkeypatch, obedient, tmp_path):
    target = tmp_path / "out"
    refused(monkeypatch, obedient, f"with open({str(target)!r}, 'w') as f: f.write('x' * 100_000)")
    assert not target.read_bytes()


@forks
def test_a_reply_that_never_ends_is_cut_off(monkeypatch, obedient):
    monkeypatch.setattr(limits, "BASE_REPLY", 2**20)
    endless = (
        "for n in range(3, 64):\n  try:\n    while True: os.write(n, b'x' * 65536)\n  except OSError: pass"
    )
    assert refused(monkeypatch, obedient, endless) == "too_much_memory"


@forks
def test_the_server_is_started_anew_when_it_was_ended():
    read_guarded("deals.csv", CSV)
    os.kill(guard._SERVER._process.pid, signal.SIGKILL)
    guard._SERVER._process.wait()
    assert len(read_guarded("deals.csv", CSV)) == 1


@forks
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks into /proc")
def test_the_processes_know_no_secrets_and_end_with_the_app():
    program = (
        "from crmeval.reading import guard; guard.read_guarded('a.csv', b'id,n\\n1,2\\n');"
        "p = guard._SERVER._process.pid; print(p); print(open(f'/proc/{p}/environ').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "TOKEN": "s3cret"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    process, environment = done.stdout.split("\n", 1)
    assert "PYTHONUTF8" in environment
    assert "s3cret" not in environment
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and Path("/proc", process).exists():
        time.sleep(0.1)
    assert not Path("/proc", process).exists()


SHEET = Sheet(
    "a.csv", "", pa.table({"id": ["1", None]}), np.array([2, 3]),
    pd.DataFrame({"row": [4], "reason": ["total"], "value": ["5"]}).astype({"reason": "str", "value": "str"}),
    (text("reading.notes.padded", n=1), text("reading.notes.left_out", why=text("errors.no_rows", file="b"))),
)  # fmt: skip


def written(*sheets: Sheet) -> bytes:
    target = io.BytesIO()
    wire.send_sheets(target, sheets)
    return target.getvalue()


def test_sheets_come_back_as_they_were_sent():
    (sheet,) = wire.received(written(SHEET))
    assert_same(sheet, SHEET)


def lies() -> dict[str, bytes]:
    def framed(said: object, tables: bytes = b"") -> bytes:
        content = json.dumps(said).encode()
        return wire._LENGTH.pack(len(content)) + content + tables

    good = written(SHEET)
    notes = [{"key": "no.such.key", "facts": {}}]
    tables = good[wire._LENGTH.size + wire._LENGTH.unpack_from(good)[0] :]
    said = {"file": "a", "name": "", "notes": []}
    numbers = Sheet("a.csv", "", pa.table({"id": [1]}), np.array([2]), SHEET.set_aside)
    doubles = Sheet("a.csv", "", pa.table([["1"], ["2"]], names=["x", "x"]), np.array([2]), SHEET.set_aside)
    return {
        "nothing": b"", "noise": os.urandom(5000), "cut": good[: len(good) // 2], "huge": b"\xff" * 40,
        "no object": framed([1]), "no tables": framed({"sheets": [said]}),
        "unknown text": framed({"sheets": [{**said, "notes": notes}]}, tables),
        "a text without its facts": framed({"refused": {"key": "errors.damaged", "facts": {}}}),
        "an unknown refusal": framed({"refused": {"key": "errors.x", "facts": {}}}),
        "a refusal that is none": framed({"refused": {"key": "reading.notes.no_header", "facts": {}}}),
        "a list as a fact": framed({"refused": {"key": "errors.damaged", "facts": {"file": ["a"]}}}),
        "an endless fact": framed({"sheets": [said]}).replace(b'""', b"[" * 99_999),
        "no texts": written(numbers), "double columns": written(doubles),
    }  # fmt: skip


@pytest.mark.parametrize("lie", lies())
def test_a_reply_that_is_none_is_not_believed(lie):
    with pytest.raises(wire.NotUnderstoodError):
        wire.received(lies()[lie])


def test_a_reply_with_wrong_bytes_gives_sheets_or_is_not_believed():
    good = written(SHEET)
    for at in range(len(good)):
        spoilt = bytearray(good)
        spoilt[at] ^= 0xFF
        try:
            for sheet in wire.received(spoilt):
                sheet.table.to_pylist()
        except (wire.NotUnderstoodError, ReadingError):
            continue
