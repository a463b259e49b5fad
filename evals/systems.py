"""What can be asked: our engine, or our engine without one of its steps."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.context import Turn
from assistant.engine import Engine
from assistant.path import STEPS, Step, follow
from assistant.steps.retrieve import legs
from assistant.types import Answer, Question, Status
from evals.metrics import GIVEN
from evals.types import Ask


@dataclass(frozen=True)
class Replied:
    """What came back: the answer, the provisions found, best first, each leg's ranking when recorded, our path's context."""

    answer: Answer
    retrieved: list[str]
    legs: dict[str, list[str]] | None = None
    turn: Turn | None = None


@dataclass(frozen=True)
class System:
    """Something that answers; `extra` adds to a reply what must not count in its time."""

    name: str
    reply: Callable[[Ask], Replied]
    extra: Callable[[Replied], Replied] = field(default=lambda replied: replied)


def engine_system(engine: Engine, with_legs: bool = False) -> System:
    """Our engine as it serves; with its legs, their rankings are recorded for every question."""
    plain = System("engine", lambda ask: _replied(engine.turn(_question(ask))))
    return replace(plain, name="engine with legs", extra=_with_legs) if with_legs else plain


def without_step(engine: Engine, name: str) -> System:
    """Our engine with one named step of its path left out."""
    steps = [step for step in STEPS if step[0] != name]
    return System(f"engine without {name}", lambda ask: _replied(follow(Turn(_question(ask), engine), steps)))


def optional_steps(engine: Engine, probes: Sequence[Ask]) -> list[str]:
    """The steps without which the path still answers one of the probes, in the order of the path."""
    return [name for name, _ in STEPS if any(_still_answers(engine, name, probe) for probe in probes)]


def _still_answers(engine: Engine, left_out: str, probe: Ask) -> bool:
    steps: list[Step] = [step for step in STEPS if step[0] != left_out]
    try:
        answer = follow(Turn(_question(probe), engine), steps).answer()
    except Exception:  # a path with a hole may break anywhere
        return False
    return answer.status in GIVEN and bool(answer.text) and bool(answer.citations)


def _question(ask: Ask) -> Question:
    return Question(question=ask.question, history=ask.history)


def _replied(turn: Turn) -> Replied:
    return Replied(turn.answer(), turn.retrieved, turn=turn)


def _with_legs(replied: Replied) -> Replied:
    """With the rankings of both legs for the words the path searched with; without them when it never came to search."""
    if replied.turn is None or replied.turn.meant is None or replied.answer.status is Status.ERROR:
        return replied
    lexical, dense = legs(replied.turn)
    return replace(replied, legs={"lexical": [name for name, _ in lexical], "dense": [name for name, _ in dense]})
