"""The questions that are kept, where a setting says so: masked, one JSON object a line, and purged after some days."""

import datetime as dt
import json
import logging
import os
from pathlib import Path
from threading import Event, Thread

from filelock import FileLock

from assistant.clock import today
from assistant.hygiene import cleaned
from assistant.service.masking import masked
from assistant.types import Answer
from ingest.settings import Settings

log = logging.getLogger(__name__)
DAY = 24 * 3600.0
PATIENCE = 5.0
LONGEST = 2000


class Kept:
    """The file of kept questions; several processes may share it. `days` is how long a line stays."""

    def __init__(self, path: Path, days: int) -> None:
        self.path, self.days = path, days
        self.lock = FileLock(f"{path}.lock", timeout=PATIENCE)

    def keep(self, answer: Answer) -> None:
        """Write one question down, without who asked or when to the hour; a full disk costs the line, never the answer."""
        row = {
            "day": today().isoformat(), "language": answer.language, "status": answer.status, "reason": answer.reason,
            "question": masked(cleaned(answer.question[:LONGEST])),
        }  # fmt: skip
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            line = json.dumps(row, ensure_ascii=False) + "\n"
            with self.lock, open(self.path, "a", encoding="utf-8", opener=_private) as out:
                out.write(line)
        except (OSError, TimeoutError) as error:
            log.error("a question could not be kept: %s", type(error).__name__)

    def purge(self, everything: bool = False) -> int:
        """Drop the lines that are too old, or all of them; gives how many went."""
        if not self.path.exists():
            return 0
        with self.lock:
            lines = self.path.read_text(encoding="utf-8").splitlines()
            staying = [] if everything else [line for line in lines if self._stays(line)]
            if len(staying) < len(lines):
                self._replace(staying)
        return len(lines) - len(staying)

    def _stays(self, line: str) -> bool:
        try:
            return today() - dt.date.fromisoformat(json.loads(line)["day"]) <= dt.timedelta(days=self.days)
        except (ValueError, KeyError, TypeError):
            return False

    def _replace(self, lines: list[str]) -> None:
        beside = self.path.with_name(f".{self.path.name}.new")
        with open(beside, "w", encoding="utf-8", opener=_private) as out:
            out.writelines(f"{line}\n" for line in lines)
        beside.replace(self.path)

    def purge_daily(self) -> Event:
        """Purge now and then every day, in a thread that ends with the process or when the event given back is set."""
        over = Event()

        def purge() -> None:
            while True:
                self._try_purge()
                if over.wait(DAY):
                    return

        Thread(target=purge, name="purge", daemon=True).start()
        return over

    def _try_purge(self) -> None:
        try:
            if gone := self.purge():
                log.info("%d kept questions purged", gone)
        except (OSError, TimeoutError) as error:
            log.error("kept questions could not be purged: %s", type(error).__name__)


def kept_questions(settings: Settings) -> Kept | None:
    """The file of kept questions, or None when none are kept."""
    return Kept(Path(settings.question_log), settings.question_log_days) if settings.question_log else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
