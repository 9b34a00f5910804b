"""The process that reads one file of a stranger and ends: limits on itself, a file in, a reply out.

Started as a program (where processes cannot be forked) it takes its request from the standard input.
"""

import contextlib
import json
import os
import struct
import sys
from typing import Any, BinaryIO

from crmeval.errors import ReadingError
from crmeval.reading import progress, read_file, wire

LENGTHS = struct.Struct("!QQ")
_NICE = 5  # whoever waits for a click goes first
_OPEN_FILES = 64


def request(name: str, data: bytes, *, memory: int, seconds: int) -> bytes:
    """What stands before the bytes of the file."""
    said = json.dumps({"name": name, "memory": memory, "seconds": seconds}).encode()
    return LENGTHS.pack(len(said), len(data)) + said


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Read the file of one request and write the reply."""
    header, size = LENGTHS.unpack(source.read(LENGTHS.size))
    said = json.loads(source.read(header))
    data = source.read(size)
    limit(said["memory"], said["seconds"])
    try:
        with progress.heard_by(wire.send_progress(target)):
            sheets = read_file(said["name"], data)
        target.write(wire.REPLY)
        wire.send_sheets(target, sheets)
    except ReadingError as refusal:
        target.write(wire.REPLY)
        wire.send_refusal(target, refusal)
    except MemoryError:
        os.abort()  # as libraries do; half a reply may be on its way
    target.flush()


def limit(memory: int, seconds: int) -> None:
    """From here on this process may take so many bytes and seconds of processor time more, and write no file.

    Without `resource` (Windows) there is no such limit, and only the clock of whoever waits stops it.
    """
    with contextlib.suppress(ImportError):
        import resource

        _lower(resource, resource.RLIMIT_AS, _address_space() + memory)
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        _lower(resource, resource.RLIMIT_CPU, used + seconds, spare=1)
        _lower(resource, resource.RLIMIT_FSIZE, 0)
        _lower(resource, resource.RLIMIT_CORE, 0)  # a core dump would hold the client's data
        _lower(resource, resource.RLIMIT_NOFILE, _OPEN_FILES)
        os.nice(_NICE)


def _lower(resource: Any, what: int, soft: int, spare: int = 0) -> None:
    """Set a limit for good; the soft one is told by a signal, `spare` above it the process ends."""
    hard = resource.getrlimit(what)[1]
    most = soft + spare if hard == resource.RLIM_INFINITY else min(hard, soft + spare)
    with contextlib.suppress(ValueError, OSError):  # macOS knows some of them by name only
        resource.setrlimit(what, (min(soft, most), most))


def _address_space() -> int:
    """Bytes of address space in use before the file is looked at."""
    try:
        with open("/proc/self/statm", "rb") as pages:  # noqa: PTH123 - of the system, no path of ours
            return int(pages.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
