"""Signs that a question lies outside the texts, or asks for a detail that a passage does not give; weighed into odds."""

import math

from assistant.context import Turn
from assistant.cues import with_cues
from assistant.details import gives, missing_details
from assistant.scope import foreign_hits, later, subject_hits, unknown_body, unknown_share
from assistant.weights import weights
from ingest.french import fold
from ingest.types import Provision

LIMIT = 6.0
BEST = 5.0
Signs = dict[str, float]


def scope_signs(turn: Turn) -> Signs:
    """What speaks for and against a question being outside, each about -6 to 6."""
    asked, text = turn.understood, fold(turn.words)
    fit = turn.fit
    return {
        "outside_alike": _odds(asked.scope.get("outside", 0.1)),
        "vague_alike": _odds(asked.scope.get("vague", 0.05)),
        "elsewhere": float(bool(asked.mentions.outside) and not asked.mentions.inside and not asked.mentions.documents),
        "inside": float(asked.mentions.inside),
        "document": float(bool(asked.mentions.documents)),
        "reference": float(asked.reference is not None),
        "letters": float(bool(turn.engine.acronyms.asked(turn.words))),
        "foreign": float(foreign_hits(text)),
        "subjects": float(min(2, subject_hits(text))),
        "later": float(later(turn, text)),
        "unknown_body": float(unknown_body(turn)),
        "unknown_words": unknown_share(turn),
        "covered": fit.covered if fit else 0.0,
        "dense": fit.dense if fit else 0.0,
        "concepts": fit.concepts if fit else 0.0,
        "follows": float(asked.follows),
        "asks_detail": float(bool(asked.slots)),
        "detail_alike": _odds(1 - asked.detail.get("none", 0.9)),
        "best": turn.found[0].score / BEST if turn.found else 0.0,
        "ahead": turn.found[0].score - turn.found[1].score if len(turn.found) > 1 else 0.0,
    }


def absence_signs(turn: Turn, provision: Provision) -> Signs:
    """What speaks for and against the passage lacking the detail that the question asks for."""
    asked = turn.understood
    given = {name: gives(turn, name, provision) for name, share in asked.detail.items() if name != "none" and share > 0.01}
    lacking = sum(share for name, share in asked.detail.items() if name in given and not given[name])
    lacks = missing_details(turn)
    never = {"contact", "application", "deadline", "amount", "link"}
    return {
        "detail_alike": _odds(1 - asked.detail.get("none", 0.9)),
        "lacking_alike": _odds(lacking),
        "lacking_learned": _learned(turn, provision),
        "lacking": float(bool(lacks)),
        "lacking_never_given": float(bool(never & set(lacks))),
        "lacking_count": float("count" in lacks),
        "several": float(len(lacks) > 1),
        "asks_detail": float(bool(asked.slots)),
        "quantity": asked.kind.get("quantity", 0.0) + asked.kind.get("date", 0.0),
        "list": asked.kind.get("list", 0.0),
        "aid": asked.kind.get("aid", 0.0),
        "who": asked.kind.get("who", 0.0),
    }


def _learned(turn: Turn, provision: Provision) -> float:
    """What was learned of the questions that this very passage leaves open."""
    if turn.engine.learned is None or turn.vector is None:
        return 0.0
    odds = turn.engine.learned.lacks(with_cues(turn.vector, turn.understood, turn.words), provision.id)
    return max(-LIMIT, min(LIMIT, odds))


def outside_odds(turn: Turn) -> float:
    """The logarithm of the odds that the question lies outside the texts."""
    return weighed(scope_signs(turn), weights().scope)


def absence_odds(turn: Turn, provision: Provision) -> float:
    """The logarithm of the odds that the passage lacks the detail asked for."""
    return weighed(absence_signs(turn, provision), weights().absent)


def weighed(signs: Signs, weight: dict[str, float]) -> float:
    return weight["bias"] + sum(weight.get(name, 0.0) * value for name, value in signs.items())


def _odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-LIMIT, min(LIMIT, math.log(share / (1 - share))))
