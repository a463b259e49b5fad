"""What the process writes on standard error: one JSON object a line, with the id of its request, and never what someone asked."""

import datetime as dt
import json
import logging
import re
import secrets
import sys
import traceback
import warnings
from contextvars import ContextVar
from types import TracebackType

request_id: ContextVar[str] = ContextVar("request_id", default="")
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
OURS = ("assistant", "ingest")
Caught = tuple[type[BaseException], BaseException, TracebackType | None]


def id_of(given: str) -> str:
    """The id that a request brings, where it is one, else a new one."""
    return given if GIVEN.fullmatch(given) else secrets.token_hex(8)


class Lines(logging.Formatter):
    """A record as JSON.

    The words of an exception, and whatever a library fills into its message, may hold what was asked: an exception is written by its
    kind and place, a library's message as it stands in its source.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        own = record.name.split(".")[0] in OURS
        line: dict[str, object] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if own else str(record.msg) if record.args else "(message of a library, not kept)",
        }
        if known := request_id.get():
            line["request_id"] = known
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = traceback.format_tb(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def write_lines(level: str) -> None:
    """From here on every log record, warning and stray error of the process is such a line on standard error."""
    handler = logging.StreamHandler(sys.__stderr__)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name in ("uvicorn", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    warnings.simplefilter("default" if level == "debug" else "ignore")
    sys.stderr = Muted(sys.__stderr__)
    # Where standard error cannot be written, as on a full disk, telling so there would call itself without end.
    logging.raiseExceptions = False


class Muted:
    """Standard error for libraries that print there past the logs: each print is counted as a line, its words are not kept."""

    encoding = "utf-8"

    def __init__(self, real: object) -> None:
        self.real, self.log = real, logging.getLogger("stderr")

    def write(self, text: str) -> int:
        """Say that something was printed; the end of a traceback is its only line that begins with a name and a colon."""
        for line in text.splitlines():
            if found := re.match(r"(\w+(?:\.\w+)*(?:Error|Exception|Warning))\b", line):
                self.log.error("a library printed %s", found[1], extra={"fields": {"error": found[1]}})
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """Never a terminal: no colours, no bars."""
        return False
