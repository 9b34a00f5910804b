"""A process that has loaded what reading needs and forks a fresh copy of itself for every file.

Loading takes half a second, a fork some milliseconds. The server itself never sees a file, so a copy knows
nothing of another's; a copy reads one file and ends. (The fork server of `multiprocessing` would run the
main script once more in every copy, and that is the app.)

The protocol, over a socket that both inherit: `start` with a socket for the copy → its process id; `end` with
a process id → how it ended. The server reaps a copy only on `end`, so an id never means another process.
"""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

_MESSAGE = struct.Struct("!cq")
_END = struct.Struct("!qqd")
_START, _STOP = b"s", b"e"
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended: the signal that ended it (0 for none), its peak memory and processor time.

    `memory` is resident bytes and holds what was loaded before the fork; `seconds` are of the copy alone.
    """

    signal: int
    memory: int
    seconds: float


def environment() -> dict[str, str]:
    """What a reading process may know of ours: how to find its libraries, none of the secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **kept, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]), "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others reserve address space they do not use
    }  # fmt: skip


class ForkServer:
    """The handle to the server; it starts with the first copy asked for and ends with this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self, theirs: socket.socket) -> int:
        """A fresh copy that talks over `theirs`; its process id."""
        with self._lock:
            try:
                return self._started(self._running(), theirs)
            except OSError:  # the system ended it, for memory say
                self._close()
                return self._started(self._running(), theirs)

    def end(self, process: int) -> End | None:
        """End a copy, at once if it still runs; None where the server is gone and its copies with it."""
        with self._lock:
            try:
                control = self._running()
                control.sendall(_MESSAGE.pack(_STOP, process))
                return End(*_END.unpack(_exactly(control, _END.size)))
            except OSError:
                self._close()
                return None

    def _started(self, control: socket.socket, theirs: socket.socket) -> int:
        socket.send_fds(control, [_MESSAGE.pack(_START, 0)], [theirs.fileno()])
        return int(_MESSAGE.unpack(_exactly(control, _MESSAGE.size))[1])

    def _running(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-P", "-m", "crmeval.reading.forkserver", str(theirs.fileno())],
                    pass_fds=[theirs.fileno()], env=environment(), stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,  # libraries print what cells hold
                    start_new_session=True,
                )  # fmt: skip
            self._control = ours
        return self._control

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._control = self._process = None


def _exactly(source: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = source.recv(size - len(received))
        if not piece:
            raise ConnectionError
        received += piece
    return received


def main(control: socket.socket) -> None:
    """Fork a copy for every request until whoever asks is gone; then end with all copies."""
    running: set[int] = set()
    try:
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE.size, 1)
            if not message:
                return
            what, process = _MESSAGE.unpack(message + _exactly(control, _MESSAGE.size - len(message)))
            if what == _START:
                process = _fork(control, descriptors[0])
                running.add(process)
                control.sendall(_MESSAGE.pack(_START, process))
            elif process in running:
                running.remove(process)
                control.sendall(_END.pack(*_ended(process)))
            else:
                control.sendall(_END.pack(0, 0, 0.0))
    finally:
        for process in running:
            _ended(process)


def _fork(control: socket.socket, descriptor: int) -> int:
    process = os.fork()
    if process:
        os.close(descriptor)
        return process
    ours = socket.socket(fileno=descriptor)  # open until the very end: who reads it takes that for the end
    with contextlib.suppress(BaseException):
        from crmeval.reading.child import serve

        control.close()
        serve(ours.makefile("rb"), ours.makefile("wb"))
    os._exit(0)


def _ended(process: int) -> tuple[int, int, float]:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    _, status, used = os.wait4(process, 0)
    by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    unit = 1 if sys.platform == "darwin" else 1024
    return by, used.ru_maxrss * unit, used.ru_utime + used.ru_stime


def _load() -> None:
    """What the copies need, loaded once."""
    import pyarrow as pa

    from crmeval.reading import (  # noqa: F401 - for the copies
        archive,
        assemble,
        child,
        delimited,
        excel,
        gzipped,
        html,
        parquet,
    )

    pa.set_cpu_count(1)


if __name__ == "__main__":
    _load()
    main(socket.socket(fileno=int(sys.argv[1])))
