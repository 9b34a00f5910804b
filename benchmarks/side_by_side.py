"""The CPU time of several ways to do the same work, in one run."""

import gc
import math
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def rows_asked(usual: int) -> int:
    """How many rows the command line asks for."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else usual


def compare(
    work: str, ways: Mapping[str, Callable[[], object]], small: Callable[[], object] = lambda: None
) -> dict[str, float]:
    """Prints and returns the CPU seconds (all threads) of each way; how often those of the first it takes.

    `small` is run once before: what is only loaded once is no part of the work. Every way is run twice in
    turn, and the lesser time counts: the first to need much memory pays for all that come after it.
    """
    small()
    taken = dict.fromkeys(ways, math.inf)
    for name, way in [*ways.items()] * 2:
        gc.collect()
        began = time.process_time()
        way()
        taken[name] = min(taken[name], time.process_time() - began)
    first = next(iter(taken.values()))
    print(work)
    for name, seconds in taken.items():
        print(f"  {name:<18}{seconds:7.2f} s CPU   {seconds / first:5.1f} ×")
    return taken
