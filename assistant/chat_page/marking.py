"""Which words of a quotation decide: those it shares with the question, else with the sentence that rests on it."""

import re
from functools import lru_cache
from itertools import pairwise

from assistant.overlap import stems

WORD = re.compile(r"\w+")
FEW = 2
MOST = 0.6
Piece = tuple[str, bool]


def marked(quote: str, question: str, sentence: str) -> list[Piece]:
    """The quotation in pieces, each with whether it is marked; put together they are the quotation to the letter.

    Where the question shares fewer than two words with it, the sentence's words count too, unless they are most of it;
    a figure before a marked word belongs to it.
    """
    words = WORD.findall(quote)
    shared = _shared(words, question)
    if len(shared) < FEW:
        said = shared | _shared(words, sentence)
        shared = said if len(said) <= MOST * max(1, len(_content(words))) else shared
    figures = {before for before, after in pairwise(words) if before.isdigit() and after in shared}
    return _joined(quote, shared | figures)


def _shared(words: list[str], other: str) -> set[str]:
    held = {key for word in WORD.findall(other) for key in _keys(word)}
    return {word for word in words if _keys(word) & held}


def _content(words: list[str]) -> set[str]:
    return {word for word in words if _keys(word)}


@lru_cache(maxsize=20_000)
def _keys(word: str) -> frozenset[str]:
    """What makes two words the same: their French stems, or their figures."""
    return frozenset({word}) if word.isdigit() else frozenset(stems(word, "fr"))


def _joined(quote: str, shared: set[str]) -> list[Piece]:
    """Marked words next to each other become one mark, the blank between them included."""
    pieces: list[Piece] = []
    for piece in re.findall(r"\w+|\W+", quote):
        is_marked = piece in shared
        if is_marked and len(pieces) > 1 and pieces[-1][0] == " " and pieces[-2][1]:
            blank, before = pieces.pop(), pieces.pop()
            pieces.append((before[0] + blank[0] + piece, True))
        else:
            pieces.append((piece, is_marked))
    return pieces
