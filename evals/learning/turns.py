"""Questions taken along the path as far as what was found, for fitting what is decided on top of it."""

from assistant.context import Turn
from assistant.engine import Engine
from assistant.steps import receive, retrieve, understand
from assistant.types import Question


def found(engine: Engine, question: Question) -> Turn | None:
    """The question with what was found for it; None where the path ended before, or nothing was found."""
    turn = Turn(question, engine)
    for step in (receive.run, understand.run, retrieve.run):
        if not turn.ended:
            step(turn)
    return None if turn.ended or not turn.found else turn
