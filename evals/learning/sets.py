"""Fit the signs by which an answer takes one more passage, or a whole row of siblings: on sets written for it, and on `dev`."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from assistant.choose import candidates
from assistant.context import Turn
from assistant.engine import Engine
from assistant.sets import LOOKED_AT, more_signs, row_signs, rows_found
from assistant.types import Question, Status
from evals.learning.decisions import Sample, weight_of
from evals.learning.phrases import SetQuestion
from evals.learning.turns import found
from evals.types import QuestionRow
from ingest.types import Provision

WRITTEN = 3.0
"""What a question with its whole set counts, where a question in whose sight the patterns were written counts 1."""
ENOUGH, PURE = 0.8, 0.6


class Wanted(NamedTuple):
    """Groups of passages of which one each is needed, and every passage that is right beside or instead."""

    groups: list[set[str]]
    right: set[str]


def set_samples(engine: Engine, asked: Sequence[QuestionRow], written: Sequence[SetQuestion]) -> dict[str, Sample]:
    """Signs of every candidate and row of every question with evidence, and whether the answer needs it."""
    more, row = Sample([], [], []), Sample([], [], [])
    for question, wanted, weight in _questions(asked, written):
        turn = found(engine, question)
        if turn is not None and not turn.found[0].exact:
            _add(more, _candidates(turn, wanted), weight)
            _add(row, _rows(turn, wanted), weight)
    return {"more": more, "row": row}


def _questions(asked: Sequence[QuestionRow], written: Sequence[SetQuestion]) -> Iterator[tuple[Question, Wanted, float]]:
    for row in asked:
        if row.evidence and row.status in (Status.ANSWERED, Status.PARTIAL):
            groups = [set(group) for group in row.evidence]
            yield Question(question=row.question, history=row.history), Wanted(groups, set[str]().union(*groups)), weight_of(row.id)
    for one in written:
        wanted = Wanted([{name} for name in one.provisions], {*one.provisions, *one.also})
        yield Question(question=one.text, history=one.history), wanted, WRITTEN


def _add(sample: Sample, found: Iterator[tuple[dict[str, float], bool]], weight: float) -> None:
    for signs, right in found:
        sample.signs.append(signs)
        sample.right.append(right)
        sample.weight.append(weight)


def _candidates(turn: Turn, wanted: Wanted) -> Iterator[tuple[dict[str, float], bool]]:
    """Each candidate after the first, beside the right ones before it; one that only repeats what is shown says nothing."""
    ranked = candidates(turn)
    shown, open_ = ranked[:1], [group for group in wanted.groups if not group & _same(turn, ranked[0].provision)]
    for at in range(1, min(LOOKED_AT, len(ranked))):
        names = _same(turn, ranked[at].provision)
        needed = any(group & names for group in open_)
        if needed or not wanted.right & names:
            yield more_signs(turn, ranked, at, shown), needed
        if needed:
            shown, open_ = [*shown, ranked[at]], [group for group in open_ if not group & names]


def _rows(turn: Turn, wanted: Wanted) -> Iterator[tuple[dict[str, float], bool]]:
    for row in rows_found(turn):
        members = [_same(turn, provision) for provision in row.members]
        covered = _share(bool(group & set[str]().union(*members)) for group in wanted.groups)
        inside = _share(bool(names & wanted.right) for names in members)
        yield row_signs(turn, row), len(wanted.groups) > 1 and covered >= ENOUGH and inside >= PURE


def _share(hits: Iterator[bool]) -> float:
    rows: Collection[bool] = list(hits)
    return sum(rows) / len(rows)


def _same(turn: Turn, provision: Provision) -> set[str]:
    return {provision.id, *turn.engine.lookup.twins.get(provision.id, ())}
