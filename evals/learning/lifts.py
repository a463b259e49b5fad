"""Fit what a scheme's conditions and needs add to its passages, on questions that ask what there is for somebody."""

from collections.abc import Iterator, Sequence

import numpy as np

from assistant.aids import held, lift_signs, profile_of, wants_support
from assistant.engine import Engine
from assistant.types import Question
from evals.learning.phrases import SetQuestion
from evals.learning.turns import found
from evals.tune import DEV_WEIGHT, Example, fit
from evals.types import QuestionRow

SIGNS = ("score", "yes", "to_check", "almost", "no", "need", "main_need", "rank", "instrument", "near", "headcount")


def lift_examples(engine: Engine, questions: Sequence[QuestionRow], written: Sequence[SetQuestion]) -> Iterator[Example]:
    """The candidates of every question for support that has an answer: their signs, and which of them answer it."""
    for row in questions:
        yield from _example(
            engine, Question(question=row.question, history=row.history), [name for group in row.evidence for name in group]
        )
    for one in written:
        yield from _example(engine, Question(question=one.text, history=one.history), [*one.provisions, *one.also])


def fit_lifts(given: Sequence[Example]) -> dict[str, float]:
    """What each sign adds, where the score of retrieval counts 1."""
    fitted = fit(given, SIGNS)
    return {name: round(fitted[name] / fitted["score"] * 20) / 20 for name in SIGNS[1:]}


def _example(engine: Engine, question: Question, answers: Sequence[str]) -> Iterator[Example]:
    turn = found(engine, question)
    if turn is None or not wants_support(turn):
        return
    against = held(turn, profile_of(turn))
    lowest = min(against.scores.values())
    names = sorted(against.fits())
    signs = {name: lift_signs(turn, one, against.facts) for name, one in against.by_name.items()}
    rows = [[against.scores.get(name, lowest), *(signs.get(name, {}).get(sign, 0.0) for sign in SIGNS[1:])] for name in names]
    right = {same for name in answers for same in (name, *engine.lookup.twins.get(name, ()))}
    answers_it = np.array([name in right for name in names], dtype=np.bool_)
    if answers_it.any() and not answers_it.all():
        yield Example(np.array(rows), answers_it, DEV_WEIGHT)
