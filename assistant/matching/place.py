"""Where an asker is, read from a message: places of the region, or the name of one outside."""

import re
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from assistant.matching.flat import Flat, pattern
from ingest.french import fold
from ingest.place_names import Care, Sense
from ingest.territories import Place, Territories
from ingest.wording import load_data

_WINDOW, _WORDS_OF_A_NAME = 80, 6


class Where(NamedTuple):
    """A place as it was written, with the codes it may mean, or its name when it lies outside; `start:end` of the text."""

    written: str
    codes: tuple[str, ...]
    outside: str
    start: int
    end: int


@cache
def _rules() -> Any:
    return load_data("assistant", "profile/places")


def places_in(flat: Flat, territories: Territories) -> list[Where]:
    """Every place that a message names, wherever the asker is."""
    found = []
    for mention in territories.mentions_in(flat.source):
        ours = [place for place in mention.places if place.kind != "outside"]
        codes = tuple(dict.fromkeys(code for place in ours for code in _codes(place, territories)))
        outside = "" if ours else mention.places[0].name
        found.append(Where(mention.written, codes, outside, *flat.span_of(mention.start, mention.end)))
    return found


def _codes(place: Place, territories: Territories) -> list[str]:
    """A postcode of several communes is the question which one."""
    if place.kind != "postcode":
        return [place.code]
    return sorted(territories.gazetteer.by_postcode[place.code])


def chosen(wheres: list[Where], flat: Flat, territories: Territories) -> list[Where]:
    """Those of the places that say where the asker is: one, several when they disagree, none."""
    text = flat.hiding((one.start, one.end) for one in wheres).text
    kept = [one for one in wheres if not _before(one, text, "aside")]
    kept = [one for one in kept if not _before(one, text, "origin")] or kept
    kept = [one for one in kept if one.codes] or kept
    kept = _smallest(kept, territories)
    targets = [one for one in kept if _before(one, text, "target")]
    return _joined(targets if len(targets) == 1 else kept, text) or _wider(flat, text)


def answer(turn: str, territories: Territories) -> list[Where]:
    """The place that a whole short answer or field names."""
    if len(turn.split()) > _WORDS_OF_A_NAME:
        return []
    places = territories.find(turn)
    ours = [place for place in places if place.kind != "outside"]
    codes = tuple(dict.fromkeys(code for place in ours for code in _codes(place, territories)))
    if not places:
        return _wider_name(turn)
    return [Where(places[0].written or turn.strip(), codes, "" if ours else places[0].name, 0, len(turn))]


def _before(one: Where, text: str, rule: str) -> bool:
    return bool(pattern(_rules()[rule]).search(text[max(0, one.start - _WINDOW) : one.start]))


def _smallest(wheres: list[Where], territories: Territories) -> list[Where]:
    """Without the area that holds another of the places, and without the second naming of one place."""
    areas = [_area(one, territories) for one in wheres]
    kept: list[Where] = []
    for at, one in enumerate(wheres):
        holds = any(areas[other] < areas[at] for other in range(len(wheres)) if areas[other])
        if not holds and (one.codes, one.outside) not in {(k.codes, k.outside) for k in kept}:
            kept.append(one)
    return kept


def _area(one: Where, territories: Territories) -> frozenset[str]:
    places = [place for code in one.codes if (place := territories.place(code))]
    return frozenset(insee for place in places for insee in territories.gazetteer.area(Sense(place.kind, place.code, Care.NONE)))


def _joined(wheres: list[Where], text: str) -> list[Where]:
    """« entre Metz et Nancy » is one answer of two places."""
    if len(wheres) < 2 or any(one.outside for one in wheres):
        return wheres
    gaps = [text[one.end : other.start] for one, other in pairwise(wheres)]
    if not all(pattern(_rules()["joined"]).search(gap) for gap in gaps):
        return wheres
    codes = tuple(dict.fromkeys(code for one in wheres for code in one.codes))
    return [Where(", ".join(one.written for one in wheres), codes, "", wheres[0].start, wheres[-1].end)]


def _wider(flat: Flat, text: str) -> list[Where]:
    """A region of old, or a country or region elsewhere, when somebody is said to be there."""
    for name, codes in _rules()["regions"].items():
        for found in pattern(rf"\b{name}\b").finditer(text):
            before = text[: found.start()]
            if pattern(_rules()["region_before"]).search(before) and not pattern(_rules()["aside"]).search(before):
                return [Where(flat.written(*found.span()), tuple(codes), "", *found.span())]
    for found in _elsewhere().finditer(text):
        before = text[: found.start()]
        if _lies_there(found[0], before) and not any(pattern(_rules()[rule]).search(before) for rule in ("aside", "origin")):
            return [Where(flat.written(*found.span()), (), flat.written(*found.span()), *found.span())]
    return []


def _lies_there(name: str, before: str) -> bool:
    """Whether the words before the name of a country, region or town say that somebody is there."""
    if name.replace(" ", "-") in _regions_elsewhere():
        return bool(pattern(_rules()["region_before"]).search(before))
    if name.replace(" ", "-") in _towns_elsewhere() and pattern(_rules()["town_before"]).search(before):
        return True
    return bool(pattern(_rules()["located"]).search(before))


def _wider_name(turn: str) -> list[Where]:
    name = fold(turn).strip(" .!?,")
    for article in ("en ", "l'", "la ", "le ", "in ", "the "):
        name = name.removeprefix(article)
    if codes := _rules()["regions"].get(name):
        return [Where(turn.strip(), tuple(codes), "", 0, len(turn))]
    return [Where(turn.strip(), (), turn.strip(), 0, len(turn))] if _elsewhere().fullmatch(name) else []


@cache
def _regions_elsewhere() -> frozenset[str]:
    return _names(load_data("assistant", "places")["outside_regions"])


@cache
def _towns_elsewhere() -> frozenset[str]:
    return _names(load_data("assistant", "places")["outside_cities"]) | _names(_rules()["towns"])


def _names(listed: str) -> frozenset[str]:
    """Names of a list with commas, hyphens for their blanks."""
    return frozenset(fold(name).strip().replace(" ", "-") for name in listed.split(","))


@cache
def _elsewhere() -> re.Pattern[str]:
    names = _names(load_data("assistant", "places")["outside_countries"]) | _towns_elsewhere() | _regions_elsewhere()
    written = (re.escape(name).replace(r"\-", "[- ]") for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(r"\b(?:" + "|".join(written) + r")\b")
