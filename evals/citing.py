"""Citations against the evidence and the sources: precision, recall, markers that resolve, quotations to the letter."""

import re
from collections.abc import Sequence

from assistant.types import Answer, Citation, Status
from evals.corpus_texts import CorpusTexts
from evals.types import QuestionRow

MARKER = re.compile(r"\[(\d+)\]")
_QUOTED = re.compile(r"«\s*(.+?)\s*»|“(.+?)”|„(.+?)“", re.S)
_WORDS = 4


def cited_ids(answer: Answer) -> list[str]:
    """The provisions cited, each once, in the order of the citations."""
    return list(dict.fromkeys(citation.provision_id for citation in answer.citations))


def groups_cited(cited: Sequence[str], evidence: Sequence[Sequence[str]]) -> int:
    """How many groups of evidence have an id among those cited."""
    return sum(any(name in cited for name in group) for group in evidence)


def citation_precision(question: QuestionRow, answer: Answer) -> float | None:
    """The share of the cited provisions that belong to some group of evidence (Gao et al., ALCE, 2023, on provisions).

    None without citation, which recall and coverage make good for; 0 when a question to refuse is given citations; None
    for a question to put back, whose evidence nobody can list.
    """
    cited = cited_ids(answer)
    if not cited or (not question.evidence and question.status is Status.CLARIFICATION):
        return None
    right = {name for group in question.evidence for name in group}
    return sum(name in right for name in cited) / len(cited)


def citation_recall(question: QuestionRow, answer: Answer) -> float | None:
    """The share of the groups of evidence that are cited: 0 without citation, None for a question without evidence."""
    if not question.evidence:
        return None
    return groups_cited(cited_ids(answer), question.evidence) / len(question.evidence)


def citation_f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean for a question with evidence: 0 when nothing right is cited, None without evidence."""
    if recall is None:
        return None
    if not precision or not recall:
        return 0.0
    return 2 * precision * recall / (precision + recall)


def markers_resolved(answer: Answer) -> bool:
    """Whether markers and citations are the same numbers, citations in the order in which markers first appear."""
    used = list(dict.fromkeys(int(number) for number in MARKER.findall(answer.text)))
    return used == [citation.marker for citation in answer.citations]


def quotations_exact(answer: Answer, texts: CorpusTexts) -> bool:
    """Whether each citation names a provision of the corpus and quotes its source to the letter, positions included."""
    return all(_exact(citation, texts) for citation in answer.citations)


def _exact(citation: Citation, texts: CorpusTexts) -> bool:
    provision, source = texts.provisions.get(citation.provision_id), texts.sources.get(citation.document_id)
    if provision is None or source is None or provision.document_id != citation.document_id:
        return False
    at_its_place = (citation.start, citation.end) == (provision.start, provision.end)
    same_words = citation.quote == source[citation.start : citation.end] and citation.quote_plain == provision.quote_plain
    return at_its_place and same_words


def quoted_words_cited(answer: Answer, question: QuestionRow) -> float | None:
    """The share of the quoted passages of the text, of four words or more, that stand in a citation or in what was asked.

    Blanks apart, to the letter; an ellipsis in brackets cuts a passage in two. None when nothing is quoted.
    """
    quoted = [" ".join("".join(match).split()) for match in _QUOTED.findall(answer.text)]
    pieces = [piece.strip(" .") for quote in quoted for piece in re.split(r"\[…\]|\[\.\.\.\]|\(…\)", MARKER.sub("", quote))]
    checked = [piece for piece in pieces if len(piece.split()) >= _WORDS]
    where = [*(c.quote_plain for c in answer.citations), *(c.label for c in answer.citations), question.question, *question.history]
    known = [" ".join(text.split()) for text in where]
    return sum(any(piece in text for text in known) for piece in checked) / len(checked) if checked else None
