"""Load on a real server: `python tests/load.py --workers 2` starts one, asks it distinct questions from many clients, and says how it held.

The questions are made of the corpus's own words. Each client asks one question at a time, and checks that the answer is to
its own question and of one version of the corpus. The generator is a process of its own, so that its cores can be told.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from app_process import AppProcess
from processes import free_port

from ingest.corpus import all_provisions
from ingest.embeddings import bare_query_seconds
from ingest.settings import settings

LIMITS = {
    "PACTES_QUEUE_LENGTH": 64, "PACTES_RATE_PER_CLIENT": 100_000, "PACTES_RATE_BURST": 100_000, "PACTES_RATE_PER_ADDRESS": 1_000_000,
}  # fmt: skip
OPENINGS = [
    "Que disent les textes de « {} » ?", "Qui s'occupe de « {} » ?", "Que prévoit la Région sur {} ?", "Où lit-on {} ?",
    "Je dirige une PME : {}, est-ce pour moi ?", "Quel engagement porte sur {} ?", "What do the texts say about “{}”?", "{} ?",
]  # fmt: skip
WARM_UP, AGAIN, POINTS = 50, 20, 10


@dataclass
class Tally:
    """What the clients saw; seconds of each answer, and some answers kept to be asked again."""

    seconds: list[float] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    versions: set[str] = field(default_factory=set)
    mixed: int = 0
    kept: dict[str, dict[str, object]] = field(default_factory=dict)

    def take(self, question: str, response: httpx.Response, seconds: float) -> None:
        """Count one response."""
        self.codes[str(response.status_code)] += 1
        if response.status_code != 200:
            return
        answer = response.json()
        self.seconds.append(seconds)
        self.statuses[answer["status"]] += 1
        self.versions.add(answer["corpus_version"])
        self.mixed += answer["question"] != question
        if len(self.kept) < AGAIN:
            self.kept[question] = answer


def questions(corpus: Path, seed: int = 7) -> Iterator[str]:
    """Questions without end, all distinct, the same for the same seed: a few words in a row of a provision in an opening."""
    chance, seen = random.Random(seed), set[str]()
    texts = [words for one in all_provisions(corpus) if len(words := one.quote_plain.split()) > 8]
    while True:
        words = chance.choice(texts)
        start, length = chance.randrange(len(words) - 4), chance.randint(4, 9)
        asked = chance.choice(OPENINGS).format(" ".join(words[start : start + length]))
        if asked not in seen:
            seen.add(asked)
            yield asked


async def put_load(url: str, asks: Iterator[str], clients: int, seconds: float, most: int, tally: Tally) -> None:
    """Ask from `clients` clients until the time is up or `most` questions are asked."""
    end = time.monotonic() + seconds
    left = iter(range(most))

    async def client(number: int) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=120, headers={"X-API-Key": f"load-{number}"}) as web:
            while time.monotonic() < end and next(left, None) is not None:
                await _ask(web, next(asks), tally)

    await asyncio.gather(*(client(number) for number in range(clients)))


async def _ask(web: httpx.AsyncClient, question: str, tally: Tally) -> None:
    begun = time.perf_counter()
    try:
        response = await web.post("/api/v1/ask", json={"question": question})
    except httpx.HTTPError as error:
        tally.codes[type(error).__name__] += 1
        return
    tally.take(question, response, time.perf_counter() - begun)
    if response.status_code in (429, 503):
        await asyncio.sleep(float(response.headers.get("Retry-After", "1")))


def changed(url: str, tally: Tally) -> int:
    """How many of the answers kept are not the same when asked again alone."""
    with httpx.Client(base_url=url, timeout=60) as web:
        return sum(web.post("/api/v1/ask", json={"question": asked}).json() != answer for asked, answer in tally.kept.items())


def others_seconds(server: AppProcess) -> float:
    """Processor seconds that the machine spent so far on anything but this process and the server's; 0 where it does not say."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _, _, irq, softirq, *_ = map(int, stat.read_text().splitlines()[0].split()[1:])
    whole = (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
    return whole - time.process_time() - server.busy()


async def _watch(server: AppProcess, tally: Tally, points: list[tuple[int, int]], seconds: float) -> None:
    """Note the server's memory by the number of answers, at most `POINTS` times in so many seconds."""
    while True:
        points.append((len(tally.seconds), round(await asyncio.to_thread(server.memory))))
        await asyncio.sleep(seconds / POINTS)


async def watched_load(
    server: AppProcess, asks: Iterator[str], clients: int, seconds: float, most: int
) -> tuple[Tally, list[tuple[int, int]]]:
    """Load, and the server's memory in megabytes by the number of answers given."""
    tally, points = Tally(), list[tuple[int, int]]()
    watching = asyncio.create_task(_watch(server, tally, points, min(seconds, 600)))
    await put_load(server.url, asks, clients, seconds, most, tally)
    watching.cancel()
    points.append((len(tally.seconds), round(server.memory())))
    return tally, points


def measured(server: AppProcess, workers: int, clients: int, seconds: float, most: int) -> dict[str, object]:
    """One run and what came out, times in milliseconds, memory in megabytes; the yardstick is taken before and after it."""
    asks = questions(settings().corpus)
    yardsticks = [_yardstick(asks)]
    asyncio.run(put_load(server.url, asks, clients, 60, WARM_UP * workers, Tally()))
    begun, busy, others, served = time.monotonic(), time.process_time(), others_seconds(server), server.busy()
    tally, points = asyncio.run(watched_load(server, asks, clients, seconds, most))
    took, generator, served = time.monotonic() - begun, time.process_time() - busy, server.busy() - served
    others = others_seconds(server) - others
    yardsticks.append(_yardstick(asks))
    yardstick, throughput = sum(yardsticks) / 2, len(tally.seconds) / took
    bound = ((os.cpu_count() or 1) - generator / took) / yardstick
    return {
        "workers": workers, "clients": clients, "seconds": round(took, 1), "codes": dict(tally.codes), "statuses": dict(tally.statuses),
        "mixed": tally.mixed, "versions": sorted(tally.versions), "changed_when_asked_again": changed(server.url, tally),
        "p50_ms": _percentile(tally, 50), "p95_ms": _percentile(tally, 95), "answers_per_second": round(throughput, 2),
        "yardstick_ms": [round(1000 * one, 2) for one in yardsticks], "cores": os.cpu_count() or 1,
        "generator_cores": round(generator / took, 2), "server_cores": round(served / took, 2),
        "cores_of_other_programs": round(others / took, 2),
        "bound_per_second": round(bound, 1), "share_of_bound": round(throughput / bound, 3),
        "memory_mb_by_answers": points, "memory_growth_mb": points[-1][1] - points[0][1],
        "memory_growth_second_half_mb": points[-1][1] - points[len(points) // 2][1], "limits": LIMITS,
    }  # fmt: skip


def _yardstick(asks: Iterator[str]) -> float:
    return bare_query_seconds(settings(), [next(asks) for _ in range(60)])


def _percentile(tally: Tally, percent: int) -> float:
    return round(1000 * float(np.percentile(tally.seconds, percent)), 1) if tally.seconds else float("nan")


def held(report: dict[str, object]) -> bool:
    """Whether no answer failed, was mixed up or changed, and nothing came but 200, 429 and 503."""
    codes, statuses = report["codes"], report["statuses"]
    assert isinstance(codes, dict) and isinstance(statuses, dict)
    return (
        set(codes) <= {"200", "429", "503"} and "error" not in statuses and not report["mixed"] and not report["changed_when_asked_again"]
    )


def main() -> int:
    """Start a server, put load on it, print the report as JSON; 0 when it held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=1, help="processes of the server")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--questions", type=int, default=1_000_000, help="at most this many")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = AppProcess(free_port(), Path(folder) / "said", LIMITS | {"PACTES_WORKERS": chosen.workers})
        try:
            server.wait_ready()
            server.wait_workers(chosen.workers)
            report = measured(server, chosen.workers, chosen.clients, chosen.seconds, chosen.questions)
        finally:
            server.stop()
    print(json.dumps(report, indent=1, ensure_ascii=False))
    return 0 if held(report) else 1


if __name__ == "__main__":
    sys.exit(main())
