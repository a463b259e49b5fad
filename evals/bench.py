"""What things cost, in seconds and in yardsticks, over the real corpus and over made-up ones that grow."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from assistant.context import Turn
from assistant.engine import Engine
from assistant.path import STEPS
from assistant.types import Question
from evals.benchfile import Benchmark, Cost, Size
from evals.golden import load_golden
from evals.profile_costs import match_seconds
from evals.revision import code_revision, version_of
from evals.synthetic import SyntheticCorpus
from evals.types import Ask
from ingest.build import build
from ingest.embeddings import bare_query_seconds
from ingest.errors import CorpusError
from ingest.index import open_index
from ingest.pipeline import build_index
from ingest.progress import bar
from ingest.settings import Settings

SIZES = (1_000, 10_000)
LARGE = 100_000
QUERIES = 60
T = TypeVar("T")


def benchmark(engine: Engine, settings: Settings, asks: Sequence[Ask], large: bool) -> Benchmark:
    """Every cost in one run; questions are all distinct and asked once. Raises CorpusError."""
    asks = asks[:QUERIES]
    yardstick = bare_query_seconds(settings, [ask.question for ask in asks])
    real, build_costs = _real(engine, settings, asks)
    sizes = [*SIZES, LARGE] if large else list(SIZES)
    growth = [real, *(_made_up(engine, settings, asks, size) for size in sizes)]
    costs = [*_answer_costs(real), _match_cost(engine), *build_costs, *_start_costs(settings, asks[0].question)]
    return Benchmark(
        version=version_of(engine.corpus_version), revision=code_revision(), embedding=engine.embedder.identity,
        cores=os.cpu_count() or 1, yardstick=yardstick, costs=[_in_yardsticks(cost, yardstick) for cost in costs], growth=growth,
    )  # fmt: skip


def as_lines(bench: Benchmark) -> list[str]:
    """The costs, then the growth, for a terminal."""
    lines = [f"yardstick      {1000 * bench.yardstick:.2f} ms ({bench.cores} cores)"]
    for cost in bench.costs:
        yardsticks = f"  {cost.yardsticks:8.2f} yardsticks" if cost.yardsticks is not None else ""
        lines.append(f"{cost.name:34}{cost.value:12.4g} {cost.unit:8}{yardsticks}")
    for size in bench.growth:
        at_once = f"{size.provisions:>9,} provisions  build {size.build:8.2f} s  open {size.opening:6.2f} s"
        asked = f"retrieval {1000 * size.retrieval:7.2f} ms  answer {1000 * size.answer:7.2f} ms, p95 {1000 * size.answer_p95:7.2f} ms"
        lines.append(f"{at_once}  {asked}")
    return lines


def _real(engine: Engine, settings: Settings, asks: Sequence[Ask]) -> tuple[Size, list[Cost]]:
    """The real corpus built in a folder of its own, then bare encoding of the same texts."""
    with _aside(settings) as aside:
        building, _ = _timed(lambda: build_index(aside, engine.embedder))
        texts = list(dict.fromkeys(view.text for view in engine.index.views.values()))
        encoding, _ = _timed(lambda: _encode(engine, texts, settings.embedding_batch))
        size = _size(engine, aside, engine.embedder.identity, asks, building, synthetic=False)
    costs = [("build of the real corpus", building, "s"), ("bare encoding of its texts", encoding, "s")]
    ratio = Cost(name="build against bare encoding", value=building / encoding, unit="times")
    return size, [*(Cost(name=name, value=value, unit=unit) for name, value, unit in costs), ratio]


def _made_up(engine: Engine, settings: Settings, asks: Sequence[Ask], provisions: int) -> Size:
    corpus = SyntheticCorpus(engine.index, engine.embedder, provisions)
    with _aside(settings) as aside, bar(1, f"{provisions:,} provisions", " corpora") as advance:
        building, _ = _timed(lambda: build(aside, embedder=corpus, read=corpus.entries, views_of=corpus.views_of))
        size = _size(engine, aside, corpus.identity, asks, building, synthetic=True)
        advance(1)
        return size


def _size(engine: Engine, aside: Settings, identity: str, asks: Sequence[Ask], building: float, *, synthetic: bool) -> Size:
    opening, there = _timed(lambda: Engine.over(open_index(aside, identity), engine.embedder))
    try:
        there.answer(_question(asks[-1]))
        answers = [_timed(partial(there.answer, _question(ask)))[0] for ask in asks]
        searches = [seconds for ask in asks if (seconds := _retrieval(there, ask)) is not None]
    finally:
        there.index.close()
    return Size(
        provisions=len(there.index.provisions), synthetic=synthetic, build=building, opening=opening,
        retrieval=statistics.median(searches), answer=statistics.median(answers), answer_p95=float(np.percentile(answers, 95)),
    )  # fmt: skip


def _retrieval(engine: Engine, ask: Ask) -> float | None:
    """Seconds of the step that retrieves; None when the path ends before it."""
    turn = Turn(_question(ask), engine)
    for name, step in STEPS:
        seconds, _ = _timed(partial(step, turn))
        if name == "retrieve":
            return seconds
        if turn.ended:
            break
    return None


def _answer_costs(size: Size) -> list[Cost]:
    times = {"answer, median": size.answer, "answer, p95": size.answer_p95, "retrieval, median": size.retrieval}
    return [Cost(name=name, value=value, unit="s") for name, value in times.items()]


def _match_cost(engine: Engine) -> Cost:
    """The median of one match of each golden profile against the whole catalogue."""
    rows, _ = load_golden()
    seconds = match_seconds(engine.catalogue, [row.profile for row in rows])
    return Cost(name="match of one profile, median", value=statistics.median(seconds), unit="s")


def _start_costs(settings: Settings, question: str) -> list[Cost]:
    """A fresh process: seconds until the index is open and until the first answer, peak memory. Raises CorpusError."""
    words = [sys.executable, "-m", "evals.startup", str(settings.corpus), str(settings.index), question]
    begun = time.time()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CorpusError(f"a fresh process could not answer ({last})", remedy="try `python -m assistant ask` and mend what it tells")
    opened, answered, memory = map(float, done.stdout.split())
    names = ("start-up, until ready", "start-up, until the first answer")
    return [
        *(Cost(name=name, value=value, unit="s") for name, value in zip(names, (opened - begun, answered - begun), strict=True)),
        Cost(name="memory at its peak", value=memory, unit="MB"),
    ]


def _in_yardsticks(cost: Cost, yardstick: float) -> Cost:
    return cost.model_copy(update={"yardsticks": cost.value / yardstick}) if cost.unit == "s" else cost


def _encode(engine: Engine, texts: Sequence[str], batch: int) -> None:
    by_length = sorted(texts, key=lambda text: (len(text), text))
    with bar(len(texts), "bare encoding") as advance:
        for start in range(0, len(by_length), 4 * batch):
            some = by_length[start : start + 4 * batch]
            engine.embedder.encode_documents(some)
            advance(len(some))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


def _question(ask: Ask) -> Question:
    return Question(question=ask.question, history=ask.history)


@contextmanager
def _aside(settings: Settings) -> Iterator[Settings]:
    """The same settings with an index folder that goes with the context."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield settings.model_copy(update={"index": Path(folder)})
