"""What retrieval needs to know of each provision beside the two legs, made once when an index is opened."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from assistant.places import Groups, Places
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
    """Cards by provision, how rare words and concepts are, provisions that say the same, children by parent, and where each stands."""

    cards: dict[str, Card]
    rarity: dict[str, float]
    concept_rarity: dict[str, float]
    twins: Mapping[str, tuple[str, ...]]
    children: dict[str, tuple[str, ...]]
    local: dict[str, str]
    places: Places

    @classmethod
    def over(cls, provisions: Mapping[str, Provision], views: Mapping[str, View], schemes: Iterable[Scheme]) -> "Lookup":
        """Read every view once; `local` gives the territory of a document that speaks of one territory with a pact."""
        texts: dict[str, list[str]] = {}
        for view in views.values():
            texts.setdefault(view.provision_id, []).append(view.text)
        stems = cache(lambda text: frozenset(tokenise_french(text)))  # many headings and sentences stand in several places
        cards = {name: _card(stems(_own(provision)), texts.get(name, [])) for name, provision in provisions.items()}
        return cls(
            cards, _rarity([card.all for card in cards.values()]), _rarity([card.concepts for card in cards.values()]),
            _twins(provisions), _children(provisions), _local(provisions, schemes), Places.over(provisions.values()),
        )  # fmt: skip

    def weight(self, word: str) -> float:
        """How rare a word of a question is; a word that no text holds counts as the rarest."""
        return self.rarity.get(word, self.rarity.get("", 1.0))


def _own(provision: Provision) -> str:
    return f"{' '.join(provision.path[-2:])} {provision.quote_plain} {' '.join(provision.actors)}"


def _card(own: frozenset[str], texts: list[str]) -> Card:
    cut = [tokenise_french(text) for text in texts]
    concepts = frozenset[str]().union(*(lexicon().concepts_of(tokens) for tokens in cut))
    return Card(own, own.union(*cut), concepts)


def _local(provisions: Mapping[str, Provision], schemes: Iterable[Scheme]) -> dict[str, str]:
    local = [scheme for scheme in schemes if scheme.territory in WITH_PACT]
    return {provisions[scheme.provisions[0]].document_id: scheme.territory for scheme in local if scheme.provisions[0] in provisions}


def _rarity(sets: list[frozenset[str]]) -> dict[str, float]:
    counts = Counter(chain.from_iterable(sets))
    size = len(sets)
    return {"": math.log(1 + size)} | {word: math.log(1 + (size - n + 0.5) / (n + 0.5)) for word, n in counts.items()}


def _twins(provisions: Mapping[str, Provision]) -> Groups:
    """Provisions of different documents with the same words stay two, and are shown together."""
    words = cache(lambda text: " ".join(tokenise_french(text)) or fold(text))
    groups: dict[str, list[str]] = {}
    for provision in provisions.values():
        if provision.kind is not Kind.SECTION:
            groups.setdefault(words(provision.quote_plain), []).append(provision.id)
    return Groups(tuple(group) for group in groups.values() if len(group) > 1)


def _children(provisions: Mapping[str, Provision]) -> dict[str, tuple[str, ...]]:
    inside: dict[str, list[str]] = {}
    for provision in provisions.values():
        if provision.parent is not None:
            inside.setdefault(provision.parent, []).append(provision.id)
    return {parent: tuple(names) for parent, names in inside.items()}
