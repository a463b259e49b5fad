"""How much of a sentence stands in a passage: its content words, by their stems, synonyms of a data file allowed."""

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import Stemmer

from assistant.types import Language
from ingest.french import fold, tokenise_french
from ingest.wording import load_data

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
STEMMERS = {"en": "english", "de": "german"}
# « contribuent » keeps its ending in the French stemmer; « développement » has none to lose.
PLURAL_VERB = re.compile(r"(?<=\w{4})(?<!m)ent$")
COMPOUND = 5
_local = threading.local()


@dataclass(frozen=True)
class Share:
    """Content words of a sentence, those that nothing holds, and the longest run of them."""

    words: int
    strange: tuple[str, ...]
    run: int

    @property
    def held(self) -> float:
        """The share of the words that something holds, 0 to 1; 1 for a sentence without content words."""
        return 1 - len(self.strange) / self.words if self.words else 1.0


@dataclass(frozen=True)
class _Rules:
    neutral: frozenset[str]
    same: dict[str, frozenset[int]]


def stems(text: str, language: Language) -> list[str]:
    """The content words of a text in its order, stemmed; figures and words without content left out."""
    return [stem for stem in _stems(text, language) if stem not in _rules(language).neutral]


def widened(texts: Iterable[str], language: Language) -> frozenset[str]:
    """The stems of texts, read in a language: what a sentence of that language may be made of."""
    return frozenset(stem for text in texts for stem in _stems(text, language))


def share_of(sentence: str, held: frozenset[str], language: Language) -> Share:
    """How much of a sentence stands in the stems of a passage."""
    groups = {group for stem in held for group in _rules(language).same.get(stem, ())}
    words = stems(sentence, language)
    known = [_known(word, held, groups, language) for word in words]
    run = longest = 0
    for is_known in known:
        run = 0 if is_known else run + 1
        longest = max(longest, run)
    return Share(len(words), tuple(word for word, is_known in zip(words, known, strict=True) if not is_known), longest)


def alike(sentence: str, pieces: Sequence[str], language: Language, slack: float = 0.0) -> list[str]:
    """The pieces of the evidence that share most with the sentence, or nearly most."""
    words = set(stems(sentence, language))
    shares = [(len(words & set(stems(piece, language))) / max(1, len(words)), piece) for piece in pieces]
    best = max((share for share, _ in shares), default=0.0)
    least = load_data("assistant", "paraphrase")["thresholds"]["segment"]
    return [piece for share, piece in shares if share >= best - slack] if best >= least else []


def _known(word: str, held: frozenset[str], groups: set[int], language: Language) -> bool:
    if word in held or _rules(language).same.get(word, frozenset()) & groups:
        return True
    return language == "de" and _compound(word, held)


def _compound(word: str, held: frozenset[str]) -> bool:
    """A German compound one of whose ends is a word of the passage, or the reverse."""
    for other in held:
        short, long = sorted((word, other), key=len)
        if len(short) >= COMPOUND and (long.startswith(short) or long.endswith(short)):
            return True
    return False


def _stems(text: str, language: Language) -> list[str]:
    if language == "fr":
        return [PLURAL_VERB.sub("", token) for token in tokenise_french(text) if not token[0].isdigit() and len(token) > 1]
    folded = fold(text).replace("'s ", " ")
    return [
        _stem(word, language)
        for piece in WORD.findall(folded)
        for word in re.split(r"'", piece)
        if len(word) > 1 and word not in _stop(language)
    ]


@lru_cache(maxsize=100_000)
def _stem(word: str, language: Language) -> str:
    # A stemmer keeps state between calls: one a thread.
    if not hasattr(_local, language):
        setattr(_local, language, Stemmer.Stemmer(STEMMERS[language]))
    stem: str = getattr(_local, language).stemWord(word)
    return stem


@cache
def _stop(language: Language) -> frozenset[str]:
    return frozenset(fold(load_data("assistant", "paraphrase")["stop"][language]).split())


@cache
def _rules(language: Language) -> _Rules:
    data = load_data("assistant", "paraphrase")
    same: dict[str, set[int]] = {}
    for number, line in enumerate(data["same"][language]):
        for stem in _stems(line.replace("-", " ") if language != "fr" else line, language):
            same.setdefault(stem, set()).add(number)
    return _Rules(frozenset(_stems(data["neutral"][language], language)), {stem: frozenset(numbers) for stem, numbers in same.items()})
