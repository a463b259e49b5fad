"""Understand a question: what it names, what kind of answer and which details it asks for, what it takes over."""

import re
from dataclasses import replace
from typing import NamedTuple

from assistant.context import Asked, Fit, Turn
from assistant.cues import with_cues
from assistant.followup import backward_signs, leans_back, step_wanted
from assistant.hygiene import cleaned
from assistant.language import language_of
from assistant.mentions import Mentions, mentions_in, with_places, without
from assistant.patterns import attacks, intents, slots
from assistant.ranking import ranked
from assistant.references import Reference, counted_again, joined, reference_in
from assistant.signs import Signs, odds, weighed
from assistant.texts import say
from assistant.types import Reason, Status
from assistant.weights import weights
from ingest.actors import named_actors
from ingest.concepts import lexicon
from ingest.encoder import Vectors
from ingest.french import fold
from ingest.settings import settings
from ingest.types import Provision

MUCH, HISTORY = 5, 12
ASKED_ACTORS = {"Région", "intercommunalités", "État", "PETR", "EPCI", "ADEME", "Intercommunalités de France", "CCI", "départements"}

MANY, LOWEST = 10, -9.0
"""Most known words that are counted; the score where nothing was found."""


class Reading(NamedTuple):
    """What a question may ask for, its vector, and what is found for it, best first."""

    meant: Asked
    vector: Vectors
    order: list[tuple[Provision, float]]
    fit: Fit


def run(turn: Turn) -> None:
    """Fill in `meant` and `vector`, after an earlier turn also `order` and `fit`; ends the path on an attack or a question on us."""
    limit = settings().question_limit
    history = [kept for words in turn.asked.history[-HISTORY:] if (kept := cleaned(words[:limit]))]
    if history and turn.language == "fr":
        turn.language = language_of(turn.words, before=language_of(history[-1]))
    if history and turn.engine.learned is not None:
        turn.meant, turn.vector, turn.order, turn.fit = _best_reading(turn, history)
    else:
        turn.meant, turn.vector = _with_vector(turn, understood(turn, history))
    meant = turn.meant
    if is_attack(turn.words, meant):
        turn.end(Status.REFUSED, Reason.UNSAFE, say("unsafe", turn.language))
    elif asks_about_us(meant):
        turn.end(Status.ANSWERED, text=say("about", turn.language, documents=turn.engine.titles))


def _best_reading(turn: Turn, history: list[str]) -> Reading:
    """The question by itself or with the turn before: what the texts answer better counts beside its own words."""
    together, alone = readings(turn, history)
    leans = _completed(together.meant, alone.meant) or step_wanted(turn.words) != 0
    return together if leans or weighed(leaning_signs(turn, together, alone), weights().leans) > 0 else alone


def _completed(together: Asked, alone: Asked) -> bool:
    """Whether the number that a question names needs the turn before: « et l'axe 2 ? », of the priority asked about."""
    own, whole = alone.reference, together.reference
    return own is not None and whole is not None and len(whole.pieces) > len(own.pieces)


def leaning_signs(turn: Turn, together: Reading, alone: Reading) -> Signs:
    """What speaks for and against a question leaning on the turn before."""
    meant, known = alone.meant, sum(token in turn.engine.lookup.rarity for token in alone.meant.tokens)
    return backward_signs(turn.words) | {
        "known": float(min(MANY, known)),
        "together": together.order[0][1] if together.order else LOWEST,
        "alone": alone.order[0][1] if alone.order else LOWEST,
        "vague_alone": odds(meant.scope.get("vague", 0.05)),
        "outside_alone": odds(meant.scope.get("outside", 0.1)),
        "document": float(bool(meant.mentions.documents)),
        "reference": float(meant.reference is not None),
    }


def readings(turn: Turn, history: list[str]) -> tuple[Reading, Reading]:
    """The question with the turn before, and by itself."""
    return _reading(turn, understood(turn, history, True)), _reading(turn, understood(turn, history, False))


def _reading(turn: Turn, meant: Asked) -> Reading:
    meant, vector = _with_vector(turn, meant)
    return Reading(meant, vector, *ranked(turn.engine, meant, vector))


def _with_vector(turn: Turn, meant: Asked) -> tuple[Asked, Vectors]:
    """With what was learned of such questions, their scope, the kind of answer, the detail asked for; and its vector."""
    vector = turn.engine.embedder.encode_query(meant.search)
    if turn.engine.learned is None:
        return meant, vector
    cues = with_cues(vector, meant, turn.words)
    heads = turn.engine.learned.heads
    return replace(meant, scope=heads["scope"](cues), kind=heads["kind"](cues), detail=heads["detail"](cues)), vector


def is_attack(words: str, meant: Asked) -> bool:
    """Whether a question asks for the instructions, or tries to change them: by a pattern, by likeness, or by both."""
    text = fold(words)
    seen, alike = any(pattern.search(text) for pattern in attacks()), meant.scope.get("attack", 0.0)
    sure = weights().attack["named" if meant.mentions.documents or meant.reference else "alike"]
    return alike >= sure or (seen and alike >= weights().attack["seen"]) or (seen and not meant.scope)


def asks_about_us(meant: Asked) -> bool:
    """Whether a question is on the assistant itself."""
    if meant.reference:
        return False
    alike = meant.scope.get("about", 0.0)
    return alike >= weights().about["alike"] or ("about" in meant.intents and alike >= weights().about["seen"])


def understood(turn: Turn, history: list[str], leans: bool | None = None) -> Asked:
    """Everything a question says, with what it takes over from the turn before where it leans on it; by its own words unless told."""
    documents = dict(turn.engine.index.documents)
    words = turn.engine.speller.corrected(turn.words) if turn.language == "fr" else turn.words
    before = _earlier(turn, history) if history and (leans_back(words) if leans is None else leans) else ""
    both = f"{turn.words}\n{words}" if _much_corrected(turn.words, words) else turn.words
    mentions = with_places(mentions_in(both, documents), turn.engine.index.territories.mentions_in(turn.words))
    if before:
        places = turn.engine.index.territories.mentions_in(before)
        mentions = _inherited(mentions, with_places(mentions_in(before, documents), places))
    folded = fold(both)
    own = without(words, mentions.words)
    taken = without(before, mentions.words) if before else ""
    if before:
        own = without(own, _asking_words(folded))
    concepts = lexicon().concepts_in(own)
    wanted = _intents(folded) or _intents("" if concepts else fold(before))  # « et à Toul ? » asks the same of another place
    return Asked(
        search=f"{taken}\n{own}".strip(), folded=folded, intents=wanted, slots=_slots(folded), mentions=mentions,
        reference=_reference(words, before), actors=frozenset(named_actors(words)) & ASKED_ACTORS,
        concepts=concepts or lexicon().concepts_in(taken), follows=bool(before), spoken=f"{before}\n{turn.words}".strip(), own=own,
    )  # fmt: skip


def _much_corrected(written: str, corrected: str) -> bool:
    """Whether so many words were mended that the question is read in its mended form too."""
    before, after = written.lower().split(), corrected.lower().split()
    changed = sum(word not in after for word in before)
    return changed * MUCH >= len(before) and changed > 0


def _asking_words(folded: str) -> frozenset[str]:
    """The words by which a question asks for a detail, such as « avec quel budget »."""
    spans = [m[0] for slot in slots().values() for m in slot.asked.finditer(folded)]
    return frozenset(word for span in spans for word in re.findall(r"[^\W_]+", span))


def _reference(words: str, before: str) -> Reference | None:
    """The passage named; « et le cinquième ? » takes the word it counts from the turn before."""
    own = reference_in(words)
    if not before:
        return own
    if own is not None:
        return joined(reference_in(before), own)
    return counted_again(words, before) or reference_in(before)


def _earlier(turn: Turn, history: list[str]) -> str:
    """The nearest earlier turn that stands on its own, with those after it that lean on it."""
    taken: list[str] = []
    for words in reversed(history[-4:]):
        taken.insert(0, turn.engine.speller.corrected(words) if language_of(words) == "fr" else words)
        if not leans_back(words):
            break
    return "\n".join(taken)


def _inherited(own: Mentions, before: Mentions) -> Mentions:
    """A place or a document named now takes the place of the one named before."""
    outside = own.outside or (() if own.inside else before.outside)
    return Mentions(
        own.documents or before.documents, own.territory or before.territory, outside,
        own.inside or (before.inside and not own.outside), own.words | before.words,
        own.around if own.around is not None else before.around,
    )  # fmt: skip


def _intents(folded: str) -> frozenset[str]:
    return frozenset(name for name, pattern in intents().items() if pattern.search(folded))


def _slots(folded: str) -> tuple[str, ...]:
    return tuple(name for name, slot in slots().items() if slot.asked.search(folded))
