"""Answers scored against their questions, without any model."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from assistant.types import Status
from evals.corpus_texts import CorpusTexts
from evals.intervals import measure
from evals.jsonl import read_rows, refuse_doubles
from evals.metrics import Metrics, score_row
from evals.questions import load_questions
from evals.retrieval import retrieval_scores
from evals.types import AnswerRow, Fault, Latency, Measure, QuestionRow, Result, RowScore

AXES: dict[str, Callable[[RowScore], Sequence[str]]] = {
    "category": lambda row: [row.category],
    "language": lambda row: [row.language],
    "document": lambda row: row.documents,
}


def score_files(questions: Sequence[Path], answers: Path, texts: CorpusTexts) -> Result:
    """Score a file of answers; what cannot be used is named in `left_out`, the rest is scored. Raises CorpusError without a file."""
    loaded = load_questions(questions, texts.provisions)
    given, broken = read_rows(answers, AnswerRow)
    given, doubled = refuse_doubles(answers, given)
    asked = {row.id for row in loaded.rows}
    strange = [
        Fault(answers, line, f"there is no question « {row.id} » that can be used", "remove this line or give its question set")
        for line, row in given
        if row.id not in asked
    ]
    rows = {str(row.id): row for _, row in given if row.id in asked}
    missing = [
        Fault(answers, None, f"the question « {row.id} » has no answer", "run `python -m evals answer` again with the same files")
        for row in loaded.rows
        if row.id not in rows
    ]
    return score(loaded.rows, rows, texts, [*loaded.left_out, *broken, *doubled, *strange, *missing])


def score(questions: Sequence[QuestionRow], answers: dict[str, AnswerRow], texts: CorpusTexts, left_out: Iterable[Fault] = ()) -> Result:
    """Score the questions that have an answer."""
    asked = [question for question in questions if question.id in answers]
    retrieval = _retrieval(asked, answers)
    rows = [score_row(question, answers[question.id], texts, retrieval[question.id]) for question in asked]
    return summary(rows, [str(fault) for fault in left_out])


def summary(rows: list[RowScore], left_out: list[str]) -> Result:
    """Means overall and by category, language and document, the status table and latencies of scored rows."""
    overall = means_of(rows)
    return Result(
        rows=rows, overall=overall | {"balanced_status": _balanced(rows)}, by={axis: _by(rows, axis) for axis in AXES},
        status_table=_status_table(rows), latency=_latency(rows), errors=sum(row.passed is None for row in rows), left_out=left_out,
    )  # fmt: skip


def means_of(rows: Sequence[RowScore]) -> dict[str, Measure]:
    """Each metric's mean over the rows where it applies."""
    names = dict.fromkeys(name for row in rows for name in row.metrics)
    return {name: measure([row.metrics.get(name) for row in rows]) for name in ("passed", *(n for n in names if n != "passed"))}


def _by(rows: list[RowScore], axis: str) -> dict[str, dict[str, Measure]]:
    groups: dict[str, list[RowScore]] = {}
    for row in rows:
        for name in AXES[axis](row):
            groups.setdefault(name, []).append(row)
    return {name: means_of(groups[name]) for name in sorted(groups)}


def _balanced(rows: list[RowScore]) -> Measure:
    """The mean over the expected statuses of the share given right, so that one status everywhere is worth 1 in 4.

    No interval: it is a mean of few proportions of unlike sizes.
    """
    judged = [row for row in rows if row.passed is not None]
    shares = []
    for expected in dict.fromkeys(row.expected for row in judged):
        given = [row.given is expected for row in judged if row.expected is expected]
        shares.append(sum(given) / len(given))
    return Measure(value=round(sum(shares) / len(shares), 6) if shares else None, n=len(judged))


def _status_table(rows: list[RowScore]) -> dict[str, dict[str, int]]:
    """Expected status by given status, in the order of `Status`; errors have a column of their own."""
    table = {str(e): {str(g): 0 for g in Status} for e in Status if e is not Status.ERROR}
    for row in rows:
        table[row.expected][row.given] += 1
    return table


def _latency(rows: list[RowScore]) -> Latency:
    seconds = [row.seconds for row in rows if row.passed is not None]
    if not seconds:
        return Latency(p50=None, p95=None, n=0)
    p50, p95 = np.percentile(seconds, [50, 95])
    return Latency(p50=round(float(p50), 6), p95=round(float(p95), 6), n=len(seconds))


def _retrieval(questions: Sequence[QuestionRow], answers: dict[str, AnswerRow]) -> dict[str, Metrics]:
    """By question id, the retrieval metrics of the whole and of each leg recorded; empty without evidence."""
    evidence = {question.id: question.evidence for question in questions}
    found: dict[str, Metrics] = {question.id: {} for question in questions}
    for leg in ("", *_legs(answers.values())):
        rankings = {q.id: ids for q in questions if (ids := _ranking(answers[q.id], leg)) is not None}
        for name, values in retrieval_scores(rankings, evidence).items():
            found[name] |= {f"{leg} {metric}".strip(): value for metric, value in values.items()}
    return found


def _legs(answers: Iterable[AnswerRow]) -> list[str]:
    return list(dict.fromkeys(leg for row in answers for leg in row.legs or {}))


def _ranking(row: AnswerRow, leg: str) -> list[str] | None:
    if not leg:
        return row.retrieved
    return row.legs[leg] if row.legs and leg in row.legs else None
