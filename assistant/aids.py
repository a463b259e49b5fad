"""« Which support is for me »: needs, place and audience of a question, against the catalogue of schemes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from assistant.context import Asked, Found, Turn
from assistant.patterns import compiled
from assistant.weights import weights
from ingest.concepts import Lexicon
from ingest.schemes import Scheme, needs_lexicon
from ingest.wording import load_data

if TYPE_CHECKING:
    from ingest.territories import Territories

@cache
def _signs() -> dict[str, re.Pattern[str]]:
    return {name: compiled(pattern) for name, pattern in load_data("assistant", "situations").items()}


@dataclass(frozen=True)
class Situation:
    """What a question says of who asks: needs, where, how many people, and whom it asks for."""

    needs: frozenset[str]
    near: frozenset[str]
    placed: bool
    headcount: int | None
    audience: frozenset[str]
    personal: bool


def situation_of(asked: Asked, territories: "Territories", lexicon: Lexicon | None = None) -> Situation:
    """The facts of a question; nothing is guessed: a place counts only when a table names it."""
    needs = (lexicon or needs_lexicon()).concepts_in(asked.search)
    turns = asked.spoken.split("\n")
    places = next((found for words in reversed(turns) if (found := territories.places_in(words))), [])
    petrs = frozenset(place.petr for place in places if place.petr)
    pacts = frozenset(name for name, key in (("val-de-lorraine", "val"), ("coeur-de-lorraine", "coeur")) for document in
                      (*asked.mentions.documents, *asked.mentions.territory) if f"{key}-de-lorraine" in document)  # fmt: skip
    counted = _signs()["headcount"].search(asked.folded)
    return Situation(
        needs=needs, near=petrs | pacts, placed=bool(places or pacts), headcount=int(counted[1]) if counted else None,
        audience=_audience(asked.folded), personal=bool(_signs()["first_person"].search(asked.folded)),
    )  # fmt: skip


def _audience(folded: str) -> frozenset[str]:
    signs = {"person": "person", "firm": "firm", "local": "intercommunalité"}
    return frozenset(who for sign, who in signs.items() if _signs()[sign].search(folded))


def wants_support(asked: Asked, situation: Situation) -> bool:
    """Whether a question asks what there is for somebody."""
    if asked.reference is not None or "compare" in asked.intents or ("where" in asked.intents and "aid" not in asked.intents):
        return False
    if "who" in asked.intents and asked.actors and "aid" not in asked.intents:
        return False
    return bool(situation.needs) and (situation.personal or "aid" in asked.intents)


def fitting(turn: Turn, situation: Situation) -> list[Found]:
    """The provisions found, those first that a fitting scheme rests on, each with the lift its scheme gives."""
    lifts: dict[str, float] = {}
    for scheme in turn.engine.index.schemes:
        lift = _lift(scheme, situation)
        for at, name in enumerate(scheme.provisions[:3]):
            lifts[name] = max(lifts.get(name, 0.0), lift - at * weights().aids["further"])
    scores = {found.provision.id: found.score for found in turn.found}
    lowest = min(scores.values(), default=0.0)
    names = scores.keys() | {name for name, lift in lifts.items() if lift > 0}
    out = _outside(turn.engine.index.schemes, situation)
    provisions = turn.engine.index.provisions
    fits = [Found(provisions[n], scores.get(n, lowest) + lifts.get(n, 0.0)) for n in names if n not in out]
    return sorted(fits, key=lambda found: (-found.score, found.provision.id))


def _lift(scheme: Scheme, situation: Situation) -> float:
    shared = situation.needs & set(scheme.needs)
    if not shared or not _reaches(scheme, situation):
        return 0.0
    lift = weights().aids["need"] + weights().aids["rank"] * (3 - scheme.rank)
    if situation.audience and not situation.audience & set(scheme.audience):
        lift -= weights().aids["audience"]
    if scheme.nature == "instrument":
        lift += weights().aids["instrument"]
    if scheme.territory in situation.near:
        lift += weights().aids["near"]
    if scheme.max_headcount is not None and situation.headcount is not None:
        lift += weights().aids["headcount"] if situation.headcount <= scheme.max_headcount else -weights().aids["headcount"]
    return lift


def _reaches(scheme: Scheme, situation: Situation) -> bool:
    """A pact of one territory is for those who are there; without a place it stays possible."""
    return scheme.territory in ("grand-est", "national") or not situation.placed or scheme.territory in situation.near


def _outside(schemes: Iterable[Scheme], situation: Situation) -> set[str]:
    """Provisions of a pact of another territory than the one where the asker is."""
    local = {name for s in schemes for name in s.provisions if not _reaches(s, situation)}
    return local - {name for s in schemes for name in s.provisions if _reaches(s, situation)}
