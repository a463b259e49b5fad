"""Places as words: a text cut so that « St-Dié », « saint dié » and « SAINT DIE » are the same."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from ingest.french import fold, french_rules
from ingest.types import Strict
from ingest.wording import load

_WORD = re.compile(r"[^\W\d_]+|\d+|&")
_SAINT_DOT = re.compile(r"(?<!\w)([Ss][Tt][Ee]?)\.")
_SENTENCE = re.compile(r"[.!?;:\n•«\"]")
_JOINING = re.compile(r"[\s'’‘ʼ,/‐‑–-]*")
_HYPHENS = frozenset("-‐‑–")
_SAME = {"saint": "st", "sainte": "ste", "&": "et", "lez": "les", "und": "et", "and": "et"}


def _phrases(value: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in value.split(",") if part.strip())


Phrases = Annotated[frozenset[str], BeforeValidator(_phrases)]


class Word(NamedTuple):
    """A word of a question in its common form, with where it stands and what came before it."""

    text: str
    start: int
    end: int
    capital: bool
    first: bool
    joined: bool
    hyphen: bool


def normal(text: str) -> str:
    """The text whose positions the words count: NFC, and as long as it was for texts typed in NFC."""
    return _SAINT_DOT.sub(r"\1 ", unicodedata.normalize("NFC", text))


def words_of(text: str) -> list[Word]:
    """Words of a text already `normal`; in a text without small letters no capital counts."""
    shouted = text.upper() == text
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        first = not words or bool(_SENTENCE.search(gap))
        capital = match[0][0].isupper() and not shouted
        common, joined = _common(match[0], text, match.end()), bool(_JOINING.fullmatch(gap))
        words.append(Word(common, *match.span(), capital, first, joined, gap in _HYPHENS))
        end = match.end()
    return words


def _common(written: str, text: str, end: int) -> str:
    folded = _folded(written)
    if folded == "s" and text[end : end + 1] == "/":
        return "sur"
    return _SAME.get(folded, folded)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)


@lru_cache(maxsize=20_000)
def key_of(name: str) -> tuple[str, ...]:
    """The words of a name of the tables in their common form."""
    return tuple(_SAME.get(word, word) for word in _WORD.findall(fold(name)))


class Rules(Strict):
    """`data/territories.yaml`: phrases in the common form, their words joined by one blank."""

    near: Phrases
    before: Phrases
    naming: Phrases
    articles: Phrases
    links: Phrases
    common: Phrases
    unsure: Phrases
    elsewhere_first: Phrases
    no_place: Phrases
    not_a_departement: Phrases
    departement_before: Phrases
    units: Phrases
    postcode_before: Phrases
    ordinary: Phrases
    nicknames: dict[str, str]
    epci_types: dict[str, list[str]]


@cache
def rules() -> Rules:
    """The rules of this process, read once."""
    return Rules.model_validate(load("territories"))


@cache
def ordinary_words() -> frozenset[str]:
    """Words that are never a name with a slip: those listed, the small words of French, but not links within names."""
    return (rules().ordinary | french_rules().stop_words) - rules().links - rules().common
