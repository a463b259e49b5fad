"""The one gate before every answer, whatever the door: rates, one answer at a time per client, a bounded queue, a time limit.

An asynchronous route writes `await gate.run(client, work)`, a handler in a thread of its own `gate.run_now(client, work)`; either gives
what `work()` gives or raises RefusedError, whose `sentence(language)` says why to a person.
"""

import asyncio
import contextvars
import math
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from assistant.service.client import Client
from assistant.service.rates import Buckets
from assistant.service.refused import RefusedError
from assistant.service.switch import check_answers_are_on
from ingest.settings import Settings

T = TypeVar("T")
SOON = 2
"""Seconds after which a client whose own questions wait, or who met a full queue, may well try again."""


class _Waiting(NamedTuple):
    client: str
    work: Callable[[], Any]
    result: "Future[Any]"


class Gate:
    """Runs the work of clients within the limits of the settings.

    `clock` counts seconds, `refused` hears the code of each refusal, `changed` how many wait and how many run whenever that changes.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        refused: Callable[[str], None] = lambda code: None,
        changed: Callable[[int, int], None] = lambda waiting, running: None,
    ) -> None:
        self.settings, self.refused, self.changed = settings, refused, changed
        self.clients = Buckets(settings.rate_per_client, settings.rate_burst, clock)
        self.addresses = Buckets(settings.rate_per_address, settings.rate_per_address, clock)
        self.pool = ThreadPoolExecutor(settings.answers_at_once, thread_name_prefix="answer")
        self.lock = Lock()
        self.waiting: deque[_Waiting] = deque()
        self.running: set[str] = set()

    async def run(self, client: Client, work: Callable[[], T], answers: bool = True) -> T:
        """What `work()` gives, run in a thread when its turn comes; raises RefusedError.

        `answers` is false for what the switch leaves on.
        """
        result = self._admit(client, work, answers)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(result), self.settings.answer_seconds)
        except TimeoutError:
            raise self._refusal("too_slow", SOON) from None

    def run_now(self, client: Client, work: Callable[[], T], answers: bool = True) -> T:
        """The same for a handler that has a thread of its own, and waits in it."""
        result = self._admit(client, work, answers)
        try:
            return result.result(self.settings.answer_seconds)
        except (TooLong, CancelledError):
            result.cancel()
            raise self._refusal("too_slow", SOON) from None

    def _admit(self, client: Client, work: Callable[[], T], answers: bool) -> "Future[T]":
        if answers:
            self._check_switch()
        result: Future[T] = Future()
        context = contextvars.copy_context()
        with self.lock:
            refusal = self._against(client)
            if refusal is None:
                self.waiting.append(_Waiting(client.name, lambda: context.run(work), result))
                self._start()
        if refusal is not None:
            raise self._refusal(*refusal)
        return result

    def _check_switch(self) -> None:
        try:
            check_answers_are_on(self.settings)
        except RefusedError as off:
            self.refused(off.code)
            raise

    def _against(self, client: Client) -> tuple[str, int] | None:
        """The code of what speaks against one more question of this client, and the seconds after which it may not."""
        if wait := self.addresses.wait(client.address) or self.clients.wait(client.name):
            return "too_fast", wait
        self._drop_abandoned()
        own = Counter(one.client for one in self.waiting)[client.name]
        if client.name in self.running and own >= self.settings.queue_per_client:
            return "one_at_a_time", SOON
        places = self.settings.queue_length + self.settings.answers_at_once - len(self.running)
        return ("full", math.ceil(SOON * 2.5)) if len(self.waiting) >= places else None

    def _drop_abandoned(self) -> None:
        self.waiting = deque(one for one in self.waiting if not one.result.cancelled())

    def _start(self) -> None:
        """Give free places to those who wait longest, passing over clients who have one. To be called under the lock."""
        for one in list(self.waiting):
            if len(self.running) == self.settings.answers_at_once:
                break
            if one.client not in self.running:
                self.waiting.remove(one)
                if one.result.set_running_or_notify_cancel():
                    self.running.add(one.client)
                    self.pool.submit(self._work, one)
        self.changed(len(self.waiting), len(self.running))

    def _work(self, one: _Waiting) -> None:
        """Do it, then let the next one in; a place is free when its work has ended, not when its asker has left."""
        try:
            outcome, error = one.work(), None
        except BaseException as raised:
            outcome, error = None, raised
        with self.lock:
            self.running.discard(one.client)
            self._start()
        if error is not None:
            one.result.set_exception(error)
        else:
            one.result.set_result(outcome)

    def _refusal(self, code: str, retry: int) -> RefusedError:
        self.refused(code)
        return RefusedError(code, retry=retry)
