"""A folder that a service of several workers has for itself as long as it runs: their doors and their counters."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ingest.errors import CorpusError
from ingest.private_copy import remove_leftovers

MEMORY = Path("/dev/shm")
"""Where the system keeps files in memory: counters are written through a mapping, and one on a full disk would kill its worker."""
PREFIX = "pactes-service-"


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
        remove_leftovers(MEMORY, PREFIX)
        return Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    except OSError:
        return Path(tempfile.mkdtemp(prefix=PREFIX))
