"""Nobody waits while somebody else's file is read: neither clicks nor small files, whatever the file is."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hostile.corpus import CASES

from crmeval.errors import ReadingError
from crmeval.reading import Sheet
from crmeval.reading.guard import read_guarded

SMALL = b"id,n\n1,2\n"
LONGEST_WAIT = 2.0
LINE = b"D-1234567,Firm 1234,Negotiation,2024-02-01 13:05:59,12500.50,Person 7,called on 12\n"
LARGE = b"deal id,client,stage,created,amount,owner,comment\n" + LINE * 1_000_000


def outcome(name: str, data: bytes) -> tuple[Sheet, ...] | ReadingError:
    try:
        return read_guarded(name, data)
    except ReadingError as refusal:
        return refusal


def longest_waits(files: list[tuple[str, bytes]]) -> tuple[list[object], float, float]:
    """What became of the files, read at the same time; the longest that this thread did not come to run
    meanwhile, and that a small file took."""
    read_guarded("small.csv", SMALL)
    with ThreadPoolExecutor() as pool:
        reading: list[Future] = [pool.submit(outcome, *file) for file in files]
        small: list[float] = []

        def read_small() -> None:
            while not all(one.done() for one in reading):
                began = time.monotonic()
                read_guarded("small.csv", SMALL)
                small.append(time.monotonic() - began)
                time.sleep(0.2)

        reader = threading.Thread(target=read_small)
        reader.start()
        late, last = 0.0, time.monotonic()
        while not all(one.done() for one in reading):
            time.sleep(0.01)
            now = time.monotonic()
            late, last = max(late, now - last), now
        reader.join()
    return [one.result() for one in reading], late, max(small)


@pytest.mark.slow
@pytest.mark.parametrize("bomb", ["one_long_text_in_cells_of_other_quotes", "an_archive_of_blank_lines"])
def test_a_bomb_lets_others_go_on(bomb):
    case = CASES[bomb]
    (found,), late, small = longest_waits([(case.file, case.make())])
    assert isinstance(found, ReadingError)
    assert late < LONGEST_WAIT
    assert small < LONGEST_WAIT


@pytest.mark.slow
def test_large_honest_files_let_others_go_on():
    """Eighty megabytes come back twice at once: taking them over must not hold the interpreter."""
    found, late, small = longest_waits([("large.csv", LARGE), ("again.csv", LARGE)])
    assert [len(sheets[0].rows) for sheets in found] == [1_000_000, 1_000_000]
    assert late < LONGEST_WAIT
    assert small < LONGEST_WAIT
