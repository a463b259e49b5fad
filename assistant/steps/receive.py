"""Receive a question: clean its words, tell its language, refuse what is empty or too long."""

from assistant.context import Turn
from assistant.hygiene import cleaned
from assistant.language import language_of
from assistant.texts import say
from assistant.types import Status
from ingest.settings import settings


def run(turn: Turn) -> None:
    """Fill in `words` and `language`."""
    limit = settings().question_limit
    turn.language = language_of(turn.asked.question[:limit])
    if len(turn.asked.question) > limit:
        turn.end(Status.CLARIFICATION, text=say("too_long", turn.language, limit=limit))
        return
    turn.words = cleaned(turn.asked.question)
    if not any(c.isalnum() for c in turn.words):
        turn.end(Status.CLARIFICATION, text=say("empty", turn.language))
