"""Words typed as they are heard, or with a slip: the nearest word of the texts, when there is one near enough."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest.french import fold
from ingest.wording import load_data

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
ELISION = re.compile(r"^[ldnsmtjcq](?=[aeiouyh])")


@cache
def _rules() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), sound) for pattern, sound in load_data("assistant", "spelling")["sounds"]]


@cache
def _short_forms() -> dict[str, str]:
    return {str(short): str(long) for short, long in load_data("assistant", "spelling")["short_forms"].items()}


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """How a folded French word sounds, roughly: words that sound alike have one key."""
    for pattern, sound in _rules():
        word = pattern.sub(sound, word)
    return word


@dataclass(frozen=True)
class Speller:
    """The words known to the texts, by form and by sound."""

    known: frozenset[str]
    by_sound: dict[str, str]
    by_shape: dict[tuple[str, int], list[str]]
    """Words by their first letter, which slips seldom touch, and their length."""

    @classmethod
    def over(cls, texts: Iterable[str]) -> "Speller":
        """A speller that knows every word of these texts; of words that sound alike the most frequent stands."""
        counts = Counter[str]()
        for text in texts:
            counts.update(re.findall(r"[^\W\d_]+", fold(text)))
        by_sound: dict[str, str] = {}
        for word in sorted(counts, key=lambda w: (-counts[w], w)):
            by_sound.setdefault(sound_of(word), word)
        by_shape: dict[tuple[str, int], list[str]] = {}
        for word in sorted(counts):
            by_shape.setdefault((word[0], len(word)), []).append(word)
        return cls(frozenset(counts), by_sound, by_shape)

    def corrected(self, text: str) -> str:
        """The text with short forms written out and unknown words replaced by the known word they stand for."""
        return WORD.sub(lambda found: self._word(found[0]), text)

    def _word(self, written: str) -> str:
        folded = fold(written)
        if folded in _short_forms():
            return _short_forms()[folded]
        if written[0].isupper() or len(folded) < 4 or "-" in folded or "'" in folded or folded in self.known:
            return written
        return self._near(folded) or self._near(ELISION.sub("", folded)) or written

    def _near(self, folded: str) -> str | None:
        if folded in self.known:
            return folded
        if len(folded) < 4:
            return None
        if (alike := self.by_sound.get(sound_of(folded))) and abs(len(alike) - len(folded)) <= 3:
            return alike
        if len(folded) < 6:
            return None
        slips = 1 if len(folded) < 9 else 2
        lengths = range(len(folded) - slips, len(folded) + slips + 1)
        words = [word for length in lengths for word in self.by_shape.get((folded[0], length), ())]
        best = process.extractOne(folded, words, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
        return best[0] if best else None
