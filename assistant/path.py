"""The path of a question: a list of steps, run in order until one of them ends it."""

import time
from collections.abc import Callable

from assistant.context import Turn
from assistant.steps import close, compose, decide, receive, retrieve, understand, verify

Step = tuple[str, Callable[[Turn], None]]

STEPS: list[Step] = [
    ("receive", receive.run),
    ("understand", understand.run),
    ("retrieve", retrieve.run),
    ("decide", decide.run),
    ("compose", compose.run),
    ("verify", verify.run),
]


def follow(turn: Turn, steps: list[Step] = STEPS) -> Turn:
    """Run the steps, noting the seconds that each takes; the standing notice is added whatever the outcome."""
    for name, step in steps:
        begun = time.perf_counter()
        step(turn)
        turn.times[name] = time.perf_counter() - begun
        if turn.ended:
            break
    close.run(turn)
    return turn
