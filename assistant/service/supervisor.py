"""Keeps the workers of a service: starts them, starts again the one that died or hangs, ends them all.

Each worker is a process started afresh (`spawn`): the model's threads do not survive a fork. A worker says through a pipe that it
serves, then every second that it still does; the pipe breaks when either side dies, so neither outlives the other unnoticed.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import FrameType

from prometheus_client.multiprocess import mark_process_dead

from assistant.service.seat import Seat

Work = Callable[[Seat, Connection], None]
log = logging.getLogger(__name__)
TICK, BEAT = 0.5, 1.0
SILENT = 60.0
"""Seconds after which a worker that serves and says nothing is taken to hang."""
LEAVING = 12.0
"""Seconds that the workers have to end the answers under way when the service ends."""
LONGEST_WAIT = 30.0
"""Seconds at most between two tries to start a worker that ends before it serves."""


class Worker:
    """Who sits on one seat: a process, and what is known of it."""

    def __init__(self, seat: Seat, work: Work) -> None:
        self.seat, self._work = seat, work
        self.serves, self._failures, self._not_before = False, 0, 0.0
        self._process: SpawnProcess | None = None
        self._beats: Connection | None = None

    def start(self) -> None:
        """Start its process."""
        context = get_context("spawn")
        self._beats, told = context.Pipe(duplex=False)
        os.set_blocking(told.fileno(), False)
        self._process = context.Process(target=self._work, args=(self.seat, told), name=f"worker-{self.seat.number}")
        self._process.start()
        told.close()
        self.serves, self._heard = False, time.monotonic()

    @property
    def waited_for(self) -> list[Connection | int]:
        """What becomes readable when it says something or ends."""
        return [self._beats, self._process.sentinel] if self._beats and self._process else []

    def look_after(self) -> None:
        """Hear it, end it when it hangs, start it again when it has ended."""
        self.hear()
        if self.serves and time.monotonic() - self._heard > SILENT:
            log.error("worker %d says nothing any more and is ended", self.seat.number)
            self.kill()
        if self._process is None or self._process.exitcode is not None:
            self._again()

    def hear(self) -> None:
        """Take in what it said since; that its pipe broke is seen by its end."""
        if self._beats is None or not self._beats.poll():
            return
        with suppress(OSError):
            if os.read(self._beats.fileno(), 65_536):
                if not self.serves:
                    log.info("worker %d serves", self.seat.number)
                self.serves, self._heard, self._failures = True, time.monotonic(), 0
                return
        self._beats.close()
        self._beats = None

    def _again(self) -> None:
        if self._process is not None:
            log.error("worker %d ended with code %s and is started again", self.seat.number, self._process.exitcode)
            self._not_before = time.monotonic() + (0 if self.serves else min(LONGEST_WAIT, 2.0**self._failures))
            self._failures += not self.serves
            self._forget()
        if time.monotonic() >= self._not_before:
            self.start()

    def _forget(self) -> None:
        if self._process is not None and self._process.pid is not None:
            mark_process_dead(self._process.pid, path=str(self.seat.counters))  # type: ignore[no-untyped-call]  # the library's
        self._process, self.serves = None, False

    @property
    def ended_with(self) -> int | None:
        """The exit code of its process, or None while it lives or before it was started."""
        return self._process.exitcode if self._process else None

    def leave(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.terminate()

    def kill(self, patience: float = 0.0) -> None:
        """Make it end, if it has not ended by itself in the time given."""
        if self._process is not None:
            self._process.join(patience)
            self._process.kill()
            self._process.join()


class Supervisor:
    """The workers of one service on their seats."""

    def __init__(self, seats: Sequence[Seat], work: Work) -> None:
        self.workers = [Worker(seat, work) for seat in seats]
        self._over = False

    def run(self) -> int:
        """Serve until a signal asks to end: the exit code. The first worker serves before the others start: it may build the index.

        When that first one ends before it ever served, the service ends with its code: it has said what is wrong.
        """
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._end)
        first = self.workers[0]
        first.start()
        try:
            while not first.serves and not self._over:
                self._wait([first])
                first.hear()
                if first.ended_with is not None:
                    return abs(first.ended_with) or 1
            while not self._over:
                for worker in self.workers:
                    worker.look_after()
                self._wait(self.workers)
        finally:
            self._end_all()
        return 0

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._over = True

    def _wait(self, workers: Sequence[Worker]) -> None:
        handles = [handle for worker in workers for handle in worker.waited_for]
        if handles:
            wait(handles, TICK)
        time.sleep(0 if handles else TICK)

    def _end_all(self) -> None:
        for worker in self.workers:
            worker.leave()
        deadline = time.monotonic() + LEAVING
        for worker in self.workers:
            worker.kill(max(0.0, deadline - time.monotonic()))
