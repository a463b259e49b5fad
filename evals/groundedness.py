"""Whether what an answer says in its own words stands in its citations: figures and names, sentence by sentence."""

import re
from collections.abc import Iterator, Sequence

from assistant.types import Answer, Citation, Status
from evals.citing import MARKER
from evals.saying import folded
from evals.types import QuestionRow
from ingest.french import fold

_QUOTE_LINE = re.compile(r"^[ \t]*>.*$", re.M)
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“]*“")
_NUMBERED_LINE = re.compile(r"^[ \t]*(?:\d+[.)]|[-*•])[ \t]+", re.M)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\W*[A-ZÀ-Ý0-9])|\n+")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![\w’'-])[A-ZÀ-ÝŒ][\w-]+")
_FIRST = re.compile(r"^\W*(?:[LDlMdnNSsCcJj][’'])?\w+")
_ACRONYM = re.compile(r"^[A-ZÀ-Ý0-9-]{2,}$")


def groundedness(question: QuestionRow, answer: Answer) -> float | None:
    """The share of the sentences with a figure or a name whose every figure and name is supported.

    Supported by the quotes, labels and headings of the citations that the sentence marks, of all citations when it marks
    none, or by what the person asked: an echo invents nothing. Quotations do not count, as they are checked to the
    letter, nor do the labels of citations. German has no names here, as it writes every noun with a capital. None
    without such a sentence, or when the status is neither `answered` nor `partial`.
    """
    if answer.status not in (Status.ANSWERED, Status.PARTIAL):
        return None
    asked = " ".join([question.question, *question.history])
    checked = [
        all(_stands(item, _support(sentence, answer.citations, asked)) for item in items)
        for sentence in sentences(_without_labels(answer))
        if (items := list(_items(sentence, answer.language)))
    ]
    return sum(checked) / len(checked) if checked else None


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, its quotations taken out."""
    own = _NUMBERED_LINE.sub("", _QUOTED.sub(" ", _QUOTE_LINE.sub("", text)))
    return [piece.strip() for piece in _SENTENCE.split(own) if piece and piece.strip()]


def _without_labels(answer: Answer) -> str:
    text = answer.text
    for label in sorted({citation.label for citation in answer.citations}, key=len, reverse=True):
        text = text.replace(label, "")
    return text


def _items(sentence: str, language: str) -> Iterator[str]:
    """What is checked in a sentence, folded: its figures, then its names."""
    words = MARKER.sub("", sentence)
    yield from _FIGURE.findall(folded(words))
    if language == "de":
        return
    first = _FIRST.match(words.replace("*", ""))
    opening = first.group() if first else ""
    for name in _NAME.findall(words.replace("*", "")):
        if _ACRONYM.match(name) or not opening.endswith(name):
            yield fold(name)


def _stands(item: str, support: str) -> bool:
    edge = r"\d" if item[0].isdigit() else r"\w"
    return re.search(rf"(?<!{edge}){re.escape(item)}(?!{edge})", support) is not None


def _support(sentence: str, citations: Sequence[Citation], asked: str) -> str:
    marked = {int(number) for number in MARKER.findall(sentence)}
    used = [c for c in citations if c.marker in marked] or citations
    return folded("\n".join([*(" \n".join([c.quote_plain, c.label, *c.path]) for c in used), asked]))
