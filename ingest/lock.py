"""One builder of an index at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexBusyError


@contextmanager
def only_builder(index: Path) -> Iterator[None]:
    """Hold the index folder for one build; raises IndexBusyError naming the process that holds it.

    The system frees the lock of a process that dies, so a killed build blocks nobody.
    """
    lock, holder = FileLock(index / "build.lock", timeout=0), index / "build.pid"
    try:
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(
            f"another build ({_named(holder)}) is at work here",
            file=index,
            remedy="wait for it to end, or stop that process, then run the build again",
        ) from error
    try:
        # Not in the lock file itself, which every contender truncates.
        holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _named(holder: Path) -> str:
    with suppress(OSError, ValueError):
        return f"process {int(holder.read_text(encoding='ascii'))}"
    return "of another process"
