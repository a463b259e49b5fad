"""The catalogue made ready for matching: each scheme with all its conditions, and where each area is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from assistant.matching.spoken import LANGUAGES, choice, named, phrase, table
from assistant.matching.types import Verdict
from assistant.types import Citation, Language
from ingest.place_names import Care, Sense
from ingest.schemes import Check, Criterion, Scheme, Spoken
from ingest.territories import Place, Territories
from ingest.types import Document, Provision

CheckSlot = Literal["place", "asker", "sector", "headcount", "stage", "needs", "period", ""]
_SLOTS: tuple[CheckSlot, ...] = ("place", "asker", "sector", "headcount", "stage", "needs", "period", "")


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition and the fact that decides it; `slot` is empty when only the asker can tell, `most` a number of people."""

    name: str
    asked: Spoken
    provision: str
    slot: CheckSlot = ""
    any: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A scheme and its conditions, those that the text writes and those that its fields imply."""

    scheme: Scheme
    conditions: tuple[Condition, ...]
    needs: frozenset[str]
    sectors: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """All that matching reads; made once for an index.

    `areas` holds the INSEE codes of each area of `areas.yaml`, `cited` the citations made so far, by id, marker and day.
    """

    entries: tuple[Entry, ...]
    provisions: Mapping[str, Provision]
    documents: Mapping[str, Document]
    territories: Territories
    areas: Mapping[str, frozenset[str]]
    cited: dict[tuple[str, int, dt.date], Citation] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(
        cls, schemes: Iterable[Scheme], provisions: Mapping[str, Provision], documents: Mapping[str, Document], territories: Territories
    ) -> "Catalogue":
        """From the parts of an index, in the order of ids. Raises KeyError for a scheme that rests on an unknown provision."""
        entries = tuple(_entry(scheme) for scheme in sorted(schemes, key=lambda scheme: scheme.id))
        for entry in entries:
            _ = [provisions[condition.provision] for condition in entry.conditions]
        areas = {name: _communes(rule, territories) for name, rule in table("areas").items()}
        return cls(entries, provisions, documents, territories, areas)

    def around(self, here: frozenset[str]) -> dict[str, Verdict]:
        """For each area whether someone who is in one of these communes is in it; to check when only some of them are."""
        return {name: _inside(here, area) for name, area in self.areas.items()}

    @cached_property
    def samples(self) -> Mapping[str, Mapping[str, Verdict]]:
        """What `around` says of one commune of each plausible place of `order.yaml`; `elsewhere` is in none of the others."""
        asked: list[str] = list(table("order")["question"]["place"])
        named_areas = {name: self.areas[name] for name in asked if name in self.areas}
        rest = self.areas["grand-est"].difference(*named_areas.values())
        communes = {name: named_areas.get(name, rest) for name in asked}
        return {name: self.around(frozenset([min(found)])) for name, found in communes.items() if found}

    def communes(self, places: Iterable[Place]) -> frozenset[str]:
        """INSEE codes of the communes that these places hold together."""
        area = self.territories.gazetteer.area
        return frozenset[str]().union(*(area(Sense(place.kind, place.code, Care.NONE)) for place in places))


def _inside(here: frozenset[str], area: frozenset[str]) -> Verdict:
    if here <= area:
        return "yes"
    return "no" if here.isdisjoint(area) else "to_check"


def _entry(scheme: Scheme) -> Entry:
    written = [_condition(criterion) for criterion in scheme.criteria]
    covered = {condition.slot for condition in written}
    implied = [condition for condition in _implied(scheme) if condition.slot not in covered]
    conditions = sorted([*written, *implied], key=lambda condition: _SLOTS.index(condition.slot))
    return Entry(scheme, tuple(conditions), frozenset(scheme.needs), frozenset(scheme.sectors))


def _condition(criterion: Criterion) -> Condition:
    check = criterion.test
    if check is None:
        return Condition(criterion.name, criterion.asked, criterion.provision)
    return _held(criterion.name, criterion.asked, criterion.provision, check)


def _held(name: str, asked: Spoken, provision: str, check: Check) -> Condition:
    return Condition(name, asked, provision, check.slot, frozenset(check.any), frozenset(check.maybe), check.max)


def _implied(scheme: Scheme) -> list[Condition]:
    """What the fields of a scheme ask, resting on its first passage."""
    first = scheme.provisions[0]
    found = [
        _held("territoire", _spoken("asked_place"), first, Check(slot="place", any=[scheme.territory])),
        _held("public", _asked_of(scheme), first, _audience(scheme)),
    ]
    if scheme.sectors and "firm" in scheme.audience:  # for a person, a sector is where the jobs are
        asked = _listed("asked_sector", "what", [("sector", sector) for sector in scheme.sectors])
        found.append(_held("secteur", asked, first, Check(slot="sector", any=scheme.sectors)))
    return found


def _audience(scheme: Scheme) -> Check:
    """The askers whom the audience and the persons of a scheme mean."""
    askers = table("askers")
    rows = [askers["audience"].get(who, {}) for who in scheme.audience]
    rows += [askers["persons"].get(who, {}) for who in scheme.persons]
    return Check(slot="asker", **{key: [one for row in rows for one in row.get(key, [])] for key in ("any", "maybe")})


def _asked_of(scheme: Scheme) -> Spoken:
    audiences = [("audience", who) for who in scheme.audience if who != "person" or not scheme.persons]
    return _listed("asked_audience", "who", [*audiences, *(("persons", who) for who in scheme.persons)])


def _listed(name: str, place: str, codes: list[tuple[str, str]]) -> Spoken:
    """A phrase that lists names, in every language."""

    def say(language: Language) -> str:
        return phrase(name, language, **{place: choice([named(kind, code, language) for kind, code in codes], language)})

    return Spoken(**{language: say(language) for language in LANGUAGES})


def _spoken(name: str) -> Spoken:
    return Spoken(**{language: phrase(name, language) for language in LANGUAGES})


def _communes(rule: Mapping[str, Any], territories: Territories) -> frozenset[str]:
    """The communes of an area, by the one key of its rule."""
    ((kind, value),) = rule.items()
    communes = territories.tables.communes.values()
    if kind == "region":
        return frozenset(commune.insee for commune in communes)
    codes = {member.code for label in territories.tables.labels if label.id == value for member in label.epci} if kind == "label" else value
    column = {"label": "epci", "epci": "epci", "departements": "departement", "communes": "insee"}[kind]
    return frozenset(commune.insee for commune in communes if getattr(commune, column) in codes)
