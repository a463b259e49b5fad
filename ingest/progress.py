"""Progress bars on standard error, only where they help a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def bar(total: int, what: str, unit: str = " texts", delay: float = 1.0) -> Iterator[Callable[[int], None]]:
    """A bar that appears after `delay` seconds; yields the function that advances it."""
    with tqdm(total=total, desc=what, unit=unit, delay=delay, leave=False) as shown:

        def advance(done: int) -> None:
            shown.update(done)

        yield advance
