"""What is counted, for Prometheus: answers, steps, the queue, refusals, failures of the model; never a word of a question."""

import os
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from assistant.context import Turn
from assistant.texts import say
from assistant.types import Language

KIND = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
FAILURES = ("timeout", "unreachable", "empty", "malformed", "limit")


class Metrics:
    """The counters of one application; of all its workers, where they keep them in the folder PROMETHEUS_MULTIPROC_DIR."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        on = self.registry
        self.answers = Counter("pactes_answers", "Answers given.", ["status", "reason", "engine"], registry=on)
        self.steps = Histogram("pactes_step_seconds", "Time in a step of the path.", ["step"], registry=on, buckets=SECONDS)
        self.model_failures = Counter("pactes_model_failures", "Drafts of the language model not used.", ["kind"], registry=on)
        self.refusals = Counter("pactes_refusals", "Requests turned away by the gate.", ["code"], registry=on)
        self.requests = Counter("pactes_requests", "Requests served.", ["method", "route", "status"], registry=on)
        self.served = Histogram("pactes_request_seconds", "Time until a response began.", ["route"], registry=on, buckets=SECONDS)
        self.waiting = Gauge("pactes_queue_waiting", "Questions that wait for a place.", registry=on, multiprocess_mode="livesum")
        self.running = Gauge("pactes_answers_running", "Answers being computed.", registry=on, multiprocess_mode="livesum")

    def queue(self, waiting: int, running: int) -> None:
        """Show how many questions wait and how many are being answered."""
        self.waiting.set(waiting)
        self.running.set(running)

    def answered(self, turn: Turn) -> None:
        """Count an answer, the time of its steps, and what the language model failed at."""
        self.answers.labels(turn.status.value, turn.reason.value or "none", turn.spoken_by).inc()
        for step, seconds in turn.times.items():
            self.steps.labels(step).observe(seconds)
        for notice in turn.notices:
            if kind := _failures(turn.language).get(notice):
                self.model_failures.labels(kind).inc()

    def refused(self, code: str) -> None:
        """Count a request that the gate turned away."""
        self.refusals.labels(code).inc()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by the pattern of its route, never by its address."""
        self.requests.labels(method, route, str(status)).inc()
        self.served.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        whole = CollectorRegistry()
        MultiProcessCollector(whole)  # type: ignore[no-untyped-call]  # the library leaves it untyped
        return generate_latest(whole)


@cache
def _failures(language: Language) -> dict[str, str]:
    return {say(f"model_{kind}", language): kind for kind in FAILURES}
