"""What `evals bench` leaves behind for machines: `bench.json`."""

from pathlib import Path

from pydantic import ValidationError

from evals.files import replace_file
from ingest.types import Strict

NAME = "bench.json"


class Cost(Strict):
    """One cost: its value, its unit, and the same in yardsticks where it is a time."""

    name: str
    value: float
    unit: str
    yardsticks: float | None = None


class Size(Strict):
    """A corpus of `provisions`, real or made up: seconds to build (vectors given), to open, to search, to answer."""

    provisions: int
    synthetic: bool
    build: float
    opening: float
    retrieval: float
    answer: float
    answer_p95: float


class Benchmark(Strict):
    """Every cost of one run; the yardstick is one bare query embedding on one thread, in seconds."""

    version: str
    revision: str
    embedding: str
    cores: int
    yardstick: float
    costs: list[Cost]
    growth: list[Size]


def read_bench(folder: Path) -> Benchmark | None:
    """The benchmark of a version, or None when there is none that this program can read."""
    try:
        return Benchmark.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def write_bench(folder: Path, benchmark: Benchmark) -> None:
    """Write the benchmark of a version; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / NAME, benchmark.model_dump_json(indent=1) + "\n")
