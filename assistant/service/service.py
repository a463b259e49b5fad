"""What one application shares between its doors: settings, gate, counters, kept questions."""

import logging
from dataclasses import dataclass, replace

from assistant.context import Turn
from assistant.engine import Engine
from assistant.service.gate import Gate
from assistant.service.kept import Kept, kept_questions
from assistant.service.metrics import Metrics
from ingest.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Service:
    """Opened once an application."""

    settings: Settings
    gate: Gate
    metrics: Metrics
    kept: Kept | None

    def watched(self, engine: Engine) -> Engine:
        """The engine that tells this service of every answer."""
        return replace(engine, observer=self.observe)

    def begin(self) -> None:
        """Start what goes on as long as the process: the daily purge of kept questions."""
        if self.kept:
            self.kept.purge_daily()

    def observe(self, turn: Turn) -> None:
        """Count an answer, write down how it ended, and keep its question where a setting says so."""
        self.metrics.answered(turn)
        seconds = {step: round(taken, 4) for step, taken in turn.times.items()}
        how = {"status": turn.status, "reason": turn.reason, "language": turn.language, "engine": turn.spoken_by, "seconds": seconds}
        log.info("answered", extra={"fields": how})
        if self.kept:
            self.kept.keep(turn.answer())


def open_service(settings: Settings) -> Service:
    """The service that these settings describe."""
    metrics = Metrics()
    gate = Gate(settings, refused=metrics.refused, changed=metrics.queue)
    return Service(settings, gate, metrics, kept_questions(settings))
