"""Whether the questions measure something: their words against their passages, and against our notes' wordings."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from evals.types import QuestionRow
from ingest.french import fold, tokenise_french
from ingest.notes import Note
from ingest.types import Provision

NEAR = 0.8
"""Jaccard similarity of two sets of words from which a question nearly equals a wording."""
MANY = 0.5
"""Share of a question's words that stand in one of its passages, from which it shares many words with it."""
_WORD = re.compile(r"\w+")


class Near(NamedTuple):
    """A question that equals or nearly equals a wording of a note."""

    question_id: str
    provision_id: str
    wording: str
    similarity: float


def near_wordings(questions: Iterable[QuestionRow], wordings: Iterable[tuple[str, str]]) -> list[Near]:
    """Every pair of a question and a wording whose words have a Jaccard similarity of at least `NEAR`.

    `wordings` are pairs of what they belong to and their text: those of the notes, and the phrases that were learned from.
    """
    known = [(name, wording, _words(wording)) for name, wording in wordings]
    by_word: dict[str, list[int]] = {}
    for at, (_, _, words) in enumerate(known):
        for word in words:
            by_word.setdefault(word, []).append(at)
    return [near for question in questions for near in _near(question, known, by_word)]


def wordings_of(notes: Mapping[str, Note]) -> Iterator[tuple[str, str]]:
    """Each wording of the notes with its provision."""
    return ((name, wording) for name, note in notes.items() for wording in note.wordings)


def _near(question: QuestionRow, known: list[tuple[str, str, frozenset[str]]], by_word: Mapping[str, list[int]]) -> Iterator[Near]:
    words = _words(question.question)
    # What shares NEAR of these words shares one of its rarest: the others need not be looked up.
    rarest = sorted(words, key=lambda word: (len(by_word.get(word, ())), word))[: len(words) - math.ceil(NEAR * len(words)) + 1]
    for at in sorted({at for word in rarest for at in by_word.get(word, ())}):
        name, wording, others = known[at]
        if len(words & others) >= NEAR * len(words | others):
            yield Near(question.id, name, wording, len(words & others) / len(words | others))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold(text)))


def overlap(question: QuestionRow, provisions: Mapping[str, Provision]) -> float | None:
    """The largest share of the question's search tokens that stand in one of its passages; None without passage or token."""
    tokens = set(tokenise_french(question.question))
    passages = [provisions[name] for group in question.evidence for name in group if name in provisions]
    if not tokens or not passages:
        return None
    return max(len(tokens & set(tokenise_french(passage.quote_plain))) / len(tokens) for passage in passages)


def share_with_many_words(questions: Iterable[QuestionRow], provisions: Mapping[str, Provision]) -> float | None:
    """The share of the questions with passages whose overlap is `MANY` or more."""
    known = [value for value in (overlap(question, provisions) for question in questions) if value is not None]
    return sum(value >= MANY for value in known) / len(known) if known else None
