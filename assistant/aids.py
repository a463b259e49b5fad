"""« Which support is for me »: what retrieval found, held against the conditions of the catalogue's schemes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from assistant.clock import in_force
from assistant.context import Found, Turn
from assistant.hygiene import cleaned
from assistant.matching.catalogue import Entry
from assistant.matching.criteria import Facts, facts_of
from assistant.matching.matcher import match, result_of
from assistant.matching.nextq import next_question
from assistant.matching.order import first
from assistant.matching.profile import read_profile
from assistant.matching.standing import ANY_AID, FIXED, Standing, standing
from assistant.matching.types import Profile, Slot
from assistant.patterns import compiled
from assistant.types import NextQuestion
from assistant.weights import weights
from ingest.concepts import lexicon
from ingest.settings import settings
from ingest.wording import load_data

BROAD = frozenset({"aides-financieres"})
TURNS = 6
"""Earlier turns that are replayed for what they say of the asker."""


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    return {name: compiled(pattern) for name, pattern in load_data("assistant", "situations").items()}


@dataclass(frozen=True)
class Support:
    """What may help, best first; `closed` holds what treats the subject but is not for this asker, `results` the schemes.

    `elsewhere` names, of what is closed, what is closed by its place.
    """

    found: list[Found]
    closed: list[Found]
    elsewhere: set[str]
    results: list[dict[str, Any]]
    notices: list[str]
    next_question: NextQuestion | None


@dataclass(frozen=True)
class Held:
    """The score of each passage found; of each passage of a scheme, the scheme that speaks most for it and what that adds.

    `shut` is closed to the asker whatever he does, `elsewhere` what is closed by its place.
    """

    facts: Facts
    scores: dict[str, float]
    by_name: dict[str, Standing]
    lifts: dict[str, float]
    shut: set[str]
    elsewhere: set[str]

    def fits(self) -> dict[str, float]:
        """Every passage that is not shut, with its score and its lift; a scheme's that was not found begins at the lowest."""
        lowest = min(self.scores.values(), default=0.0)
        names = (self.scores.keys() | self.lifts.keys()) - self.shut
        return {name: self.scores.get(name, lowest) + self.lifts.get(name, 0.0) for name in names}


def profile_of(turn: Turn) -> Profile:
    """What the asker said of himself, in this turn and the earlier ones; what was asked back before is found by replaying them."""
    if turn.profile is None:
        turn.profile = _replayed(turn, [*_earlier(turn), turn.words])
    return turn.profile


def _earlier(turn: Turn) -> list[str]:
    return [cleaned(words[: settings().question_limit]) for words in turn.asked.history[-TURNS:]]


def _replayed(turn: Turn, turns: list[str]) -> Profile:
    asked: list[Slot | None] = [None]
    territories, speller = turn.engine.index.territories, turn.engine.speller
    for at in range(1, len(turns)):
        before = read_profile(turns[:at], territories, speller, asked)
        back = next_question(before, turn.engine.catalogue, turn.language) if _speaks_of_himself(before) else None
        asked.append(cast(Slot, back.slot) if back else None)
    return read_profile(turns, territories, speller, asked)


def _speaks_of_himself(profile: Profile) -> bool:
    return bool(profile.asker or profile.needs or profile.sector or profile.headcount)


def wants_support(turn: Turn) -> bool:
    """Whether a question asks what there is for somebody, or adds a fact to such a question."""
    asked = turn.understood
    if asked.reference is not None or "compare" in asked.intents or ("where" in asked.intents and "aid" not in asked.intents):
        return False
    if "who" in asked.intents and asked.actors and "aid" not in asked.intents:
        return False
    alike = asked.kind.get("aid", 0.0)
    personal = bool(_signs()["first_person"].search(asked.folded))
    if alike >= weights().aids["alike"] or (alike >= weights().aids["seen"] and (personal or "aid" in asked.intents)):
        return True
    return asked.follows and _adds_a_fact(turn)


def nothing_for_the_trade(turn: Turn) -> bool:
    """Whether a firm asks for what the texts give to some trades alone, of which its own is none, at a place without a pact in force."""
    if not turn.schemes or turn.understood.mentions.documents or not wants_support(turn):
        return False
    profile, table = profile_of(turn), load_data("assistant.matching", "trades")
    if profile.asker not in ("firm", "farmer") or profile.sector is None or not profile.sector.division or not profile.places:
        return False
    if set(profile.sector.families) & set(table["named"]) or set(profile.needs) & set(table["for_any_trade"]):
        return False
    if not profile.needs and _sought(turn, profile):
        return False
    documents, local = turn.engine.index.documents, turn.engine.lookup.local
    shown = {found.provision.document_id for found in turn.chosen}
    return not any(name in local and in_force(documents[name]) != "ended" for name in shown)


def _adds_a_fact(turn: Turn) -> bool:
    """Whether this turn says more of somebody who already spoke of himself: « non, 12 salariés », « à Verdun », « je ne sais pas »."""
    before = _replayed(turn, _earlier(turn))
    return _speaks_of_himself(before) and profile_of(turn) != before


def held(turn: Turn, profile: Profile) -> Held:
    """What was found, held against every scheme of the catalogue."""
    facts = facts_of(profile, turn.engine.catalogue)
    standings = [standing(entry, facts) for entry in turn.engine.catalogue.entries]
    scores = {found.provision.id: found.score for found in turn.found}
    lifts: dict[str, float] = {}
    by_name: dict[str, Standing] = {}
    for one in standings:
        name = _speaks(one.entry, scores)
        lift = _lift(turn, one, facts)
        if name not in lifts or lift > lifts[name]:
            lifts[name], by_name[name] = lift, one
    open_, shut, elsewhere = _sides(standings)
    provisions = turn.engine.index.provisions
    areas = {area for area, inside in (facts.areas or {}).items() if inside == "no"}
    elsewhere |= {name for name in scores if turn.engine.lookup.local.get(provisions[name].document_id) in areas}
    return Held(facts, scores, by_name, lifts, (shut | elsewhere) - open_, elsewhere)


def support(turn: Turn, profile: Profile) -> Support:
    """The passages of the schemes that fit the asker, and the other passages found, each with its score and its lift."""
    against = held(turn, profile)
    scores, provisions = against.scores, turn.engine.index.provisions
    chosen = _best_first(Found(provisions[name], score) for name, score in against.fits().items())
    closed = _best_first(Found(provisions[name], scores[name]) for name in against.shut & scores.keys())
    matched = match(profile, turn.engine.catalogue, turn.language)
    if _asks_for_anything(turn, profile) and (broad := first(matched)):
        passages = [Found(provisions[one.citations[0].provision_id], float(-rank), exact=True) for rank, one in enumerate(broad)]
        results = [one.model_dump(mode="json") for one in broad]
        return Support(passages, [], against.elsewhere, results, matched.notices, matched.next_question)
    shown = [against.by_name[found.provision.id] for found in chosen[: weights().most["aid"]] if found.provision.id in against.by_name]
    results = [result_of(one, profile, against.facts, turn.engine.catalogue, turn.language).model_dump(mode="json") for one in shown]
    return Support(chosen, closed, against.elsewhere, results, matched.notices, matched.next_question)


def _asks_for_anything(turn: Turn, profile: Profile) -> bool:
    """Whether somebody tells of himself but not of what he seeks: what the matcher puts first is then the answer."""
    told = bool(profile.places or profile.headcount or profile.sector or profile.stage)
    return told and not set(profile.needs) - {ANY_AID} and "aid" in turn.understood.intents and not _sought(turn, profile)


def _sought(turn: Turn, profile: Profile) -> frozenset[str]:
    """The subjects of a question beside support itself and the asker's trade."""
    trade = lexicon().concepts_in(profile.sector.written) if profile.sector else frozenset[str]()
    return turn.understood.concepts - BROAD - trade


def _best_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: (-one.score, one.provision.id))


def _speaks(entry: Entry, scores: dict[str, float]) -> str:
    """The passage of a scheme that fits the question best; its first one when retrieval found none."""
    known = [name for name in entry.scheme.provisions if name in scores]
    return max(known, key=lambda name: scores[name], default=entry.scheme.provisions[0])


def _lift(turn: Turn, one: Standing, facts: Facts) -> float:
    """What the conditions and the needs add to the score of a scheme's passage."""
    return sum(weights().aids[sign] * value for sign, value in lift_signs(turn, one, facts).items())


def lift_signs(turn: Turn, one: Standing, facts: Facts) -> dict[str, float]:
    """What the conditions and the needs say for and against a scheme's passage."""
    scheme = one.entry.scheme
    met = one.entry.needs & facts.needs
    local = scheme.territory not in ("grand-est", "national")
    documents = {*turn.understood.mentions.documents, *turn.understood.mentions.territory}
    named = any(turn.engine.index.provisions[name].document_id in documents for name in scheme.provisions)
    near = local and ((facts.areas or {}).get(scheme.territory) == "yes" or named)
    judged = zip(one.entry.conditions, one.verdicts, strict=True)
    fits_in = any(condition.slot == "headcount" and verdict == "yes" for condition, verdict in judged)
    return {
        one.status: 1.0, "need": float(bool(met)), "main_need": float(bool(scheme.needs) and scheme.needs[0] in facts.needs),
        "rank": float(3 - scheme.rank), "instrument": float(scheme.nature == "instrument"), "near": float(near),
        "headcount": float(fits_in),
    }  # fmt: skip


def _sides(standings: Iterable[Standing]) -> tuple[set[str], set[str], set[str]]:
    """Passages of schemes that stay possible, of those that the asker can do nothing about, and of these what is elsewhere."""
    open_: set[str] = set()
    shut: set[str] = set()
    elsewhere: set[str] = set()
    for one in standings:
        fixed = {c.slot for c, v in zip(one.entry.conditions, one.verdicts, strict=True) if v == "no" and c.slot in FIXED}
        (shut if fixed else open_).update(one.entry.scheme.provisions)
        elsewhere.update(one.entry.scheme.provisions if "place" in fixed else ())
    return open_, shut, elsewhere
