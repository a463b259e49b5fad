"""Fit the signs by which a question leans on the turn before: where only one of its two readings leads to the right passage."""

from collections.abc import Iterator, Sequence

from assistant.context import Turn
from assistant.engine import Engine
from assistant.steps import receive
from assistant.steps.understand import Reading, leaning_signs, readings
from assistant.types import Question
from evals.learning.decisions import Sample
from evals.learning.phrases import SetQuestion
from evals.types import QuestionRow


def leaning_samples(engine: Engine, questions: Sequence[QuestionRow], written: Sequence[SetQuestion]) -> dict[str, Sample]:
    """The signs of every question with an earlier turn whose readings differ in worth, and whether the earlier turn was needed."""
    sample = Sample([], [], [])
    for question, right in _with_history(questions, written):
        turn = Turn(question, engine)
        receive.run(turn)
        if turn.ended:
            continue
        together, alone = readings(turn, list(question.history))
        needed, enough = (_finds(engine, reading, right) for reading in (together, alone))
        if needed != enough:
            sample.signs.append(leaning_signs(turn, together, alone))
            sample.right.append(needed)
            sample.weight.append(1.0)
    return {"leans": sample}


def _with_history(questions: Sequence[QuestionRow], written: Sequence[SetQuestion]) -> Iterator[tuple[Question, set[str]]]:
    for row in questions:
        if row.history and row.evidence:
            yield Question(question=row.question, history=row.history), {name for group in row.evidence for name in group}
    for one in written:
        if one.history:
            yield Question(question=one.text, history=one.history), {*one.provisions, *one.also}


def _finds(engine: Engine, reading: Reading, right: set[str]) -> bool:
    """Whether the first passage found is a right one, or says the same."""
    first = reading.order[0][0].id if reading.order else ""
    return bool(right & {first, *engine.lookup.twins.get(first, ())})
