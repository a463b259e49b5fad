"""Whether a text says something: case, accents, no-break spaces and thousands separators make no difference."""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.french import fold

_MARKER = re.compile(r"\[\d+\]")
_EMPHASIS = re.compile(r"[*_`]+|^[ \t]*>[ \t]?", re.M)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .,]\d{3})+(?!\d)")
_SHORT = 4


def folded(text: str) -> str:
    """The text without markers, emphasis, case or accents, « 1 500 », « 1.500 » and « 1,500 » written « 1500 »."""
    words = fold(_EMPHASIS.sub("", _MARKER.sub("", text)))
    return _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match.group()), words)


def says(text: str, term: str) -> bool:
    """Whether the text, already folded, holds the term.

    A figure must stand alone (« 10 » is not in « 2010 » nor in « 10,5 »), a term of up to four characters must begin a
    word, a longer one may stand inside a word, as German builds them.
    """
    pattern = _pattern(term)
    return pattern is not None and pattern.search(text) is not None


def found_groups(text: str, groups: Sequence[Sequence[str]]) -> list[bool]:
    """For each group of alternatives, whether the text says one of them."""
    words = folded(text)
    return [any(says(words, term) for term in group) for group in groups]


def said(text: str, terms: Sequence[str]) -> list[str]:
    """Those of the terms that the text says."""
    words = folded(text)
    return [term for term in terms if says(words, term)]


@lru_cache(maxsize=10_000)
def _pattern(term: str) -> re.Pattern[str] | None:
    wanted = folded(term)
    if not wanted:
        return None
    before = r"(?<!\d)(?<!\d[.,])" if wanted[0].isdigit() else r"(?<!\w)" if len(wanted) <= _SHORT else ""
    after = r"(?![.,]?\d)" if wanted[-1].isdigit() else ""
    return re.compile(before + re.escape(wanted) + after)
