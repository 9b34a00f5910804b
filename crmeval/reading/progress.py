"""How far reading has come: told by the readers, heard by whoever waits.

A reader calls `report` with a share of its own work; `part` makes that a share of the work around it. Where
nobody listens, nothing happens.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
Listener = Callable[[float], object]
_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known while a file is read.

    Attributes:
        file: its name; of a file in an archive `archive.zip/deals.csv`.
        number: which of the files handed in together it belongs to, from 1.
        files: how many were handed in together.
        share: done of this file, from 0 to 1; it never falls while `number` stays.
        seconds: on the clock since this file was begun.
        waits: whether it still waits for files of others.
    """

    file: str
    number: int = 1
    files: int = 1
    share: float = 0.0
    seconds: float = 0.0
    waits: bool = False


def report(share: float) -> None:
    """Tell whoever listens that this share of the work is done."""
    if listener := _LISTENER.get():
        listener(share)


@contextmanager
def heard_by(listener: Listener | None) -> Iterator[None]:
    """What is reported meanwhile goes to this listener."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def part(begin: float, end: float) -> Iterator[None]:
    """What is reported meanwhile is a part of the work around, from the share `begin` to `end`."""
    around = _LISTENER.get()
    if around is None:
        yield
        return
    with heard_by(lambda share: around(begin + share * (end - begin))):
        yield
    around(end)


def one_by_one(items: Sequence[Item]) -> Iterator[Item]:
    """The items, each of which is an equal part of the work while it is dealt with."""
    for number, item in enumerate(items):
        with part(number / len(items), (number + 1) / len(items)):
            yield item
