"""How often someone may ask: a bucket of tokens each, that fills again with time."""

import math
from collections.abc import Callable

MANY = 10_000


class Buckets:
    """Buckets of `burst` tokens by name, each refilled `per_minute` times a minute; not to be shared between threads unlocked."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float]) -> None:
        self.pace, self.burst, self.clock = per_minute / 60, float(burst), clock
        self.held: dict[str, tuple[float, float]] = {}

    def wait(self, name: str) -> int:
        """Take a token: 0 when there was one, else the whole seconds until there is."""
        now = self.clock()
        if len(self.held) > MANY:
            self._forget(now)
        tokens = self._now(name, now)
        if tokens < 1:
            return math.ceil((1 - tokens) / self.pace)
        self.held[name] = (tokens - 1, now)
        return 0

    def _now(self, name: str, now: float) -> float:
        tokens, since = self.held.get(name, (self.burst, now))
        return min(self.burst, tokens + (now - since) * self.pace)

    def _forget(self, now: float) -> None:
        """Drop the buckets that are full again: a new one says the same."""
        self.held = {name: held for name, held in self.held.items() if self._now(name, now) < self.burst}
