"""A copy of a folder for one process alone, in the system's temporary folder."""

import shutil
import tempfile
import time
import weakref
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "pactes-grand-est-"
YOUNGEST_LEFTOVER = 60.0
"""Seconds: a younger folder may not have taken its lock yet."""


class PrivateCopy:
    """`folder` is a copy of `source`, removed by `close`, at exit, or by the next copy if the process was killed.

    Raises OSError when the source cannot be read or the temporary folder is full.
    """

    def __init__(self, source: Path) -> None:
        remove_leftovers(Path(tempfile.gettempdir()), PREFIX)
        home = Path(tempfile.mkdtemp(prefix=PREFIX))
        owner = FileLock(home / "owner.lock")
        owner.acquire()
        self._finalize = weakref.finalize(self, _discard, home, owner)
        self.folder = home / "copy"
        try:
            shutil.copytree(source, self.folder)
            # The original may stand on a read-only medium.
            for path in (self.folder, *self.folder.rglob("*")):
                path.chmod(0o700 if path.is_dir() else 0o600)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Remove the copy."""
        self._finalize()


def _discard(home: Path, owner: FileLock) -> None:
    owner.release()
    shutil.rmtree(home, ignore_errors=True)


def remove_leftovers(temporary: Path, prefix: str) -> None:
    """Remove the folders of this prefix whose `owner.lock` no living process holds."""
    for home in temporary.glob(f"{prefix}*"):
        try:
            if home.is_symlink() or time.time() - home.stat().st_mtime < YOUNGEST_LEFTOVER:
                continue
            with FileLock(home / "owner.lock", timeout=0):
                shutil.rmtree(home, ignore_errors=True)
        except (OSError, Timeout):
            continue
