"""How many passages an answer needs: signs that one more is needed, or a whole row of siblings, weighed into odds."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.context import Found, Turn
from assistant.learned import RAREST
from assistant.ranking import NUMBERED
from assistant.references import numbers_in, words_in
from assistant.signs import Signs, weighed
from assistant.weights import weights
from ingest.types import Kind, Provision

KINDS = ("list", "aid", "compare", "who", "quantity", "definition", "where", "yesno")
LOOKED_AT = 12
LARGEST_ROW = 12
WIDEST = 6.0


class Row(NamedTuple):
    """Siblings of one sort under one heading, in the order of the text; `head` is empty at the top of a document."""

    document: str
    head: str
    kind: Kind
    members: tuple[Provision, ...]


def more(turn: Turn, ranked: Sequence[Found], ready: float = 0.0) -> list[Found]:
    """The best passage and those after it that the answer needs too, best first; `ranked` holds no twins.

    `ready` is how much readier than for other questions one more is shown (logarithm of odds).
    """
    shown = list(ranked[:1])
    for at in range(1, min(LOOKED_AT, len(ranked))):
        if weighed(more_signs(turn, ranked, at, shown), weights().more) > -ready:
            shown.append(ranked[at])
    return shown


def more_signs(turn: Turn, ranked: Sequence[Found], at: int, shown: Sequence[Found]) -> Signs:
    """What speaks for and against showing the passage at this rank beside those already shown, each about -6 to 6."""
    asked, cards = turn.understood, turn.engine.lookup.cards
    first, one = ranked[0], ranked[at]
    gap = min(WIDEST, first.score - one.score)
    words = {token: turn.engine.lookup.weight(token) for token in asked.tokens}
    told = frozenset[str]().union(*(cards[found.provision.id].all for found in shown))
    known = frozenset[str]().union(*(cards[found.provision.id].concepts for found in shown))
    own = cards[one.provision.id]
    whole = sum(words.values()) or 1.0
    kinds = {name: asked.kind.get(name, 0.0) for name in KINDS}
    share = shares_alike(turn).get(one.provision.id, 0.0)
    return {
        "gap": gap, "gap_before": min(WIDEST, ranked[at - 1].score - one.score), "rank": at / LOOKED_AT, "shown": float(len(shown)),
        "list": kinds["list"], "list_intent": float("list" in asked.intents), "compare_intent": float("compare" in asked.intents),
        "aid_intent": float("aid" in asked.intents), "named": float(bool(words_in(asked.folded))), "follows": float(asked.follows),
        **{name: share for name, share in kinds.items() if name != "list"},
        "gap_list": gap * kinds["list"], "gap_aid": gap * kinds["aid"], "gap_compare": gap * kinds["compare"],
        "gap_list_intent": gap * ("list" in asked.intents),
        "siblings": float(one.provision.parent == first.provision.parent and one.provision.document_id == first.provision.document_id),
        "numbered_siblings": float(_row_key(one.provision) == _row_key(first.provision) and one.provision.kind in NUMBERED),
        "elsewhere": float(one.provision.document_id != first.provision.document_id),
        "new_words": sum(weight for word, weight in words.items() if word in own.all - told) / whole,
        "left_words": sum(weight for word, weight in words.items() if word not in told) / whole,
        "new_concepts": float(len(asked.concepts & own.concepts - known)),
        "same_concepts": float(len(asked.concepts & own.concepts & known)),
        "left_concepts": float(len(asked.concepts - known)),
        "alike": share, "alike_log": math.log(share + RAREST),
        "other_actor": float(one.provision.actors[:1] != first.provision.actors[:1]),
    }  # fmt: skip


def shares_alike(turn: Turn) -> Mapping[str, float]:
    """The share of the questions most alike that each passage answers."""
    return turn.fit.alike.shares if turn.fit else {}


def best_row(turn: Turn) -> Row | None:
    """The row of siblings that the question asks for as a whole, where there is one."""
    odds = [(weighed(row_signs(turn, row), weights().row), row) for row in rows_found(turn)]
    best = max(odds, key=lambda one: (one[0], one[1][:3]), default=None)
    return best[1] if best is not None and best[0] > 0 else None


def rows_found(turn: Turn) -> Iterator[Row]:
    """The rows that the best passages found belong to, or stand above."""
    provisions = [found.provision for found in turn.found[:LOOKED_AT]]
    heads = [(one.document_id, head) for one in provisions for head in (one.parent or "", one.id)]
    for document, head in dict.fromkeys(heads):
        below = _below(turn, document, head)
        for kind in dict.fromkeys(provision.kind for provision in below):
            members = tuple(provision for provision in below if provision.kind is kind)
            if (kind in NUMBERED or kind is Kind.ITEM) and 1 < len(members) <= LARGEST_ROW:
                yield Row(document, head, kind, members)


def _below(turn: Turn, document: str, head: str) -> list[Provision]:
    provisions = turn.engine.index.provisions
    if head:
        return [provisions[name] for name in turn.engine.lookup.children.get(head, ())]
    return turn.engine.lookup.places.at_the_top(document)


def row_signs(turn: Turn, row: Row) -> Signs:
    """What speaks for and against the question asking for the whole row."""
    return _standing(turn, row) | _asked_for(turn, row)


def _standing(turn: Turn, row: Row) -> Signs:
    """Where the row's members and its heading stand among what was found."""
    found = turn.found
    at = {one.provision.id: rank for rank, one in enumerate(found)}
    score = {one.provision.id: one.score for one in found}
    names = [provision.id for provision in row.members]
    gaps = [min(WIDEST, found[0].score - score[name]) if name in score else WIDEST for name in names]
    first, head = found[0].provision, at.get(row.head, len(found))
    shares = [shares_alike(turn).get(name, 0.0) for name in names]
    return {
        "alike_mean": sum(shares) / len(shares), "alike_least": min(shares), "alike_log": math.log(sum(shares) / len(shares) + RAREST),
        "best_gap": min(gaps), "mean_gap": sum(gaps) / len(gaps), "size": float(len(names)),
        "named_near": float(_slug(row) in words_in(turn.understood.folded)) * (WIDEST - min(gaps)),
        "list_near": turn.understood.kind.get("list", 0.0) * (WIDEST - sum(gaps) / len(gaps)),
        "first_inside": float(at.get(names[0]) == 0), "leads": float(first.id in names),
        "top3": _among(at, names, 3), "top6": _among(at, names, 6), "top12": _among(at, names, LOOKED_AT),
        "head_first": float(head == 0), "head_near": float(head < 4),
        "beside": float((first.document_id, first.parent or "") == (row.document, row.head)),
    }  # fmt: skip


def _asked_for(turn: Turn, row: Row) -> Signs:
    """What the question asks for, and whether it names the sort, the number, the document or the actor of the row."""
    asked, kind, words = turn.understood, turn.understood.kind, words_in(turn.understood.folded)
    actors, commitments = set(row.members[0].actors), row.kind is Kind.COMMITMENT
    return {
        "named": float(_slug(row) in words), "other_named": float(bool(words) and _slug(row) not in words),
        "counted": float(len(row.members) in numbers_in(asked.folded)), "list_intent": float("list" in asked.intents),
        **{name: kind.get(name, 0.0) for name in ("list", "compare", "aid", "who", "definition", "passage")},
        "quantity": kind.get("quantity", 0.0) + kind.get("date", 0.0), "slots": float(bool(asked.slots)),
        "document": float(row.document in (*asked.mentions.documents, *asked.mentions.territory)),
        "actor": float(bool(asked.actors & actors)), "other_actor": float(bool(asked.actors and actors and not asked.actors & actors)),
        "steps": float(row.kind is Kind.STEP), "items": float(row.kind is Kind.ITEM), "commitments": float(commitments),
        "follows": float(asked.follows), "promises": float("engagement" in words and commitments),
    }  # fmt: skip


def _slug(row: Row) -> str:
    """The word by which the row's sort is named in ids and questions."""
    return "engagement" if row.kind is Kind.COMMITMENT else row.members[0].id.rsplit("/", 1)[1].rsplit("-", 1)[0]


def _among(at: dict[str, int], names: Sequence[str], first: int) -> float:
    """The share of a row's members among the first found, of as many as there is room for."""
    return sum(at.get(name, first) < first for name in names) / min(first, len(names))


def _row_key(provision: Provision) -> tuple[str, str | None, Kind]:
    return provision.document_id, provision.parent, provision.kind
