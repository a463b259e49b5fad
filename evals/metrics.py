"""Every metric of one answered question; None where a metric does not apply, and everywhere for an error."""

from assistant.types import Answer, Reason, Status
from evals.citing import (
    citation_f1,
    citation_precision,
    citation_recall,
    markers_resolved,
    quotations_exact,
    quoted_words_cited,
)
from evals.corpus_texts import CorpusTexts
from evals.groundedness import groundedness
from evals.saying import found_groups, said
from evals.types import AnswerRow, QuestionRow, RowScore
from evals.verdict import shortcomings

PROPERTIES = ("markers_resolved", "quotations_exact")
"""Metrics that must be 1 for every answer."""
GIVEN = (Status.ANSWERED, Status.PARTIAL)
Metrics = dict[str, float | None]


def score_row(question: QuestionRow, row: AnswerRow, texts: CorpusTexts, retrieval: Metrics) -> RowScore:
    """One question scored; `retrieval` holds what rankings were worth for it."""
    error = row.answer.status is Status.ERROR
    why = ["error"] if error else shortcomings(question, row.answer)
    metrics: Metrics = answer_metrics(question, row.answer, texts) | retrieval
    if not error:
        metrics["passed"] = float(not why)
    return RowScore(
        id=question.id, category=question.category, language=question.language, documents=documents_of(question),
        expected=question.status, given=row.answer.status, passed=None if error else not why, why=why,
        metrics=dict.fromkeys([*metrics, "passed"]) if error else metrics, seconds=row.seconds,
    )  # fmt: skip


def answer_metrics(question: QuestionRow, answer: Answer, texts: CorpusTexts) -> Metrics:
    """Citations, content, status, groundedness and coverage of one answer, each 0 to 1."""
    precision, recall = citation_precision(question, answer), citation_recall(question, answer)
    return {
        "citation_precision": precision,
        "citation_recall": recall,
        "citation_f1": citation_f1(precision, recall),
        "markers_resolved": float(markers_resolved(answer)),
        "quotations_exact": float(quotations_exact(answer, texts)),
        "quoted_words_cited": quoted_words_cited(answer, question),
        "must_contain": _contained(question, answer),
        "must_not_contain": _avoided(question, answer),
        "status": float(answer.status is question.status),
        "reason": float(answer.reason is question.reason) if question.reason is not Reason.NONE else None,
        "groundedness": groundedness(question, answer),
        "coverage": float(answer.status in GIVEN and bool(answer.citations)) if question.status in GIVEN else None,
        "false_refusal": float(answer.status is Status.REFUSED) if question.status in GIVEN else None,
        "false_answer": float(answer.status is Status.ANSWERED) if question.status is not Status.ANSWERED else None,
    }


def documents_of(question: QuestionRow) -> list[str]:
    """The documents that hold its evidence."""
    return sorted({name.split("/", 1)[0] for group in question.evidence for name in group})


def _contained(question: QuestionRow, answer: Answer) -> float | None:
    found = found_groups(answer.text, question.must_contain)
    return sum(found) / len(found) if found else None


def _avoided(question: QuestionRow, answer: Answer) -> float | None:
    """1 when nothing forbidden is said; None when nothing is forbidden."""
    return float(not said(answer.text, question.must_not_contain)) if question.must_not_contain else None
