"""Rows of siblings that a question asks for as a whole: all that one actor promises, every axis of a pact, the steps of a path."""

import re

from assistant.context import Asked, Found, Turn
from assistant.ranking import NUMBERED
from assistant.references import words_in
from assistant.sets import best_row
from assistant.weights import weights
from ingest.types import Kind, Provision

LARGEST_FAMILY = 12
PACTS = ("pact", "evaluation")
MANY = 0.5
ACTORS = {"Région": "region", "intercommunalités": "interco", "ensemble": "ensemble"}
TOGETHER = re.compile(
    r"\b(?:engagements? (?:pris )?(?:en )?(?:communs?|conjoints?|partages?|mutuels?)"
    r"|(?:joint|common|shared|mutual) (?:commitments?|promises?)"
    r"|gemeinsam\w* (?:verpflichtung|zusage)\w*|s'engagent (?:a faire )?ensemble|s'engagent en commun)\b"
)


def wants_many(asked: Asked) -> bool:
    """Whether a question asks for all of several things."""
    return bool(asked.intents & {"list", "compare"}) or asked.kind.get("list", 0.0) >= MANY


def row_asked_for(turn: Turn) -> list[Found]:
    """All of what the question names by its sort, or the row of siblings that it asks for as a whole."""
    row = _all_of_sort(turn, words_in(turn.understood.folded))
    if parts := _parts_by_another_name(turn, row):
        return [Found(provision, turn.found[0].score, exact=True) for provision in parts]
    if not row and (best := best_row(turn)) is not None:
        row = list(best.members)
    if not row:
        return []
    members = [Found(provision, turn.found[0].score, exact=True) for provision in row]
    return [*_before_the_row(turn, row), *members] if _fits(turn, row) else []


def _lead(turn: Turn, row: list[Provision]) -> float:
    """By how much the best passage found fits the question better than the best of a row."""
    names = {provision.id for provision in row}
    best = max((found.score for found in turn.found if found.provision.id in names), default=turn.found[-1].score)
    return turn.found[0].score - best


def _fits(turn: Turn, row: list[Provision]) -> bool:
    """Whether a row is on what is asked: of the sort named, there may be others."""
    heads = {provision.parent for provision in row}
    return turn.found[0].provision.id in heads or _lead(turn, row) <= weights().margins["foreign"]


def _before_the_row(turn: Turn, row: list[Provision]) -> list[Found]:
    """The passage beside a row that fits the question better than all of it: « faut-il franchir les quatre étapes ? »."""
    first, same = turn.found[0], {(provision.document_id, provision.parent) for provision in row}
    if first.provision in row or (first.provision.document_id, first.provision.parent) not in same:
        return []
    return [first] if _lead(turn, row) >= weights().margins["row"] else []


def _all_of_sort(turn: Turn, named: frozenset[str]) -> list[Provision]:
    """Every commitment of the one actor named, or every passage of the sort named in the one document named."""
    asked, places = turn.understood, turn.engine.lookup.places
    actors = ["ensemble"] if TOGETHER.search(asked.folded) else [name for name, word in ACTORS.items() if word in asked.folded]
    row: list[Provision] = []
    if "engagement" in named and actors:
        first = min(actors, key=lambda name: asked.folded.find(ACTORS[name]))
        row = _on_subject(turn, [p for p in places.of_kinds(turn.engine.index.documents, [Kind.COMMITMENT]) if p.actors == [first]])
    elif len(named) == 1 and wants_many(asked) and (documents := asked.mentions.documents or asked.mentions.territory[:1]):
        row = [p for p in places.of_kinds(documents[:1], NUMBERED) if _slug(p) in named]
        row = row if len(documents) == 1 else []
    return row if 1 < len(row) <= LARGEST_FAMILY else []


def _parts_by_another_name(turn: Turn, row: list[Provision]) -> list[Provision]:
    """The axes of the one pact named that has no priorities, where its priorities are asked for as a whole."""
    asked, named = turn.understood, words_in(turn.understood.folded)
    pacts = [name for name in asked.mentions.documents if turn.engine.index.documents[name].kind in PACTS]
    if row or named != {"priorite"} or not wants_many(asked) or len(pacts) != 1:
        return []
    places = turn.engine.lookup.places
    return [] if places.of_kinds(pacts, [Kind.PRIORITY]) else places.of_kinds(pacts, [Kind.AXIS])


def _on_subject(turn: Turn, row: list[Provision]) -> list[Provision]:
    """All that an actor promises, where the question names no subject that few of his promises share; else nothing: ranking finds those."""
    held = [turn.engine.lookup.cards[provision.id].concepts for provision in row]
    rare = {one for one in turn.understood.concepts if sum(one in concepts for concepts in held) <= len(row) / 3}
    return [] if rare else row


def _slug(provision: Provision) -> str:
    last = provision.id.rsplit("/", 1)[1]
    return "engagement" if provision.kind is Kind.COMMITMENT else last.rsplit("-", 1)[0]
