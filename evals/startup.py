"""`python -m evals.startup`: a fresh process opens the index and answers one question; prints when, and its peak memory."""

import sys
import time
from pathlib import Path

from assistant.engine import open_engine
from assistant.types import Question
from ingest.settings import Settings


def peak_megabytes() -> float:
    """The most memory this process has held, in MB; on Linux of this program alone, not of what started it."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    if sys.platform == "win32":
        return float("nan")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def main(corpus: str, index: str, question: str) -> None:
    """Print the clock once the index is open, the clock once the question is answered, and the megabytes."""
    engine = open_engine(Settings(corpus=Path(corpus), index=Path(index)))
    opened = time.time()
    engine.answer(Question(question=question))
    print(opened, time.time(), peak_megabytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
