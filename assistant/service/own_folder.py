"""A folder that a service of several workers has for itself as long as it runs: their doors and their counters."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import CorpusError

MEMORY = Path("/dev/shm")
"""Where the system keeps files in memory: counters are written through a mapping, and one on a full disk would kill its worker."""
PREFIX = "pactes-service-"
YOUNGEST_LEFTOVER = 60.0
"""Seconds: a younger folder may not have taken its lock yet."""


@contextmanager
def own_folder() -> Iterator[Path]:
    """The folder, gone at the end; those of services that were killed go first. Raises CorpusError when there is no room."""
    try:
        home = _made()
    except OSError as error:
        raise CorpusError(
            f"the temporary folder cannot be written ({error.strerror})",
            file=tempfile.gettempdir(),
            remedy="free some room there, or name another folder in TMPDIR",
        ) from error
    try:
        with FileLock(home / "owner.lock"):
            yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _made() -> Path:
    try:
        _remove_leftovers(MEMORY)
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    except OSError:
        return Path(tempfile.mkdtemp(prefix=PREFIX))


def _remove_leftovers(folder: Path) -> None:
    for home in folder.glob(f"{PREFIX}*"):
        try:
            if home.is_symlink() or time.time() - home.stat().st_mtime < YOUNGEST_LEFTOVER:
                continue
            with FileLock(home / "owner.lock", timeout=0):
                shutil.rmtree(home, ignore_errors=True)
        except (OSError, Timeout):
            continue
