"""The engine that serves, exchanged between two answers for one over a newer index."""

import logging
import threading
import time
import weakref
from dataclasses import replace
from typing import NamedTuple

from assistant.engine import Engine
from ingest.index import Index, open_index, read_current
from ingest.settings import Settings

log = logging.getLogger(__name__)
RETRY = 15.0
"""Seconds before an index that could not be opened is tried again."""


class _Stamp(NamedTuple):
    """What changes in the file `current` whenever an index is swapped in."""

    node: int
    written: int


class EngineWatch:
    """Many requests may ask it at once; each keeps the engine it was given to its end, so an answer has one version."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._seen, self._not_before = self._stamp(), 0.0
        self._opening = threading.Lock()
        _close_after_last_use(engine.index)
        current = read_current(settings.index)
        if current is None or current.version != engine.index.folder.name:
            self._seen = None

    def current(self) -> Engine:
        """The engine for one answer; a newer index is opened beside it in a thread, and serves once it is open."""
        stamp = self._stamp()
        if stamp in (None, self._seen) or time.monotonic() < self._not_before or not self._opening.acquire(blocking=False):
            return self._engine
        self._seen = stamp
        threading.Thread(target=self._exchange, daemon=True, name="index-watch").start()
        return self._engine

    def _stamp(self) -> _Stamp | None:
        try:
            found = (self._settings.index / "current").stat()
        except OSError:
            return None
        return _Stamp(found.st_ino, found.st_mtime_ns)

    def _exchange(self) -> None:
        """Open the index that serves now; one that cannot be opened changes nothing and is tried again."""
        try:
            if self._is_other():
                index = open_index(self._settings, self._engine.embedder.identity)
                _close_after_last_use(index)
                engine = Engine.over(index, self._engine.embedder, self._engine.chat)
                self._engine = replace(engine, observer=self._engine.observer)
                log.warning("the index %s serves now", index.folder.name)
        except Exception as error:  # whatever is wrong with it, the index that serves goes on serving
            self._seen, self._not_before = None, time.monotonic() + RETRY
            log.error("the new index could not be opened, the one before goes on serving: %s", error)
        finally:
            self._opening.release()

    def _is_other(self) -> bool:
        """Whether there is anything to open: on a server, a collection of the same name may have been filled anew."""
        current, serving = read_current(self._settings.index), self._engine.index
        return current is not None and (current.version != serving.folder.name or bool(serving.manifest.collection))


Serving = Engine | EngineWatch


def engine_now(serving: Serving) -> Engine:
    """The engine for one request."""
    return serving.current() if isinstance(serving, EngineWatch) else serving


def _close_after_last_use(index: Index) -> None:
    weakref.finalize(index, index.vectors.close).atexit = False
