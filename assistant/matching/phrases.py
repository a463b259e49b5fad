"""Expressions of data files found in a message: the longest first, inflected, small words left out or read."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from assistant.matching.flat import PLACE, TRADE, Flat
from assistant.types import Language
from ingest.french import fold
from ingest.wording import load_data

Stem = Callable[[str, Language], str]
_WORD = re.compile(r"[a-z0-9]+(?:&[a-z])?")
_APART = re.compile(f"[.,;:!?(){PLACE}{TRADE}]")
_NAMES: dict[Language, str] = {"fr": "french", "en": "english", "de": "german"}
_SHORTEST, _LONGEST_ENDING = 3, 5
_local = threading.local()


class Found(NamedTuple):
    """Expressions of these keys stand at `start:end` of a flat text."""

    keys: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=50_000)
def inflected(word: str, language: Language) -> str:
    """The stem of a word, whatever its form."""
    if not hasattr(_local, "stemmers"):
        # A stemmer keeps state between calls: a set of them for each thread.
        _local.stemmers = {name: Stemmer.Stemmer(long) for name, long in _NAMES.items()}
    stem: str = _local.stemmers[language].stemWord(re.sub(r"(?<=\w{2})ees?$", "e", word) if language == "fr" else word)
    return (
        re.sub(r"(?<=\w{3})e$", "", stem) if len(stem) > _SHORTEST and len(word) - len(stem) < _LONGEST_ENDING else plural(word, language)
    )


@lru_cache(maxsize=50_000)
def plural(word: str, language: Language) -> str:
    """A noun without its ending of plural or feminine: verbs are left as they are."""
    endings = {"fr": r"(?:e?s|x|e)$", "en": r"(?:es|s|e)$", "de": r"(?:innen|in|en|n|s|e)$"}
    return re.sub(r"(?<=\w{3})" + endings[language], "", word)


@dataclass(frozen=True)
class Phrases:
    """Expressions by language; one that begins with « un », « ma » and the like is found with that word only."""

    tables: Mapping[Language, Mapping[tuple[str, ...], tuple[str, ...]]]
    stem: Stem
    longest: Mapping[Language, Mapping[str, int]]
    suffixes: re.Pattern[str]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Mapping[str, Iterable[str]]]], stem: Stem) -> "Phrases":
        """From keys with their expressions by language."""
        tables: dict[Language, dict[tuple[str, ...], list[str]]] = {"fr": {}, "en": {}, "de": {}}
        for key, terms in rows:
            for language, table in tables.items():
                for term in terms.get(language, ()):
                    keys = table.setdefault(_sequence(str(term), language, stem), [])
                    if key not in keys:
                        keys.append(key)
        frozen = {language: {words: tuple(keys) for words, keys in table.items()} for language, table in tables.items()}
        longest = {language: _longest(table) for language, table in tables.items()}
        return cls(frozen, stem, longest, re.compile(load_data("assistant", "profile/words")["compounds"]))

    def find(self, flat: Flat) -> list[Found]:
        """From left to right, in the message's language; in any when it tells none, or says nothing in its own."""
        order = [flat.language, *(one for one in _NAMES if one != flat.language)]
        if flat.certain:
            return next((found for one in order if (found := self._find(flat, one))), [])
        return _longest_first(found for one in order for found in self._find(flat, one))

    def _find(self, flat: Flat, language: Language) -> list[Found]:
        words = [(found[0], found.start(), found.end()) for found in _WORD.finditer(flat.text)]
        found: list[Found] = []
        at = 0
        while at < len(words):
            size, keys = self._at(words, at, language, flat.text)
            if keys:
                found.append(Found(keys, words[at][1], words[at + size - 1][2]))
            at += size or 1
        return found

    def _at(self, words: list[tuple[str, int, int]], at: int, language: Language, text: str) -> tuple[int, tuple[str, ...]]:
        """How many words the longest expression that begins here takes, and its keys."""
        table, small, stems = self.tables[language], _small(language), [self.stem(words[at][0], language)]
        longest = self.longest[language].get(stems[0], 0)
        best = (1, table.get((stems[0],), ())) if longest else (0, ())
        for end in range(at + 1, len(words)):
            if len(stems) >= longest or _APART.search(text, words[end - 1][2], words[end][1]):
                break
            if words[end][0] in small:
                continue
            stems.append(self.stem(words[end][0], language))
            if keys := table.get(tuple(stems)):
                best = (end - at + 1, keys)
        return best if best[1] else self._compound(words[at][0], language)

    def _compound(self, word: str, language: Language) -> tuple[int, tuple[str, ...]]:
        """« Malerbetrieb »: German words that only add « firm » to a trade."""
        shorter = self.suffixes.sub("", word) if language == "de" else word
        keys = self.tables[language].get((self.stem(shorter, language),), ()) if shorter != word else ()
        return (1, keys) if keys else (0, ())


def _longest_first(found: Iterable[Found]) -> list[Found]:
    """Of expressions that overlap the longest, from left to right."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _longest(table: Mapping[tuple[str, ...], object]) -> dict[str, int]:
    """How many words the longest expression takes that begins with a word."""
    longest: dict[str, int] = {}
    for words in table:
        longest[words[0]] = max(len(words), longest.get(words[0], 0))
    return longest


@lru_cache(maxsize=8)
def _small(language: Language) -> frozenset[str]:
    return frozenset(load_data("assistant", "profile/words")["small"][language].split())


def _sequence(term: str, language: Language, stem: Stem) -> tuple[str, ...]:
    """Stems of an expression, its small words left out behind the first word, and an article « le », « l' » before it too."""
    words = _WORD.findall(fold(term))
    while len(words) > 1 and words[0] in load_data("assistant", "profile/words")["never_first"]:
        words = words[1:]
    return tuple(stem(word, language) for at, word in enumerate(words) if not at or word not in _small(language))
