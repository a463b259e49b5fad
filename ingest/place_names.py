"""Every way of writing a place of the region, as a key made of common words, and what the key may mean."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

from ingest.place_words import key_of, rules
from ingest.territory_tables import Commune, Elsewhere, Epci, Tables

Kind = Literal["commune", "epci", "petr", "departement", "postcode", "outside"]
_TYPE = re.compile(r"^(?:CC|CA|CU|Métropole|Eurométropole)\s+(?:(?:de la|de l'|des|du|de|d')\s*(?=[A-ZÀ-Ü]))?|\s*\(.*\)$")
_SUFFIX = ("agglomeration", "metropole")
_NEVER_ALONE = ("st", "ste")
_SHORTEST_GLUED, _SHORTEST_HEAD, _MOST_HEADS, _FAMOUS = 8, 4, 6, 30_000


class Care(IntEnum):
    """What a key asks of the question before it counts as a place."""

    NONE = 0
    UNSURE = 1
    """a capital letter or a preposition"""
    COMMON = 2
    """a capital letter and a preposition"""
    ELSEWHERE = 3
    """as COMMON, and it never is certain"""


class Sense(NamedTuple):
    """One meaning of a key; `former` is the old name when the place is known today by another."""

    kind: Kind
    code: str
    care: Care
    former: str | None = None


@dataclass(frozen=True)
class Names:
    """Keys with their senses, the longest key (in words) by first word, and for slips glued names by first letter."""

    senses: Mapping[str, tuple[Sense, ...]]
    longest: Mapping[str, int]
    glued: Mapping[str, Mapping[str, str]]


def names_of(tables: Tables) -> Names:
    """The names of all places in the tables."""
    senses: dict[str, dict[Sense, None]] = defaultdict(dict)
    for key, sense in _whole_names(tables):
        senses[key].setdefault(sense)
    known = frozenset(senses)
    famous = {other.insee for other in tables.elsewhere if other.population >= _FAMOUS}
    held = frozenset(key for key, found in senses.items() if any(one.kind != "outside" or one.code in famous for one in found))
    for key, sense in [*_former_names(tables, held), *_short_names(tables, held)]:
        senses[key].setdefault(sense)
    longest: dict[str, int] = defaultdict(int)
    for key in [*senses, *rules().no_place]:
        first, size = key.split(" ", 1)[0], key.count(" ") + 1
        longest[first] = max(longest[first], size)
    return Names({key: _best(list(found)) for key, found in senses.items()}, dict(longest), _glued(known, senses))


def care_of(words: tuple[str, ...]) -> Care:
    """How much a name is also a word; a name with an article as much as without."""
    key, bare = " ".join(words), " ".join(_bare(words))
    for care, listed in ((Care.ELSEWHERE, rules().elsewhere_first), (Care.COMMON, rules().common), (Care.UNSURE, rules().unsure)):
        if key in listed or bare in listed:
            return care
    return Care.NONE


def _whole_names(tables: Tables) -> Iterator[tuple[str, Sense]]:
    for commune in tables.communes.values():
        yield from _commune_keys(commune.insee, commune.name, None)
    for code, name in tables.departements.items():
        words = key_of(name)
        yield " ".join(words), Sense("departement", code, care_of(words))
    for label in tables.labels:
        for name in label.names:
            for form in (name, f"petr {name}", f"petr du {name}", f"petr de {name}"):
                yield form, Sense("petr", label.id, Care.NONE)
    for other in tables.elsewhere:
        yield from _elsewhere_keys(other)
    for epci in tables.epci.values():
        yield from _typed_epci_keys(epci)


def _commune_keys(insee: str, name: str, former: str | None) -> Iterator[tuple[str, Sense]]:
    words, bare = key_of(name), _bare(key_of(name))
    care = care_of(words)
    yield " ".join(words), Sense("commune", insee, care, former)
    yield " ".join(bare), Sense("commune", insee, max(care, Care.UNSURE) if bare != words else care, former)
    glued = "".join(words)
    if len(words) > 1 and len(glued) >= _SHORTEST_GLUED:
        yield glued, Sense("commune", insee, care, former)


def _elsewhere_keys(other: Elsewhere) -> Iterator[tuple[str, Sense]]:
    words, head = key_of(other.name), _head(key_of(other.name))
    least = Care.NONE if len(words) > 1 else Care.UNSURE
    care = max(care_of(words), Care.COMMON if words[0] in rules().articles else least)
    yield " ".join(words), Sense("outside", other.insee, care)
    if head and other.population >= _FAMOUS:
        yield " ".join(head), Sense("outside", other.insee, max(care_of(head), Care.UNSURE))


def _former_names(tables: Tables, known: frozenset[str]) -> Iterator[tuple[str, Sense]]:
    for row in tables.former:
        if row.name:
            yield from ((key, sense) for key, sense in _commune_keys(row.present, row.name, row.name) if key not in known)


def _short_names(tables: Tables, known: frozenset[str]) -> Iterator[tuple[str, Sense]]:
    for name, code in rules().nicknames.items():
        if code in tables.communes or code in tables.epci:
            yield name, Sense("commune" if code in tables.communes else "epci", code, care_of(tuple(name.split())))
    taken = known | rules().nicknames.keys()
    for epci in tables.epci.values():
        for core in _forms(_core(epci)):
            if core not in taken:
                yield core, Sense("epci", epci.siren, care_of(tuple(core.split())))
    for commune in tables.communes.values():
        for unlinked in _unlinked(key_of(commune.name)) - taken:
            yield unlinked, Sense("commune", commune.insee, max(care_of(tuple(unlinked.split())), Care.UNSURE))
    for head, communes in _heads(tables).items():
        if head not in taken and len(communes) <= _MOST_HEADS:
            yield from ((head, Sense("commune", commune.insee, Care.UNSURE)) for commune in communes)


def _heads(tables: Tables) -> dict[str, list[Commune]]:
    """« Blénod » for both Blénod-lès-…: short forms of the communes' names."""
    heads: dict[str, list[Commune]] = defaultdict(list)
    for commune in tables.communes.values():
        if head := _head(key_of(commune.name)):
            heads[" ".join(head)].append(commune)
    return heads


def _head(words: tuple[str, ...]) -> tuple[str, ...]:
    """The first word of a longer name, with the article or the saint before it; nothing when it is a word of its own."""
    size = 2 if words[0] in _NEVER_ALONE or words[0] in rules().articles else 1
    head = words[:size] if len(words) > size else ()
    wanted = head and len("".join(_bare(head))) >= _SHORTEST_HEAD and care_of(head) < Care.COMMON
    return head if wanted and head[-1] not in rules().links else ()


def _typed_epci_keys(epci: Epci) -> Iterator[tuple[str, Sense]]:
    """With the type as people say it; « agglo de Colmar » for Colmar Agglomération."""
    sense = Sense("epci", epci.siren, Care.NONE)
    yield " ".join(key_of(epci.name)), sense
    joiners = re.match(_TYPE, epci.name)
    own = " ".join(key_of(joiners[0])[1:]) if joiners else ""
    core = _core(epci)
    short = core[:-1] if core[-1] in _SUFFIX and len(core) > 1 else core
    for form in _forms(core) | _forms(short):
        for spoken in rules().epci_types[epci.type]:
            yield from ((" ".join(f"{spoken} {link} {form}".split()), sense) for link in {own, "", "de", "du", "d", "des"})


def _core(epci: Epci) -> tuple[str, ...]:
    """The words of the name without its type."""
    return key_of(_TYPE.sub("", epci.name))


def _forms(words: tuple[str, ...]) -> set[str]:
    """The words with and without « et »."""
    return {" ".join(words), " ".join(word for word in words if word != "et")}


def _bare(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if len(words) > 1 and words[0] in rules().articles else words


def _unlinked(words: tuple[str, ...]) -> set[str]:
    """« Blénod Pont à Mousson », « Vitry François »: the name without its small words, all of them or all but « à »."""
    dropped = (rules().links, rules().links - {"a"})
    return {" ".join((words[0], *(word for word in words[1:] if word not in links))) for links in dropped}


def _best(senses: list[Sense]) -> tuple[Sense, ...]:
    """Each place once, by the sense that asks least."""
    best: dict[tuple[Kind, str], Sense] = {}
    for sense in sorted(senses, key=lambda one: (one.care, one.former or "")):
        best.setdefault((sense.kind, sense.code), sense)
    return tuple(best.values())


def _glued(known: frozenset[str], senses: Mapping[str, Mapping[Sense, None]]) -> dict[str, dict[str, str]]:
    glued: dict[str, dict[str, str]] = defaultdict(dict)
    for key in sorted(known):
        if any(sense.kind == "commune" for sense in senses[key]):
            glued[key[0]].setdefault(key.replace(" ", ""), key)
    return dict(glued)
