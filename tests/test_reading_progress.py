"""Whoever waits is told how far reading is; an archive's bad file keeps no other back; turns are fair."""

import threading
import time

import pytest
from hostile.ooxml import package, table, zipped
from hostile.workbook_bombs import two_far_corners_without_references

from crmeval.errors import ReadingError
from crmeval.reading import guard, limits, progress, read_file
from crmeval.reading.guard import read_all_guarded, read_guarded
from crmeval.reading.progress import Progress
from crmeval.reading.turns import Turns

CSV = b"id,sum\nD-1,5\n"
BOOK = table(["id", "n", "client"], *([n, n * 7, f"client {n}"] for n in range(300_000)))


def shares_of(read, *rest) -> list[float]:
    shares: list[float] = []
    with progress.heard_by(shares.append):
        read(*rest)
    return shares


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", CSV), ("a.xlsx", package({})), ("a.zip", zipped({"a.csv": CSV, "b.xlsx": package({})}))],
)
def test_readers_tell_how_far_they_are(name, data):
    shares = shares_of(read_file, name, data)
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


def test_the_guard_says_which_file_and_how_far():
    said: list[Progress] = []
    read_all_guarded([("a.csv", CSV), ("b.xlsx", BOOK)], said.append)
    assert {(one.file, one.number, one.files) for one in said} == {("a.csv", 1, 2), ("b.xlsx", 2, 2)}
    for number in (1, 2):
        shares = [one.share for one in said if one.number == number]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0, 1)
    assert any(0 < one.share < 1 for one in said if one.file == "b.xlsx")
    assert not any(one.waits for one in said)


def test_whoever_listens_can_stop_it():
    class StopError(Exception):
        pass

    def stop(said: Progress) -> None:
        if said.share or said.seconds:
            raise StopError

    with pytest.raises(StopError):
        read_guarded("b.xlsx", BOOK, stop)
    assert len(read_guarded("a.csv", CSV)) == 1


def test_whoever_waits_for_others_is_told(monkeypatch):
    monkeypatch.setattr(guard, "_ALL", busy := Turns(1))
    said: list[Progress] = []
    with busy.turn(lambda: None):
        thread = threading.Thread(target=read_guarded, args=("a.csv", CSV, said.append))
        thread.start()
        time.sleep(0.6)
    thread.join(20)
    assert any(one.waits for one in said)
    assert not said[-1].waits
    assert said[-1].share == 1


def test_large_files_that_wait_keep_no_small_one_from_its_turn(monkeypatch):
    monkeypatch.setattr(limits, "SMALL_MEMORY", limits.BASE_MEMORY + limits.MEMORY_PER_BYTE * 1000)
    with guard._LARGE.turn(lambda: None), guard._LARGE.turn(lambda: None):
        waiting = [
            threading.Thread(target=read_guarded, args=(f"{n}.csv", CSV + b"D-2,6\n" * 2000))
            for n in range(7)
        ]
        for thread in waiting:
            thread.start()
        assert len(read_guarded("a.csv", CSV)) == 1
        assert all(thread.is_alive() for thread in waiting)
    for thread in waiting:
        thread.join(20)


def test_turns_come_in_the_order_of_asking():
    turns, came = Turns(1), []

    def take(number: int) -> None:
        with turns.turn(lambda: None):
            came.append(number)

    with turns.turn(lambda: None):
        threads = []
        for number in range(5):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            while len(turns._queue) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(20)
    assert came == list(range(5))


def test_whoever_gives_up_leaves_the_queue():
    turns = Turns(1)
    with turns.turn(lambda: None), pytest.raises(ZeroDivisionError), turns.turn(lambda: 1 / 0):
        pytest.fail("its turn cannot have come")
    with turns.turn(lambda: 1 / 0):
        assert not turns._queue


ARCHIVE = {
    "deals.csv": CSV,
    "broken.xlsx": package({})[:300],
    "inner.zip": zipped({"a.csv": CSV}),
    "orders.csv": CSV,
}


@pytest.mark.parametrize("read", [read_file, read_guarded])
def test_the_other_files_of_an_archive_are_read(read):
    sheets = read("all.zip", zipped(ARCHIVE))
    assert [sheet.file for sheet in sheets] == ["all.zip/deals.csv", "all.zip/orders.csv"]
    left_out = [note.facts["why"] for note in sheets[0].notes if note.key == "reading.notes.left_out"]
    assert [(why.key, why.facts["file"]) for why in left_out] == [
        ("errors.damaged", "all.zip/broken.xlsx"), ("errors.zip_in_zip", "all.zip/inner.zip"),
    ]  # fmt: skip


def test_a_file_that_breaks_its_process_keeps_no_other_of_its_archive_back():
    bomb = two_far_corners_without_references()
    sheets = read_guarded("all.zip", zipped({"deals.csv": CSV, "bomb.xlsx": bomb, "orders.csv": CSV}))
    assert [sheet.file for sheet in sheets] == ["all.zip/deals.csv", "all.zip/orders.csv"]
    (left_out,) = (note for note in sheets[0].notes if note.key == "reading.notes.left_out")
    assert left_out.facts["why"].key == "errors.too_much_memory"
    assert left_out.facts["why"].facts == {"file": "all.zip/bomb.xlsx"}


def test_an_archive_whose_files_are_all_refused_is_refused_with_the_first():
    with pytest.raises(ReadingError) as refusal:
        read_guarded("all.zip", zipped({"a.xlsx": package({})[:300], "b.pdf": b"%PDF-1.7"}))
    assert (refusal.value.code, refusal.value.facts["file"]) == ("damaged", "all.zip/a.xlsx")
