"""The seat of one worker among the processes of a service: its number, the folder they share, its part of the bounds."""

import zlib
from dataclasses import dataclass
from pathlib import Path

from starlette.types import Scope

from ingest.settings import Settings

SHARED = ("answers_at_once", "queue_length")
"""Bounds of the whole service, divided among its workers."""


@dataclass(frozen=True)
class Seat:
    """One of `count` workers, numbered from 0; `folder` is the service's own and is gone when the service has ended."""

    number: int
    count: int
    folder: Path

    def door(self, number: int) -> Path:
        """The socket by which the others reach that worker alone."""
        return self.folder / f"{number}.sock"

    @property
    def counters(self) -> Path:
        """Where the workers keep what they count, so that any of them can tell all of it."""
        return self.folder / "counters"

    def owner(self, session: str) -> int:
        """The worker that holds a session of the chat page; the same whoever asks."""
        return zlib.crc32(session.encode("utf-8", "replace")) % self.count

    def part_of(self, whole: Settings) -> Settings:
        """The settings of one worker: what the service holds in all is divided, rounded up."""
        return whole.model_copy(update={name: -(-getattr(whole, name) // self.count) for name in SHARED})


def by_fellow(scope: Scope) -> bool:
    """Whether another worker hands a request on: nobody else reaches a worker's own door, which has no port."""
    server = scope.get("server")
    return server is not None and server[1] is None
