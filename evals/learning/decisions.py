"""Fit the weights of the signs by which a question is held for outside, or a detail for absent, on the `dev` questions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.context import Turn
from assistant.engine import Engine
from assistant.signs import Signs, absence_signs, scope_signs
from assistant.steps import receive, retrieve, understand
from assistant.types import Question, Reason, Status
from evals.questions import in_first_dev
from evals.types import QuestionRow

LIKELY = {"scope": 0.45, "absent": 0.45, "more": 0.25, "row": 0.4}
"""From which probability the sign's decision is taken: a refusal of a covered question costs as much as the reverse."""

UNSEEN = 4.0


class Sample(NamedTuple):
    """The signs of each question, whether the decision is right for it, and how much it counts."""

    signs: list[Signs]
    right: list[bool]
    weight: list[float]


def samples(engine: Engine, questions: Sequence[QuestionRow]) -> dict[str, Sample]:
    """Signs of every question that the path reaches, by decision."""
    scope, absent = Sample([], [], []), Sample([], [], [])
    for row in questions:
        turn = Turn(Question(question=row.question, history=row.history), engine)
        for step in (receive.run, understand.run, retrieve.run):
            if not turn.ended:
                step(turn)
        if turn.ended or row.reason is Reason.UNSAFE or not turn.found:
            continue
        scope.signs.append(scope_signs(turn))
        scope.right.append(row.status is Status.REFUSED)
        scope.weight.append(weight_of(row.id))
        if row.status in (Status.ANSWERED, Status.PARTIAL):
            turn.chosen = turn.found[:1]
            absent.signs.append(absence_signs(turn, turn.found[0].provision))
            absent.right.append(row.status is Status.PARTIAL)
            absent.weight.append(weight_of(row.id))
    return {"scope": scope, "absent": absent}


def weight_of(question_id: str) -> float:
    """Questions in whose sight the patterns were written say less of the patterns' worth than those that came later."""
    return 1.0 if in_first_dev(question_id) else UNSEEN


def weigh(sample: Sample, likely: float) -> dict[str, float]:
    """The weight of each sign and a bias, so that a sum above 0 means a probability above `likely`."""
    names = list(sample.signs[0])
    fitted = LogisticRegression(C=1.0, max_iter=2000).fit(
        [[row[name] for name in names] for row in sample.signs], sample.right, sample.weight
    )
    bias = float(fitted.intercept_[0] - np.log(likely / (1 - likely)))
    return {"bias": round(bias, 2)} | {name: round(float(weight), 2) for name, weight in zip(names, fitted.coef_[0], strict=True)}
