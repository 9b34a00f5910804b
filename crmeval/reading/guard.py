"""Reading what a stranger made: in a process of its own that may take so much and no more.

A library may end its process (calamine does on two cells in far corners), hold the interpreter for a minute,
or fill the memory; then only that process ends and the file is refused with its cause. Every file goes this
way, also the smallest: a fork takes some milliseconds, and a csv of a megabyte can span a billion cells.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from crmeval.errors import ReadingError
from crmeval.reading import child, limits, wire
from crmeval.reading.forkserver import End, ForkServer, environment
from crmeval.reading.sheet import Sheet

_MEGABYTE = 1024**2
_CHUNK = 4 * _MEGABYTE
_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
_AT_ONCE = threading.BoundedSemaphore(6)
_LARGE_AT_ONCE = threading.BoundedSemaphore(2)
_SERVER = ForkServer()
_TOO_LONG = {getattr(signal, "SIGXCPU", 24)}
_TOO_MUCH = {signal.SIGABRT, getattr(signal, "SIGKILL", 9)}  # how libraries end without memory; the system


@dataclass(frozen=True, slots=True)
class Budget:
    """What reading a file may take: bytes of memory, seconds on the clock, bytes of the reply."""

    memory: int
    seconds: int
    reply: int

    @property
    def large(self) -> bool:
        """Whether only few such files may be read at once."""
        return self.memory > limits.SMALL_MEMORY


def budget_for(data: bytes) -> Budget:
    """Ten seconds and a gigabyte, and more in proportion to the size of the file unpacked."""
    weight = limits.weight(data)
    return Budget(
        memory=min(limits.BASE_MEMORY + limits.MEMORY_PER_BYTE * weight, limits.MAX_MEMORY),
        seconds=min(limits.BASE_SECONDS + weight // limits.BYTES_PER_SECOND, limits.MAX_SECONDS),
        reply=min(limits.BASE_REPLY + limits.REPLY_PER_BYTE * weight, limits.MAX_REPLY),
    )


def read_guarded(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The same as `read_file`, in a process of its own.

    On Linux and macOS the process is a fresh fork with limits of memory, processor time and the clock (macOS
    does not keep that of memory). On Windows, which has neither, it is a fresh interpreter with a limit of
    the clock only.

    Raises:
        ReadingError: as of `read_file`; or reading took too much memory or time, or the process broke down.
    """
    limits.check_bytes(name, len(data))
    budget = budget_for(data)
    with _AT_ONCE:
        if not budget.large:
            return _read(name, data, budget)
        with _LARGE_AT_ONCE:
            return _read(name, data, budget)


def read_all_guarded(files: Iterable[tuple[str, bytes]]) -> tuple[Sheet, ...]:
    """The sheets of several files, given as (name, content), each read in a process of its own.

    Raises:
        ReadingError: one of the files cannot be read.
    """
    return tuple(sheet for name, data in files for sheet in read_guarded(name, data))


def _read(name: str, data: bytes, budget: Budget) -> tuple[Sheet, ...]:
    header = child.request(name, data, memory=budget.memory, seconds=budget.seconds)
    try:
        reply, end = _forked(header, data, budget) if _CAN_FORK else _started(header, data, budget)
    except TimeoutError as error:
        raise ReadingError("took_too_long", file=name, n=budget.seconds) from error
    except MemoryError as error:
        raise ReadingError("too_much_memory", file=name) from error
    try:
        return wire.received(reply)
    except wire.NotUnderstoodError as error:
        raise _refusal(name, end, budget) from error


def _refusal(name: str, end: End | None, budget: Budget) -> ReadingError:
    """Why a process left no reply."""
    if end and end.signal in _TOO_LONG:
        return ReadingError("took_too_long", file=name, n=budget.seconds)
    if end and end.signal in _TOO_MUCH:
        return ReadingError("too_much_memory", file=name)
    return ReadingError("could_not_be_read", file=name)


def _forked(header: bytes, data: bytes, budget: Budget) -> tuple[bytearray, End | None]:
    deadline = time.monotonic() + budget.seconds
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = _SERVER.start(theirs)
        try:
            reply = _exchanged(ours, (header, data), deadline, budget.reply)
        finally:
            end = _SERVER.end(process)
    return reply, end


def _exchanged(ours: socket.socket, parts: Iterable[bytes], deadline: float, most: int) -> bytearray:
    """What comes back for what is sent; cut short where the other side ends too early.

    Raises:
        TimeoutError: the deadline has passed.
        MemoryError: more than `most` bytes came back.
    """
    reply = bytearray()
    try:
        for part in parts:
            _wait_until(deadline, ours)
            ours.sendall(part)
        ours.shutdown(socket.SHUT_WR)
        while True:
            _wait_until(deadline, ours)
            piece = ours.recv(_CHUNK)
            if not piece:
                return reply
            reply += piece
            if len(reply) > most:
                raise MemoryError
    except ConnectionError:
        return reply


def _wait_until(deadline: float, ours: socket.socket) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    ours.settimeout(left)


def _started(header: bytes, data: bytes, budget: Budget) -> tuple[bytes, None]:
    """The same with a fresh interpreter, where processes cannot be forked."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "crmeval.reading.child"], input=header + data, env=environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=budget.seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return done.stdout, None
