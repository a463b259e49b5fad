"""Fit the weights of the ranking's features: our wordings, each left out in turn, and the `dev` questions."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.context import Asked, Turn
from assistant.engine import Engine
from assistant.ranking import FEATURES, feature_table
from assistant.steps import receive, understand
from assistant.types import Question
from evals.learning.phrases import SetQuestion
from evals.types import QuestionRow

WORDINGS, ROUNDS, RATE, DECAY, DEV_WEIGHT = 900, 150, 0.05, 0.01, 3.0


class Example(NamedTuple):
    """One question: features of its candidates (n, features), which of them answer it, and how much it counts."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float


def examples(engine: Engine, questions: Sequence[QuestionRow], written: Sequence[SetQuestion], seed: int) -> Iterator[Example]:
    """A sample of the wordings, each searched without itself and its twin's, then every question with evidence or with its set."""
    wordings = [view for view in engine.index.views.values() if view.view.startswith("w")]
    same: dict[str, set[str]] = {}
    for view in wordings:
        same.setdefault(view.text, set()).add(view.record_id)
    for view in random.Random(seed).sample(wordings, min(WORDINGS, len(wordings))):
        right = {view.provision_id, *engine.lookup.twins.get(view.provision_id, ())}
        hidden = same[view.text] | {f"{name}@{view.view}" for name in right}
        yield from _example(engine, Question(question=view.text), right, hidden, 1.0)
    for row in questions:
        right = {name for group in row.evidence for name in group}
        yield from _example(engine, Question(question=row.question, history=row.history or []), right, set(), DEV_WEIGHT)
    for one in written:
        right = {name for named in (*one.provisions, *one.also) for name in (named, *engine.lookup.twins.get(named, ()))}
        yield from _example(engine, Question(question=one.text, history=one.history), right, set(), DEV_WEIGHT)


def _example(engine: Engine, question: Question, right: set[str], hidden: set[str], weight: float) -> Iterator[Example]:
    asked = _asked(engine, question)
    names, table, _ = feature_table(engine, asked, engine.embedder.encode_query(asked.search), hidden)
    answers = np.array([name in right for name in names], dtype=np.bool_)
    if answers.any() and not answers.all():
        yield Example(table, answers, weight)


def _asked(engine: Engine, question: Question) -> Asked:
    turn = Turn(question, engine)
    receive.run(turn)
    return understand.understood(turn, list(question.history))


def fit(given: Sequence[Example], names: Sequence[str] = FEATURES) -> dict[str, float]:
    """Weights that make right candidates likely (softmax over candidates, Adam; Kingma and Ba 2015), rounded to 0.05."""
    weights, first, second = (np.zeros(len(names)) for _ in range(3))
    total = sum(example.weight for example in given)
    for turn in range(1, ROUNDS + 1):
        slope = DECAY * weights + sum((_slope(example, weights) for example in given), np.zeros(len(names))) / total
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights = weights - RATE * (first / (1 - 0.9**turn)) / (np.sqrt(second / (1 - 0.999**turn)) + 1e-8)
    return {name: round(float(weight) * 20) / 20 for name, weight in zip(names, weights, strict=True)}


def _slope(example: Example, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    scores = example.features @ weights
    likely = np.exp(scores - scores.max())
    likely /= likely.sum()
    wanted = likely * example.right
    slope: NDArray[np.float64] = example.weight * (example.features.T @ (likely - wanted / wanted.sum()))
    return slope


def found_first(given: Sequence[Example], weights: dict[str, float], within: int) -> float:
    """The share of examples with a right candidate among the first `within`."""
    vector = np.array([weights[name] for name in FEATURES])
    hits = [example.right[np.argsort(-(example.features @ vector), kind="stable")[:within]].any() for example in given]
    return float(np.mean(hits))
