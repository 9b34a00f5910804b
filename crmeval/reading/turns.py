"""Who may read now: so many at once, in the order in which they came."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

BEAT = 0.25  # seconds between two signs of life


class Turns:
    """A queue for threads; whoever waits says so every quarter of a second, and may give up by raising."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._queue: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, while_waiting: Callable[[], object]) -> Iterator[None]:
        """The block runs when it is this thread's turn."""
        ticket = object()
        with self._changed:
            self._queue.append(ticket)
        try:
            while not self._has_come(ticket):
                while_waiting()
            yield
        finally:
            with self._changed:
                if ticket in self._queue:
                    self._queue.remove(ticket)
                else:
                    self._free += 1
                self._changed.notify_all()

    def _has_come(self, ticket: object) -> bool:
        def first() -> bool:
            return self._free > 0 and self._queue[0] is ticket

        with self._changed:
            if not self._changed.wait_for(first, BEAT):
                return False
            self._queue.popleft()
            self._free -= 1
            self._changed.notify_all()
            return True
