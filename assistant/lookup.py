"""What retrieval needs to know of each provision beside the two legs, made once when an index is opened."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.concepts import lexicon
from ingest.content import View
from ingest.french import fold, tokenise_french
from ingest.schemes import WITH_PACT, Scheme
from ingest.types import Kind, Provision


@dataclass(frozen=True)
class Card:
    """The words and concepts by which a provision can be meant."""

    own: frozenset[str]
    all: frozenset[str]
    concepts: frozenset[str]


@dataclass(frozen=True)
class Lookup:
    """Cards by provision, how rare words and concepts are, provisions that say the same, and children by parent."""

    cards: dict[str, Card]
    rarity: dict[str, float]
    concept_rarity: dict[str, float]
    twins: dict[str, tuple[str, ...]]
    children: dict[str, tuple[str, ...]]
    local: dict[str, str]

    @classmethod
    def over(cls, provisions: Mapping[str, Provision], views: Mapping[str, View], schemes: Iterable[Scheme]) -> "Lookup":
        """Read every view once; `local` gives the territory of a document that speaks of one territory with a pact."""
        texts: dict[str, list[str]] = {}
        for view in views.values():
            texts.setdefault(view.provision_id, []).append(view.text)
        cards = {name: _card(provision, texts.get(name, [])) for name, provision in provisions.items()}
        return cls(
            cards, _rarity([card.all for card in cards.values()]), _rarity([card.concepts for card in cards.values()]),
            _twins(provisions), _children(provisions), _local(provisions, schemes),
        )  # fmt: skip

    def weight(self, word: str) -> float:
        """How rare a word of a question is; a word that no text holds counts as the rarest."""
        return self.rarity.get(word, self.rarity.get("", 1.0))


def _card(provision: Provision, texts: list[str]) -> Card:
    own = tokenise_french(f"{' '.join(provision.path[-2:])} {provision.quote_plain} {' '.join(provision.actors)}")
    words = [token for text in texts for token in tokenise_french(text)]
    concepts = frozenset[str]().union(*(lexicon().concepts_in(text) for text in texts)) if texts else frozenset[str]()
    return Card(frozenset(own), frozenset(own) | frozenset(words), concepts)


def _local(provisions: Mapping[str, Provision], schemes: Iterable[Scheme]) -> dict[str, str]:
    local = [scheme for scheme in schemes if scheme.territory in WITH_PACT]
    return {provisions[scheme.provisions[0]].document_id: scheme.territory for scheme in local if scheme.provisions[0] in provisions}


def _rarity(sets: list[frozenset[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for one in sets:
        for word in one:
            counts[word] = counts.get(word, 0) + 1
    size = len(sets)
    return {"": math.log(1 + size)} | {word: math.log(1 + (size - n + 0.5) / (n + 0.5)) for word, n in counts.items()}


def _twins(provisions: Mapping[str, Provision]) -> dict[str, tuple[str, ...]]:
    """Provisions of different documents with the same words stay two, and are shown together."""
    groups: dict[str, list[str]] = {}
    for provision in provisions.values():
        if provision.kind is not Kind.SECTION:
            groups.setdefault(" ".join(tokenise_french(provision.quote_plain)) or fold(provision.quote_plain), []).append(provision.id)
    return {name: tuple(other for other in group if other != name) for group in groups.values() if len(group) > 1 for name in group}


def _children(provisions: Mapping[str, Provision]) -> dict[str, tuple[str, ...]]:
    inside: dict[str, list[str]] = {}
    for provision in provisions.values():
        if provision.parent is not None:
            inside.setdefault(provision.parent, []).append(provision.id)
    return {parent: tuple(names) for parent, names in inside.items()}
