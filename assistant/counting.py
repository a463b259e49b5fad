"""Figures of a sentence beside their years, what they count, and which way they go, held against what it cites."""

import re
from collections.abc import Iterator

from assistant.evidence import Evidence
from assistant.numbers import numbers_in, years_beside
from assistant.overlap import stems
from assistant.rules import checking_rules
from assistant.types import Language
from ingest.french import fold

PARTS = re.compile(r"[;:()]|\.\s|,\s| contre | against | gegenüber ")
GROUP = re.compile(r"(?<=\d)[\s.,](?=\d{3}(?!\d))")
THING = re.compile(r"(?<![\d.,])(\d+) ([^\W\d_]{3,}(?: [^\W\d_]{3,})?)")
CONTRARY = {"up": "down", "down": "up", "less": "more", "more": "less"}


def years(sentence: str, evidence: Evidence) -> list[str]:
    """A figure beside another year than in the passage, where the sentence has both years."""
    here = years_beside(sentence)
    there: dict[str, set[str]] = {}
    for text in (*(p.quote_plain for p in evidence.provisions), *evidence.meanings.values()):
        for figure, year in years_beside(text).items():
            there.setdefault(figure, set()).add(year)
    moved = [figure for figure, year in here.items() if figure in there and year not in there[figure]]
    return [f"year of {figure}: {here[figure]}" for figure in moved if there[figure] & set(here.values())]


def counted_things(sentence: str, evidence: Evidence) -> list[str]:
    """A figure that counts what another figure counts in the passage (« 218 places » become « 218 formations »)."""
    there = {thing for piece in evidence.segments for thing in _things(piece, evidence.language)}
    counted = {stem: {figure for figure, other in there if other == stem} for _, stem in there}
    said = _things(sentence, evidence.language)
    return [f"counts: {figure} {stem}" for figure, stem in sorted(said) if figure not in counted.get(stem, {figure})]


def directions(sentence: str, evidence: Evidence) -> list[str]:
    """A figure said to rise that falls in the passage, or « plus de » where it says « moins de »; and the reverse of both."""
    there: dict[str, set[str]] = {}
    for language, text in (("fr", evidence.said), *evidence.meanings.items()):
        for figure, way in _ways(text, language):
            there.setdefault(figure, set()).add(way)
    said = sorted(set(_ways(sentence, evidence.language)))
    return [f"direction: {figure}" for figure, way in said if way not in there.get(figure, {way}) and CONTRARY[way] in there[figure]]


def _things(text: str, language: Language) -> set[tuple[str, str]]:
    """Each figure of a text with the stem of the word after it."""
    pairs = ((found[1], stems(found[2], language)) for found in THING.finditer(GROUP.sub("", text)))
    return {(figure, after[0]) for figure, after in pairs if after}


def _ways(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """The figures of each clause that speaks of a rise alone or of a fall alone, and those compared to."""
    rules = checking_rules()
    for part in PARTS.split(text):
        ways = [way for way, patterns in rules["ways"].items() if re.search(patterns[language], fold(part))]
        if len(ways) == 1:
            yield from ((figure, ways[0]) for figure in numbers_in(part).values)
    for bound, patterns in rules["bounds"].items():
        for found in re.finditer(rf"\b{patterns[language]} (\d[\d .,]*)", fold(text)):
            yield from ((figure, bound) for figure in numbers_in(found[1]).values)
