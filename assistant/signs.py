"""Signs that a question lies outside the texts, or asks for a detail that a passage does not give; weighed into odds."""

import math
from collections.abc import Sequence

from assistant.context import Turn
from assistant.cues import with_cues
from assistant.details import gives, missing_details
from assistant.scope import foreign_hits, later, subject_hits, unknown_body, unknown_share
from assistant.weights import weights
from ingest.french import fold
from ingest.types import Provision

LIMIT = 6.0
SHOWN = 4
"""Passages of an answer that are looked at for the detail asked for."""
BEST = 5.0
Signs = dict[str, float]


def scope_signs(turn: Turn) -> Signs:
    """What speaks for and against a question being outside, each about -6 to 6."""
    asked, text = turn.understood, fold(turn.words)
    fit = turn.fit
    return {
        "outside_alike": odds(asked.scope.get("outside", 0.1)),
        "vague_alike": odds(asked.scope.get("vague", 0.05)),
        "elsewhere": float(bool(asked.mentions.outside) and not asked.mentions.inside and not asked.mentions.documents),
        "inside": float(asked.mentions.inside),
        "territory": float(bool(asked.mentions.territory)),
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
        "detail_alike": odds(1 - asked.detail.get("none", 0.9)),
        "best": turn.found[0].score / BEST if turn.found else 0.0,
        "ahead": turn.found[0].score - turn.found[1].score if len(turn.found) > 1 else 0.0,
    }


def absence_signs(turn: Turn) -> Signs:
    """What speaks for and against all passages chosen lacking the detail that the question asks for."""
    asked = turn.understood
    shown = [found.provision for found in turn.chosen[:SHOWN]]
    likely = {name: share for name, share in asked.detail.items() if name != "none" and share > 0.01}
    lacking = sum(share for name, share in likely.items() if not any(gives(turn, name, provision) for provision in shown))
    lacks = missing_details(turn)
    never = {"contact", "application", "deadline", "amount", "link"}
    open_ = left_open(turn, shown) or [0.0]
    seen = odds(sum(asked.detail.get(name, 0.0) for name in lacks))
    return {
        "detail_alike": odds(1 - asked.detail.get("none", 0.9)),
        "lacking_alike": odds(lacking),
        "lacking_learned": min(open_),
        "lacking_first": open_[0],
        "open_alike": odds(turn.fit.alike.open) if turn.fit else 0.0,
        "lacking": float(bool(lacks)),
        "lacking_seen": seen if lacks else 0.0,
        "lacking_never_given": float(bool(never & set(lacks))),
        "lacking_count": float("count" in lacks),
        "several": float(len(lacks) > 1),
        "asks_detail": float(bool(asked.slots)),
        "shown": float(len(shown)),
        "quantity": asked.kind.get("quantity", 0.0) + asked.kind.get("date", 0.0),
        "list": asked.kind.get("list", 0.0),
        "aid": asked.kind.get("aid", 0.0),
        "who": asked.kind.get("who", 0.0),
    }


def left_open(turn: Turn, shown: Sequence[Provision]) -> list[float]:
    """For each passage the logarithm of the odds that it does not give what is asked, as learned of it; none without learned weights."""
    learned = turn.engine.learned
    if learned is None or turn.vector is None:
        return []
    cues = with_cues(turn.vector, turn.understood, turn.words)
    return [max(-LIMIT, min(LIMIT, learned.lacks(cues, provision.id))) for provision in shown]


def outside_odds(turn: Turn) -> float:
    """The logarithm of the odds that the question lies outside the texts."""
    return weighed(scope_signs(turn), weights().scope)


def absence_odds(turn: Turn) -> float:
    """The logarithm of the odds that the passages chosen lack the detail asked for."""
    return weighed(absence_signs(turn), weights().absent)


def weighed(signs: Signs, weight: dict[str, float]) -> float:
    return weight["bias"] + sum(weight.get(name, 0.0) * value for name, value in signs.items())


def odds(share: float) -> float:
    """The logarithm of the odds, between -6 and 6."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-LIMIT, min(LIMIT, math.log(share / (1 - share))))
