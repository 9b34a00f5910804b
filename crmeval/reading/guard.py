"""Reading what a stranger made: in a process of its own that may take so much and no more.

A library may end its process (calamine does on two cells in far corners), hold the interpreter for a minute,
or fill the memory; then only that process ends and the file is refused with its cause. Every file goes this
way, also the smallest: a fork takes some milliseconds, and a csv of a megabyte can span a billion cells.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from crmeval.errors import ReadingError
from crmeval.reading import archive as archives
from crmeval.reading import child, limits, progress, wire
from crmeval.reading.forkserver import End, ForkServer, environment
from crmeval.reading.kind import is_archive
from crmeval.reading.progress import Progress
from crmeval.reading.sheet import Sheet
from crmeval.reading.turns import BEAT, Turns

_MEGABYTE = 1024**2
_CHUNK = 4 * _MEGABYTE
_CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")
_ALL = Turns(max(3, (os.cpu_count() or 1) + 1))  # more at once would only take longer each
_LARGE = Turns(2)
_SERVER = ForkServer()
_TOO_LONG = {getattr(signal, "SIGXCPU", 24)}
_TOO_MUCH = {signal.SIGABRT, getattr(signal, "SIGKILL", 9)}  # how libraries end without memory; the system

OnProgress = Callable[[Progress], object]


@dataclass(frozen=True, slots=True)
class Budget:
    """What reading a file may take: bytes of memory, seconds of processor time, bytes of the reply."""

    memory: int
    seconds: int
    reply: int

    @property
    def patience(self) -> int:
        """Seconds on the clock."""
        return limits.PATIENCE * self.seconds

    @property
    def large(self) -> bool:
        """Whether only few such files may be read at once."""
        return self.memory > limits.SMALL_MEMORY


def budget_for(data: bytes) -> Budget:
    """Ten seconds and a gigabyte, and more in proportion to the size of the file, packed and unpacked."""
    weight = limits.weight(data, limits.opened(data))
    more = min(weight // limits.BYTES_PER_SECOND, len(data) // limits.PACKED_PER_SECOND)
    return Budget(
        memory=min(limits.BASE_MEMORY + limits.MEMORY_PER_BYTE * weight, limits.MAX_MEMORY),
        seconds=min(limits.BASE_SECONDS + more, limits.MAX_SECONDS),
        reply=min(limits.BASE_REPLY + limits.REPLY_PER_BYTE * weight, limits.MAX_REPLY),
    )


def read_guarded(name: str, data: bytes, on_progress: OnProgress | None = None) -> tuple[Sheet, ...]:
    """The same as `read_file`, in a process of its own.

    On Linux and macOS the process is a fresh fork with limits of memory, processor time and the clock (macOS
    does not keep that of memory). On Windows, which has neither, it is a fresh interpreter with a limit of
    the clock only. Each file of a zip has a process of its own, so that one which breaks it or takes too long
    keeps no other back.

    `on_progress` is called in this thread, at once and then at least every quarter of a second, with how far
    the reading is; what it raises ends the reading and comes through. (On Windows: only at the beginning.)

    Raises:
        ReadingError: as of `read_file`; or reading took too much memory or time, or the process broke down.
    """
    return read_all_guarded([(name, data)], on_progress)


def read_all_guarded(
    files: Sequence[tuple[str, bytes]], on_progress: OnProgress | None = None
) -> tuple[Sheet, ...]:
    """The sheets of several files, given as (name, content); `on_progress` as of `read_guarded`.

    Raises:
        ReadingError: one of the files cannot be read.
    """
    sheets: list[Sheet] = []
    for number, (name, data) in enumerate(files, start=1):
        watch = _Watch(Progress(name, number, len(files)), on_progress)
        with progress.heard_by(watch.hear):
            progress.report(0.0)
            sheets += _sheets(name, data, watch)
            progress.report(1.0)
    return tuple(sheets)


@dataclass(slots=True)
class _Watch:
    """What was last said about one file, to say more."""

    said: Progress
    on_progress: OnProgress | None
    began: float = field(default_factory=time.monotonic)

    def hear(self, share: float, *, waits: bool = False) -> None:
        seconds = time.monotonic() - self.began
        if self.on_progress and (share in (0.0, 1.0) or seconds - self.said.seconds > BEAT / 2):
            share = max(share, self.said.share)
            self.said = replace(self.said, share=share, seconds=seconds, waits=waits)
            self.on_progress(self.said)

    def wait(self) -> None:
        self.hear(0.0, waits=True)


def _sheets(name: str, data: bytes, watch: _Watch) -> tuple[Sheet, ...]:
    limits.check_bytes(name, len(data))
    archive = limits.opened(data)
    if archive is None or not is_archive(archive):
        return _read_in_turn(name, data, name, watch)
    limits.check_bytes(name, limits.weight(data, archive), limits.MAX_UNZIPPED)
    files = archives.files_in(name, archive)
    deadline = time.monotonic() + limits.MAX_SECONDS
    return archives.gathered(
        name, [partial(_read_member, name, data, archive, file, watch, deadline) for file in files]
    )


def _read_member(
    name: str, data: bytes, archive: zipfile.ZipFile, file: zipfile.ZipInfo, watch: _Watch, deadline: float
) -> tuple[Sheet, ...]:
    path = archives.path_of(name, file)
    if time.monotonic() > deadline:
        raise ReadingError("took_too_long", file=path, n=limits.MAX_SECONDS)
    return _read_in_turn(name, archives.alone(data, archive, file), path, watch)


def _read_in_turn(name: str, data: bytes, path: str, watch: _Watch) -> tuple[Sheet, ...]:
    """The sheets of a file, or of a zip called `name` that holds only the file at `path`."""
    budget = budget_for(data)
    with _LARGE.turn(watch.wait) if budget.large else contextlib.nullcontext(), _ALL.turn(watch.wait):
        header = child.request(name, data, memory=budget.memory, seconds=budget.seconds)
        try:
            reply, end = _forked(header, data, budget) if _CAN_FORK else _started(header, data, budget)
        except TimeoutError as error:
            raise ReadingError("took_too_long", file=path, n=budget.seconds) from error
        except MemoryError as error:
            raise ReadingError("too_much_memory", file=path) from error
        try:
            return wire.received(reply)
        except wire.NotUnderstoodError as error:
            raise _refusal(path, end, budget) from error


def _refusal(path: str, end: End | None, budget: Budget) -> ReadingError:
    """Why a process left no reply."""
    if end and end.signal in _TOO_LONG:
        return ReadingError("took_too_long", file=path, n=budget.seconds)
    if end and end.signal in _TOO_MUCH:
        return ReadingError("too_much_memory", file=path)
    return ReadingError("could_not_be_read", file=path)


def _forked(header: bytes, data: bytes, budget: Budget) -> tuple[bytearray, End | None]:
    deadline = time.monotonic() + budget.patience
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
    incoming = wire.Incoming()
    ours.settimeout(BEAT)
    try:
        for piece in _pieces(parts):
            sent = 0
            while sent < len(piece):
                with _beat(deadline, incoming):
                    sent += ours.send(piece[sent:])
        ours.shutdown(socket.SHUT_WR)
        while True:
            with _beat(deadline, incoming):
                if not (came := ours.recv(_CHUNK)):
                    return incoming.reply
                incoming.take(came)
            if incoming.size > most:
                raise MemoryError
    except ConnectionError:
        return incoming.reply


def _pieces(parts: Iterable[bytes]) -> Iterator[memoryview]:
    for part in parts:
        view = memoryview(part)
        yield from (view[at : at + _CHUNK] for at in range(0, len(view), _CHUNK))


@contextlib.contextmanager
def _beat(deadline: float, incoming: wire.Incoming) -> Iterator[None]:
    """One attempt to send or receive, which may come to nothing for a beat; then says how far it is."""
    if time.monotonic() >= deadline:
        raise TimeoutError
    with contextlib.suppress(TimeoutError):
        yield
    progress.report(incoming.share)


def _started(header: bytes, data: bytes, budget: Budget) -> tuple[bytearray, None]:
    """The same with a fresh interpreter, where processes cannot be forked."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "crmeval.reading.child"], input=header + data, env=environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=budget.patience, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    incoming = wire.Incoming()
    incoming.take(done.stdout)
    return incoming.reply, None
