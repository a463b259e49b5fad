"""Documents and places that a question names: what they narrow, and whether they lie outside the region."""

import re
from dataclasses import dataclass, replace
from functools import cache

from ingest.french import fold
from ingest.territories import Mention
from ingest.types import Document
from ingest.wording import load_data


@dataclass(frozen=True)
class Mentions:
    """Documents named, documents of a territory named, places outside where the question plays, and the words that name all these.

    `around` holds the territories with a pact where a place named lies; None when no such place is named for sure.
    """

    documents: tuple[str, ...]
    territory: tuple[str, ...]
    outside: tuple[str, ...]
    inside: bool
    words: frozenset[str]
    around: frozenset[str] | None = None


@cache
def _places(name: str) -> re.Pattern[str]:
    names = [re.escape(" ".join(place.split())) for place in load_data("assistant", "places")[name].split(",") if place.strip()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(names, key=len, reverse=True))})(?![\w-])")


@cache
def _comes_from() -> re.Pattern[str]:
    return re.compile(load_data("assistant", "places")["comes_from"])


def mentions_in(question: str, documents: dict[str, Document]) -> Mentions:
    """What the question names."""
    text = fold(question)
    named = [d.id for d in documents.values() if any(re.search(pattern, text) for pattern in d.names)]
    nearby = [d.id for d in documents.values() if any(re.search(pattern, text) for pattern in d.places)]
    spans = [m.span() for d in documents.values() for pattern in (*d.names, *d.places) for m in re.finditer(pattern, text)]
    spans += [m.span() for m in _places("inside").finditer(text)]
    outside = [m[0] for kind in ("outside_regions", "outside_cities", "outside_countries") for m in _places(kind).finditer(text)
               if not _comes_from().search(text[: m.start()])]  # fmt: skip
    inside = bool(_places("inside").search(text))
    words = frozenset(word for a, b in spans for word in re.findall(r"[^\W_]+", text[a:b]))
    return Mentions(tuple(dict.fromkeys(named)), tuple(nearby), tuple(dict.fromkeys(outside)), inside, words)


def with_places(mentions: Mentions, places: list[Mention]) -> Mentions:
    """The same with the communes that a table knows: a town of the region puts the question inside."""
    own = [p for p in places if any(place.kind != "outside" for place in p.places)]
    away = tuple(p.written for p in places if p.places and all(place.kind == "outside" for place in p.places))
    words = frozenset(fold(w) for p in own for w in re.findall(r"[^\W_]+", p.written))
    outside = tuple(dict.fromkeys([*mentions.outside, *(fold(name) for name in away)]))
    sure = [p.places[0] for p in own if len(p.places) == 1 and p.places[0].kind in ("commune", "epci", "petr")]
    around = frozenset(place.petr or "" for place in sure) if sure else None
    return replace(mentions, outside=outside, inside=mentions.inside or bool(own), words=mentions.words | words, around=around)


def without(text: str, words: frozenset[str]) -> str:
    """A text without the words that only name a document or a place; the whole text when nothing else is left."""
    kept = re.sub(r"[^\W_]+", lambda m: " " if fold(m[0]) in words and len(m[0]) > 1 else m[0], text)
    return kept if len(re.findall(r"[^\W_]{4,}", kept)) > 1 else text
