"""How well each candidate fits a question: a few features of both legs and of the structure, one weighted sum."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from assistant.context import Asked, Fit
from assistant.learned import LOWEST as NEVER
from assistant.learned import NOTHING_ALIKE, Alike, log_share
from assistant.lookup import Card
from assistant.patterns import slots
from assistant.weights import weights
from ingest.encoder import Vectors
from ingest.french import tokenise_french
from ingest.types import Kind, Provision

if TYPE_CHECKING:
    from assistant.engine import Engine

FEATURES = (
    "lexical_text", "lexical_note", "lexical_wording", "dense_text", "dense_note", "dense_wording", "dense_best",
    "covered", "covered_own", "rarest", "concepts", "document", "actor", "detail", "numbered", "heading",
    "learned", "learned_words", "alike", "fresh", "promised",
)  # fmt: skip
NUMBERED = {
    Kind.PRIORITY, Kind.AXIS, Kind.OBJECTIVE, Kind.COMMITMENT, Kind.STEP, Kind.PRINCIPLE, Kind.PILLAR, Kind.LEVER, Kind.CHALLENGE,
    Kind.LEVEL, Kind.MEASURE, Kind.MEANS, Kind.TOOL,
}  # fmt: skip
Scores = dict[str, dict[str, float]]
LOWEST = 0.7
NONE = {"": 0.0}
FIELDS = ("text", "note", "wording")
FROM_LEARNED = 25
FROM_ALIKE = 0.02
BEST = 3
CHANGED = 4.0
"""How much more an actor named in a follow-up weighs: « et les intercommunalités ? » asks for nothing else."""


def ranked(engine: "Engine", asked: Asked, vector: Vectors) -> tuple[list[tuple[Provision, float]], Fit]:
    """Every candidate of either leg with its score, best first, ties by id, sections apart; and how well the best fit."""
    names, table, alike = feature_table(engine, asked, vector)
    totals = table @ np.array([weights().features[name] for name in FEATURES])
    order = sorted(range(len(names)), key=lambda at: (-totals[at], names[at]))
    best = table[order[:BEST]].max(axis=0) if names else np.zeros(len(FEATURES))
    covered, dense, concepts = (float(best[FEATURES.index(name)]) for name in ("covered", "dense_best", "concepts"))
    fit = Fit(covered, dense, concepts, alike)
    return [(engine.index.provisions[names[at]], float(totals[at])) for at in order], fit


class Table(NamedTuple):
    """The candidates' ids, their features (n, len(FEATURES)), and what answers the questions most alike."""

    names: list[str]
    features: NDArray[np.float64]
    alike: Alike


def feature_table(engine: "Engine", asked: Asked, vector: Vectors, without: Collection[str] = ()) -> Table:
    """Every candidate with its features; `without` leaves out records, for training."""
    depth, tokens = weights().depth, asked.tokens
    lexical = _by_field(engine.index.lexical.search(tokens, depth), without)
    turned = engine.learned.turned(vector) if engine.learned is not None else vector
    near, near_turned = engine.index.vectors.searches(np.stack([vector, turned]), depth)
    dense = _by_field(near, without)
    highest = max((max(fields.values()) for fields in lexical.values()), default=1.0)
    meant, worded = _learned(engine, asked, vector, near_turned)
    alike = engine.learned.alike(turned) if engine.learned is not None else NOTHING_ALIKE
    fresh = _fresh(engine, asked)
    first = sorted(meant, key=lambda name: (-meant[name], name))[:FROM_LEARNED]
    known = [name for name, share in alike.shares.items() if share >= FROM_ALIKE and name in engine.index.provisions]
    names = sorted({*_candidates(engine, lexical, dense, highest), *first, *known})
    sought = _Sought.of(engine, asked, tokens)
    rows = [
        [
            *_row(sought, engine.lookup.cards[n], engine.index.provisions[n], lexical.get(n, {}), dense.get(n, {}), highest),
            meant.get(n, NEVER) / 3, worded.get(n, NEVER) / 3, log_share(alike, n) / 3, fresh.get(n, NEVER if fresh else 0.0) / 3,
            _promised(asked, engine.index.provisions[n]),
        ]
        for n in names
    ]  # fmt: skip
    return Table(names, np.array(rows, dtype=np.float64).reshape(len(names), len(FEATURES)), alike)


def word_tokens(asked: Asked) -> list[str]:
    """The words of a question for the model of words: its stems and its concepts."""
    return [*asked.tokens, *(f"concept:{name}" for name in sorted(asked.concepts))]


def _learned(
    engine: "Engine", asked: Asked, vector: Vectors, near_turned: list[tuple[str, float]]
) -> tuple[dict[str, float], dict[str, float]]:
    """How likely each passage is meant by such a question, by its vector and by its words; nothing without learned weights."""
    if engine.learned is None:
        return {}, {}
    nearest: dict[str, float] = {}
    for record, cosine in near_turned:
        name = _field_of(record)[0]
        if name not in nearest and engine.index.provisions[name].kind is not Kind.SECTION:
            nearest[name] = cosine
    known = [name for name in engine.learned.place if name in engine.index.provisions]
    return engine.learned.likely(vector, nearest), engine.learned.likely_by_words(word_tokens(asked), known)


def _fresh(engine: "Engine", asked: Asked) -> dict[str, float]:
    """For a question that leans on the turn before: how likely each passage is meant by its own words alone."""
    tokens = tokenise_french(asked.own) if asked.follows else []
    if engine.learned is None or not any(token in engine.learned.vocabulary for token in tokens):
        return {}
    return engine.learned.likely_by_words(tokens, [name for name in engine.learned.place if name in engine.index.provisions])


def _candidates(engine: "Engine", lexical: Scores, dense: Scores, highest: float) -> list[str]:
    """The provisions that do best in the two legs together, sections apart, in order of id."""
    provisions = engine.index.provisions
    rough = {
        name: max(lexical.get(name, NONE).values()) / highest + 5 * max(0.0, max(dense.get(name, NONE).values()) - LOWEST)
        for name in lexical.keys() | dense.keys()
        if provisions[name].kind is not Kind.SECTION
    }
    return sorted(sorted(rough, key=lambda name: (-rough[name], name))[: weights().candidates])


def _by_field(found: list[tuple[str, float]], without: Collection[str]) -> Scores:
    """Records to provisions, their best score for each field: own text, note, wording."""
    best: Scores = {}
    for record, score in found:  # best first
        if record not in without:
            name, field = _field_of(record)
            best.setdefault(name, {}).setdefault(field, score)
    return best


@lru_cache(maxsize=500_000)
def _field_of(record: str) -> tuple[str, str]:
    name, view = record.rsplit("@", 1)
    return name, "text" if view == "text" else "wording" if view.startswith("w") else "note"


@dataclass(frozen=True)
class _Sought:
    """What a question's words, concepts and slots weigh, read once for all candidates."""

    asked: Asked
    words: dict[str, float]
    whole: float
    rarest: str | None
    concepts: dict[str, float]
    whole_concepts: float
    documents: dict[str, float]
    units: frozenset[str]

    @classmethod
    def of(cls, engine: "Engine", asked: Asked, tokens: list[str]) -> Self:
        words = {token: engine.lookup.weight(token) for token in tokens}
        concepts = {concept: engine.lookup.concept_rarity.get(concept, 0.0) for concept in asked.concepts}
        return cls(
            asked, words, sum(words.values()),
            max((word for word in words if word in engine.lookup.rarity), key=lambda word: words[word], default=None),
            concepts, sum(concepts.values()), {name: _document(engine, asked, name) for name in engine.index.documents},
            frozenset[str]().union(*(slots()[name].units for name in asked.slots)),
        )  # fmt: skip


def _row(
    sought: _Sought, card: Card, provision: Provision, lexical: dict[str, float], dense: dict[str, float], highest: float
) -> list[float]:
    legs = [lexical.get(field, 0.0) / highest for field in FIELDS]
    near = [max(0.0, dense.get(field, LOWEST) - LOWEST) * 5 for field in FIELDS]
    return [
        *legs, *near, max(near),
        _covered(sought, card.all), _covered(sought, card.own), float(sought.rarest in card.all), _shared(sought, card.concepts),
        sought.documents[provision.document_id], _actor(sought.asked, provision), _detail(sought.units, provision),
        float(provision.kind in NUMBERED), float(provision.kind in (Kind.TITLE, Kind.PRIORITY, Kind.CAPTION)),
    ]  # fmt: skip


def _covered(sought: _Sought, held: frozenset[str]) -> float:
    found = sum([weight for word, weight in sought.words.items() if word in held])
    return found / sought.whole if sought.whole else 0.0


def _shared(sought: _Sought, concepts: frozenset[str]) -> float:
    found = sum([weight for concept, weight in sought.concepts.items() if concept in concepts])
    return found / sought.whole_concepts if sought.whole_concepts else 0.0


def _document(engine: "Engine", asked: Asked, name: str) -> float:
    """1 in a document that is named, -1 in another; without a name, half of it by the place that the question names.

    A pact of another territory than the one named is as wrong as another document.
    """
    mentions = asked.mentions
    if mentions.documents:
        return 1.0 if name in mentions.documents else -1.0
    if name in mentions.territory:
        return 0.5
    local = engine.lookup.local.get(name)
    if local is not None and mentions.territory:
        return -1.0
    if local is None or mentions.around is None:
        return 0.0
    return 0.5 if local in mentions.around else -0.5


def _actor(asked: Asked, provision: Provision) -> float:
    if not asked.actors or not provision.actors:
        return 0.0
    fits = 1.0 if asked.actors & set(provision.actors) else -0.5
    return fits * CHANGED if asked.follows else fits


def _promised(asked: Asked, provision: Provision) -> float:
    """1 for a commitment, where the question asks who does something: it is what binds."""
    return float(provision.kind is Kind.COMMITMENT and "who" in asked.intents)


def _detail(wanted: frozenset[str], provision: Provision) -> float:
    """1 when the provision holds a figure of the kind asked for."""
    return float(any("*" in wanted or figure.unit in wanted for figure in provision.figures)) if wanted else 0.0
