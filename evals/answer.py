"""Answering apart from scoring: a row an answer, kept as it comes, taken up where it stopped."""

import hashlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assistant.language import language_of
from assistant.texts import say
from assistant.types import Answer, Reason, Status
from evals.files import replace_file
from evals.jsonl import read_rows, refuse_doubles
from evals.revision import Origin
from evals.systems import Replied, System
from evals.types import AnswerRow, Ask, Fault
from ingest.errors import CorpusError
from ingest.progress import bar
from ingest.types import Strict

log = logging.getLogger(__name__)


class Sidecar(Strict):
    """Beside a file of answers: what made them, and the digest of each question by its id."""

    system: str
    origin: Origin
    asked: dict[str, str]


@dataclass(frozen=True)
class Outcome:
    """What answering did: rows written, how many were there already, errors among all, lines that could not be asked."""

    rows: list[AnswerRow]
    kept: int
    errors: int
    left_out: list[Fault]

    @property
    def summary(self) -> str:
        """One line."""
        return f"{len(self.rows)} answers, {self.kept} of them kept, {self.errors} errors; {len(self.left_out)} lines left out"


def answer_file(questions: Path, out: Path, system: System, origin: Origin) -> Outcome:
    """Answer every line of a file of questions into `out`. Raises CorpusError when a file cannot be read or written."""
    read, broken = read_rows(questions, Ask)
    kept, doubled = refuse_doubles(questions, read)
    rows, before = answer_all([ask for _, ask in kept], out, system, origin)
    return Outcome(rows, before, _errors(rows), [*broken, *doubled])


def answer_all(asks: Sequence[Ask], out: Path, system: System, origin: Origin) -> tuple[list[AnswerRow], int]:
    """One row a question, in order, each written at once; also how many stood there from an earlier run.

    Rows of the same system, origin and question are kept, errors excepted: those are asked again.
    """
    sidecar = Sidecar(system=system.name, origin=origin, asked={str(ask.id): _digest(ask) for ask in asks})
    known = _known(out, sidecar)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        replace_file(out, _lines([known[ask.id] for ask in asks if ask.id in known]))
        replace_file(_beside(out), sidecar.model_dump_json(indent=1) + "\n")
        rows = _answered(asks, out, system, known)
        replace_file(out, _lines(rows))
    except OSError as error:
        told = f"the answers could not be written ({error.strerror or error})"
        raise CorpusError(told, file=out, remedy="give room and the right to write there, then run it again: answers are kept") from error
    return rows, len(known)


def answered(ask: Ask, system: System) -> AnswerRow:
    """The row of one question; a failure is a row of status `error`."""
    begun = time.perf_counter()
    try:
        replied = system.reply(ask)
    except Exception:  # whatever fails, its question has a row
        log.exception("the question %s failed", ask.id)
        replied = Replied(_failed(ask), [])
    seconds = time.perf_counter() - begun
    replied = system.extra(replied)
    return AnswerRow(id=ask.id, answer=replied.answer, retrieved=replied.retrieved, seconds=round(seconds, 6), legs=replied.legs)


def _failed(ask: Ask) -> Answer:
    language = language_of(ask.question)
    return Answer(
        question=ask.question, language=language, status=Status.ERROR, reason=Reason.INTERNAL, text=say("internal", language)
    )  # fmt: skip


def _answered(asks: Sequence[Ask], out: Path, system: System, known: dict[str | int, AnswerRow]) -> list[AnswerRow]:
    rows = []
    with bar(len(asks), system.name, " questions") as advance, out.open("a", encoding="utf-8", newline="\n") as file:
        for ask in asks:
            row = known.get(ask.id)
            if row is None:
                row = answered(ask, system)
                file.write(_lines([row]))
                file.flush()
            rows.append(row)
            advance(1)
    return rows


def _known(out: Path, now: Sidecar) -> dict[str | int, AnswerRow]:
    """The rows of an earlier run that this one would give again; a half-written last line is no row."""
    try:
        before = Sidecar.model_validate_json(_beside(out).read_bytes())
        rows, _ = read_rows(out, AnswerRow)
    except (OSError, ValidationError, CorpusError):
        return {}
    if (before.system, before.origin) != (now.system, now.origin):
        return {}
    same = {name for name, digest in now.asked.items() if before.asked.get(name) == digest}
    return {row.id: row for _, row in rows if str(row.id) in same and row.answer.status is not Status.ERROR}


def _beside(out: Path) -> Path:
    return out.with_name(f"{out.name}.meta.json")


def _digest(ask: Ask) -> str:
    return hashlib.sha256(ask.model_dump_json().encode()).hexdigest()[:16]


def _lines(rows: Sequence[AnswerRow]) -> str:
    return "".join(f"{row.model_dump_json(exclude={'legs'} if row.legs is None else None)}\n" for row in rows)


def _errors(rows: Sequence[AnswerRow]) -> int:
    return sum(row.answer.status is Status.ERROR for row in rows)
