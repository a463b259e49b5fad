"""Fit the weights of the signs by which a question is held for outside, or a detail for absent, on the `dev` questions."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.choose import choose
from assistant.context import Turn
from assistant.engine import Engine
from assistant.signs import Signs, absence_signs, scope_signs
from assistant.types import Question, Reason, Status
from evals.learning.fit import LACKING
from evals.learning.phrases import Scoped, SetQuestion
from evals.learning.turns import found
from evals.questions import in_first_dev
from evals.types import QuestionRow

LIKELY = {"leans": 0.5, "scope": 0.57, "absent": 0.31, "more": 0.25, "row": 0.4}
"""From which probability a decision is taken, read on `dev` where most questions pass and an absent detail is seldom overlooked."""

UNSEEN = 4.0
COVERED = 0.5
"""What a question with its whole set counts where the scope is decided: they are many, and all on the texts."""
SCOPES = ("covered", "harmless", "outside")


class Sample(NamedTuple):
    """The signs of each question, whether the decision is right for it, and how much it counts."""

    signs: list[Signs]
    right: list[bool]
    weight: list[float]


class HeldOut(NamedTuple):
    """What the models have not seen: questions with their whole set, and phrases of another scope."""

    sets: Sequence[SetQuestion]
    scoped: Sequence[Scoped]


def samples(engine: Engine, questions: Sequence[QuestionRow], written: HeldOut) -> dict[str, Sample]:
    """Signs of every question that the path reaches, by decision."""
    scope, absent = Sample([], [], []), Sample([], [], [])
    for row in questions:
        if (turn := found(engine, Question(question=row.question, history=row.history))) and row.reason is not Reason.UNSAFE:
            _add(scope, scope_signs(turn), row.status is Status.REFUSED, weight_of(row.id))
            if row.status in (Status.ANSWERED, Status.PARTIAL):
                _add(absent, _absence(turn), row.status is Status.PARTIAL, weight_of(row.id))
    lacking = sum(bool(one.missing) for one in written.sets) / max(1, len(written.sets))
    for one in written.sets:
        if turn := found(engine, Question(question=one.text, history=one.history)):
            _add(scope, scope_signs(turn), False, COVERED)
            often = LACKING / lacking if one.missing else (1 - LACKING) / (1 - lacking)
            _add(absent, _absence(turn), bool(one.missing), UNSEEN * often)
    for phrase in written.scoped:
        if phrase.scope in SCOPES and (turn := found(engine, Question(question=phrase.text))):
            _add(scope, scope_signs(turn), phrase.scope == "outside", UNSEEN)
    return {"scope": scope, "absent": absent}


def _absence(turn: Turn) -> Signs:
    turn.chosen = choose(turn)
    return absence_signs(turn)


def _add(sample: Sample, signs: Signs, right: bool, weight: float) -> None:
    sample.signs.append(signs)
    sample.right.append(right)
    sample.weight.append(weight)


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
