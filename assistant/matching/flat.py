"""A message in small letters without accents, its slips corrected, each letter tied to where it was written."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.language import language_of
from assistant.matching.vocabulary import corrected
from assistant.spelling import Speller
from assistant.types import Language
from ingest.french import fold
from ingest.place_words import normal

PLACE, TRADE = "þ", "ø"
_PIECE = re.compile(r"[^\W\d_]+|.", re.S)


@lru_cache(maxsize=2_000)
def pattern(written: str) -> re.Pattern[str]:
    """A pattern of a data file; line ends are no part of it, `<place>` and `<trade>` stand for what is hidden."""
    return re.compile(written.replace("\n", "").replace("<place>", f"{PLACE}+").replace("<trade>", f"{TRADE}+"))


@dataclass(frozen=True)
class Flat:
    """`text` to read; its letter i was written at `starts[i]:ends[i]` of `source`, which is NFC.

    `certain` when the message itself tells its language.
    """

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    language: Language
    certain: bool

    def written(self, start: int, end: int) -> str:
        """What stands at `start:end` of the text, as it was written."""
        return self.source[self.starts[start] : self.ends[end - 1]].strip() if start < end else ""

    def hiding(self, spans: Iterable[tuple[int, int]], mark: str = PLACE) -> "Flat":
        """The same, these stretches of `text` replaced by marks: known already, not to be read again."""
        text = self.text
        for start, end in spans:
            text = text[:start] + mark * (end - start) + text[end:]
        return replace(self, text=text)

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of `source` stands in `text`."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


def flatten(turn: str, before: Language = "fr", speller: Speller | None = None) -> Flat:
    """A message made flat; `before` is the language of the messages before it, kept when it tells none itself."""
    source = normal(turn)
    language = language_of(source, before)
    shouted = source.upper() == source
    text = ""
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(source):
        read = _read(piece, source, shouted, language, speller)
        if read == " " and text.endswith(" "):
            continue
        text += read
        starts += [piece.start()] * len(read) if len(read) != len(piece[0]) else range(*piece.span())
        ends += [piece.end()] * len(read) if len(read) != len(piece[0]) else range(piece.start() + 1, piece.end() + 1)
    certain = language_of(source, "de") == language_of(source, "fr")
    return Flat(source, text, tuple(starts), tuple(ends), language, certain)


def _read(piece: re.Match[str], source: str, shouted: bool, language: Language, speller: Speller | None) -> str:
    if not piece[0].isalpha():
        return fold(piece[0]) or " "
    name = piece[0][0].isupper() and not shouted and bool(re.search(r"[^\s.!?;:][ ]$", source[: piece.start()]))
    bound = source[piece.end() : piece.end() + 1] in ("'", "’", "-", "‑") or source[: piece.start()].endswith(("'", "’", "-"))
    return fold(piece[0]) if name else corrected(fold(piece[0]), language, bound, speller)
