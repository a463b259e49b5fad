"""Concepts: everyday words, trade words and the words of the texts that mean one thing, in three languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from ingest.french import tokenise_french
from ingest.wording import load

NAME_TOKENS = frozenset({"france-travail", "grand-est"})


@dataclass(frozen=True)
class Lexicon:
    """Concept ids by the stems of their terms; German compounds also by their beginning."""

    by_stems: dict[tuple[str, ...], tuple[str, ...]]
    longest: int

    def concepts_in(self, text: str) -> frozenset[str]:
        """The concepts whose terms a text holds, longest terms first: a word counts in its longest term only."""
        return self.concepts_of(tokenise_french(text))

    def concepts_of(self, searched: Sequence[str]) -> frozenset[str]:
        """The same for a text already cut into search tokens."""
        tokens = _plain(searched)
        found: set[str] = set()
        after = 0
        for at, token in enumerate(tokens):
            if at < after or token not in self._longest_from:
                continue
            most = min(self._longest_from[token], len(tokens) - at)
            size = next((n for n in range(most, 0, -1) if tuple(tokens[at : at + n]) in self.by_stems), 0)
            found.update(self.by_stems[tuple(tokens[at : at + size])] if size else ())
            after = at + size
        return frozenset(found)

    @cached_property
    def _longest_from(self) -> dict[str, int]:
        """How many stems the longest term has that begins with a stem."""
        longest: dict[str, int] = {}
        for stems in self.by_stems:
            longest[stems[0]] = max(len(stems), longest.get(stems[0], 0))
        return longest


def lexicon() -> Lexicon:
    """The lexicon of `data/concepts.yaml`."""
    return lexicon_of("concepts")


@cache
def lexicon_of(name: str) -> Lexicon:
    """The lexicon of a data file, read once."""
    table: dict[tuple[str, ...], list[str]] = {}
    for concept, terms in load(name).items():
        for stems in _stems(terms):
            named = table.setdefault(stems, [])
            if concept not in named:
                named.append(concept)
    return Lexicon({stems: tuple(named) for stems, named in table.items()}, max(map(len, table), default=0))


def _plain(tokens: Sequence[str]) -> list[str]:
    """Without the names of bodies that the tokeniser adds at the end."""
    return [token for token in tokens if token not in NAME_TOKENS]


def _stems(terms: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    for language in ("fr", "en", "de"):
        for term in terms.get(language, []):
            if stems := tuple(_plain(tokenise_french(str(term)))):
                yield stems
