"""Slips and short forms of messages, corrected into the words that the parser knows."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from assistant.spelling import Speller, sound_of
from assistant.types import Language
from ingest.french import fold
from ingest.place_words import rules
from ingest.wording import load, load_data

_LETTERS = re.compile(r"[a-z]{3,}")
_LEAST, _LONG = 5, 11
_LANGUAGES: tuple[Language, ...] = ("fr", "en", "de")


def corrected(word: str, language: Language, bound: bool, speller: Speller | None) -> str:
    """A folded word as the parser knows it, itself when it knows none near; `bound` to a hyphen or an apostrophe.

    Words that `speller` knows are words of the texts, not slips.
    """
    if not bound and language == "fr" and (long := _short_forms().get(word)):
        return long
    if len(word) < _LEAST or bound or (speller and word in speller.known):
        return word
    return _near(word, language)


@lru_cache(maxsize=50_000)
def _near(word: str, language: Language) -> str:
    if any(word in _speller(one).known for one in _LANGUAGES):
        return word
    near = fold(_speller(language).corrected(word))
    slips = DamerauLevenshtein.distance(word, near)
    return near if slips <= (1 if len(word) < _LONG else 2) or sound_of(word) == sound_of(near) else word


@cache
def _short_forms() -> dict[str, str]:
    words = load_data("assistant", "profile/words")
    forms = load_data("assistant", "spelling")["short_forms"] | words["short_forms"]
    return {fold(str(short)): fold(str(long)) for short, long in forms.items() if fold(str(short)) not in words["never_short"]}


@cache
def _speller(language: Language) -> Speller:
    return Speller.over(_texts(language))


def _texts(language: Language) -> Iterator[str]:
    """Everything that the parser or a message may say in a language."""
    for row in load_data("assistant", "profile/trades")["trades"]:
        yield row.get(language, "")
    for terms in load("needs").values():
        yield from map(str, terms.get(language, ()))
    yield from load_data("assistant", "languages").values()
    yield from load_data("assistant", "profile/words")["small"].values()
    yield load_data("assistant", "profile/numbers")[language]
    for name in ("askers", "stages", "changes", "headcount"):
        yield " ".join(_words(load_data("assistant", f"profile/{name}")))
    yield load_data("assistant", "profile/words")["ordinary"]
    yield " ".join(rules().ordinary)


def _words(data: object) -> Iterator[str]:
    """Whole words of the patterns of a data file."""
    if isinstance(data, dict):
        data = [*data, *data.values()]
    if isinstance(data, list):
        for one in data:
            yield from _words(one)
    elif isinstance(data, str):
        yield from (found[0] for found in _LETTERS.finditer(re.sub(r"\\[bsdwW]|\w+\(|\w+\\w[*+]", " ", fold(data))))
