"""Concepts: everyday words, trade words and the words of the texts that mean one thing, in three languages."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ingest.french import fold, tokenise_french
from ingest.wording import load

LONGEST_TERM = 5


@dataclass(frozen=True)
class Lexicon:
    """Concept ids by the stems of their terms; German compounds also by their beginning."""

    by_stems: dict[tuple[str, ...], tuple[str, ...]]
    longest: int

    def concepts_in(self, text: str) -> frozenset[str]:
        """The concepts whose terms a text holds, longest terms first: a word counts in its longest term only."""
        return self._of(tokenise_french(text))

    def _of(self, tokens: list[str]) -> frozenset[str]:
        found: set[str] = set()
        at = 0
        while at < len(tokens):
            size = next((n for n in range(min(self.longest, len(tokens) - at), 0, -1) if tuple(tokens[at : at + n]) in self.by_stems), 0)
            if size:
                found.update(self.by_stems[tuple(tokens[at : at + size])])
            at += size or 1
        return frozenset(found)


@cache
def lexicon() -> Lexicon:
    """The lexicon of `data/concepts.yaml`, read once."""
    table: dict[tuple[str, ...], list[str]] = {}
    for concept, terms in load("concepts").items():
        for stems in _stems(terms):
            named = table.setdefault(stems, [])
            if concept not in named:
                named.append(concept)
    return Lexicon({stems: tuple(named) for stems, named in table.items()}, max(map(len, table), default=0))


def _stems(terms: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    for language in ("fr", "en", "de"):
        for term in terms.get(language, []):
            if stems := tuple(tokenise_french(str(term))):
                yield stems


def without_accents(text: str) -> str:
    """A text in small letters without accents or punctuation, words apart by one space."""
    return " ".join(re.findall(r"[\w+&€%°]+", fold(text)))
