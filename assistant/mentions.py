"""Documents and places that a question names: what they narrow, and whether they lie outside the region."""

import re
from dataclasses import dataclass
from functools import cache

from ingest.french import fold
from ingest.types import Document
from ingest.wording import load_data


@dataclass(frozen=True)
class Mentions:
    """Documents named, places outside the region where the question plays, and the words left without them."""

    documents: tuple[str, ...]
    outside: tuple[str, ...]
    inside: bool
    words: str


@cache
def _places(name: str) -> re.Pattern[str]:
    names = [re.escape(" ".join(place.split())) for place in load_data("assistant", "places")[name].split(",") if place.strip()]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(names, key=len, reverse=True))})(?![\w-])")


@cache
def _comes_from() -> re.Pattern[str]:
    return re.compile(load_data("assistant", "places")["comes_from"])


def mentions_in(question: str, documents: dict[str, Document]) -> Mentions:
    """What the question names; `words` keeps what is left to search for."""
    text = fold(question)
    named, left = [], text
    for document in documents.values():
        for pattern in document.names:
            if found := re.search(pattern, text):
                named.append(document.id)
                left = left.replace(found[0], " ")
    outside = [m[0] for kind in ("outside_regions", "outside_cities", "outside_countries") for m in _places(kind).finditer(text)
               if not _comes_from().search(text[: m.start()])]  # fmt: skip
    inside = bool(_places("inside").search(text))
    return Mentions(tuple(dict.fromkeys(named)), tuple(dict.fromkeys(outside)), inside, " ".join(left.split()))
