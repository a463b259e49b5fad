"""Names in three languages: a sentence in English or German can be compared with a French passage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.language import language_of
from assistant.patterns import joined
from assistant.types import Language
from ingest.french import fold
from ingest.wording import load_data

CAPITALISED = re.compile(r"(?<![\w-])(?:[^\W\d_]['’])?([A-ZÀ-ÖØ-ÞŒ][\w&+-]*)")
ACRONYM = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ&\d-]+s?$|[A-Z]\w*[A-Z]\w*$")
OPENING = re.compile(r"(?:^|[.!?:…]\s+|[«“„\"(–—]\s*)$")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Mention:
    """A name of the table where a folded text holds it: characters `start` to `end` (excluded)."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Names:
    """The table, compiled; every name by one alternation, the longest reading first."""

    actors: frozenset[str]
    patterns: dict[str, re.Pattern[str]]
    audiences: dict[str, re.Pattern[str]]
    broader: dict[str, frozenset[str]]
    near: dict[str, frozenset[str]]
    ordinary: dict[str, frozenset[str]]
    german_noun: re.Pattern[str]


@cache
def table() -> Names:
    """The table of `data/names.yaml`, read once."""
    data = load_data("assistant", "names")
    return Names(
        actors=frozenset(data["actors"]),
        patterns={name: _whole(pattern) for name, pattern in (data["actors"] | data["others"]).items()},
        audiences={name: _whole(pattern) for name, pattern in data["audiences"].items()},
        broader={name: frozenset(narrower) for name, narrower in data["broader"].items()},
        near={name: frozenset(others) for name, others in data["audiences_near"].items()},
        ordinary={language: frozenset(words.split()) for language, words in data["ordinary"].items()},
        german_noun=re.compile(joined(data["german_noun"])),
    )


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...]:
    """Names of the table in a folded text, in its order; where two readings overlap the longer one stands."""
    return _longest(_found(table().patterns, text))


@lru_cache(maxsize=4096)
def audiences_in(text: str) -> tuple[Mention, ...]:
    """Firms, employees, jobseekers… that a folded text speaks of, in its order."""
    return _longest(_found(table().audiences, text))


def names_in(text: str, language: Language | None = None) -> frozenset[str]:
    """The names of a text: canonical where the table knows them, otherwise as written, folded.

    Unknown ones are capitalised words that do not open a sentence, and acronyms; in German, where every noun has a
    capital, those that do not end as common nouns do.
    """
    known = mentions(fold(text))
    covered = {word for mention in known for word in WORD.findall(fold(text)[mention.start : mention.end])}
    return frozenset(mention.name for mention in known) | frozenset(_unknown(text, language or language_of(text), covered))


def stands_for(name: str, held: frozenset[str]) -> bool:
    """Whether names held by a passage carry a name: the same, or a narrower one."""
    return name in held or bool(table().broader.get(name, frozenset()) & held)


def _unknown(text: str, language: Language, covered: set[str]) -> Iterator[str]:
    for found in CAPITALISED.finditer(text):
        word = found[1]
        parts = set(WORD.findall(fold(word)))
        acronym = ACRONYM.match(word) is not None
        if parts <= covered or parts & table().ordinary[language] or (len(word) < 2 and not acronym):
            continue
        if acronym or not (OPENING.search(text[: found.start()]) or (language == "de" and table().german_noun.search(fold(word)))):
            yield fold(word)


def _found(patterns: dict[str, re.Pattern[str]], text: str) -> list[Mention]:
    return [Mention(name, *match.span()) for name, pattern in patterns.items() for match in pattern.finditer(text)]


def _longest(found: list[Mention]) -> tuple[Mention, ...]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda m: m.start))


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{joined(pattern)})(?!\w)")
