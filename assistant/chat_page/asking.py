"""A question from the page, and its answer as HTML: as it grows, then finished; a failure is shown as one."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import HTTPConnection

from assistant.api_routes import begun, question_of
from assistant.chat_page.turn import Place, growing, shown
from assistant.engine import Engine
from assistant.service.client import client_of
from assistant.service.gate import Gate
from assistant.service.refused import RefusedError
from assistant.texts import say
from assistant.types import Answer, Language, Reason, Status

log = logging.getLogger(__name__)

TURNS = 40
BEAT = 0.08
"""Seconds between two showings of a text that grows."""


class Asked(BaseModel):
    """What the page sends with a question: the earlier questions, the page's language, and whether `?lang=` chose it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    history: Annotated[list[str], Field(max_length=TURNS)] = []
    language: Language = "fr"
    chosen: bool = False


@dataclass(frozen=True)
class Told:
    """Tells one client's answers: `session` is the one that Gradio gave the page, by which limits know it."""

    engine: Engine
    gate: Gate
    asker: HTTPConnection
    session: str

    def parts(self, asked: Asked) -> Iterator[str]:
        """The answer as HTML, last of all whole; raises nothing."""
        root = str(self.asker.scope.get("root_path", "")).rstrip("/")
        place = Place(asked.language, asked.language if asked.chosen else "", root)
        try:
            yield from self._told(asked, place)
        except RefusedError as refused:
            yield self._failed(asked, place, refused.sentence(asked.language))
        except Exception as error:
            # Its message may hold the question: only its kind is logged.
            log.error("an answer could not be shown: %s", type(error).__name__)
            yield self._failed(asked, place, say("internal", asked.language))

    def _told(self, asked: Asked, place: Place) -> Iterator[str]:
        question, text, last = question_of(asked.question, asked.history), "", time.monotonic()
        client = client_of(self.asker, self.session)
        for part in self.gate.run_now(client, lambda: begun(self.engine.stream(question))):
            if isinstance(part, Answer):
                yield shown(part, self.engine, place, [*asked.history, asked.question])
                return
            text += part
            if time.monotonic() - last > BEAT:
                last = time.monotonic()
                yield growing(_answer(asked, Status.ANSWERED, text))

    def _failed(self, asked: Asked, place: Place, told: str) -> str:
        return shown(_answer(asked, Status.ERROR, told), self.engine, place)


def _answer(asked: Asked, status: Status, text: str) -> Answer:
    reason = Reason.INTERNAL if status == Status.ERROR else Reason.NONE
    return Answer(question=asked.question, language=asked.language, status=status, reason=reason, text=text)
