"""The words that were looked for, marked where they stand in a passage."""

import re
from functools import lru_cache

from markupsafe import Markup, escape

from ingest.french import tokenise_french

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


def marked(text: str, wanted: frozenset[str]) -> Markup:
    """The text with `<mark>` around each word whose stem is wanted; nothing else is added or taken away."""
    if not wanted:
        return escape(text)
    pieces, end = [], 0
    for word in WORD.finditer(text):
        if _stems(word[0]) & wanted:
            pieces += [escape(text[end : word.start()]), Markup("<mark>{}</mark>").format(word[0])]
            end = word.end()
    return Markup("").join([*pieces, escape(text[end:])])


def stems_of(words: str) -> frozenset[str]:
    """What `marked` wants, for the words of a search."""
    return frozenset(tokenise_french(words))


@lru_cache(maxsize=50_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(tokenise_french(word))
